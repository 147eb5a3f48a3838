/* auto.c -- stands for another sampler, chosen for each cell when the experiment is planned. */
#include <tepui/sampler.h>

const tepui_sampler_type tepui_sampler_auto = {
    .kind = {.name = "auto",
             .doc = "reduced where it shows what is observed, cell by cell, and full elsewhere",
             .source = "definition"},
    .chooses = 1,
};

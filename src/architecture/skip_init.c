/* skip_init.c -- a_l = a_{l-1} + alpha f(a_{l-1}), alpha = 0 a parameter of each block. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    out[0] = '\0';
    if (!site->same) {
        block_write(out, "dense, activation");
        return;
    }
    block_write(out, "residual(alpha=0, learned=1)[");
    block_pairs(out, (size_t)value[0]);
    block_write(out, "]");
}

const tepui_architecture_type tepui_architecture_skip_init = {
    .kind = {.name = "skip_init",
             .doc = "residual with a trained alpha that starts at 0: every block begins as the identity",
             .source = "De and Smith 2020",
             .params = {BLOCK_BRANCH(2)}},
    .unit = unit,
};

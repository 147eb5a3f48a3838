/* pre_norm.c -- a_l = a_{l-1} + alpha f(layer_norm(a_{l-1})). For other norms write the list. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    out[0] = '\0';
    if (!site->same) {
        block_write(out, "dense, activation");
        return;
    }
    block_open(out, value[1], value[2]);
    block_write(out, "layer_norm, ");
    block_pairs(out, (size_t)value[0]);
    block_write(out, "]");
}

const tepui_architecture_type tepui_architecture_pre_norm = {
    .kind = {.name = "pre_norm",
             .doc = "residual whose branch begins with layer_norm, as in transformers",
             .source = "Xiong et al. 2020",
             .params = {BLOCK_BRANCH(1), BLOCK_ALPHA, BLOCK_POWER}},
    .unit = unit,
};

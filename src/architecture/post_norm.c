/* post_norm.c -- a_l = layer_norm(a_{l-1} + alpha f(a_{l-1})). For other norms write the list. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    out[0] = '\0';
    if (!site->same) {
        block_write(out, "dense, activation");
        return;
    }
    block_open(out, value[1], value[2]);
    block_pairs(out, (size_t)value[0]);
    block_write(out, "], layer_norm");
}

const tepui_architecture_type tepui_architecture_post_norm = {
    .kind = {.name = "post_norm",
             .doc = "residual followed by layer_norm",
             .source = "Vaswani et al. 2017; Xiong et al. 2020",
             .params = {BLOCK_BRANCH(1), BLOCK_ALPHA, BLOCK_POWER}},
    .unit = unit,
};

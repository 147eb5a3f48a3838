/* residual.c -- a_l = a_{l-1} + alpha f(a_{l-1}) B^-power, B the number of blocks. A unit whose input has another width
   (the first, with data of another dimension) is plain: there is nothing to add to. */
#include "block.h"

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    const size_t m = (size_t)value[0];
    out[0] = '\0';
    if (!site->same) {
        block_write(out, "dense, activation");
        return;
    }
    block_open(out, value[1], value[2]);
    if (value[3] > 0)
        for (size_t k = 0; k < m; k++) block_write(out, "%sactivation, dense", k ? ", " : "");
    else
        block_pairs(out, m);
    block_write(out, "]");
}

const tepui_architecture_type tepui_architecture_residual = {
    .kind = {.name = "residual",
             .doc = "x + alpha f(x), f of m matrices with the activation before each (pre=0: behind each)",
             .source = "He et al. 2016; Hanin and Rolnick 2018",
             .params = {BLOCK_BRANCH(1),
                        BLOCK_ALPHA,
                        BLOCK_POWER,
                        {"pre", "1: activations stand before the matrices (pre-activation), 0: behind", 1, 0, 1, 0,
                         0}}},
    .unit = unit,
};

/* fixup.c -- a_l = phi(a_{l-1} + f(a_{l-1})), B the number of blocks. */
#include "block.h"
#include <base/elementary.h>

#include <math.h>

static void unit(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT])
{
    const size_t m = (size_t)value[0];
    const double gain = elementary_pow((double)site->blocks, -1 / (2 * (double)m - 2));
    out[0] = '\0';
    if (!site->same) {
        block_write(out, "dense, activation");
        return;
    }
    block_write(out, "residual[");
    for (size_t k = 1; k < m; k++) block_write(out, "dense(gain=%.17g), activation, ", gain);
    block_write(out, "dense(gain=0)], activation");
}

const tepui_architecture_type tepui_architecture_fixup = {
    .kind = {.name = "fixup",
             .doc =
                 "residual whose branch starts at zero: its last matrix is 0, the others are scaled by B^(-1/(2m-2))",
             .source = "Zhang, Dauphin and Ma 2019, without the scalar biases and multipliers",
             .params = {{"branch", "matrices of a branch", 2, 2, 16, 0, 0, 1}}},
    .unit = unit,
};

/* fixed.c -- the same variance for every matrix, whatever its shape.
   Source: definition; the chains (width 1) of A. Orvieto, J. Kohler, D. Pavllo, T. Hofmann, A. Lucchi, Vanishing
   curvature in randomly initialized deep ReLU networks, AISTATS 2022, use it. */
#include <math.h>
#include <tepui/scale.h>

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    (void)site, (void)err;
    *out = param[0];
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_fixed = {
    .kind = {.name = "fixed",
             .doc = "the same variance for every matrix",
             .source = "Orvieto et al., AISTATS 2022, width 1",
             .params = {{.name = "variance",
                         .doc = "variance of an entry",
                         .fallback = 1,
                         .low = 0,
                         .low_open = 1,
                         .high = INFINITY,
                         .high_open = 1}}},
    .variance = variance,
};

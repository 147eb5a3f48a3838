/* n8r.c -- moments of the squared singular values of a ReLU Gaussian Jacobian, exact at any widths, dead samples
   counting 0 (zonal.c). With He the n-th tends to [z^(n-1)] (1 + z)^n (1 + 2 z)^(L n) / n in wide nets: the relative
   variance is 2 L. */
#include "norms.h"
#include "zonal.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_RELU, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           zonal_component(component, why);
}

const tepui_law_type tepui_law_n8r = {
    .kind = {.name = "N8r",
             .doc =
                 "Jacobian spectrum of ReLU Gaussian nets: moments 1 to 4 of the squared singular values, exact at any "
                 "widths; relative variance 2 L in wide nets",
             .source = "docs/theory/wide-nets.md#n8r; Pennington, Schoenholz, Ganguli 2018"},
    .observable = "jacobian_moment",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = zonal_moment,
};

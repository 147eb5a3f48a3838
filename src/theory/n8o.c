/* n8o.c -- moments of the squared singular values of the Jacobian of nets with orthogonal weights, exact at any widths
   (zonal.c). Linear and of one width: all singular values are the product of the sigmas (dynamical isometry). ReLU with
   He: the n-th tends to [z^(n-1)] (1 + z)^(n - L n) (1 + 2 z)^(L n) / n: the relative variance is L. */
#include "norms.h"
#include "zonal.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_orthogonal_net(c, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           zonal_component(component, why);
}

const tepui_law_type tepui_law_n8o = {
    .kind = {.name = "N8o",
             .doc = "Jacobian spectrum of orthogonal nets: moments 1 to 4 of the squared singular values, exact at any "
                    "widths; "
                    "relative variance 0 (linear, one width: dynamical isometry) or, in wide ReLU nets, L",
             .source = "docs/theory/wide-nets.md#n8o; Pennington, Schoenholz, Ganguli 2018"},
    .observable = "jacobian_moment",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = zonal_moment,
};

/* n8.c -- moments of the squared singular values of a linear Gaussian Jacobian, exact at any widths (zonal.c). In wide
   nets they tend to the Fuss-Catalan numbers binom((L + 1) n, n) / (L n + 1): the relative variance is L. */
#include "norms.h"
#include "zonal.h"

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_LINEAR, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           zonal_component(component, why);
}

const tepui_law_type tepui_law_n8 = {
    .kind =
        {.name = "N8",
         .doc =
             "Jacobian spectrum of linear Gaussian nets: moments 1 to 4 of the squared singular values, exact at any "
             "widths; Fuss-Catalan numbers in wide nets, relative variance L",
         .source = "docs/theory/wide-nets.md#n8; Pennington, Schoenholz, Ganguli 2018; Muirhead 1982, ch. 7"},
    .observable = "jacobian_moment",
    .form = TEPUI_PREDICTS_MOMENT,
    .applies = applies,
    .predict = zonal_moment,
};

/* output.c -- the output along a fixed unit direction v, sum_k v_k f_k; gradient v. No target.

   Gradient norms of this loss are those of the network function itself (for one output, v = +-1).
   Source: B. Hanin, M. Nica, Products of many large random matrices, Commun. Math. Phys. 376 (2020). */
#include <tepui/loss.h>

static double value(const double *f, const double *y, const double *v, size_t n, double *gradient)
{
    double sum = 0;
    (void)y;
    for (size_t k = 0; k < n; k++) {
        gradient[k] = v[k];
        sum += v[k] * f[k];
    }
    return sum;
}

const tepui_loss_type tepui_loss_output = {
    .kind = {.name = "output",
             .doc = "the output along a random unit direction; needs no target",
             .source = "Hanin and Nica 2020"},
    .value = value,
};

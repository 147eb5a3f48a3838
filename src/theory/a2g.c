/* a2g.c -- weight gradients of nets that normalise every layer, exactly (direction.c): with a dense read-out of one
   output

       norm2(df/dW_l) = d_L sigma_{L+1}^2/sigma_l^2  R_l .. R_L,   R_j = chi2_{n-1}/chi2_n, independent:

   where the plain net has the same law at every layer (N6), here the first layers have the smallest gradients, by
   about -1/d per layer, and a larger weight has a smaller gradient. */
#include "direction.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return direction_applies(c, why) && norms_scalar_output(c, why) &&
           norms_need(given_weights_alone(c), "units that train their matrix alone only", why) &&
           norms_need(component > 0, "hidden layers only, not the total or the read-out", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const size_t l = (size_t)component, L = c->depth;
    const double scale = sqrt((double)tepui_unit_size(c, L)) * c->sigma[L + 1] / c->sigma[l];
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(log(scale), 0.5, &p->exact, err));
    TEPUI_TRY(direction_add_layers(c, l, L, p, err));
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_a2g = {
    .kind = {.name = "A2g",
             .doc =
                 "RMS norm or layer norm in every layer: the gradient of W_l is a product of the ratios of A2r of the "
                 "layers from l on, over sigma_l: it vanishes towards the input",
             .source = "docs/theory/cures.md#a2g"},
    .observable = "output_gradient_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};

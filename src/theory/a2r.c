/* a2r.c -- the Jacobian of nets that normalise every layer, exactly (direction.c). u is uniform on the sphere in d_0
   dimensions, |x| = 1: norm2 of its part across x is Beta((d_0 - 1)/2, 1/2), so that

       norm2(J_l u) = d_l Beta((d_0 - 1)/2, 1/2) R_1 .. R_l,   R_j = chi2_{n-1}/chi2_n,   all independent,

   n = d_j (rms_norm), d_j - 1 (layer_norm) or Binomial(d_j, 1/2) in both (ReLU before rms_norm). A dense read-out
   multiplies it by sigma^2 chi2_q. */
#include "direction.h"
#include <math.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    return direction_applies(c, why) && norms_need(norms_unit_input(c), "inputs of norm 1 only", why) &&
           norms_need(component != 0, "layer 0 is the direction itself", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const size_t last = component < 0 ? c->depth : (size_t)component;
    const tepui_term across = {
        TEPUI_TERM_BETA, c->inputs - 1, 1, (double)tepui_unit_size(c, last), (double)c->inputs, 1};
    TEPUI_TRY(norms_begin(p, err));
    TEPUI_TRY(tepui_exact_add(p->exact, &across, err));
    TEPUI_TRY(direction_add_layers(c, 1, last, p, err));
    if (component == TEPUI_COMPONENT_OUTPUT) TEPUI_TRY(norms_add_readout(c, p, err));
    norms_finish(p);
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

const tepui_law_type tepui_law_a2r = {
    .kind = {.name = "A2r",
             .doc = "RMS norm or layer norm in every layer: norm2(J u) is a product of independent ratios "
                    "chi2_(n-1)/chi2_n, exactly, linear or ReLU: forward norms stand still, gradients vanish as in the "
                    "plain net",
             .source = "docs/theory/cures.md#a2r; Zhang and Sennrich 2019; Ba, Kiros, Hinton 2016"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};

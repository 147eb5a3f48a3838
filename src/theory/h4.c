/* h4.c -- ranks of both parts of the Hessian of a deep linear net, squared loss, points that span the inputs (Singh,
   Bachmann and Hofmann 2021): with K matrices, inputs d_0, outputs d_K, q the least of all widths, M
   the sum of the hidden ones, s = min(d_0, d_K) and P parameters, rank(G) = q (d_0 + d_K - q),   rank(R) = min(P, 2 q M
   + 2 q s - K q^2), 0 for K = 1, with probability 1. An eigenvalue below rounding, 1e-14 of the largest, is missed: the
   smallest one over the largest is below t with a probability of the order of sqrt(t), a few in a million, which is
   allowed for. */
#include "norms.h"
#include <tepui/curvature.h>

#define MISSED 1e-5
#define MOST_MATRICES 4u /* beyond, eigenvalues spread too far for rounding */

static size_t matrices(const tepui_cell *c)
{
    return c->depth + (c->readout == TEPUI_READOUT_DENSE);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(given_plain(c) && given_linear(c), "plain linear nets only", why) &&
           norms_need(given_gaussian_weights(c) && !(c->sigma_b > 0), "Gaussian weights without biases only", why) &&
           norms_need(norms_is(&c->loss, "mse") && c->targets == TEPUI_TARGETS_GAUSSIAN,
                      "loss mse, targets gaussian only", why) &&
           norms_need(c->points > c->inputs && given_drawn_points(c),
                      "more points than inputs, from sphere or gaussian, only: those span the inputs", why) &&
           norms_need(matrices(c) <= MOST_MATRICES, "four matrices at most", why) &&
           norms_need(component == TEPUI_COMPONENT_G || component == TEPUI_COMPONENT_R, "components G and R only", why);
}

static double rank_of(const tepui_cell *c, long component)
{
    size_t least = c->outputs, hidden = 0;
    const size_t K = matrices(c), s = c->inputs < c->outputs ? c->inputs : c->outputs;
    for (size_t l = 0; l <= c->depth; l++) least = c->width[l] < least ? c->width[l] : least;
    for (size_t l = 1; l < K; l++) hidden += c->width[l];
    if (component == TEPUI_COMPONENT_G) return (double)(least * (c->inputs + c->outputs - least));
    if (K == 1) return 0; /* f is linear in its parameters */
    const size_t rank = 2 * least * (hidden + s) - K * least * least;
    return (double)(rank < tepui_parameters(c) ? rank : tepui_parameters(c));
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double rank = rank_of(c, component);
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS};
    tepui_prediction_add_atom(p, rank, rank > 0 ? 1 - MISSED : 1);
    if (rank > 0) tepui_prediction_add_atom(p, rank - 1, MISSED);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_h4 = {
    .kind = {.name = "H4",
             .doc =
                 "Deep linear nets, points that span the inputs: rank(G) = q (d_0 + d_K - q), rank(R) = 2 q M + 2 q s "
                 "- K q^2 at most P; q the least width, M the sum of the hidden ones, s = min(d_0, d_K)",
             .source = "docs/theory/curvature.md#h4; Singh, Bachmann, Hofmann 2021"},
    .observable = "hessian_rank",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};

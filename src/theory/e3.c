/* e3.c -- the plateau of deep, narrow nets. Along the way out every layer's gain grows in step with the others', as in
   a chain: with n_k = |d ln f / d W_k|, which is of order 1 but for the few layers where f is small for its size, the
   product of the gains at a distance sqrt(s) is |f_0| prod sqrt(1 + s n_k^2), and the time
       ln t = -ln|f_0| - 2 ln L + O(1)   (law E1),
   f_0 being as large as the norm of J u, whose law is exact (N1, N2, N5). That holds where the saddle is what counts,
   the Gauss-Newton part having vanished beside the residual part (H3): median |J u| below 1/L. Wider nets leave in the
   time of linear regression, which is no plateau.

   Adam and rmsprop (epsilon = 0) move all weights by up to rate B a step (law E2), and leave in about 1/rate steps.
   Medians are right within one e-fold, those of adaptive methods within ln B more. Where steps are so long that f jumps
   over the minimum, nets hop about the valley, the longer the deeper. */
#include "flow.h"
#include <math.h>
#include <string.h>

#define LEFT 1.0 /* of ln median */

static int has_one_width(const tepui_cell *c)
{
    for (size_t l = 2; l <= c->depth; l++)
        if (c->width[l] != c->width[1]) return 0;
    return c->width[1] > 1 && strspn(c->width_text, "0123456789") == strlen(c->width_text);
}

/* ln of the median of |J u| behind layers 2..L: the first one, from inputs of any number, is the same at all depths. */
static tepui_status ln_median(const tepui_cell *c, double *out, tepui_error *err)
{
    tepui_prediction p;
    tepui_status st = norms_begin(&p, err);
    if (st == TEPUI_OK) st = norms_add_layers(c, 2, c->depth, 0, &p, err);
    if (st == TEPUI_OK) norms_finish(&p);
    *out = p.median;
    tepui_prediction_clear(&p);
    return st;
}

/* Beyond that the net is deep and narrow; half of the nets alive. */
static int is_deep(const tepui_cell *c)
{
    double median;
    tepui_error err;
    return c->depth > 1 && ln_median(c, &median, &err) == TEPUI_OK && isfinite(median) &&
           median < -log((double)c->depth);
}

static int is_adaptive(const tepui_cell *c)
{
    return !isnan(flow_ln_boost(c, 1));
}

static double ln_boost(const tepui_cell *c)
{
    return is_adaptive(c) ? flow_ln_boost(c, 1 / c->dynamics.rate) : 0;
}

/* A step of rate B in each of the d^2 weights of a layer moves ln f by at most that times d n_k. */
static int steps_are_short(const tepui_cell *c)
{
    const double weights = (double)(c->depth * c->width[1]);
    return c->dynamics.rate * exp(ln_boost(c)) * weights <= flow_ln_valley(c);
}

static int moves(const tepui_cell *c, const char **why)
{
    if (!is_adaptive(c)) return flow_descends(c, why);
    return flow_adapts(c, why) &&
           norms_need(steps_are_short(c), "rates so low that steps are short beside the valley's width/(L d) only",
                      why);
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    const int relu = given_slopes(c, 0, 1);
    return flow_followed(c, component, why) && flow_leaves(c, why) &&
           norms_need(c->targets != TEPUI_TARGETS_ZERO && given_nonzero_points(c),
                      "targets and inputs other than 0 only", why) &&
           norms_need(given_plain(c) && !(c->sigma_b > 0), "plain nets without biases only", why) &&
           norms_need(relu || given_slopes(c, 1, 1), "linear or relu only", why) &&
           norms_need(given_gaussian_weights(c), "Gaussian weights only", why) &&
           norms_need(has_one_width(c), "one width at all depths only, 2 at least", why) && moves(c, why) &&
           norms_need(is_deep(c), "deep, narrow nets only: median |J u| below 1/L", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    double median = 0;
    const int adaptive = is_adaptive(c);
    const tepui_status st = adaptive ? TEPUI_OK : ln_median(c, &median, err);
    (void)component;
    if (st != TEPUI_OK) return st;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_SLOPE, .left = LEFT + ln_boost(c)};
    p->median = -log(flow_rate(c)) - (adaptive ? 0 : median + 2 * log((double)c->depth));
    return TEPUI_OK;
}

const tepui_law_type tepui_law_e3 = {
    .kind = {.name = "E3",
             .doc = "Deep, narrow nets: over depths the ln median escape time of gradient descent rises like -ln "
                    "median|J u| - 2 ln L, that of adam and rmsprop (epsilon = 0) stays",
             .source = "docs/theory/escape.md#e3; Orvieto et al., arXiv 2106.03763"},
    .observable = "escape_time",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};

/* a4p.c -- a_l = a_{l-1} + alpha relu(W_l a_{l-1}), the preset residual(pre=0), all widths d, x uniform on the sphere.
   Branches are never negative, so that entries drift: the norm grows like exp(c sqrt(L)) even at alpha = 1/sqrt(L).

   Given a, W a = sigma |a| (g_1, .., g_d), normal. With e = a/|a|, m = E relu(g) = 1/sqrt(2 pi), beta = alpha sigma
   sqrt(d) and the sums S_1 = sum relu(g_i)/d, S_2 = sum relu(g_i)^2/d, T = sum e_i relu(g_i)/sqrt(d),
       norm2 grows by R = 1 + 2 beta T + beta^2 S_2,    x = sum a_i/(|a| sqrt(d)) becomes (x + beta S_1)/sqrt(R).
   To order 1/d these depend on the past through x alone: S_1, S_2, T have the means m, 1/2, m x and, times d, the
   covariances v, 5/4, v; (S_1, S_2) 3 m/2; (T, S_2) x 3 m/2; (T, S_1) x v; v = 1/2 - m^2. So mean and covariance of (ln
   norm2, x) follow from layer to layer, with second derivatives of the map in the mean; at the start E x^2 = 1/d.

   Allowed: 5/d of what 1/d changes in the mean, 5/d being the largest relative variance of the three sums. */
#include "norms.h"
#include <math.h>
#include <tepui/source.h>

/* ln norm2 and x: means, covariances */
typedef struct {
    double y, x, yy, yx, xx;
} walk;

static int applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const unit[] = {"dense", "activation", "residual", NULL};
    return norms_need(norms_units_are(c, unit), "residual units of dense and activation only", why) &&
           norms_need(given_relu(c), "relu only", why) &&
           norms_need(given_one_sigma(c), "one standard deviation for all matrices only", why) &&
           norms_gaussian_weights(c, why) &&
           norms_need(norms_one_width(c), "one width, that of the inputs, only", why) &&
           norms_need(norms_branch_factor(c) > 0, "one positive alpha only", why) &&
           norms_need(c->inputs >= 32, "widths of at least 32 only", why) &&
           norms_need(c->points == 1 && norms_is(&c->data->spec.source, "sphere") && c->data->spec.resample,
                      "one fresh point, uniform on the sphere, only", why) &&
           norms_need(component > 0, "hidden layers only", why);
}

/* w is the deviation of R, s that of x + beta S_1. */
static void step(walk *k, double beta, double d)
{
    const double m = 1 / sqrt(2 * M_PI), v = 0.5 - m * m, third = 1.5 * m;
    const double S = k->x + beta * m, R = 1 + 2 * beta * m * k->x + 0.5 * beta * beta, root = sqrt(R);
    const double ww = 4 * beta * beta * (m * m * k->xx + v / d + beta * k->x * third / d) + 1.25 * pow(beta, 4) / d;
    const double sw = 2 * beta * m * k->xx + beta * beta * (2 * v * k->x + beta * third) / d;
    const double ss = k->xx + beta * beta * v / d, yw = 2 * beta * m * k->yx;
    const double by_w = -0.5 * S / (R * root);
    const walk next = {.y = k->y + log(R) - 0.5 * ww / (R * R),
                       .x = S / root + 0.375 * S * ww / (R * R * root) - 0.5 * sw / (R * root),
                       .yy = k->yy + 2 * yw / R + ww / (R * R),
                       .yx = k->yx / root + yw * by_w + (sw / root + ww * by_w) / R,
                       .xx = ss / R + 2 * sw * by_w / root + ww * by_w * by_w};
    *k = next;
}

static walk walk_of(const tepui_cell *c, size_t l, double d)
{
    const double beta = norms_branch_factor(c) * c->sigma[1] * sqrt((double)c->inputs);
    walk k = {.xx = 1 / d};
    for (size_t j = 0; j < l; j++) step(&k, beta, d);
    return k;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double d = (double)c->inputs;
    const walk here = walk_of(c, (size_t)component, d), limit = walk_of(c, (size_t)component, INFINITY);
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN,
                            .mean = 0.5 * here.y,
                            .variance = 0.25 * here.yy,
                            .median = NAN,
                            .atom = NAN,
                            .slack = 0.5 * fabs(here.y - limit.y) * 5 / d};
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a4p = {
    .kind = {.name = "A4p",
             .doc =
                 "Residual ReLU nets (activation behind the matrix): entries drift upwards, and the mean of ln norm, "
                 "known to order 1/d, grows like sqrt(L) even at alpha = 1/sqrt(L)",
             .source = "docs/theory/cures.md#a4p"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = applies,
    .predict = predict,
};

/* n4l.c -- Hanin and Nica's log-normal law: ln norm2(J_l u) is about Normal(m - beta/2, beta), beta = 5 sum 1/d_j
   (ReLU) or 2 sum 1/d_j (linear), m = ln E norm2 = sum ln(sigma_j^2 d_j c), c = 1/2 (ReLU) or 1; m = 0 with He (linear:
   lecun). X = ln of the norm has half of that mean and a quarter of that variance. Their bound of the error has a
   constant that is not told; here the allowance is the distance itself, sup |F - Phi| between N4, given life, and the
   normal law, from above to TOLERANCE (docs/theory/wide-nets.md#n4l). */
#include "norms.h"
#include <gsl/gsl_cdf.h>
#include <math.h>

#define TOLERANCE 1e-4
#define SHARE 1e-6 /* beyond these quantiles of both laws nothing is looked at: they differ by that much at most */
#define PIECES 64
#define HALVINGS 60

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_need(component > 0, "hidden layers only", why);
}

typedef struct {
    tepui_exact *exact;
    double mean, sd, worst; /* worst: the largest difference seen */
} pair;

typedef struct {
    double x, exact, normal;
} point;

static point look(pair *p, double x)
{
    const point at = {x, tepui_exact_cdf(p->exact, x), gsl_cdf_ugaussian_P((x - p->mean) / p->sd)};
    const double off = fabs(at.exact - at.normal);
    if (!(off <= p->worst)) p->worst = off; /* NaN, too */
    return at;
}

/* Both functions rise: between two points they differ by the larger crosswise difference at most. Intervals in which
   that may be more than what was seen are halved. */
static void search(pair *p, point a, point b, int halvings)
{
    const double most = fmax(b.exact - a.normal, b.normal - a.exact);
    if (!(most > p->worst + TOLERANCE) || halvings == 0) return;
    const point middle = look(p, 0.5 * (a.x + b.x));
    search(p, a, middle, halvings - 1);
    search(p, middle, b, halvings - 1);
}

static double distance(tepui_exact *exact, double mean, double sd)
{
    pair p = {exact, mean, sd, SHARE};
    const double z = gsl_cdf_ugaussian_Qinv(SHARE);
    const double low = fmin(tepui_exact_quantile(exact, SHARE), mean - z * sd);
    const double high = fmax(tepui_exact_quantile(exact, 1 - SHARE), mean + z * sd);
    point at[PIECES + 1];
    for (int i = 0; i <= PIECES; i++) at[i] = look(&p, low + (high - low) * i / PIECES);
    for (int i = 0; i < PIECES; i++) search(&p, at[i], at[i + 1], HALVINGS);
    return p.worst + TOLERANCE;
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double one = given_slopes(c, 0, 1) ? 5 : 2;
    double beta = 0;
    tepui_prediction exact = {0};
    const tepui_status st = norms_tangent(c, component, &exact, err);
    if (st != TEPUI_OK) return st;
    for (long l = 1; l <= component; l++) beta += one / (double)c->width[l];
    const double mean = (norms_ln_mean_square(c, 1, (size_t)component, 0) - beta / 2) / 2, variance = beta / 4;
    norms_normal(p, mean, variance, distance(exact.exact, mean, sqrt(variance)));
    tepui_prediction_clear(&exact);
    return isnan(p->slack) ? tepui_fail(err, TEPUI_BAD_INPUT, "the exact law of this net did not converge") : TEPUI_OK;
}

const tepui_law_type tepui_law_n4l = {
    .kind =
        {.name = "N4l",
         .doc =
             "Log-normal limit: ln norm2(J u) is Normal(-beta/2, beta) with He, beta = 5 sum 1/d_l (ReLU), or lecun, 2 "
             "sum 1/d_l (linear), within its distance from the exact law N4",
         .source = "docs/theory/wide-nets.md#n4l; Hanin and Nica 2018"},
    .observable = "jacobian_vector_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};

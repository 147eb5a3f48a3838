/* brownian.c -- a_l = a_{l-1} + alpha W_l relu(a_{l-1}), all widths d, W entries of variance sigma^2, x uniform on the
   sphere: "[residual[activation, dense]]", the preset residual.

   Given the past, W relu(a) is a Gaussian vector of variance sigma^2 |relu(a)|^2 per entry: a_l is a d-dimensional
   Brownian motion B at the time V_l, whose clock it runs itself,
       V_{l+1} = V_l + alpha^2 sigma^2 |relu(B(V_l))|^2,     norm2(a_l) = |B(V_l)|^2.
   With b = alpha^2 sigma^2 d/2, g = b/(1 + b), and the deviations from the mean of many units
       e(t) = 2 |relu(B(t))|^2/(d t) - 1,   h(t) = |B(t)|^2/(d t) - 1,
       ln V_{l+1}/V_l = ln(1 + b) + g e_l - g^2 e_l^2/2 + ..,   ln norm2(a_l) = ln V_l + h_l - h_l^2/2 + const + ..
   (B(V_0) may be taken Gaussian: the ratio of norms depends on directions alone.) At fixed times s < t, with r = s/t, x
   and y normal with correlation sqrt(r) = cos q,
       d cov(e(s), e(t)) = c(r) = 4 E relu(x)^2 relu(y)^2 - 1 = (2/pi) (3 sin q cos q + (pi - q)(1 + 2 cos^2 q)) - 1,
       d cov(e(s), h(t)) = d cov(h(s), e(t)) = d cov(h(s), h(t)) = 2 r,     c(1) = 5.
   The clock is not fixed: what e_k adds to ln V shifts all later times, and
       E e_l = g sum_{k<l} E e_k d e(t)/d ln t = -(g/d) sum_{k<l} r c'(r),  r = r_kl = (1 + b)^{k-l},
       E h_l = -(2 g/d) sum_{k<l} r_kl.
   Both are negative: units are hypoactive (Li, Nica, Roy 2021). The living hold the share 1/2 + (E e - E h)/2 of norm2,
   which tends to 1/2 - 3/(2 d) in deep nets of small alpha. (Simulated, b = 1, l = 12, d = 64: d E e
   = -2.82(4), d E h = -1.02(3) for -2.69 and -1.00; the rest is O(1/d).) Together, for ln of norm2, r_j = (1 + b)^-j,
       mean      L ln(1 + b) + sum_l (g E e_l - 5 g^2/(2 d)) + E h_L,
       variance  (1/d) (g^2 sum_kl c(r_kl) + 4 (1 - g)(1 - r_L)).
   Without the skip (b -> oo) these are -5/(2 d) and 5/d per layer: N2. With alpha = 1/sqrt(L) both stay O(1/d) at any
   depth: log-Gaussian, no vanishing, no explosion beyond exp(sigma^2 d/2).

   Next order: a deviation comes back multiplied by no more than g sum_{k<=l} cov(e_k, e_l) = V/d, V = g sum c(r_kl).
   Without the skip V = 5, where the exact law needs -49/12 L/d^2 (E ln chi2_K, K Binomial) against -5/2 L/d: 1.63/d. */
#include "brownian.h"
#include <math.h>
#include <string.h>
#include <tepui/source.h>

#define MOST_FEEDBACK 0.2

int brownian_applies(const tepui_cell *c, long component, const char **why)
{
    static const char *const unit[] = {"activation", "dense", "residual", NULL};
    return norms_need(norms_units_are(c, unit), "residual units with pre-activation only", why) &&
           norms_need(given_relu(c), "relu only", why) &&
           norms_need(given_one_sigma(c), "one standard deviation for all matrices only", why) &&
           norms_gaussian_weights(c, why) &&
           norms_need(norms_one_width(c), "one width, that of the inputs, only", why) &&
           norms_need(norms_branch_factor(c) != 0 && isfinite(norms_branch_factor(c)), "one alpha only", why) &&
           norms_need(c->points == 1 && norms_is(&c->data->spec.source, "sphere") && c->data->spec.resample,
                      "one fresh point, uniform on the sphere, only", why) &&
           norms_need(component > 0, "hidden layers only", why) &&
           norms_need(brownian_predict(c, (size_t)component).feedback <= MOST_FEEDBACK,
                      "wide nets only: what is left out may not be negligible", why);
}

static double angle_of(double r)
{
    return acos(fmin(1, sqrt(r)));
}

static double covariance(double r)
{
    const double q = angle_of(r);
    return (3 * sin(q) * cos(q) + (M_PI - q) * (1 + 2 * cos(q) * cos(q))) * M_2_PI - 1;
}

/* r c'(r); d/d cos q of E relu^2 relu^2 is 4 E relu relu */
static double slope(double r)
{
    const double q = angle_of(r);
    return 2 * M_2_PI * (sin(q) + (M_PI - q) * cos(q)) * cos(q);
}

brownian_norm brownian_predict(const tepui_cell *c, size_t l)
{
    const double d = (double)c->inputs, v = norms_branch_factor(c) * c->sigma[1], b = 0.5 * v * v * d, g = b / (1 + b);
    double bent = 0, seen = covariance(1), to_end = 0, drift = 0, spread = 0;
    for (size_t k = 0; k < l; k++) { /* bent and seen: sums over the layers before k, k itself in the second */
        const double r = pow(1 + b, -(double)(k + 1));
        drift -= g * g * (bent + 2.5);
        spread += g * g * (2 * seen - 5);
        to_end += 2 * g * r;
        if (k + 1 == l) break;
        bent += slope(r);
        seen += covariance(r);
    }
    const double correction = 0.5 * (drift - to_end) / d;
    return (brownian_norm){.mean = 0.5 * (double)l * log1p(b) + correction,
                           .variance = 0.25 * (spread + 4 * (1 - g) * (1 - pow(1 + b, -(double)l))) / d,
                           .correction = correction,
                           .feedback = g * seen / d};
}

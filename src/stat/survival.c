/* survival.c -- the product-limit estimate of survival from censored lifetimes.

   At event times t_1 < t_2 < ..., d_i events among n_i at risk (those censored at t_i are at risk there):
     S(t)       = product over t_i <= t of (1 - d_i / n_i)                  (Kaplan and Meier, JASA 53, 457 (1958))
     Var S(t)   = S(t)^2 sum over t_i <= t of d_i / (n_i (n_i - d_i))       (Greenwood 1926)
   Interval of S: with u = ln(-ln S) and its standard error e = sqrt(Var S) / (S |ln S|), S^exp(-+ z e) (Kalbfleisch and
   Prentice, The Statistical Analysis of Failure Time Data, section 1.4). It stays inside [0, 1].
   Interval of a quantile: the times at which that of S holds 1 - p (Brookmeyer and Crowley, Biometrics 38, 29 (1982)).
   S = 0, after the last lifetime was seen to end, has no standard error; the upper bound then says nothing.

   Without censoring, or with all censored lifetimes beyond the last event, S is 1 - F_n. */
#include <base/elementary.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <tepui/stat.h>

static int by_time(const void *a, const void *b)
{
    const double x = ((const tepui_lifetime *)a)->time, y = ((const tepui_lifetime *)b)->time;
    return (x > y) - (x < y);
}

static size_t drop_nan(tepui_lifetime *x, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i].time)) x[m++] = x[i];
    return m;
}

size_t tepui_survival(tepui_lifetime *x, size_t n, tepui_survival_step *out)
{
    size_t steps = 0, next;
    double survival = 1, sum = 0;
    n = drop_nan(x, n);
    qsort(x, n, sizeof *x, by_time);
    for (size_t i = 0; i < n; i = next) {
        size_t events = 0;
        for (next = i; next < n && x[next].time == x[i].time; next++) events += x[next].event != 0;
        if (events == 0) continue;
        const double d = (double)events, at_risk = (double)(n - i);
        survival *= (at_risk - d) / at_risk;
        sum += d / (at_risk * (at_risk - d));
        out[steps++] =
            (tepui_survival_step){x[i].time, events, n - i, survival, survival > 0 ? survival * survival * sum : 0};
    }
    return steps;
}

/* S^exp(z e); z > 0: the lower end */
static double bound(const tepui_survival_step *s, double z)
{
    if (!(s->survival > 0)) return z > 0 ? 0 : 1;
    return elementary_pow(s->survival,
                          elementary_exp(z * sqrt(s->variance) / (s->survival * -elementary_log(s->survival))));
}

tepui_quantile tepui_survival_quantile(const tepui_survival_step *s, size_t steps, double p, double confidence)
{
    const double left = 1 - p, z = -elementary_normal_quantile(0.5 * (1 - confidence));
    const double rounding = 4 * DBL_EPSILON * (double)steps; /* of the product, so that n/2 of n are one half */
    tepui_quantile q = {INFINITY, INFINITY, INFINITY};
    for (size_t i = steps; i-- > 0;) {
        if (s[i].survival <= left * (1 + rounding)) q.value = s[i].time;
        if (bound(&s[i], z) <= left) q.low = s[i].time;
        if (bound(&s[i], -z) <= left) q.high = s[i].time;
    }
    return q;
}

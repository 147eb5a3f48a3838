/* trend.c -- how a median changes with depth: a rate with its interval, and one word (see verdict.h).

   Fit. The medians y_i at depths L_i carry their own distribution-free 95 % intervals [l_i, h_i]; as standard errors
   serve e_i = (h_i - l_i) / (2 z), z = 1.96. y = c + kappa L by weighted least squares (sweep.c), and for magnitudes
   also y = c + p ln L, a power law L^p.
   Interval. R = sqrt(chi2 / (m - 2)) is the Birge ratio (Birge 1932) of m medians. Where chi2 does not refute the line
   at 5 %, kappa is known to -+ z e max(1, R). Where it does, the medians' errors are not what keeps them off the line:
   the variance v that makes chi2 = m - 2 when it is added to all e_i^2 is (Paule and Mandel 1982). The fit is redone
   with it, so that a median known exactly does not pin a line that others miss by far, and as v is itself an estimate
   from m - 2 numbers, kappa is known to -+ t e, t the quantile of Student's law with m - 2 degrees of freedom. This is
   wide for three bent points, rightly so: they fix no rate.
   Change. Over a range of depths: of the line, kappa (L_m - L_1), while it is not refuted, all medians helping. A
   curve that is not a line still changes by what it changes by: then y_m - y_1, straight from the two medians, its
   interval from theirs by the rule for differences of Zou and Donner (2008), which keeps them lopsided.
   Word. Of the whole interval of the change. A bent curve stays only if no median in between leaves the band either,
   each measured against the first. A magnitude that changes less and less perhaps tends to a constant: it rises or
   falls, and neither explodes nor vanishes. That is said where the local exponent d ln X / d ln L, from the median
   nearest the geometric middle of the range to the last, is certain to be less than half of that from the first to the
   middle: the whole 95 % interval of the difference, combined from the three medians by the same rule. A power law has
   one exponent, an exponential one that grows; rounded widths make exponents vary by a third, which is not a half.

   A median of 0 (-inf, its whole interval too: more than half of the samples are dead for certain) has no place on a
   line. At the largest depth it is the verdict: vanishes. At a smaller one the range begins behind it, for a rate says
   nothing about a magnitude that comes back from 0 (as of a width that grows with the depth, and is 1 at first).
   A median whose interval reaches 0 (or infinity: fewer than 6 samples) is not fitted; at the largest depth only its
   upper end is known, so that the median may vanish there but never stay; between two others it keeps them from
   staying, too.

   A median of +INFINITY is beyond the limit of steps, one whose interval reaches there may be: all that is known is a
   bound from below. It is not fitted, and with any such point in the sweep the word is undecided, for the fitted ones
   are those that happen to lie below the limit. At the largest depth the change reaches to +INFINITY, and begins at the
   difference of the interval ends, or is unknown there when the lower end, too, is infinite and the limit of steps is
   not given.

   Sources: Birge, Phys. Rev. 40, 207 (1932); Paule and Mandel, J. Res. NBS 87, 377 (1982); Zou and Donner, Stat. Med.
   27, 1693 (2008). */
#include "sweep.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <tepui/verdict.h>

#define REFUTED 0.05 /* chance that a true line is called bent; the change is right then, too, only less sharp */
#define FEWEST 3u    /* depths: two points are always on a line */
/* Medians of discrete samples may be known exactly; their errors are taken as a millionth (of ln, or of the largest
   number), far below anything sampled and far above rounding. */
#define SHARPEST 1e-6

static const tepui_fitted unknown = {NAN, NAN, NAN, 0};

/* --- medians */

static int by_depth(const void *a, const void *b)
{
    const double x = ((const tepui_median_point *)a)->depth, y = ((const tepui_median_point *)b)->depth;
    return (x > y) - (x < y);
}

/* Those that have samples, by depth, each depth once; returns how many. */
static size_t sorted(const tepui_median_point *point, size_t n, tepui_median_point *out)
{
    size_t m = 0, kept = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(point[i].median)) out[m++] = point[i];
    qsort(out, m, sizeof *out, by_depth);
    for (size_t i = 0; i < m; i++)
        if (kept == 0 || out[i].depth > out[kept - 1].depth) out[kept++] = out[i];
    return kept;
}

static int is_known(const tepui_median_point *p)
{
    return isfinite(p->median) && isfinite(p->low) && isfinite(p->high);
}

static int is_dead(const tepui_median_point *p, int ln)
{
    return ln && p->high == -INFINITY;
}

/* Beyond the limit, or perhaps; an interval without ends is that of fewer than 6 samples, not of the limit. */
static int is_beyond(const tepui_median_point *p)
{
    return p->median == INFINITY || (p->high == INFINITY && p->low > -INFINITY);
}

static double largest(const tepui_median_point *p, size_t n)
{
    double x = 0;
    for (size_t i = 0; i < n; i++) x = fmax(x, fmax(fabs(p[i].median), fmax(fabs(p[i].low), fabs(p[i].high))));
    return x;
}

/* --- the fit */

static void set_errors(sweep_point *line, const double *error, size_t m, double spread)
{
    for (size_t i = 0; i < m; i++) line[i].error = hypot(error[i], spread);
}

/* chi2 falls as the spread grows: bisection to the last bit, which takes some 60 steps. */
static sweep_slope spread_out(sweep_point *line, const double *error, size_t m)
{
    const double freedom = (double)m - 2;
    double low = 0, high = error[0];
    set_errors(line, error, m, high);
    while (sweep_fit(line, m, 0).chi2 > freedom) set_errors(line, error, m, high *= 2);
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (low + high);
        if (middle == low || middle == high) break;
        set_errors(line, error, m, middle);
        *(sweep_fit(line, m, 0).chi2 > freedom ? &low : &high) = middle;
    }
    set_errors(line, error, m, high);
    return sweep_fit(line, m, 0);
}

static tepui_fitted slope_of(sweep_point *line, const double *error, size_t m, double *birge, int *holds)
{
    const double freedom = (double)m - 2;
    set_errors(line, error, m, 0);
    sweep_slope s = sweep_fit(line, m, 0);
    double half = SWEEP_SIGMAS * s.error * fmax(1, sqrt(s.chi2 / freedom));
    *birge = sqrt(s.chi2 / freedom);
    *holds = gsl_cdf_chisq_Q(s.chi2, freedom) >= REFUTED;
    if (!*holds) {
        s = spread_out(line, error, m);
        half = gsl_cdf_tdist_Pinv(0.975, freedom) * s.error;
    }
    return (tepui_fitted){s.slope, s.slope - half, s.slope + half, m};
}

/* error[m]: scratch */
static void fit(const tepui_median_point *p, size_t m, int ln, sweep_point *line, double *error, tepui_trend *t)
{
    double birge;
    const double least = ln ? SHARPEST : SHARPEST * largest(p, m);
    for (size_t i = 0; i < m; i++) {
        line[i] = (sweep_point){.x = p[i].depth, .y = p[i].median};
        error[i] = fmax(least, (p[i].high - p[i].low) / (2 * SWEEP_SIGMAS));
    }
    t->rate = slope_of(line, error, m, &t->birge, &t->is_line);
    if (!ln) return;
    for (size_t i = 0; i < m; i++) line[i].x = log(p[i].depth);
    t->power = slope_of(line, error, m, &birge, &t->is_power);
}

/* --- the change and its word */

static tepui_fitted difference(const tepui_median_point *from, const tepui_median_point *to)
{
    const double d = to->median - from->median;
    return (tepui_fitted){d, d - hypot(to->median - to->low, from->high - from->median),
                          d + hypot(to->high - to->median, from->median - from->low), 2};
}

static tepui_trend_verdict word_of(const tepui_fitted *change, double limit)
{
    if (change->high < -limit) return TEPUI_TREND_DOWN;
    if (change->low > limit) return TEPUI_TREND_UP;
    return change->low >= -limit && change->high <= limit ? TEPUI_TREND_STAYS : TEPUI_TREND_UNDECIDED;
}

static double limit_of(const tepui_median_point *p, size_t m, int ln, double within)
{
    double x = 0;
    if (ln) return log(within);
    for (size_t i = 0; i < m; i++) x = fmax(x, fabs(p[i].median));
    return within * x;
}

/* The inner median nearest the geometric middle. */
static size_t middle_of(const tepui_median_point *p, size_t m)
{
    const double middle = 0.5 * (log(p[0].depth) + log(p[m - 1].depth));
    size_t best = 1;
    for (size_t i = 2; i + 1 < m; i++)
        if (fabs(log(p[i].depth) - middle) < fabs(log(p[best].depth) - middle)) best = i;
    return best;
}

/* Of a growth (sign 1) or decay (-1), whether the exponent of the deeper half is certainly less than half. */
static int slows(const tepui_median_point *p, size_t m, double sign)
{
    const tepui_median_point *from = &p[0], *half = &p[middle_of(p, m)], *to = &p[m - 1];
    const double a = 0.5 / log(half->depth / from->depth), b = 1 / log(to->depth / half->depth);
    const double d = sign * (b * (to->median - half->median) - a * (half->median - from->median));
    const double up[] = {from->high - from->median, half->median - half->low, to->high - to->median},
                 down[] = {from->median - from->low, half->high - half->median, to->median - to->low};
    const double *e = sign > 0 ? up : down;
    return from->depth > 0 && d + hypot(hypot(a * e[0], (a + b) * e[1]), b * e[2]) < 0;
}

static void judge_line(const tepui_median_point *p, size_t m, double limit, tepui_trend *t)
{
    const double range = p[m - 1].depth - p[0].depth;
    t->change = (tepui_fitted){t->rate.value * range, t->rate.low * range, t->rate.high * range, m};
    t->verdict = word_of(&t->change, limit);
}

static void judge_curve(const tepui_median_point *p, size_t m, double limit, tepui_trend *t)
{
    t->change = difference(&p[0], &p[m - 1]);
    t->verdict = word_of(&t->change, limit);
    for (size_t i = 1; t->verdict == TEPUI_TREND_STAYS && i < m; i++) {
        const tepui_fitted d = difference(&p[0], &p[i]);
        if (word_of(&d, limit) != TEPUI_TREND_STAYS) t->verdict = TEPUI_TREND_UNDECIDED;
    }
}

/* The numbers are 0 and known exactly: no scale, but no doubt either. */
static void judge_nothing(size_t m, tepui_trend *t)
{
    t->rate = t->change = (tepui_fitted){0, 0, 0, m};
    t->is_line = 1;
    t->birge = 0;
    t->verdict = TEPUI_TREND_STAYS;
}

static void judge(const tepui_median_point *p, size_t m, int ln, double within, sweep_point *line, double *error,
                  tepui_trend *t)
{
    if (m < FEWEST) return;
    if (!ln && !(largest(p, m) > 0)) {
        judge_nothing(m, t);
        return;
    }
    fit(p, m, ln, line, error, t);
    (t->is_line ? judge_line : judge_curve)(p, m, limit_of(p, m, ln, within), t);
    if (ln && t->verdict == TEPUI_TREND_UP && slows(p, m, 1)) t->verdict = TEPUI_TREND_RISES;
    if (ln && t->verdict == TEPUI_TREND_DOWN && slows(p, m, -1)) t->verdict = TEPUI_TREND_FALLS;
}

/* The deepest median is 0. It is a change if anything was there before. */
static void judge_dead(const tepui_median_point *first, const tepui_median_point *last, int alive, tepui_trend *t)
{
    t->first_depth = first->depth;
    t->first = first->median;
    t->last_depth = last->depth;
    t->last = last->median;
    if (alive) t->change = (tepui_fitted){-INFINITY, -INFINITY, -INFINITY, 2};
    t->verdict = TEPUI_TREND_DOWN;
}

/* The deepest median is known only not to exceed the upper end of its interval. */
static void judge_bound(const tepui_median_point *first, const tepui_median_point *last, double within, tepui_trend *t)
{
    t->last_depth = last->depth;
    t->last = last->median;
    t->change = (tepui_fitted){last->median - first->median, -INFINITY, last->high - first->low, 2};
    t->verdict = t->change.high < -log(within) ? TEPUI_TREND_DOWN : TEPUI_TREND_UNDECIDED;
}

/* The deepest median is beyond the limit: known only from below, if at all. */
static void judge_beyond(const tepui_median_point *first, const tepui_median_point *last, tepui_trend *t)
{
    t->last_depth = last->depth;
    t->last = last->median;
    t->change =
        (tepui_fitted){last->median - first->median, last->low < INFINITY ? last->low - first->high : NAN, INFINITY, 2};
}

/* Closes ranks: the known ones from `start` on; returns how many. gaps: unknown ones after the first of them. */
static size_t keep_known(tepui_median_point *p, size_t start, size_t n, size_t *gaps)
{
    size_t m = 0;
    *gaps = 0;
    for (size_t i = start; i < n; i++)
        if (is_known(&p[i]))
            p[m++] = p[i];
        else
            *gaps += m > 0;
    return m;
}

static void analyse(tepui_median_point *p, size_t n, int ln, double within, sweep_point *line, double *error,
                    tepui_trend *t)
{
    const tepui_median_point shallowest = p[0], deepest = p[n - 1];
    const int dead = is_dead(&deepest, ln);
    size_t start = 0, gaps;
    int alive = 0, beyond = 0;
    for (size_t i = 0; i < n; i++) {
        alive = alive || p[i].low > -INFINITY;
        beyond = beyond || is_beyond(&p[i]);
        if (!dead && is_dead(&p[i], ln)) start = i + 1;
    }
    const size_t m = keep_known(p, start, n, &gaps);
    t->points = m;
    if (m > 0) {
        t->first_depth = p[0].depth, t->first = p[0].median;
        t->last_depth = p[m - 1].depth, t->last = p[m - 1].median;
    }
    if (dead || !is_known(&deepest)) {
        if (m >= FEWEST) fit(p, m, ln, line, error, t); /* the rate of those that are known */
        if (dead)
            judge_dead(&shallowest, &deepest, alive, t);
        else if (is_beyond(&deepest) && m > 0)
            judge_beyond(&p[0], &deepest, t);
        else if (ln && m > 0)
            judge_bound(&p[0], &deepest, within, t);
    } else {
        judge(p, m, ln, within, line, error, t);
        if (t->verdict == TEPUI_TREND_STAYS && gaps) t->verdict = TEPUI_TREND_UNDECIDED;
    }
    if (beyond) t->verdict = TEPUI_TREND_UNDECIDED;
}

tepui_status tepui_trend_fit(const tepui_median_point *point, size_t n, int ln, double within, tepui_trend *out,
                             tepui_error *err)
{
    *out = (tepui_trend){.first_depth = NAN,
                         .last_depth = NAN,
                         .first = NAN,
                         .last = NAN,
                         .birge = NAN,
                         .rate = unknown,
                         .power = unknown,
                         .change = unknown};
    if (!(within > (ln ? 1 : 0) && isfinite(within)))
        return tepui_fail(err, TEPUI_USAGE, "the %s within which a median stays must be finite and above %d, got %g",
                          ln ? "factor" : "share", ln != 0, within);
    tepui_median_point *p = malloc((n + 1) * sizeof *p);
    sweep_point *line = malloc((n + 1) * sizeof *line);
    double *error = malloc((n + 1) * sizeof *error);
    const int enough = p && line && error;
    if (enough) out->depths = sorted(point, n, p);
    if (out->depths >= FEWEST) analyse(p, out->depths, ln, within, line, error, out);
    const tepui_status st = enough ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a trend");
    free(error);
    free(line);
    free(p);
    return st;
}

const char *tepui_trend_word(tepui_trend_verdict v, int ln)
{
    static const char *const word[][2] = {{"undecided", "undecided"}, {"stays", "stays"}, {"falls", "vanishes"},
                                          {"rises", "explodes"},      {"falls", "falls"}, {"rises", "rises"}};
    return word[v][ln != 0];
}

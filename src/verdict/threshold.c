/* threshold.c -- how fast medians vanish with depth, and the width that stops it (see verdict.h). */
#include "sweep.h"
#include <math.h>
#include <stdlib.h>
#include <tepui/verdict.h>

/* -ln median between which a straight line in ln d is trusted: the 1/d law is curved at small widths */
#define SHALLOW 0.15
#define STEEP 3.0
#define NARROW 16 /* the line in L/d is that of wide nets */

static const tepui_fitted nothing = {NAN, NAN, NAN, 0};

/* ln(-ln median) with its standard error; 0 where the interval reaches 0 or a dead half. */
static int log_log(const tepui_median_point *p, double x, sweep_point *out)
{
    if (!(p->high < 0) || !isfinite(p->low)) return 0;
    *out = (sweep_point){.x = log(x), .y = log(-p->median)};
    out->error = 0.5 * (log(-p->low) - log(-p->high)) / SWEEP_SIGMAS;
    return out->error > 0;
}

static tepui_fitted of_slope(const sweep_point *point, size_t n)
{
    if (n < 2) return nothing;
    const sweep_slope s = sweep_fit(point, n, 0);
    return (tepui_fitted){s.slope, s.slope - SWEEP_SIGMAS * s.error, s.slope + SWEEP_SIGMAS * s.error, n};
}

/* The error grows by Birge's ratio where the line does not quite fit. */
static tepui_fitted at_zero(const sweep_point *line, size_t n)
{
    if (n < 3) return nothing;
    const sweep_slope s = sweep_fit(line, n, 0);
    const double birge = fmax(1, sqrt(s.chi2 / (double)(n - 2))), value = s.y0 - s.slope * s.x0;
    const double half = SWEEP_SIGMAS * birge * sqrt(pow(s.y0_error, 2) + pow(s.error * s.x0, 2));
    return (tepui_fitted){value, value - half, value + half, n};
}

tepui_fitted tepui_wide_level(const tepui_median_point *point, size_t n)
{
    sweep_point *line = malloc((n + 1) * sizeof *line);
    size_t m = 0;
    for (size_t i = 0; line && i < n; i++) {
        const tepui_median_point *p = &point[i];
        if (p->width < NARROW || p->depth > p->width || !isfinite(p->low) || !isfinite(p->high)) continue;
        if (!(p->high > p->low)) continue;
        line[m++] =
            (sweep_point){.x = p->depth / p->width, .y = p->median, .error = 0.5 * (p->high - p->low) / SWEEP_SIGMAS};
    }
    const tepui_fitted f = line ? at_zero(line, m) : nothing;
    free(line);
    return f;
}

tepui_fitted tepui_vanishing_exponent(const tepui_median_point *point, size_t n)
{
    sweep_point *line = malloc((n + 1) * sizeof *line);
    size_t m = 0;
    for (size_t i = 0; line && i < n; i++) m += (size_t)log_log(&point[i], point[i].depth, &line[m]);
    const tepui_fitted f = line ? of_slope(line, m) : nothing;
    free(line);
    return f;
}

/* Where the fitted line meets ln ln 2. */
static tepui_fitted crossing(const sweep_point *line, size_t n)
{
    const sweep_slope b = sweep_fit(line, n, 0);
    const double rise = log(M_LN2) - b.y0, at = b.x0 + rise / b.slope;
    const double error = sqrt(pow(b.y0_error, 2) + pow(rise / b.slope * b.error, 2)) / fabs(b.slope);
    return (tepui_fitted){exp(at), exp(at - SWEEP_SIGMAS * error), exp(at + SWEEP_SIGMAS * error), n};
}

tepui_fitted tepui_half_width(const tepui_median_point *point, size_t n)
{
    sweep_point *line = malloc((n + 1) * sizeof *line);
    size_t m = 0, above = 0, below = 0;
    for (size_t i = 0; line && i < n; i++) {
        if (!(point[i].median < -SHALLOW) || point[i].median < -STEEP) continue;
        if (!log_log(&point[i], point[i].width, &line[m])) continue;
        above += line[m].y > log(M_LN2);
        below += line[m].y <= log(M_LN2);
        m++;
    }
    const tepui_fitted f = above && below ? crossing(line, m) : nothing; /* never extrapolated */
    free(line);
    return f;
}

tepui_fitted tepui_power_law(const double *x, const tepui_fitted *y, size_t n)
{
    sweep_point *line = malloc((n + 1) * sizeof *line);
    size_t m = 0;
    for (size_t i = 0; line && i < n; i++)
        if (y[i].value > 0 && y[i].high > y[i].low) {
            line[m] = (sweep_point){.x = log(x[i]), .y = log(y[i].value)};
            line[m++].error = 0.5 * log(y[i].high / y[i].low) / SWEEP_SIGMAS;
        }
    const tepui_fitted f = line ? of_slope(line, m) : nothing;
    free(line);
    return f;
}

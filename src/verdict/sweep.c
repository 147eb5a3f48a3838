/* sweep.c -- weighted least squares of a line, for the rate at which medians vanish, and which cells make one sweep. */
#include "sweep.h"
#include <math.h>
#include <string.h>
#include <tepui/verdict.h>

static double weight(const sweep_point *p)
{
    return 1 / (p->error * p->error);
}

static double ordinate(const sweep_point *p, int predicted)
{
    return predicted ? p->predicted : p->y;
}

static double misfit(const sweep_point *point, size_t n, int predicted, const sweep_slope *s)
{
    double chi2 = 0;
    for (size_t i = 0; i < n; i++) {
        const double off = ordinate(&point[i], predicted) - s->y0 - s->slope * (point[i].x - s->x0);
        chi2 += weight(&point[i]) * off * off;
    }
    return chi2;
}

/* Ordinates are taken from the first one: of equal ones the slope is exactly 0. */
sweep_slope sweep_fit(const sweep_point *point, size_t n, int predicted)
{
    const double base = ordinate(&point[0], predicted);
    double sum = 0, x0 = 0, y0 = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight(&point[i]);
        x0 += point[i].x * weight(&point[i]);
        y0 += (ordinate(&point[i], predicted) - base) * weight(&point[i]);
    }
    x0 /= sum;
    y0 = base + y0 / sum;
    for (size_t i = 0; i < n; i++) {
        const double dx = point[i].x - x0;
        xx += weight(&point[i]) * dx * dx;
        xy += weight(&point[i]) * dx * (ordinate(&point[i], predicted) - y0);
    }
    sweep_slope s = {xy / xx, sqrt(1 / xx), x0, y0, sqrt(1 / sum), 0};
    s.chi2 = misfit(point, n, predicted, &s);
    return s;
}

double sweep_leverage(const sweep_point *point, size_t n)
{
    double sum = 0, x0 = 0, xx = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight(&point[i]);
        x0 += point[i].x * weight(&point[i]);
    }
    x0 /= sum;
    for (size_t i = 0; i < n; i++) {
        xx += weight(&point[i]) * (point[i].x - x0) * (point[i].x - x0);
        most += weight(&point[i]) * fabs(point[i].x - x0) * point[i].left;
    }
    return most / xx;
}

int tepui_column_tells_sweeps_apart(const tepui_column *c)
{
    static const char *const free_to_vary[] = {"depth", "width",   "inputs",  "outputs",
                                               "key",   "same_as", "samples", "dead"};
    for (size_t i = 0; i < sizeof free_to_vary / sizeof *free_to_vary; i++)
        if (strcmp(c->name, free_to_vary[i]) == 0) return 0;
    return 1;
}

int sweep_same(const tepui_result *r, size_t a, size_t b)
{
    for (size_t k = 0; k < r->columns; k++) {
        const tepui_column *c = &r->column[k];
        if (tepui_column_tells_sweeps_apart(c) && strcmp(c->text[a], c->text[b]) != 0) return 0;
    }
    return 1;
}

void tepui_depth_sweeps(const tepui_result *r, const char *keep, size_t *first)
{
    for (size_t i = 0; i < r->cells; i++) {
        size_t k = 0;
        first[i] = SIZE_MAX;
        if (keep && !keep[i]) continue;
        while (k < i && !(first[k] == k && sweep_same(r, k, i))) k++;
        first[i] = k;
    }
}

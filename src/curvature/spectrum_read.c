/* spectrum_read.c -- what a spectrum tells, whichever engine made it. */
#include "blocks.h"
#include <base/elementary.h>
#include <math.h>

size_t tepui_network_products(const tepui_network *net)
{
    return net->spectrum ? net->spectrum->products : 0;
}

size_t tepui_network_eigenvalues(const tepui_network *net, tepui_part part, const double **value, double *ln_unit)
{
    *value = net->spectrum->part[part].value;
    *ln_unit = net->spectrum->part[part].ln_unit;
    return net->spectrum->count;
}

size_t tepui_network_density(const tepui_network *net, const double **value, double *ln_unit)
{
    *value = net->spectrum->density;
    *ln_unit = net->spectrum->density_ln_unit;
    return TEPUI_DENSITY_VALUES;
}

/* --- numbers */

static double ln_eigenvalue(const tepui_network *net, int end)
{
    const part_spectrum *p = &net->spectrum->part[TEPUI_HESSIAN];
    const double x = end < 0 ? -p->low : p->high;
    return isnan(x) ? NAN : x > 0 ? elementary_log(x) + p->ln_unit : -INFINITY;
}

static double asymmetry(const tepui_network *net)
{
    const part_spectrum *p = &net->spectrum->part[TEPUI_HESSIAN];
    const double span = fmax(p->high, 0) - fmin(p->low, 0);
    if (isnan(p->low)) return NAN;
    return span > 0 ? (fmax(p->high, 0) + fmin(p->low, 0)) / span : 0;
}

static void count(const double *value, size_t n, size_t *negative, size_t *positive)
{
    *negative = *positive = 0;
    for (size_t k = 0; k < n; k++) {
        *negative += value[k] < 0;
        *positive += value[k] > 0;
    }
}

/* 0 where the solver failed. */
static int signs(const tepui_network *net, size_t part, size_t *negative, size_t *positive)
{
    const spectrum_state *s = net->spectrum;
    const part_spectrum *p = &s->part[part];
    *negative = s->negative;
    *positive = s->positive;
    if (p->value) count(p->value, s->count, negative, positive);
    return !isnan(p->low);
}

static double negative_fraction(const tepui_network *net)
{
    size_t negative, positive;
    if (!signs(net, TEPUI_HESSIAN, &negative, &positive)) return NAN;
    return negative + positive ? (double)negative / (double)(negative + positive) : 0;
}

static double rank(const tepui_network *net, size_t part)
{
    size_t negative, positive;
    return signs(net, part, &negative, &positive) ? (double)(negative + positive) : NAN;
}

static double extreme(const tepui_network *net, size_t which)
{
    return which == TEPUI_ASYMMETRY ? asymmetry(net) : ln_eigenvalue(net, which == TEPUI_SMALLEST ? -1 : 1);
}

double spectrum_read(const tepui_network *net, unsigned quantity, size_t which, size_t i)
{
    switch (quantity) {
    case TEPUI_QUANTITY_EXTREMES:
        return extreme(net, which);
    case TEPUI_QUANTITY_ALIGNMENT:
        return net->spectrum->share[i - 1];
    case TEPUI_QUANTITY_SIGNS:
        return negative_fraction(net);
    default:
        return rank(net, which);
    }
}

/* spectrum_values.c -- what is made of eigenvalues, wherever they come from: which are 0, the gradient's share in the
   largest, numbers for the histogram of their density; and what the network tells of them. */
#include "blocks.h"
#include <base/elementary.h>

/* Rounding of the entries and the solver leaves about that much of the largest: below it, all is 0. */
double spectrum_floor(double low, double high, size_t rows)
{
    return (double)(rows + ROUNDINGS) * 0x1p-52 * fmax(fabs(low), fabs(high));
}

void spectrum_flush(double *value, size_t n, size_t rows)
{
    const double floor = spectrum_floor(value[0], value[n - 1], rows);
    for (size_t k = 0; k < n; k++)
        if (fabs(value[k]) < floor) value[k] = 0;
}

void spectrum_share(spectrum_state *s, const ranked_part *r)
{
    double share[TEPUI_ALIGNED] = {0}, part = 0, sum = 0;
    for (size_t k = 0; k < r->count; k++) {
        const double here = fabs(r->value[k]) <= r->near ? 0 : r->value[k];
        const int last = k + 1 < r->count ? here - r->value[k + 1] > r->near : r->whole;
        const size_t rank = k + (here <= 0 ? r->unseen : 0);
        part += r->square[k];
        if (!last) continue;
        if (rank < TEPUI_ALIGNED) share[rank] = part;
        part = 0;
    }
    for (size_t k = 0; k < TEPUI_ALIGNED; k++) {
        sum += share[k];
        s->share[k] = r->total > 0 ? sum / r->total : 0;
    }
}

/* Atoms of weight w become w N equal values, by systematic sampling with one uniform number: any histogram of them has
   the expectation that the weights ask for. */
void spectrum_resample(tepui_network *net, const double *value, const double *weight, size_t count)
{
    spectrum_state *s = net->spectrum;
    double u, sum = 0;
    size_t k = 0;
    tepui_stream_at(&net->stream, TEPUI_FOR_LANCZOS, 2);
    tepui_draw_uniform(&net->stream, &u, 1);
    for (size_t i = 0; i < TEPUI_DENSITY_VALUES; i++) {
        for (; k + 1 < count; k++) {
            const double next = sum + (weight ? weight[k] : 1 / (double)count);
            if (next >= ((double)i + u) / TEPUI_DENSITY_VALUES) break;
            sum = next;
        }
        s->density[i] = value[k];
    }
}

void spectrum_density_of_all(tepui_network *net)
{
    const part_spectrum *p = &net->spectrum->part[TEPUI_HESSIAN];
    net->spectrum->density_ln_unit = p->ln_unit;
    spectrum_resample(net, p->value, NULL, net->spectrum->count);
}

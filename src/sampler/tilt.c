/* tilt.c -- the laws of live units that tilted.c draws from, tabulated for the widths of a cell, and ln of the
   likelihood ratio along the layers. */
#include "reduced.h"
#include <base/elementary.h>
#include <stdlib.h>

typedef struct {
    size_t width, least; /* K = least..width */
    double *upto;        /* [K - least]: Q(K' <= K) */
    double *ln_ratio;    /* [K - least] */
} live_law;

struct tilted_state {
    double theta;
    size_t laws;
    live_law *law;
    uint32_t *of;      /* [depth + 1]: the law of a layer */
    double *ln_scale;  /* [depth + 1]: theta ln(2 sigma^2) */
    double *ln_factor; /* [depth + 1]: sum of ln_ratio + ln_scale over layers 1..l */
    tepui_stream uniform;
};

/* ln P(k) + ln Gamma(k/2 + theta) - ln Gamma(k/2) */
static double ln_tilted(size_t width, int relu, size_t k, double theta)
{
    const double d = (double)width, x = (double)k;
    const double choices =
        relu ? elementary_lgamma(d + 1) - elementary_lgamma(x + 1) - elementary_lgamma(d - x + 1) - d * SCALED_LN2 : 0;
    return choices + elementary_lgamma(x / 2 + theta) - elementary_lgamma(x / 2);
}

/* The ratio is that of the numbers drawn from: Q is what the rounded table says. */
static tepui_status fill_law(live_law *law, int relu, double theta)
{
    const size_t n = law->width - law->least + 1;
    double most = -INFINITY, sum = 0;
    law->upto = malloc(n * sizeof *law->upto);
    law->ln_ratio = malloc(n * sizeof *law->ln_ratio);
    if (!law->upto || !law->ln_ratio) return TEPUI_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        law->ln_ratio[i] = ln_tilted(law->width, relu, law->least + i, theta);
        most = fmax(most, law->ln_ratio[i]);
    }
    for (size_t i = 0; i < n; i++) law->upto[i] = sum += elementary_exp(law->ln_ratio[i] - most);
    for (size_t i = 0; i < n; i++) {
        law->upto[i] /= sum;
        const double drawn = law->upto[i] - (i ? law->upto[i - 1] : 0);
        law->ln_ratio[i] -= elementary_log(drawn);
    }
    return TEPUI_OK;
}

static live_law *find_law(tilted_state *t, size_t width)
{
    size_t i = t->laws;
    while (i > 0 && t->law[i - 1].width != width) i--;
    return i > 0 ? &t->law[i - 1] : NULL;
}

static tepui_status add_law(tilted_state *t, size_t width, int relu)
{
    live_law *more = realloc(t->law, (t->laws + 1) * sizeof *more);
    if (!more) return TEPUI_NO_MEMORY;
    t->law = more;
    t->law[t->laws] = (live_law){.width = width, .least = relu ? 1 : width};
    return fill_law(&t->law[t->laws++], relu, t->theta);
}

static tepui_status build(tilted_state *t, const tepui_cell *c, int relu)
{
    t->of = malloc((c->depth + 1) * sizeof *t->of);
    t->ln_scale = malloc((c->depth + 1) * sizeof *t->ln_scale);
    t->ln_factor = malloc((c->depth + 1) * sizeof *t->ln_factor);
    if (!t->of || !t->ln_scale || !t->ln_factor) return TEPUI_NO_MEMORY;
    t->ln_factor[0] = 0;
    for (size_t l = 1; l <= c->depth; l++) {
        if (!find_law(t, c->width[l]) && add_law(t, c->width[l], relu) != TEPUI_OK) return TEPUI_NO_MEMORY;
        t->of[l] = (uint32_t)(find_law(t, c->width[l]) - t->law);
        t->ln_scale[l] = t->theta * elementary_log(2 * c->sigma[l] * c->sigma[l]);
    }
    return TEPUI_OK;
}

void tilt_free(tilted_state *t)
{
    if (!t) return;
    for (size_t i = 0; i < t->laws; i++) {
        free(t->law[i].upto);
        free(t->law[i].ln_ratio);
    }
    free(t->law);
    free(t->of);
    free(t->ln_scale);
    free(t->ln_factor);
    free(t);
}

tilted_state *tilt_new(const tepui_cell *c, int relu)
{
    tilted_state *t = calloc(1, sizeof *t);
    if (t) t->theta = c->tilt;
    if (t && build(t, c, relu) == TEPUI_OK) return t;
    tilt_free(t);
    return NULL;
}

void tilt_begin(tilted_state *t, const tepui_stream *uniform)
{
    t->uniform = *uniform;
}

/* Smallest i with u <= upto[i]; upto ends with 1. */
static size_t look_up(const double *upto, size_t n, double u)
{
    size_t low = 0;
    while (n > 1) {
        const size_t half = n / 2;
        low += u > upto[low + half - 1] ? half : 0;
        n -= half;
    }
    return low;
}

void tilt_units(tilted_state *t, size_t l, size_t n, double *k)
{
    double u[REDUCED_CHUNK];
    tepui_draw_uniform(&t->uniform, u, n);
    for (size_t i = 0; i < n; i++) {
        const live_law *law = &t->law[t->of[l + i]];
        const size_t at = look_up(law->upto, law->width - law->least + 1, u[i]);
        k[i] = (double)(law->least + at);
        t->ln_factor[l + i] = t->ln_factor[l + i - 1] + law->ln_ratio[at] + t->ln_scale[l + i];
    }
}

double tilt_ln_ratio(const tilted_state *t, size_t l, double ln_growth)
{
    return t->ln_factor[l] - 2 * t->theta * ln_growth;
}

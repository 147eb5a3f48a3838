/* tilted.c -- reduced samples drawn from laws in which large norms are common, and their likelihood ratios.

   The mean of norm2 = |a_L|^2 / |a_0|^2 = prod_l sigma_l^2 S_l is carried by samples too rare to be met once L/d is
   large. Here every layer is drawn with its probability times S^theta, S ~ chi2_K:
     Q(K) ~ P(K) Gamma(K/2 + theta) / Gamma(K/2),  K >= 1;   S given K ~ chi2_{K + 2 theta}
   and the ratio of the plain law's density to the one drawn from, kept along,
     w = P(K)/Q(K) Gamma(K/2 + theta)/Gamma(K/2) (S/2)^-theta,
   makes means right whatever Q is: E norm2^s is the mean of w norm2^s. Q only decides its variance, least at theta = s.
   P(K): Binomial(d, 1/2) for ReLU, K = d for linear. The first factors are tabulated; (S/2)^-theta comes from norm2. */
#include "reduced.h"
#include <base/elementary.h>
#include <stdlib.h>
#include <string.h>

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

static tepui_status open_tilted(tepui_network *net, tepui_error *err)
{
    const tepui_cell *c = net->cell;
    reduced_state *r = reduced_of(net);
    r->relu = reduced_tosses_coins(c);
    r->tilted = calloc(1, sizeof *r->tilted);
    if (r->tilted) r->tilted->theta = c->tilt;
    if (r->tilted && build(r->tilted, c, r->relu) == TEPUI_OK) return TEPUI_OK;
    return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the tilted laws of a net of depth %zu", c->depth);
}

static void close_tilted(tepui_network *net)
{
    tilted_state *t = reduced_of(net)->tilted;
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

void tilted_begin(tilted_state *t, const tepui_stream *uniform)
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

void tilted_units(tilted_state *t, size_t l, size_t n, double *k)
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

static double ln_ratio(const tepui_network *net, size_t l)
{
    const tilted_state *t = reduced_of(net)->tilted;
    return t->ln_factor[l] - 2 * t->theta * (scaled_ln_norm(net->forward[l]) - scaled_ln_norm(net->forward[0]));
}

static const char *obstacle(const tepui_cell *c, unsigned needs)
{
    const char *reason = reduced_obstacle(c, needs);
    if (!reason && c->readout == TEPUI_READOUT_DENSE) return "needs a net without read-out (readout)";
    return reason;
}

static const struct tepui_sampler_engine engine = {
    .lay_out = reduced_lay_out,
    .open = open_tilted,
    .close = close_tilted,
    .sample = reduced_sample,
    .ln_ratio = ln_ratio,
};

const tepui_sampler_type tepui_sampler_tilted = {
    .kind = {.name = "tilted",
             .doc = "reduced samples drawn as often as the plain ones times norm2^tilt, with their likelihood ratios",
             .source = "docs/theory/wide-nets.md#n4b"},
    .shows = REDUCED_SHOWS,
    .apart = REDUCED_APART,
    .obstacle = obstacle,
    .weighted = 1,
    .tilts = 1,
    .keyed = 1,
    .work = reduced_work,
    .engine = &engine,
};

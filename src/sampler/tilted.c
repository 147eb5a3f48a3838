/* tilted.c -- reduced samples drawn from laws in which large norms are common, and their likelihood ratios.

   The mean of norm2 = |a_L|^2 / |a_0|^2 = prod_l sigma_l^2 S_l is carried by samples too rare to be met once L/d is
   large. Here every layer is drawn with its probability times S^theta, S ~ chi2_K:
     Q(K) ~ P(K) Gamma(K/2 + theta) / Gamma(K/2),  K >= 1;   S given K ~ chi2_{K + 2 theta}
   and the ratio of the plain law's density to the one drawn from, kept along,
     w = P(K)/Q(K) Gamma(K/2 + theta)/Gamma(K/2) (S/2)^-theta,
   makes means right whatever Q is: E norm2^s is the mean of w norm2^s. Q only decides its variance, least at theta = s.
   P(K): Binomial(d, 1/2) for ReLU, K = d for linear. The first factors are tabulated; (S/2)^-theta comes from norm2. */
#include "reduced.h"

static tepui_status open_tilted(tepui_network *net, tepui_error *err)
{
    const tepui_cell *c = net->cell;
    reduced_state *r = reduced_of(net);
    r->relu = reduced_tosses_coins(c);
    r->tilted = tilt_new(c, r->relu);
    if (r->tilted) return TEPUI_OK;
    return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the tilted laws of a net of depth %zu", c->depth);
}

static void close_tilted(tepui_network *net)
{
    tilt_free(reduced_of(net)->tilted);
}

static double ln_ratio(const tepui_network *net, size_t l)
{
    const double growth = scaled_ln_norm(net->forward[l]) - scaled_ln_norm(net->forward[0]);
    return tilt_ln_ratio(reduced_of(net)->tilted, l, growth);
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

/* full.c -- samples as what they are: matrices drawn, and everything computed from them; and what that costs. */
#include <curvature/composed.h>
#include <curvature/jacobian.h>
#include <curvature/moved.h>
#include <curvature/plateau.h>
#include <network/sampler.h>

#define PLACE(name) &engine_##name,
static const network_engine *const engines[] = {NETWORK_ENGINE_LIST(PLACE) NULL};

static tepui_status open_full(tepui_network *net, tepui_error *err)
{
    const tepui_cell *c = net->cell;
    weights_groups(c, net->site, net->group);
    plateau_open(net);
    if (tepui_generator_is_addressed(c->generator)) return TEPUI_OK;
    const gsl_rng_type *t = tepui_gsl_rng_find(c->generator);
    net->gsl = t ? gsl_rng_alloc(t) : NULL;
    if (net->gsl) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "no random number generator '%s'", c->generator);
}

static void close_full(tepui_network *net)
{
    if (net->gsl) gsl_rng_free(net->gsl);
}

/* One more: blocks are what they always were. */
static uint64_t work(const tepui_cell *c)
{
    return tepui_multiplications(c) + (c->readout == TEPUI_READOUT_NONE);
}

static const struct tepui_sampler_engine engine = {
    .engines = engines,
    .lay_out = engines_lay_out,
    .open = open_full,
    .close = close_full,
    .sample = engines_run,
};

const tepui_sampler_type tepui_sampler_full = {
    .kind = {.name = "full", .doc = "matrices are drawn, entry by entry", .source = "definition"},
    .shows = ~0u,
    .matrices = 1,
    .work = work,
    .engine = &engine,
};

/* --- what a cell will need */

static tepui_network plan(const tepui_cell *c, unsigned needs)
{
    tepui_network net = {0};
    network_decide(&net, c, needs, engines);
    return net;
}

size_t tepui_eigenvalue_count(const tepui_cell *c)
{
    const tepui_network net = plan(c, TEPUI_NEEDS_SPECTRUM);
    return spectrum_coordinates(&net);
}

size_t tepui_hessian_rows(const tepui_cell *c, unsigned needs)
{
    const tepui_network net = plan(c, needs);
    return net.curved && (spectrum_is_dense(&net) || spectrum_is_factored(&net)) ? assembly_size(&net) : 0;
}

double tepui_hessian_cost(const tepui_cell *c, unsigned needs, double products)
{
    const tepui_network net = plan(c, needs);
    return engines_cost(&net, products);
}

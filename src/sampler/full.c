/* full.c -- samples as what they are: matrices drawn, and everything computed from them. */
#include <curvature/composed.h>
#include <curvature/jacobian.h>
#include <curvature/moved.h>
#include <curvature/plateau.h>
#include <network/sampler.h>

static int composed_matrix_is_made(const tepui_network *net)
{
    return assembly_is_made(net) || net->needs & TEPUI_NEEDS_HESSIAN_SIZE;
}

static void lay_out(tepui_network *net, network_arena *a)
{
    network_lay_out(net, a);
    if (net->cell->composition && net->curved) {
        if (composed_matrix_is_made(net)) composed_assembly_lay_out(net, a);
        if (net->needs & TEPUI_NEEDS_HESSIAN_SIZE) blocks_lay_out_sizes(net, a);
    } else if (net->curved) {
        curvature_lay_out(net, a);
        if (assembly_is_made(net) || net->needs & (NETWORK_KERNELS | TEPUI_NEEDS_HESSIAN_SIZE)) blocks_lay_out(net, a);
        if (assembly_is_made(net)) assembly_lay_out(net, a);
        if (net->needs & TEPUI_NEEDS_HESSIAN_SIZE && !net->secular) gram_lay_out(net, a);
    }
    moved_lay_out(net, a);
    if (net->needs & TEPUI_NEEDS_JACOBIAN) jacobian_lay_out(net, a);
    if (net->curved && net->needs & NETWORK_KERNELS) kernel_lay_out(net, a);
    if (net->needs & (net->secular ? NETWORK_CURVED : NETWORK_SPECTRA)) spectrum_lay_out(net, a);
    if (net->needs & TEPUI_NEEDS_PLATEAU) plateau_lay_out(net, a, lay_out);
}

static tepui_status open_full(tepui_network *net, tepui_error *err)
{
    const tepui_cell *c = net->cell;
    weights_groups(c, net->site, net->group);
    if (net->plateau) plateau_open(net);
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

static tepui_status sample_composed(tepui_network *net)
{
    tepui_status st = TEPUI_OK;
    if (net->backward || net->curved) st = composed_backward(net);
    if (st == TEPUI_OK && net->curved) st = composed_curvature(net);
    if (st == TEPUI_OK && net->composed->assembly) composed_frames(net);
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_HESSIAN_SIZE) st = composed_sizes(net);
    if (st == TEPUI_OK && net->spectrum) st = spectrum_net(net);
    if (st == TEPUI_OK && net->jacobian) st = jacobian_sample(net);
    if (st == TEPUI_OK && net->tangent_kernel)
        st = kernel_sample(net); /* last: it overwrites the gradients of the loss */
    return st;
}

static tepui_status sample_full(tepui_network *net, uint64_t sample)
{
    tepui_status st = net->plateau ? plateau_sample(net, sample) : TEPUI_OK;
    if (st == TEPUI_OK) st = network_draw_sample(net, sample);
    if (st == TEPUI_OK && net->composed) return sample_composed(net);
    if (st == TEPUI_OK && net->backward) st = network_backward(net);
    if (st == TEPUI_OK && net->curved) st = curvature_backward(net);
    if (st == TEPUI_OK && net->assembly) assembly_frames(net);
    if (st == TEPUI_OK && net->gram) st = gram_sample(net);
    if (st == TEPUI_OK && net->jacobian) st = jacobian_sample(net);
    if (st == TEPUI_OK && net->tangent_kernel) st = kernel_sample(net);
    if (st == TEPUI_OK && net->spectrum && net->curved) st = spectrum_net(net);
    if (st == TEPUI_OK && net->spectrum && net->secular) st = spectrum_chain(net); /* last: its ends count */
    return st;
}

/* One more: blocks are what they always were. */
static uint64_t work(const tepui_cell *c)
{
    return tepui_multiplications(c) + (c->readout == TEPUI_READOUT_NONE);
}

static const struct tepui_sampler_engine engine = {
    .lay_out = lay_out,
    .open = open_full,
    .close = close_full,
    .sample = sample_full,
};

const tepui_sampler_type tepui_sampler_full = {
    .kind = {.name = "full", .doc = "matrices are drawn, entry by entry", .source = "definition"},
    .shows = ~0u,
    .matrices = 1,
    .work = work,
    .engine = &engine,
};

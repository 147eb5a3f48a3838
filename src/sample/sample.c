/* sample.c -- one sampled network from its passes, its curvature and its Jacobian: the workspace of one worker for one
   cell, laid out once, nothing is allocated per sample. */
#include <curvature/composed.h>
#include <curvature/jacobian.h>
#include <curvature/moved.h>
#include <curvature/plateau.h>
#include <kernel/answers.h>
#include <stdlib.h>
#include <string.h>

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

size_t tepui_network_memory(const tepui_cell *c, unsigned needs)
{
    tepui_network net = {0};
    network_arena a = {NULL, 0};
    network_decide(&net, c, needs);
    lay_out(&net, &a);
    return a.used + sizeof net;
}

tepui_status tepui_network_alloc(const tepui_cell *c, unsigned needs, tepui_network **out, tepui_error *err)
{
    *out = NULL;
    if (kernel_check(err) != TEPUI_OK) return TEPUI_INTERNAL;
    tepui_network *net = calloc(1, sizeof *net);
    const size_t size = tepui_network_memory(c, needs);
    network_arena a;
    void *room = network_room(&a, size);
    if (!net || !room) {
        free(net);
        free(room);
        return tepui_fail(err, TEPUI_NO_MEMORY, "a worker's network needs %zu MB, more than there is", size >> 20);
    }
    net->arena = room;
    network_decide(net, c, needs);
    lay_out(net, &a);
    net->kernel = tepui_kernel();
    *out = net;
    if (net->reduced) {
        const tepui_status st = reduced_init(net, err);
        if (st == TEPUI_OK) return st;
        tepui_network_free(net);
        *out = NULL;
        return st;
    }
    weights_groups(c, net->site, net->group);
    if (net->plateau) plateau_open(net);
    if (strcmp(c->generator, "threefry4x64") != 0) {
        const gsl_rng_type *t = tepui_gsl_rng_find(c->generator);
        net->gsl = t ? gsl_rng_alloc(t) : NULL;
        if (!net->gsl) {
            tepui_network_free(net);
            *out = NULL;
            return tepui_fail(err, TEPUI_BAD_INPUT, "no random number generator '%s'", c->generator);
        }
    }
    return TEPUI_OK;
}

void tepui_network_share(tepui_network *net, tepui_team *team)
{
    net->team = team;
}

void tepui_network_free(tepui_network *net)
{
    if (!net) return;
    if (net->gsl) gsl_rng_free(net->gsl);
    if (net->reduced && net->reduced->rng) gsl_rng_free(net->reduced->rng);
    if (net->reduced) tilted_free(net->reduced->tilted);
    free(net->arena);
    free(net);
}

static tepui_status sample_composed(tepui_network *net)
{
    tepui_status st = TEPUI_OK;
    if (net->backward || net->curved) st = composed_backward(net);
    if (st == TEPUI_OK && net->curved) st = composed_curvature(net);
    if (st == TEPUI_OK && net->composed->assembly) st = composed_frames(net);
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_HESSIAN_SIZE) st = composed_sizes(net);
    if (st == TEPUI_OK && net->spectrum) st = spectrum_net(net);
    if (st == TEPUI_OK && net->jacobian) st = jacobian_sample(net);
    if (st == TEPUI_OK && net->tangent_kernel)
        st = kernel_sample(net); /* last: it overwrites the gradients of the loss */
    return st;
}

tepui_status tepui_network_sample(tepui_network *net, uint64_t sample, const volatile sig_atomic_t *stop)
{
    net->stop = stop;
    if (net->reduced) {
        tepui_stream_sample(&net->stream, &net->cell->key, sample, NULL);
        return reduced_sample(net);
    }
    tepui_status st = net->plateau ? plateau_sample(net, sample) : TEPUI_OK;
    if (st == TEPUI_OK) st = network_draw_sample(net, sample);
    if (st == TEPUI_OK && net->composed) return sample_composed(net);
    if (st == TEPUI_OK && net->backward) st = network_backward(net);
    if (st == TEPUI_OK && net->curved) st = curvature_backward(net);
    if (st == TEPUI_OK && net->assembly) st = assembly_frames(net);
    if (st == TEPUI_OK && net->gram) st = gram_sample(net);
    if (st == TEPUI_OK && net->jacobian) st = jacobian_sample(net);
    if (st == TEPUI_OK && net->tangent_kernel) st = kernel_sample(net);
    if (st == TEPUI_OK && net->spectrum && net->curved) st = spectrum_net(net);
    if (st == TEPUI_OK && net->spectrum && net->secular) st = spectrum_chain(net); /* last: its ends count */
    return st;
}

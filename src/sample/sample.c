/* sample.c -- the workspace of one worker for one cell: laid out once by the cell's sampler, nothing is allocated per
   sample. */
#include <kernel/answers.h>
#include <network/sampler.h>
#include <stdlib.h>

static const struct tepui_sampler_engine *engine_of(const tepui_cell *c)
{
    return c->sampler->engine;
}

size_t tepui_network_memory(const tepui_cell *c, unsigned needs)
{
    tepui_network net = {0};
    network_arena a = {NULL, 0};
    network_decide(&net, c, needs, engine_of(c)->engines);
    engine_of(c)->lay_out(&net, &a);
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
    network_decide(net, c, needs, engine_of(c)->engines);
    engine_of(c)->lay_out(net, &a);
    net->kernel = tepui_kernel();
    const tepui_status st = engine_of(c)->open(net, err);
    if (st == TEPUI_OK)
        *out = net;
    else
        tepui_network_free(net);
    return st;
}

void tepui_network_share(tepui_network *net, tepui_team *team)
{
    net->team = team;
}

void tepui_network_free(tepui_network *net)
{
    if (!net) return;
    engine_of(net->cell)->close(net);
    free(net->arena);
    free(net);
}

tepui_status tepui_network_sample(tepui_network *net, uint64_t sample, const volatile sig_atomic_t *stop)
{
    net->stop = stop;
    net->sample = sample;
    return engine_of(net->cell)->sample(net);
}

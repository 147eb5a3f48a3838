/* engine.c -- see engine.h. */
#include "engine.h"
#include <string.h>

const char *engine_is_by_units(const tepui_network *net)
{
    return net->by_units ? NULL : "needs units of a dense layer and an activation";
}

const char *engine_is_by_layers(const tepui_network *net)
{
    return net->by_units ? "is for other layers than dense ones and activations" : NULL;
}

static int is_used(const tepui_network *net, size_t i)
{
    return net->used >> i & 1;
}

/* NETWORK_ENGINES: it is not in the list. */
static size_t place_of(const tepui_network *net, const network_engine *engine)
{
    size_t i = 0;
    while (net->engines && net->engines[i] && net->engines[i] != engine) i++;
    return net->engines && net->engines[i] ? i : NETWORK_ENGINES;
}

int engine_in_use(const tepui_network *net, const network_engine *engine)
{
    const size_t i = place_of(net, engine);
    return i < NETWORK_ENGINES && is_used(net, i);
}

void *engine_state(const tepui_network *net, const network_engine *engine)
{
    const size_t i = place_of(net, engine);
    return i < NETWORK_ENGINES ? net->state[i] : NULL;
}

void engine_set_state(tepui_network *net, const network_engine *engine, void *state)
{
    net->state[place_of(net, engine)] = state;
}

static int can(const network_engine *engine, const tepui_network *net)
{
    return !engine->obstacle || !engine->obstacle(net);
}

static void use(tepui_network *net, const network_engine *engine)
{
    net->used |= 1u << place_of(net, engine);
    if (engine->keeps) net->keeps |= engine->keeps(net);
    net->curved = (net->keeps & KEEP_DERIVATIVES) != 0;
    net->closed |= engine->closed;
    for (const network_engine *const *b = engine->before; b && *b; b++)
        if (can(*b, net)) use(net, *b);
}

/* Engines behind others are those that count. */
static void choose_reads(tepui_network *net)
{
    memcpy(net->read, network_reads, sizeof net->read);
    for (size_t i = 0; net->engines && net->engines[i]; i++)
        for (size_t q = 0; is_used(net, i) && net->engines[i]->read && q < TEPUI_QUANTITY_COUNT; q++)
            if (net->engines[i]->gives >> q & 1) net->read[q] = net->engines[i]->read;
}

void network_choose_engines(tepui_network *net)
{
    unsigned left = net->needs | TEPUI_NEEDS_FORWARD;
    size_t i = 0;
    net->used = net->keeps = 0;
    net->curved = net->closed = 0;
    while (net->engines && net->engines[i]) i++;
    while (i-- > 0) {
        const network_engine *engine = net->engines[i];
        if (!(engine->gives & left) || !can(engine, net)) continue;
        left &= ~engine->gives;
        use(net, engine);
    }
    choose_reads(net);
}

void engines_lay_out(tepui_network *net, network_arena *a)
{
    for (size_t i = 0; net->engines[i]; i++)
        if (is_used(net, i) && net->engines[i]->lay_out) net->engines[i]->lay_out(net, a);
}

static tepui_status run(tepui_network *net, int again)
{
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; st == TEPUI_OK && net->engines[i]; i++) {
        const network_engine *engine = net->engines[i];
        if (is_used(net, i) && engine->run && (!again || engine->of_parameters)) st = engine->run(net);
    }
    return st;
}

tepui_status engines_run(tepui_network *net)
{
    return run(net, 0);
}

tepui_status engines_run_again(tepui_network *net)
{
    return run(net, 1);
}

tepui_status network_draw_sample(tepui_network *net)
{
    size_t i = 0;
    while (!is_used(net, i) || !(net->engines[i]->gives & TEPUI_NEEDS_FORWARD)) i++;
    return net->engines[i]->run(net);
}

double engines_cost(const tepui_network *net, double products)
{
    double operations = 0;
    for (size_t i = 0; net->engines[i]; i++)
        if (is_used(net, i) && net->engines[i]->cost) operations += net->engines[i]->cost(net, products);
    return operations;
}

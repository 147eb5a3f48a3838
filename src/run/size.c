/* size.c -- what a sample costs, how many make a block, and which of them are drawn. */
#include "run.h"
#include <tepui/curvature.h>

#define BLOCK_WEIGHTS ((uint64_t)1 << 22) /* about 6 ms of work */
#define BLOCK_MOST 256u
#define SAMPLE_COST 1000.0 /* weights drawn in the time that a sample takes besides */
#define LAYER_COST 100.0   /* the same of a layer */

#define PATH_MOST 128u /* samples of a block that are followed: enough to keep many lanes busy */
#define OPERATIONS 2.5 /* in the time of a weight */

/* A sampler without matrices has one point and no curvature. */
static int draws(const tepui_cell *c)
{
    return c->sampler->matrices;
}

static double operations_of(const tepui_cell *c, unsigned needs, double products)
{
    return tepui_hessian_cost(c, needs, products) + tepui_follower_cost(c, needs);
}

double tepui_sample_cost_of_products(const tepui_cell *c, unsigned needs, double products)
{
    if (!draws(c)) return SAMPLE_COST + (double)c->sampler->work(c);
    return SAMPLE_COST + operations_of(c, needs, products) / OPERATIONS +
           ((double)c->sampler->work(c) + LAYER_COST * (double)c->depth) * (double)c->points;
}

double tepui_sample_cost(const tepui_cell *c, unsigned needs)
{
    return tepui_sample_cost_of_products(c, needs, TEPUI_USUAL_PRODUCTS);
}

size_t tepui_block_samples(const tepui_cell *c, unsigned needs)
{
    const double operations = operations_of(c, needs, TEPUI_USUAL_PRODUCTS);
    const double n = (double)BLOCK_WEIGHTS / ((double)(c->sampler->work(c) * c->points) + operations / OPERATIONS);
    if (needs & TEPUI_NEEDS_PATH && tepui_follower_many(c)) return PATH_MOST;
    return n < 1 ? 1 : n > BLOCK_MOST ? BLOCK_MOST : (size_t)n;
}

run_range run_block_range(const run_queue *q, const run_cell *rc, uint64_t block)
{
    const uint64_t start = block * rc->block, whole = start + rc->block;
    const uint64_t end = whole < q->e->samples ? whole : q->e->samples, known = rc->base > start ? rc->base - start : 0;
    if (!q->state->refolds || rc->needs & TEPUI_NEEDS_PATH)
        return (run_range){start + known, end - start - known, 0, 0};
    return (run_range){start, end - start, known, end < whole};
}

/* guess.c -- see guess.h. The nearest cell of the same kind counts, and how things change with the size between those
   of its shape. */
#include "guess.h"
#include <math.h>

#define COST_PER_SECOND 1e9 /* where nothing was measured: two x86-64 machines gave 0.4e9 to 3e9 */
#define OTHER_KIND 20.0     /* distance in ln cost of other layers, laws or samplers: where there is nothing else */
#define OTHER_SHAPE 2.0     /* of a factor e of depth over width */
#define SHAPE_RANGE 1.0     /* of the cells that a slope is taken from, */
#define SLOPE_RANGE 1.0     /* and between its ends, in ln cost or depth */
#define SLOPE_LEAST (-0.3)
#define HELD 0.5   /* of the limit of steps */
#define DEEPER 1.2 /* times as deep */

/* How little the cost of one cell says about that of another. Spectra go with the shape, and with them the steps of a
   solver. */
static double far_in_cost(const guess *x, const guess *y)
{
    return fabs(log(x->cost / y->cost)) + OTHER_SHAPE * tepui_shape_distance(x->cell, y->cell) +
           OTHER_KIND * (x->kind != y->kind) + (x->cell->dynamics.rate != y->cell->dynamics.rate);
}

/* And its samples, for a precision. */
static double far_in_spread(const guess *x, const guess *y)
{
    return tepui_spread_distance(x->cell, y->cell);
}

typedef double far(const guess *x, const guess *y);

/* Of those measured; of those with known samples when samples says so. */
static const guess *nearest(const pilot *p, const guess *g, far *distance, int samples, double *how_far)
{
    const guess *best = NULL;
    *how_far = INFINITY;
    for (size_t i = 0; i < p->known_count; i++) {
        const guess *k = p->known[i];
        if (samples && isnan(k->samples)) continue;
        const double d = distance(g, k);
        if (d >= *how_far) continue;
        *how_far = d;
        best = k;
    }
    return best;
}

/* --- from one cell to another of its kind */

static int follows(const pilot *p)
{
    return (p->needs & TEPUI_NEEDS_PATH) != 0;
}

/* With so many iterations, in units of the pilot. */
static double cost_of(const pilot *p, const guess *g, double iterations)
{
    if (iterations == 0.0) return g->cost;
    if (follows(p)) return g->cost * iterations / (double)g->cell->dynamics.steps;
    return tepui_sample_cost_of_products(g->cell, p->needs, iterations);
}

typedef double ln_of(const pilot *p, const guess *g);

static double ln_cost(const pilot *p, const guess *g)
{
    (void)p;
    return log(g->cost);
}
static double ln_depth(const pilot *p, const guess *g)
{
    (void)p;
    return log((double)g->cell->depth);
}
static double ln_unit(const pilot *p, const guess *g)
{
    return log(g->seconds / cost_of(p, g, g->iterations));
}
static double ln_iterations(const pilot *p, const guess *g)
{
    (void)p;
    return log(g->iterations);
}

/* Of one kind, cells of about the shape of g: the slope of y over x between the ends. 0: they are too near. */
static double range_of(const pilot *p, const guess *g, size_t kind, ln_of *y, ln_of *x, double *slope)
{
    const guess *low = NULL, *high = NULL;
    for (size_t i = 0; i < p->known_count; i++) {
        const guess *k = p->known[i];
        if (k->bound || k->kind != kind || tepui_shape_distance(g->cell, k->cell) > SHAPE_RANGE) continue;
        if (!low || x(p, k) < x(p, low)) low = k;
        if (!high || x(p, k) > x(p, high)) high = k;
    }
    const double range = low ? x(p, high) - x(p, low) : 0.0;
    if (range < SLOPE_RANGE) return 0.0;
    *slope = (y(p, high) - y(p, low)) / range;
    return range;
}

/* In the kind of g, or else the mean of the other kinds; 0 where nothing is known. */
static double slope_of(const pilot *p, const guess *g, ln_of *y, ln_of *x)
{
    double slope = 0.0, sum = 0.0, other;
    if (range_of(p, g, g->kind, y, x, &slope) > 0.0) return slope;
    for (size_t kind = 0; kind < p->kinds; kind++) {
        const double range = range_of(p, g, kind, y, x, &other);
        sum += range;
        if (range > 0.0) slope += (other - slope) * range / sum;
    }
    return slope;
}

/* Trajectories that go on to the limit of steps: it is not known when they would leave. */
static int are_held(const pilot *p, const guess *k)
{
    return follows(p) && (k->bound || k->iterations > HELD * (double)k->cell->dynamics.steps);
}

/* They leave after a time, which is rate times steps. Plateaus grow with depth, by how much differs: in deeper nets the
   middle, in ln, between that time and the limit. */
static double steps_like(const tepui_cell *a, const guess *k)
{
    const double most = (double)a->dynamics.steps, rates = k->cell->dynamics.rate / a->dynamics.rate;
    const double steps = fmin(k->iterations * rates, most);
    return (double)a->depth > DEEPER * (double)k->cell->depth ? sqrt(steps * most) : steps;
}

/* A solver needs more products in deeper nets. */
static double iterations_like(const pilot *p, const guess *g, const guess *k)
{
    const tepui_cell *a = g->cell, *b = k->cell;
    if (k->iterations == 0.0) return 0.0;
    if (are_held(p, k)) return (double)a->dynamics.steps;
    if (follows(p)) return steps_like(a, k);
    const double slope = fmin(fmax(slope_of(p, g, ln_iterations, ln_depth), 0.0), 1.0);
    return k->iterations * pow((double)a->depth / (double)b->depth, slope);
}

static double extrapolated(const pilot *p, const guess *g, const guess *k)
{
    const double slope = fmin(fmax(slope_of(p, g, ln_unit, ln_cost), SLOPE_LEAST), CLI_SLOPE_MOST);
    const double ratio = cost_of(p, g, iterations_like(p, g, k)) / cost_of(p, k, k->iterations);
    return k->seconds * ratio * pow(g->cost / k->cost, slope);
}

guess cli_guess(const pilot *p, const guess *g, double *how_far)
{
    guess out = *g;
    double ignored;
    const guess *k = nearest(p, g, far_in_cost, 0, how_far);
    if (!g->measured) {
        out.seconds = k ? extrapolated(p, g, k) : g->cost / COST_PER_SECOND;
        out.seconds = fmax(out.seconds, g->least);
        out.bound = k && are_held(p, k);
    }
    if (!isnan(g->samples)) return out;
    k = nearest(p, g, far_in_spread, 1, &ignored);
    out.samples = k ? k->samples : (double)p->e->samples;
    out.bound |= !k; /* the most samples */
    return out;
}

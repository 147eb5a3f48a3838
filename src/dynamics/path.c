/* path.c -- what all trajectories have in common: when they are recorded, when they have escaped, diverged, ended. */
#include "follower.h"
#include <base/elementary.h>
#include <string.h>

#define NO_PLATEAU 1.0 /* in its place where the loss of a net whose output is 0 is 0, too */
#define LOOKS 20u      /* another share of the steps made until the curvature is looked at again */

size_t tepui_record_steps(const tepui_cell *c, uint64_t *step)
{
    const uint64_t last = c->dynamics.record;
    size_t n = 0;
    for (uint64_t decade = 1; n == 0 || decade <= last; decade *= 10)
        for (uint64_t digit = n ? 1 : 0; digit <= 5; digit += digit < 2 ? 1 : 3) {
            if (digit * decade >= last) break;
            if (step) step[n] = digit * decade;
            n++;
        }
    if (step) step[n] = last;
    return n + 1;
}

void path_begin(const tepui_follower *f, path_run *r, size_t index)
{
    const size_t row = f->table.records * TEPUI_PATH_VALUES;
    *r = (path_run){.index = index};
    f->table.escape[index] = f->table.divergence[index] = INFINITY;
    for (size_t i = 0; i < row; i++) f->table.value[index * row + i] = INFINITY;
}

static int has_escaped(const tepui_follower *f, const path_run *r)
{
    return f->table.escape[r->index] < INFINITY;
}

/* The curvature is dear: it is looked at when another twentieth of the steps has been made. */
static double growth(const tepui_follower *f, path_run *r, double (*ln_spread)(void *), void *arg)
{
    if (!f->escape->needs_curvature || r->t < r->look) return NAN;
    const double now = ln_spread(arg);
    if (r->t == 0) r->ln_spread = now;
    r->look = r->t + 1 + r->t / LOOKS;
    return elementary_exp(now - r->ln_spread);
}

int path_look(tepui_follower *f, path_run *r, double loss, double distance, int finite, double (*ln_spread)(void *),
              void *arg)
{
    if (r->t == 0) r->reference = fmax(fabs(loss), r->plateau != 0 ? fabs(r->plateau) : NO_PLATEAU);
    if (!finite || !(loss <= f->d->divergence * r->reference)) {
        if (!has_escaped(f, r)) f->table.divergence[r->index] = (double)r->t; /* later only records would tell */
        return 1;
    }
    if (has_escaped(f, r)) return 0;
    const tepui_escape_view v = {loss, r->plateau, distance, growth(f, r, ln_spread, arg)};
    if (f->escape->reached(&v, f->d->escape.value)) f->table.escape[r->index] = (double)r->t;
    return 0;
}

double *path_record(const tepui_follower *f, const path_run *r)
{
    if (r->record >= f->table.records || r->t != f->step[r->record]) return NULL;
    return f->table.value + (r->index * f->table.records + r->record) * TEPUI_PATH_VALUES;
}

int path_over(const tepui_follower *f, path_run *r)
{
    if (r->record < f->table.records && r->t == f->step[r->record]) r->record++;
    const int recorded = r->record == f->table.records;
    return r->t == f->d->steps || (recorded && has_escaped(f, r));
}

void path_rest(const tepui_follower *f, path_run *r)
{
    if (r->record == 0) return;
    const double *row = f->table.value + (r->index * f->table.records + r->record - 1) * TEPUI_PATH_VALUES;
    for (; r->record < f->table.records; r->record++)
        memcpy(f->table.value + (r->index * f->table.records + r->record) * TEPUI_PATH_VALUES, row,
               TEPUI_PATH_VALUES * sizeof *row);
}

double path_rate(const tepui_follower *f, const path_run *r)
{
    const tepui_schedule_type *schedule = f->d->schedule.type;
    return f->d->rate * schedule->factor((double)r->t, (double)f->d->steps, f->d->schedule.value);
}

/* Squares of gradients stay in range where gradients are within 2^+-200. */
#define UNIT_FREE 200
#define UNIT_GRAIN 64

int64_t path_unit(int64_t exponent)
{
    if (exponent >= -UNIT_FREE && exponent <= UNIT_FREE) return 0;
    return exponent - ((exponent % UNIT_GRAIN) + UNIT_GRAIN) % UNIT_GRAIN;
}

void path_rescale(double *state, size_t n, size_t stride, int degree, int64_t from, int64_t to)
{
    if (from == to || degree == 0) return;
    for (size_t i = 0; i < n; i++) state[i * stride] = scaled_shift(state[i * stride], degree * (from - to));
}

/* The least exponent that leaves a state within range. */
static int64_t lowest(const double *state, size_t n, size_t stride, int degree, int64_t from)
{
    double top = 0;
    for (size_t i = 0; i < n; i++) top = fmax(top, fabs(state[i * stride]));
    if (degree == 0 || !(top > 0 && isfinite(top))) return INT64_MIN;
    return from + ilogb(top) / degree - UNIT_FREE;
}

int64_t path_unit_for(const tepui_follower *f, double *const *state, size_t n, size_t stride, int64_t from, int64_t e)
{
    int64_t to = path_unit(e);
    for (size_t k = 0; k < f->optimizer->states && to < from; k++) {
        const int64_t least = lowest(state[k], n, stride, f->optimizer->degree[k], from);
        if (least > to) to = least < from ? least : from;
    }
    return to;
}

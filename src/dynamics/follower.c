/* follower.c -- the trajectories of a run of samples: workspace, and what is saved of those under way. */
#include "follower.h"
#include <stdlib.h>
#include <string.h>

static void decide(tepui_follower *f, const tepui_cell *c, unsigned needs, size_t samples)
{
    f->cell = c;
    f->d = &c->dynamics;
    f->optimizer = c->dynamics.optimizer.type;
    f->escape = c->dynamics.escape.type;
    f->needs = needs;
    f->table.samples = samples;
    f->table.records = needs & TEPUI_NEEDS_RECORD ? tepui_record_steps(c, f->step) : 0;
    f->engine = network_is_scalars(c) ? &follow_chain : &follow_net;
}

int tepui_follower_many(const tepui_cell *c)
{
    return network_is_scalars(c);
}

double tepui_follower_cost(const tepui_cell *c, unsigned needs)
{
    const double each = network_is_scalars(c) ? 4.0 * (double)c->depth : 6.0 * (double)tepui_multiplications(c);
    const int fresh = c->dynamics.from_data && ((const tepui_optimizer_type *)c->dynamics.optimizer.type)->minibatch;
    const double looked_at = needs & TEPUI_NEEDS_PATH_ACCURACY ? (double)c->data->spec.held_out : 0;
    if (!(needs & TEPUI_NEEDS_PATH)) return 0;
    return ((double)c->dynamics.steps * (double)c->points * (fresh ? 2 : 1) +
            (double)tepui_record_steps(c, NULL) * looked_at / 3) *
           each;
}

static void lay_out(tepui_follower *f, network_arena *a)
{
    path_table *t = &f->table;
    t->escape = network_take(a, t->samples, sizeof(double));
    t->divergence = network_take(a, t->samples, sizeof(double));
    t->value = network_take(a, t->samples * t->records * TEPUI_PATH_VALUES, sizeof(double));
    f->state = f->engine->alloc(f, a);
}

size_t tepui_follower_memory(const tepui_cell *c, unsigned needs, size_t samples)
{
    tepui_follower f = {0};
    network_arena a = {NULL, 0};
    decide(&f, c, needs, samples);
    lay_out(&f, &a);
    return a.used + sizeof f;
}

tepui_status tepui_follower_alloc(tepui_network *net, unsigned needs, size_t samples, tepui_follower **out,
                                  tepui_error *err)
{
    const size_t size = tepui_follower_memory(tepui_network_cell(net), needs, samples);
    tepui_follower *f = calloc(1, sizeof *f);
    network_arena a;
    void *memory = network_room(&a, size);
    *out = f;
    if (!f || !memory) {
        free(memory);
        free(f);
        *out = NULL;
        return tepui_fail(err, TEPUI_NO_MEMORY, "a worker's trajectories need %zu MB, more than there is", size >> 20);
    }
    f->arena = memory;
    f->net = net;
    decide(f, tepui_network_cell(net), needs, samples);
    lay_out(f, &a);
    net->path = &f->table;
    return TEPUI_OK;
}

void tepui_follower_free(tepui_follower *f)
{
    if (!f) return;
    f->net->path = NULL;
    free(f->arena);
    free(f);
}

void tepui_follower_begin(tepui_follower *f, uint64_t first, size_t count)
{
    f->first = first;
    f->count = count;
    f->made = 0;
    f->engine->begin(f);
}

tepui_status tepui_follower_go(tepui_follower *f, tepui_poll poll, void *arg)
{
    return f->engine->go(f, poll, arg);
}

/* --- saving: which samples, the tables, then what the engine has under way */

static size_t put(void *bytes, size_t at, const void *from, size_t size)
{
    if (bytes && size) memcpy((char *)bytes + at, from, size);
    return at + size;
}

static size_t values(const tepui_follower *f)
{
    return f->count * f->table.records * TEPUI_PATH_VALUES;
}

size_t tepui_follower_save(const tepui_follower *f, void *bytes)
{
    const path_table *t = &f->table;
    const uint64_t range[2] = {f->first, f->count};
    size_t n = put(bytes, 0, range, sizeof range);
    n = put(bytes, n, t->escape, f->count * sizeof(double));
    n = put(bytes, n, t->divergence, f->count * sizeof(double));
    n = put(bytes, n, t->value, values(f) * sizeof(double));
    return n + f->engine->save(f, bytes ? (char *)bytes + n : NULL);
}

tepui_status tepui_follower_resume(tepui_follower *f, uint64_t first, size_t count, const void *bytes, size_t size)
{
    path_table *t = &f->table;
    const uint64_t range[2] = {first, count};
    const char *from = (const char *)bytes + sizeof range;
    if (count > t->samples || size < sizeof range || memcmp(bytes, range, sizeof range) != 0) return TEPUI_BAD_INPUT;
    f->first = first;
    f->count = count;
    f->made = 0;
    size -= sizeof range;
    const size_t each = count * sizeof(double), all = values(f) * sizeof(double);
    if (size < 2 * each + all) return TEPUI_BAD_INPUT;
    memcpy(t->escape, from, each);
    memcpy(t->divergence, from + each, each);
    if (all) memcpy(t->value, from + 2 * each, all);
    return f->engine->resume(f, from + 2 * each + all, size - 2 * each - all);
}

/* --- results */

uint64_t tepui_follower_steps(const tepui_follower *f)
{
    return f->made;
}

void tepui_follower_show(tepui_follower *f, size_t i)
{
    f->table.shown = i;
}

tepui_path tepui_network_path(const tepui_network *net)
{
    const path_table *t = net->path;
    const size_t i = t->shown;
    return (tepui_path){t->escape[i], t->divergence[i], t->value + i * t->records * TEPUI_PATH_VALUES};
}

/* components.c -- the components of an observable over all cells of an experiment, and the raw numbers of each, as a
   result file has them. */
#include <stdlib.h>
#include <tepui/experiment.h>

static int by_place(const void *a, const void *b)
{
    const long x = *(const long *)a, y = *(const long *)b;
    if ((x < 0) != (y < 0)) return x < 0 ? 1 : -1; /* special ones last */
    return x < 0 ? (x < y) - (x > y) : (x > y) - (x < y);
}

/* Those of all cells that are no aliases, one after another; out: NULL, to be counted. */
static size_t gather(const tepui_experiment *e, const tepui_observable_type *t, long *out)
{
    size_t n = 0;
    for (size_t i = 0; i < e->cell_count; i++)
        if (e->cells[i].alias_of == i)
            n += tepui_observable_components(t, &e->cells[i], e->layer_limit, out ? out + n : NULL);
    return n;
}

tepui_status tepui_experiment_components(const tepui_experiment *e, size_t o, long **out, size_t *count)
{
    const tepui_observable_type *t = e->observables[o];
    const size_t n = gather(e, t, NULL);
    *count = 0;
    *out = calloc(n + 1, sizeof **out);
    if (!*out) return TEPUI_NO_MEMORY;
    gather(e, t, *out);
    qsort(*out, n, sizeof **out, by_place);
    for (size_t i = 0; i < n; i++)
        if (*count == 0 || (*out)[i] != (*out)[*count - 1]) (*out)[(*count)++] = (*out)[i];
    return TEPUI_OK;
}

size_t tepui_experiment_raw(const tepui_experiment *e, size_t o, const tepui_cell *c)
{
    size_t most = 0;
    if (c) {
        const uint64_t values = tepui_observable_values(e->observables[o], c); /* of a sample */
        return (size_t)(e->samples <= e->raw / values ? e->samples * values : e->raw);
    }
    for (size_t i = 0; i < e->cell_count; i++) {
        const size_t n = tepui_experiment_raw(e, o, &e->cells[i]);
        if (n > most) most = n;
    }
    return most;
}

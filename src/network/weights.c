/* weights.c -- the matrices of a sample, drawn a cache-sized tile at a time.

   Address: hidden matrices are numbered in groups of consecutive layers whose entries together fit one tile, so that
   a chain of width 1 does not spend a batch of 32 normals on one weight; a larger matrix is a group of its own. Group
   g is the stream (sample, weights, g), its entries lie one matrix after another, row-major. The read-out is the
   stream (sample, readout, 0). Entries have variance 1; sigma is applied to the product.

   Kept: everything stays in `weights`. Not kept: only the present group (or the present rows of a large matrix) does,
   and the backward pass draws again what it needs, the same bits from the same address. A GSL generator cannot go
   back, so then weights are always kept. */
#include "network.h"
#include <string.h>

static const tepui_distribution_type *law(const tepui_cell *c)
{
    return c->distribution.type;
}

size_t weights_groups(const tepui_cell *c, weight_site *site, weight_group *group)
{
    const int whole = law(c)->fill_matrix != NULL; /* a matrix law draws one matrix per stream */
    size_t groups = 0, entries = 0, start = 0;
    for (size_t m = 1; m <= tepui_matrix_count(c); m++) {
        const tepui_matrix_shape t = tepui_matrix_shape_of(c, m);
        const int readout = c->readout == TEPUI_READOUT_DENSE && m == tepui_matrix_count(c);
        const size_t size = t.rows * t.cols;
        if (m == 1 || whole || readout || entries + size > WEIGHTS_TILE) {
            start += entries;
            entries = 0;
            groups++;
            const tepui_purpose purpose = readout ? TEPUI_FOR_READOUT : TEPUI_FOR_WEIGHTS;
            if (group) group[groups - 1] = (weight_group){purpose, m, m, 0, start};
        }
        if (site) site[m] = (weight_site){t.rows, t.cols, t.sigma, (uint32_t)(groups - 1), (uint32_t)entries};
        entries += size;
        if (!group) continue;
        group[groups - 1].last = m;
        group[groups - 1].entries = entries;
    }
    return groups;
}

void weights_new_sample(tepui_network *net)
{
    net->present = SIZE_MAX;
}

static size_t stream_number(const tepui_network *net, size_t g)
{
    return net->group[g].purpose == TEPUI_FOR_READOUT ? 0 : g;
}

static double *group_base(tepui_network *net, size_t g)
{
    return net->keep_weights ? net->weights + net->group[g].start : net->weights;
}

static int is_large(const weight_group *g)
{
    return g->entries > WEIGHTS_TILE;
}

/* Whether the group has been drawn already in this sample and is still there. */
static int is_here(const tepui_network *net, size_t g)
{
    if (net->keep_weights) return net->present != SIZE_MAX && g <= net->present;
    return g == net->present;
}

/* Draws a group that fits a tile, or any matrix of a matrix law, at once. */
static tepui_status draw_group(tepui_network *net, size_t g)
{
    const tepui_cell *c = net->cell;
    const weight_group *group = &net->group[g];
    double *base = group_base(net, g);
    tepui_stream_at(&net->stream, group->purpose, (uint32_t)stream_number(net, g));
    net->present = g;
    if (law(c)->fill_matrix) {
        const weight_site *s = &net->site[group->first];
        return law(c)->fill_matrix(&net->stream, base, s->rows, s->cols, net->scratch);
    }
    law(c)->fill(&net->stream, base, group->entries, c->distribution.value, net->scratch);
    return TEPUI_OK;
}

tepui_status weights_first(tepui_network *net, size_t l, weight_rows *r)
{
    const weight_site *s = &net->site[l];
    const size_t g = s->group;
    const int whole = !is_large(&net->group[g]) || law(net->cell)->fill_matrix;
    tepui_status st = TEPUI_OK;
    *r = (weight_rows){0};
    if (whole && !is_here(net, g)) st = draw_group(net, g);
    if (st != TEPUI_OK) return st;
    r->base = group_base(net, g) + (whole ? s->offset : 0);
    if (whole || is_here(net, g)) {
        r->filled = s->rows * s->cols; /* everything is there */
    } else {
        if (!net->keep_weights) net->present = SIZE_MAX; /* the window overwrites the group that was here */
        tepui_stream_at(&net->stream, net->group[g].purpose, (uint32_t)stream_number(net, g));
    }
    return weights_next(net, l, r);
}

/* Next tile of a large matrix: appended when weights are kept, else behind the unfinished row moved to the front. */
static void draw_tile(tepui_network *net, const weight_site *s, weight_rows *r)
{
    const tepui_cell *c = net->cell;
    const size_t total = s->rows * s->cols;
    size_t n = total - r->filled;
    if (n > WEIGHTS_TILE) n = WEIGHTS_TILE;
    double *to = r->base + r->filled;
    if (!net->keep_weights) {
        const size_t rest = r->filled - r->done * s->cols;
        memmove(r->base, r->base + r->held - rest, rest * sizeof *r->base);
        to = r->base + rest;
        r->held = rest + n;
    }
    law(c)->fill(&net->stream, to, n, c->distribution.value, net->scratch);
    r->filled += n;
}

tepui_status weights_next(tepui_network *net, size_t l, weight_rows *r)
{
    const weight_site *s = &net->site[l];
    const size_t total = s->rows * s->cols;
    r->row = r->done;
    r->rows = 0;
    if (r->done == s->rows) return TEPUI_OK;
    while (r->filled < total && r->filled < (r->done + 1) * s->cols) draw_tile(net, s, r);
    const size_t ready = r->filled / s->cols;
    /* held counts what lies in a sliding window; it is 0 where the whole matrix has its own place */
    const size_t at = r->held ? r->held - (r->filled - r->done * s->cols) : r->done * s->cols;
    r->tile = r->base + at;
    r->rows = ready - r->done;
    r->done = ready;
    if (r->done == s->rows && net->keep_weights && (net->present == SIZE_MAX || s->group > net->present))
        net->present = s->group;
    return TEPUI_OK;
}

tepui_status weights_whole(tepui_network *net, size_t m, double *to, const double **w)
{
    const weight_site *s = &net->site[m];
    weight_rows r;
    tepui_status st = weights_first(net, m, &r);
    *w = r.tile;
    if (st != TEPUI_OK || r.rows == s->rows) return st;
    if (net->keep_weights) to = NULL; /* the tiles lie one after another */
    if (to) *w = to;
    while (st == TEPUI_OK && r.rows) {
        if (to) memcpy(to + r.row * s->cols, r.tile, r.rows * s->cols * sizeof *to);
        st = weights_next(net, m, &r);
    }
    return st;
}

/* Whether a row begins with a batch of its own and is drawn again anyhow. */
int weights_by_row(const tepui_network *net, size_t l)
{
    const weight_site *s = &net->site[l];
    return !net->keep_weights && !law(net->cell)->fill_matrix && is_large(&net->group[s->group]) &&
           s->cols % TEPUI_BATCH == 0;
}

void weights_row(tepui_network *net, size_t l, size_t row, double *out)
{
    const weight_site *s = &net->site[l];
    const tepui_cell *c = net->cell;
    net->present = SIZE_MAX;
    tepui_stream_at(&net->stream, net->group[s->group].purpose, (uint32_t)stream_number(net, s->group));
    net->stream.next = (uint64_t)row * s->cols * law(c)->words;
    law(c)->fill(&net->stream, out, s->cols, c->distribution.value, net->scratch);
}

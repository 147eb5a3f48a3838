/* pivot.c -- cells and components arranged in blocks, rows and columns.

   An item is one (cell, component). Its row and column are the values of two columns of the file. When several items
   meet in one slot, columns are taken in the order of the file until the items are apart; those columns become the
   keys of the blocks. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* Columns that tell about the outcome, not about the cell. */
static int is_outcome(const char *name)
{
    static const char *const words[] = {"samples", "dead", "key", "same_as"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0) return 1;
    return 0;
}

/* May tell blocks apart: what the cell is, once (the expression of the width rather than its value). */
static int may_be_key(const cli_pivot *p, const tepui_column *c)
{
    if (c == p->row.column || c == p->column.column || is_outcome(c->name)) return 0;
    return strcmp(c->name, "width") != 0 || !tepui_result_column(p->result, "width_expression");
}

/* --- numbering of values */

/* id[cell] = first cell with the same text */
static size_t *column_ids(const tepui_result *r, const tepui_column *c)
{
    size_t *id = cli_alloc(r->cells, sizeof *id);
    for (size_t i = 0; i < r->cells; i++) {
        size_t k = i;
        for (size_t j = 0; j < i && k == i; j++)
            if (id[j] == j && strcmp(c->text[j], c->text[i]) == 0) k = j;
        id[i] = k;
    }
    return id;
}

static void axis_ids(const cli_pivot *p, cli_axis axis, size_t *out)
{
    size_t *id = axis.column ? column_ids(p->result, axis.column) : NULL;
    for (size_t i = 0; i < p->items; i++) out[i] = id ? id[p->item[i].cell] : p->item[i].component;
    free(id);
}

typedef struct {
    size_t a, b, item;
} triple;

static int by_ids(const void *x, const void *y)
{
    const triple *s = x, *t = y;
    if (s->a != t->a) return s->a < t->a ? -1 : 1;
    if (s->b != t->b) return s->b < t->b ? -1 : 1;
    return s->item < t->item ? -1 : s->item > t->item;
}

/* group[i] = first item with the same (group, id) as item i; returns the number of groups. */
static size_t refine(size_t *group, const size_t *id, size_t n)
{
    size_t groups = 0, first = 0;
    triple *t = cli_alloc(n, sizeof *t);
    for (size_t i = 0; i < n; i++) t[i] = (triple){group[i], id[i], i};
    qsort(t, n, sizeof *t, by_ids);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || t[i].a != t[i - 1].a || t[i].b != t[i - 1].b) {
            first = t[i].item;
            groups++;
        }
        group[t[i].item] = first;
    }
    free(t);
    return groups;
}

/* --- items */

static int has_data(const tepui_result_observable *o, size_t cell, size_t component)
{
    return o->count[cell * o->components + component] > 0;
}

static void add_item(cli_pivot *p, size_t cell, size_t component)
{
    p->item[p->items++] = (cli_item){cell, component};
}

static void collect(cli_pivot *p, size_t component, const char *keep)
{
    const tepui_result_observable *o = p->observable;
    const int spread = !p->row.column || !p->column.column;
    p->item = cli_alloc(p->result->cells * (spread ? o->components : 1), sizeof *p->item);
    for (size_t i = 0; i < p->result->cells; i++) {
        if (keep && !keep[i]) continue;
        if (!spread) add_item(p, i, cli_component_in(o, i, component));
        for (size_t k = 0; spread && k < o->components; k++)
            if (has_data(o, i, k)) add_item(p, i, k);
    }
}

/* --- blocks */

static void add_key(cli_pivot *p, const tepui_column *c)
{
    p->key = cli_grow(p->key, p->keys + 1, sizeof *p->key);
    p->key[p->keys++] = c;
}

/* Chooses the keys; group starts as the slot of every item. */
static void choose_keys(cli_pivot *p, size_t *group, size_t groups)
{
    size_t *try = cli_alloc(p->items, sizeof *try), *id = cli_alloc(p->items, sizeof *id);
    for (size_t c = 0; c < p->result->columns && groups < p->items; c++) {
        const tepui_column *column = &p->result->column[c];
        if (!may_be_key(p, column)) continue;
        memcpy(try, group, p->items * sizeof *try);
        axis_ids(p, (cli_axis){column, column->name}, id);
        const size_t finer = refine(try, id, p->items);
        if (finer == groups) continue;
        groups = finer;
        memcpy(group, try, p->items * sizeof *group);
        add_key(p, column);
    }
    free(try);
    free(id);
}

/* block_of[] = 0, 1, 2 ... in order of appearance, from first items of groups. */
static void number_blocks(cli_pivot *p, const size_t *group)
{
    for (size_t i = 0; i < p->items; i++) p->block_of[i] = group[i] == i ? p->blocks++ : p->block_of[group[i]];
}

static void find_blocks(cli_pivot *p)
{
    size_t *group = cli_alloc(p->items, sizeof *group), *id = cli_alloc(p->items, sizeof *id);
    memcpy(group, p->row_of, p->items * sizeof *group);
    choose_keys(p, group, refine(group, p->column_of, p->items));
    memset(group, 0, p->items * sizeof *group);
    if (p->keys == 0) refine(group, group, p->items);
    for (size_t k = 0; k < p->keys; k++) {
        axis_ids(p, (cli_axis){p->key[k], p->key[k]->name}, id);
        refine(group, id, p->items);
    }
    number_blocks(p, group);
    free(group);
    free(id);
}

/* --- making and asking */

static tepui_status find_axis(const tepui_result *r, const char *name, cli_axis *axis, tepui_error *err)
{
    *axis = (cli_axis){NULL, name};
    if (strcmp(name, "component") == 0 || strcmp(name, "layer") == 0) return TEPUI_OK;
    return cli_find_column(r, name, &axis->column, err);
}

tepui_status cli_pivot_make(const tepui_result *r, const tepui_result_observable *o, const char *row,
                            const char *column, size_t component, const char *keep, cli_pivot **out, tepui_error *err)
{
    tepui_status st;
    cli_pivot *p = cli_alloc(1, sizeof *p);
    p->result = r;
    p->observable = o;
    *out = p;
    TEPUI_TRY(find_axis(r, row, &p->row, err));
    TEPUI_TRY(find_axis(r, column, &p->column, err));
    if (p->row.column == p->column.column) {
        st = tepui_fail(err, TEPUI_USAGE, "rows and columns are both %s", row);
        goto done;
    }
    collect(p, component, keep);
    p->row_of = cli_alloc(p->items, sizeof *p->row_of);
    p->column_of = cli_alloc(p->items, sizeof *p->column_of);
    p->block_of = cli_alloc(p->items, sizeof *p->block_of);
    axis_ids(p, p->row, p->row_of);
    axis_ids(p, p->column, p->column_of);
    find_blocks(p);
done:
    if (st != TEPUI_OK) {
        cli_pivot_free(p);
        *out = NULL;
    }
    return st;
}

void cli_pivot_free(cli_pivot *p)
{
    if (!p) return;
    free(p->key);
    free(p->item);
    free(p->row_of);
    free(p->column_of);
    free(p->block_of);
    free(p);
}

const char *cli_axis_label(const cli_pivot *p, cli_axis axis, size_t item)
{
    const cli_item *i = &p->item[item];
    return axis.column ? axis.column->text[i->cell] : p->observable->component[i->component];
}

static int by_component(const void *x, const void *y)
{
    const triple *s = x, *t = y;
    return s->a < t->a ? -1 : s->a > t->a;
}

/* Components appear in the order of the file, whichever cell has them first. */
static void order_components(const cli_pivot *p, size_t *item, size_t n)
{
    triple *t = cli_alloc(n, sizeof *t);
    for (size_t i = 0; i < n; i++) t[i] = (triple){p->item[item[i]].component, 0, item[i]};
    qsort(t, n, sizeof *t, by_component);
    for (size_t i = 0; i < n; i++) item[i] = t[i].item;
    free(t);
}

static size_t distinct(const cli_pivot *p, size_t block, const size_t *value, cli_axis axis, size_t *out)
{
    const size_t span = p->result->cells + p->observable->components + 1;
    char *seen = cli_alloc(span, 1);
    size_t n = 0;
    for (size_t i = 0; i < p->items; i++) {
        if ((block != SIZE_MAX && p->block_of[i] != block) || seen[value[i]]) continue;
        seen[value[i]] = 1;
        out[n++] = i;
    }
    free(seen);
    if (!axis.column) order_components(p, out, n);
    return n;
}

size_t cli_pivot_rows(const cli_pivot *p, size_t block, size_t *out)
{
    return distinct(p, block, p->row_of, p->row, out);
}

size_t cli_pivot_columns(const cli_pivot *p, size_t block, size_t *out)
{
    return distinct(p, block, p->column_of, p->column, out);
}

/* at[value] = place of that value among the n items */
static size_t *places(const cli_pivot *p, const size_t *value, const size_t *item, size_t n)
{
    const size_t span = p->result->cells + p->observable->components + 1;
    size_t *at = cli_alloc(span, sizeof *at);
    for (size_t i = 0; i < n; i++) at[value[item[i]]] = i;
    return at;
}

size_t *cli_pivot_grid(const cli_pivot *p, size_t block, const size_t *row, size_t rows, const size_t *column,
                       size_t columns)
{
    size_t *grid = cli_alloc(rows * columns, sizeof *grid);
    size_t *row_at = places(p, p->row_of, row, rows), *column_at = places(p, p->column_of, column, columns);
    for (size_t i = 0; i < rows * columns; i++) grid[i] = SIZE_MAX;
    for (size_t i = p->items; i-- > 0;) /* the first item wins */
        if (p->block_of[i] == block) grid[row_at[p->row_of[i]] * columns + column_at[p->column_of[i]]] = i;
    free(row_at);
    free(column_at);
    return grid;
}

size_t cli_pivot_block_item(const cli_pivot *p, size_t block)
{
    size_t i = 0;
    while (i < p->items && p->block_of[i] != block) i++;
    return i;
}

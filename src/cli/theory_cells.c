/* theory_cells.c -- `tepui theory LAW --from FILE --cell N,...`: cells of a result, or nets that differ from one of
   them in depth and width only. All are planned together, so that data are read once. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static tepui_status read_cells(const char *list, const char *file, size_t cells, cli_cells *out, tepui_error *err)
{
    cli_choices number = {0};
    tepui_status st = TEPUI_OK;
    cli_choices_add(&number, "cell", list, 1);
    const cli_choice *c = &number.choice[0];
    out->number = cli_alloc(c->values, sizeof *out->number);
    out->cell = cli_alloc(c->values, sizeof *out->cell);
    for (size_t i = 0; i < c->values && st == TEPUI_OK; i++) {
        uint64_t n;
        if (!cli_read_count(c->value[i], &n) || n >= cells)
            st = tepui_fail(err, TEPUI_USAGE, "%s has cells 0 to %zu, not '%s'", file, cells - 1, c->value[i]);
        else
            out->number[out->count] = out->cell[out->count] = (size_t)n, out->count++;
    }
    cli_choices_free(&number);
    return st;
}

/* The column of /cells that tells the values of an axis. */
static const tepui_column *column_of(const tepui_result *r, const char *path)
{
    return tepui_result_column(r, strcmp(path, "grid.width") == 0 ? "width_expression" : tepui_field_name(path));
}

static int differs(const tepui_column *c, size_t cells)
{
    size_t i = 1;
    while (i < cells && strcmp(c->text[i], c->text[0]) == 0) i++;
    return i < cells;
}

static char *list_of(const cli_choice *c)
{
    char *list = cli_copy(c->value[0]);
    for (size_t k = 1; k < c->values; k++) {
        char *longer = cli_print("%s, %s", list, c->value[k]);
        free(list);
        list = longer;
    }
    return list;
}

/* "grid.init=\"he\""; a profile of widths is a list in a list. */
static char *setting_of(const char *path, const tepui_column *c, size_t cell)
{
    const char *text = c->text[cell];
    if (!c->is_text) return cli_print("%s=%s", path, text);
    return cli_print(strcmp(path, "grid.width") == 0 && *text == '[' ? "%s=[%s]" : "%s=\"%s\"", path, text);
}

/* Every axis as the cell has it, but for those that are changed; NULL-terminated. */
static char **settings_of(const tepui_result *r, size_t cell, const cli_choices *changed)
{
    const size_t n = tepui_experiment_fields(NULL);
    tepui_field_info *f = cli_alloc(n, sizeof *f);
    char **set = cli_alloc(n + 1, sizeof *set);
    size_t used = 0;
    tepui_experiment_fields(f);
    for (size_t i = 0; i < n; i++) {
        const tepui_column *c = f[i].axis ? column_of(r, f[i].path) : NULL;
        const cli_choice *other = cli_choices_find(changed, f[i].path);
        char *list = other ? list_of(other) : NULL;
        if (list)
            set[used++] = cli_print("%s=[%s]", f[i].path, list);
        else if (c && differs(c, r->cells))
            set[used++] = setting_of(f[i].path, c, cell);
        free(list);
    }
    free(f);
    return set;
}

/* All cells of the experiment that the changes make, in place of the one. */
static tepui_status change(const tepui_result *r, const char *file, const cli_choices *changed, cli_cells *out,
                           tepui_error *err)
{
    if (out->count != 1)
        return tepui_fail(err, TEPUI_USAGE, "--depth and --width change one --cell, not %zu", out->count);
    const size_t number = out->number[0];
    char **set = settings_of(r, number, changed);
    const tepui_status st = cli_plan_changed(r, file, (const char *const *)set, &out->e, err);
    for (size_t i = 0; set[i]; i++) free(set[i]);
    free(set);
    if (st != TEPUI_OK) return st;
    out->count = out->e->cell_count;
    out->number = cli_grow(out->number, out->count, sizeof *out->number);
    out->cell = cli_grow(out->cell, out->count, sizeof *out->cell);
    for (size_t i = 0; i < out->count; i++) out->number[i] = number, out->cell[i] = i;
    return TEPUI_OK;
}

tepui_status cli_cells_read(const char *file, const char *list, const cli_choices *changed, cli_cells *out,
                            tepui_error *err)
{
    tepui_status st;
    tepui_result *r = NULL;
    TEPUI_TRY(cli_open(file, TEPUI_READ_STATISTICS, &r, err));
    TEPUI_TRY(read_cells(list, file, r->cells, out, err));
    TEPUI_TRY(changed->count ? change(r, file, changed, out, err) : cli_plan_result(r, file, &out->e, err));
    for (size_t i = 0; i < out->count; i++) out->cell[i] = out->e->cells[out->cell[i]].alias_of;
done:
    tepui_result_free(r);
    return st;
}

void cli_cells_free(cli_cells *c)
{
    tepui_experiment_free(c->e);
    free(c->cell);
    free(c->number);
    *c = (cli_cells){0};
}

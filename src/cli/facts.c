/* facts.c -- named numbers about one case or several: one case downwards, several as a row each. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

void cli_facts_add(cli_facts *f, const char *name, const char *text)
{
    f->name = cli_grow(f->name, f->count + 1, sizeof *f->name);
    f->text = cli_grow(f->text, f->count + 1, sizeof *f->text);
    f->name[f->count] = cli_copy(name);
    f->text[f->count++] = cli_copy(text);
}

void cli_facts_number(cli_facts *f, const char *name, double x, int digits)
{
    cli_facts_add(f, name, cli_number(x, digits).text);
}

void cli_facts_clear(cli_facts *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->name[i]);
        free(f->text[i]);
    }
    free(f->name);
    free(f->text);
    *f = (cli_facts){0};
}

static const char *text_of(const cli_facts *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->name[i], name) == 0) return f->text[i];
    return "-";
}

static cli_table *downwards(const cli_facts *f)
{
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "prediction");
    cli_table_column(t, CLI_NUMERIC, "value");
    for (size_t i = 0; i < f->count; i++) {
        cli_table_cell(t, f->name[i]);
        cli_table_cell(t, f->text[i]);
    }
    return t;
}

/* Whether a case before number k has the name, too. */
static int was_named(const cli_facts *f, size_t k, const char *name)
{
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < f[i].count; j++)
            if (strcmp(f[i].name[j], name) == 0) return 1;
    return 0;
}

cli_table *cli_facts_table(const cli_facts *f, size_t cases)
{
    if (cases == 1) return downwards(f);
    cli_table *t = cli_table_new();
    for (size_t k = 0; k < cases; k++)
        for (size_t i = 0; i < f[k].count; i++)
            if (!was_named(f, k, f[k].name[i])) cli_table_column(t, CLI_NUMERIC, f[k].name[i]);
    for (size_t k = 0; k < cases; k++)
        for (size_t c = 0; c < t->columns; c++) cli_table_cell(t, text_of(&f[k], t->header[c]));
    return t;
}

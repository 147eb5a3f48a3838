/* export_rows.c -- a result as CSV (RFC 4180) or JSON (an array of objects), row by row: the columns of the cell, what
   was measured, the value. What is not there is an empty field or null; infinite values are words, strings in JSON. */
#include "export.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const tepui_result *r;
    const tepui_result_observable *o;
    int json, samples;
    FILE *out;
    char *cell;       /* the columns of the cell, as text */
    text_buffer line; /* the row so far */
    size_t rows;
} row_writer;

static void put_json(const char *words, text_buffer *out)
{
    text_put(out, "\"");
    for (; *words; words++) {
        if (*words == '"' || *words == '\\') text_put(out, "\\");
        text_bytes(out, words, 1);
    }
    text_put(out, "\"");
}

static void put_csv(const char *words, text_buffer *out)
{
    if (!strpbrk(words, ",\"\r\n")) {
        text_put(out, words);
        return;
    }
    text_put(out, "\"");
    for (; *words; words++) {
        if (*words == '"') text_put(out, "\"");
        text_bytes(out, words, 1);
    }
    text_put(out, "\"");
}

/* Control characters as they can be shown. */
static void put_text(const row_writer *s, const char *words, text_buffer *out)
{
    char *visible = cli_visible(words);
    (s->json ? put_json : put_csv)(visible, out);
    free(visible);
}

static void put_number(const row_writer *s, double x, text_buffer *out)
{
    char digits[32];
    tepui_print_double(x, digits, sizeof digits);
    if (isnan(x))
        text_put(out, s->json ? "null" : "");
    else
        text_print(out, s->json && isinf(x) ? "\"%s\"" : "%s", digits);
}

static void put_name(const row_writer *s, const char *name, text_buffer *out)
{
    if (s->json) text_print(out, "\"%s\": ", name);
}

static int is_shown(const tepui_column *c)
{
    return strcmp(c->name, "key") != 0;
}

/* What all rows of a cell begin with. */
static void set_cell(row_writer *s, size_t cell)
{
    text_buffer t = {0}, *out = &t;
    free(s->cell);
    put_name(s, "cell", out);
    text_print(out, "%zu", cell);
    for (size_t k = 0; k < s->r->columns; k++) {
        const tepui_column *c = &s->r->column[k];
        if (!is_shown(c)) continue;
        text_put(out, s->json ? ", " : ",");
        put_name(s, c->name, out);
        if (c->is_text)
            put_text(s, c->text[cell], out);
        else
            put_number(s, c->number[cell], out);
    }
    s->cell = cli_text_take(out);
}

static void begin_row(row_writer *s, size_t component)
{
    const char *const name[] = {"observable", "transform", "component"};
    const char *const text[] = {s->o->name, s->o->transform, s->o->component[component]};
    if (s->json) text_put(&s->line, s->rows ? ",\n {" : "\n {");
    text_put(&s->line, s->cell);
    for (size_t k = 0; k < sizeof name / sizeof *name; k++) {
        text_put(&s->line, s->json ? ", " : ",");
        put_name(s, name[k], &s->line);
        put_text(s, text[k], &s->line);
    }
    s->rows++;
}

static void end_row(row_writer *s, double value)
{
    text_put(&s->line, s->json ? ", " : ",");
    put_name(s, "value", &s->line);
    put_number(s, value, &s->line);
    text_put(&s->line, s->json ? "}" : "\n");
    char *line = cli_text_take(&s->line);
    fputs(line, s->out);
    free(line);
}

static void statistic_row(row_writer *s, size_t k, const char *statistic, double p, double value)
{
    begin_row(s, k);
    text_put(&s->line, s->json ? ", " : ",");
    put_name(s, "statistic", &s->line);
    put_text(s, statistic, &s->line);
    text_put(&s->line, s->json ? ", " : ",");
    put_name(s, "probability", &s->line);
    put_number(s, p, &s->line);
    end_row(s, value);
}

static void statistics(row_writer *s, size_t k, size_t at)
{
    const tepui_result_observable *o = s->o;
    const struct {
        const char *name;
        const uint64_t *whole;
        const double *real;
    } all[] = {{"count", o->count, NULL},       {"zero", o->zero, NULL},         {"nan", o->nan, NULL},
               {"under", o->under, NULL},       {"over", o->over, NULL},         {"infinite", o->infinite, NULL},
               {"origin", o->origin, NULL},     {"mean", NULL, o->mean},         {"variance", NULL, o->variance},
               {"skewness", NULL, o->skewness}, {"kurtosis", NULL, o->kurtosis}, {"minimum", NULL, o->minimum},
               {"maximum", NULL, o->maximum}};
    const struct {
        const char *name;
        const double *real;
    } ends[] = {{"quantile", o->quantile}, {"quantile_low", o->quantile_low}, {"quantile_high", o->quantile_high}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].whole || all[i].real)
            statistic_row(s, k, all[i].name, NAN, all[i].whole ? (double)all[i].whole[at] : all[i].real[at]);
    for (size_t p = 0; p < s->r->probabilities; p++)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            statistic_row(s, k, ends[i].name, s->r->probability[p], ends[i].real[at * s->r->probabilities + p]);
}

/* The first raw values; a value that was not a number is one, too. */
static void raw_values(row_writer *s, size_t k, size_t at)
{
    const tepui_result_observable *o = s->o;
    const size_t n = o->count[at] < o->samples ? (size_t)o->count[at] : o->samples;
    for (size_t i = 0; o->raw && i < n; i++) {
        begin_row(s, k);
        text_put(&s->line, s->json ? ", " : ",");
        put_name(s, "sample", &s->line);
        text_print(&s->line, "%zu", i);
        end_row(s, o->raw[at * o->samples + i]);
    }
}

static void header(const row_writer *s)
{
    fputs("cell", s->out);
    for (size_t k = 0; k < s->r->columns; k++)
        if (is_shown(&s->r->column[k])) fprintf(s->out, ",%s", s->r->column[k].name);
    fputs(",observable,transform,component", s->out);
    fputs(s->samples ? ",sample,value\n" : ",statistic,probability,value\n", s->out);
}

void export_rows(const tepui_result *r, int json, int samples, FILE *out)
{
    row_writer s = {.r = r, .json = json, .samples = samples, .out = out};
    if (json)
        putc('[', out);
    else
        header(&s);
    for (size_t i = 0; i < r->cells; i++) {
        set_cell(&s, i);
        for (size_t o = 0; o < r->observables; o++) {
            s.o = &r->observable[o];
            for (size_t k = 0; k < s.o->components; k++) {
                const size_t at = i * s.o->components + k;
                if (s.o->count[at]) (samples ? raw_values : statistics)(&s, k, at);
            }
        }
    }
    if (json) fputs(s.rows ? "\n]\n" : "]\n", out);
    free(s.cell);
}

/* format.c -- a table of texts as aligned text, CSV (RFC 4180), Markdown, LaTeX (latex.c) or JSON (array of objects).
   The cell "-" means "nothing there": an empty field in CSV, null in JSON. "inf" and "-inf" are words that readers of
   CSV take for numbers; JSON has no such number, there they are strings. */
#include "cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

cli_table *cli_table_new(void)
{
    return cli_alloc(1, sizeof(cli_table));
}

void cli_table_free(cli_table *t)
{
    if (!t) return;
    for (size_t i = 0; i < t->columns; i++) free(t->header[i]);
    for (size_t i = 0; i < t->cells; i++) free(t->cell[i]);
    free(t->header);
    free(t->cell);
    for (size_t i = 0; i < t->sections; i++) free(t->section[i]);
    free(t->section);
    free(t->section_row);
    free(t->align);
    free(t);
}

void cli_table_column(cli_table *t, cli_align align, const char *name)
{
    t->header = cli_grow(t->header, t->columns + 1, sizeof *t->header);
    t->align = cli_grow(t->align, t->columns + 1, sizeof *t->align);
    t->header[t->columns] = cli_copy(name);
    t->align[t->columns++] = align;
}

void cli_table_cell(cli_table *t, const char *text)
{
    if (t->cells == t->room) {
        t->room = 2 * t->room + 64;
        t->cell = cli_grow(t->cell, t->room, sizeof *t->cell);
    }
    t->cell[t->cells++] = cli_copy(text);
}

void cli_table_section(cli_table *t, const char *text)
{
    t->section = cli_grow(t->section, t->sections + 1, sizeof *t->section);
    t->section_row = cli_grow(t->section_row, t->sections + 1, sizeof *t->section_row);
    t->section[t->sections] = cli_copy(text);
    t->section_row[t->sections++] = t->columns ? t->cells / t->columns : 0;
}

static size_t rows(const cli_table *t)
{
    return t->columns ? t->cells / t->columns : 0;
}

/* Row SIZE_MAX is the header. */
static const char *text_at(const cli_table *t, size_t row, size_t column)
{
    return row == SIZE_MAX ? t->header[column] : t->cell[row * t->columns + column];
}

/* Characters, not bytes, of UTF-8 text. */
static size_t length(const char *text)
{
    size_t n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void repeat(char c, size_t n, FILE *out)
{
    while (n--) fputc(c, out);
}

static void padded(const char *text, size_t width, cli_align align, FILE *out)
{
    const size_t n = length(text), gap = width > n ? width - n : 0;
    if (align != CLI_LEFT) repeat(' ', gap, out);
    fputs(text, out);
    if (align == CLI_LEFT) repeat(' ', gap, out);
}

/* --- one cell, escaped for each format */

static void csv_cell(const char *text, FILE *out)
{
    if (strcmp(text, "-") == 0) return;
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static char *markdown_text(const char *text)
{
    char *escaped = cli_alloc(2 * strlen(text) + 1, 1), *p = escaped;
    for (; *text; text++) {
        if (strchr("\\|*_<`", *text)) *p++ = '\\';
        *p++ = *text == '\n' ? ' ' : *text;
    }
    char *visible = cli_visible(escaped);
    free(escaped);
    return visible;
}

void cli_json_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* RFC 8259: no leading zeros, no bare point, no inf. */
int cli_json_is_number(const char *text)
{
    const char *digits = text + (*text == '-');
    if (digits[0] == '0' && isdigit((unsigned char)digits[1])) return 0;
    const char *point = strchr(text, '.');
    if (!isdigit((unsigned char)*digits) || (point && !isdigit((unsigned char)point[1]))) return 0;
    const size_t n = cli_number_length(text);
    return n && text[n] == '\0' && (!point || !strchr(point + 1, '.'));
}

static void json_cell(const char *text, cli_align align, FILE *out)
{
    if (strcmp(text, "-") == 0)
        fputs("null", out);
    else if (align != CLI_LEFT && cli_json_is_number(text))
        fputs(text, out);
    else
        cli_json_text(text, out);
}

/* --- whole tables */

static size_t *widths(const cli_table *t)
{
    size_t *w = cli_alloc(t->columns, sizeof *w);
    for (size_t k = 0; k < t->columns; k++) {
        w[k] = length(t->header[k]);
        for (size_t i = 0; i < rows(t); i++) {
            const size_t n = length(text_at(t, i, k));
            if (n > w[k]) w[k] = n;
        }
    }
    return w;
}

static void text_row(const cli_table *t, size_t row, const size_t *w, FILE *out)
{
    for (size_t k = 0; k < t->columns; k++) {
        const int last = k + 1 == t->columns && t->align[k] == CLI_LEFT; /* no blanks at the end of a line */
        const char *text = text_at(t, row, k);
        if (last && !*text) break;
        if (k) fputs("  ", out);
        padded(text, last ? 0 : w[k], t->align[k], out);
    }
    fputc('\n', out);
}

/* Every text in another shape. */
static cli_table *converted(const cli_table *t, char *(*convert)(const char *))
{
    cli_table *m = cli_table_new();
    for (size_t k = 0; k < t->columns; k++) {
        char *text = convert(t->header[k]);
        cli_table_column(m, t->align[k], text);
        free(text);
    }
    for (size_t i = 0; i < t->cells; i++) {
        char *text = convert(t->cell[i]);
        cli_table_cell(m, text);
        free(text);
    }
    return m;
}

static void print_text(const cli_table *t, FILE *out)
{
    cli_table *v = converted(t, cli_visible);
    size_t *w = widths(v), total = 0;
    for (size_t k = 0; k < v->columns; k++) total += w[k] + (k ? 2 : 0);
    text_row(v, SIZE_MAX, w, out);
    repeat('-', total, out);
    fputc('\n', out);
    for (size_t i = 0; i < rows(v); i++) text_row(v, i, w, out);
    free(w);
    cli_table_free(v);
}

static void csv_row(const cli_table *t, size_t row, FILE *out)
{
    for (size_t k = 0; k < t->columns; k++) {
        if (k) fputc(',', out);
        csv_cell(text_at(t, row, k), out);
    }
    fputc('\n', out);
}

static void print_csv(const cli_table *t, FILE *out)
{
    csv_row(t, SIZE_MAX, out);
    for (size_t i = 0; i < rows(t); i++) csv_row(t, i, out);
}

static void markdown_row(const cli_table *m, size_t row, const size_t *w, FILE *out)
{
    for (size_t k = 0; k < m->columns; k++) {
        fputs("| ", out);
        padded(text_at(m, row, k), w[k], m->align[k], out);
        fputc(' ', out);
    }
    fputs("|\n", out);
}

static void print_markdown(const cli_table *t, FILE *out)
{
    cli_table *m = converted(t, markdown_text);
    size_t *w = widths(m);
    markdown_row(m, SIZE_MAX, w, out);
    for (size_t k = 0; k < m->columns; k++) {
        fputs("|-", out);
        repeat('-', w[k], out);
        fputc(m->align[k] == CLI_LEFT ? '-' : ':', out);
    }
    fputs("|\n", out);
    for (size_t i = 0; i < rows(m); i++) markdown_row(m, i, w, out);
    free(w);
    cli_table_free(m);
}

static void print_json(const cli_table *t, FILE *out)
{
    fputc('[', out);
    for (size_t i = 0; i < rows(t); i++) {
        fputs(i ? ",\n  {" : "\n  {", out);
        for (size_t k = 0; k < t->columns; k++) {
            if (k) fputs(", ", out);
            cli_json_text(t->header[k], out);
            fputs(": ", out);
            json_cell(text_at(t, i, k), t->align[k], out);
        }
        fputc('}', out);
    }
    fputs(rows(t) ? "\n]\n" : "]\n", out);
}

void cli_table_print(const cli_table *t, cli_format format, FILE *out)
{
    static void (*const print[])(const cli_table *, FILE *) = {print_text, print_csv, print_markdown, cli_latex_print,
                                                               print_json};
    print[format](t, out);
}

void cli_heading(const char *text, int level, cli_format format, FILE *out)
{
    if (format == CLI_TEXT) {
        char *visible = cli_visible(text);
        fprintf(out, "%s\n", visible);
        free(visible);
    } else if (format == CLI_MARKDOWN) {
        char *escaped = markdown_text(text);
        repeat('#', (size_t)level + 2, out);
        fprintf(out, " %s\n\n", escaped);
        free(escaped);
    } else if (format == CLI_LATEX) {
        fputs("% ", out);
        for (; *text; text++) fputc(*text == '\n' ? ' ' : *text, out);
        fputc('\n', out);
    }
}

int cli_read_format(const char *text, cli_format *format)
{
    static const char *const name[] = {"text", "csv", "markdown", "latex", "json"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (strcmp(text, name[i]) == 0) {
            *format = (cli_format)i;
            return 1;
        }
    return 0;
}

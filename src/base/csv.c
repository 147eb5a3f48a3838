/* csv.c -- text files of comma separated fields (see csv.h). */
#include "csv.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* spreadsheets write one */

tepui_status csv_open(csv_reader *c, const char *path, tepui_error *err)
{
    *c = (csv_reader){.path = path, .in = fopen(path, "r")};
    return c->in ? TEPUI_OK : tepui_fail(err, TEPUI_IO, "%s: %s", path, strerror(errno));
}

void csv_close(csv_reader *c)
{
    if (c->in) fclose(c->in);
    free(c->text);
    free(c->field);
    *c = (csv_reader){0};
}

tepui_status csv_wrong(const csv_reader *c, tepui_error *err, const char *format, ...)
{
    char what[512];
    va_list list;
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s:%zu: %s", c->path, c->line, what);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* From the opening quote on, in place; returns what is behind the closing one, NULL where there is none. */
static char *unquote(char *s)
{
    char *to = s, *from = s + 1;
    for (; *from && !(*from == '"' && from[1] != '"'); *to++ = *from++) from += *from == '"';
    if (!*from) return NULL;
    *to = '\0';
    return from + 1;
}

static char *trim(char *s)
{
    char *end = s + strlen(s);
    while (end > s && is_blank(end[-1])) end--;
    *end = '\0';
    return s;
}

static tepui_status add_field(csv_reader *c, char *text, tepui_error *err)
{
    if (c->fields == c->room) {
        const size_t room = 2 * c->room + 8;
        char **more = realloc(c->field, room * sizeof *more);
        if (!more) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a line of %s", c->path);
        c->field = more;
        c->room = room;
    }
    c->field[c->fields++] = text;
    return TEPUI_OK;
}

/* The field at s; *next: the text behind its comma, NULL: it is the last. */
static tepui_status read_field(csv_reader *c, char *s, char **next, tepui_error *err)
{
    while (is_blank(*s)) s++;
    char *text = s;
    const int quoted = *s == '"';
    if (quoted) {
        s = unquote(s);
        if (!s) return csv_wrong(c, err, "a quote is not closed");
        while (is_blank(*s)) s++;
        if (*s && *s != ',') return csv_wrong(c, err, "a comma is missing behind a quoted field");
    }
    char *comma = strchr(s, ',');
    *next = comma ? comma + 1 : NULL;
    if (comma) *comma = '\0';
    return add_field(c, quoted ? text : trim(text), err);
}

static tepui_status split(csv_reader *c, char *text, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    c->fields = 0;
    while (st == TEPUI_OK && text) st = read_field(c, text, &text, err);
    return st;
}

/* Behind spaces; "" of lines that are not read. */
static char *content(csv_reader *c)
{
    char *s = c->text;
    if (c->line == 1 && strncmp(s, BYTE_ORDER_MARK, 3) == 0) s += 3;
    while (is_blank(*s)) s++;
    return *s == '#' ? s + strlen(s) : s;
}

tepui_status csv_next(csv_reader *c, tepui_error *err)
{
    errno = 0;
    for (;;) {
        const ssize_t n = getline(&c->text, &c->size, c->in);
        c->line++;
        c->fields = 0;
        if (n < 0 && errno == ENOMEM) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a line of %s", c->path);
        if (n < 0 && ferror(c->in)) return tepui_fail(err, TEPUI_IO, "%s: %s", c->path, strerror(errno));
        if (n < 0) return TEPUI_OK;
        if (strlen(c->text) != (size_t)n) return csv_wrong(c, err, "it is no text");
        char *text = content(c);
        if (*text) return split(c, text, err);
    }
}

int csv_number(const char *text, double *x)
{
    char *end;
    errno = 0;
    *x = strtod(text, &end);
    if (end == text || *end) return 0;
    return errno == ERANGE && (*x == 0 || isinf(*x)) ? -1 : 1;
}

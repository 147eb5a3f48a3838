/* own_points.c -- points of a distribution function from a file of comma separated columns x and cdf (others are not
   read): "x,cdf" first, then a line each, x ascending, cdf from 0 to 1 and not falling. */
#include "own.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/experiment.h>

typedef struct {
    const char *path;
    size_t line, room;
    int column[2]; /* of x and cdf */
} reader;

static const char *const wanted[2] = {"x", "cdf"};

static tepui_status wrong(const reader *f, const char *what, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s:%zu: %s", f->path, f->line, what);
}

/* The text of a column, without spaces and quotes; 0: the line has no such column. */
static int field_of(const char *line, int column, char *out, size_t size)
{
    for (; column > 0; column--) {
        line = strchr(line, ',');
        if (!line) return 0;
        line++;
    }
    size_t n = 0;
    for (; *line && *line != ','; line++)
        if (!strchr(" \t\"\r\n", *line) && n + 1 < size) out[n++] = *line;
    out[n] = '\0';
    return 1;
}

static tepui_status read_header(reader *f, const char *line, tepui_error *err)
{
    char name[64];
    f->column[0] = f->column[1] = -1;
    for (int c = 0; field_of(line, c, name, sizeof name); c++)
        for (int i = 0; i < 2; i++)
            if (strcmp(name, wanted[i]) == 0) f->column[i] = c;
    if (f->column[0] < 0 || f->column[1] < 0)
        return wrong(f, "the first line names the columns; x and cdf must be among them", err);
    return TEPUI_OK;
}

static int read_number(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && isfinite(*value);
}

static tepui_status read_line(reader *f, tepui_own *own, const char *line, tepui_error *err)
{
    char text[2][64];
    double x, cdf;
    const size_t n = own->points;
    if (line[strspn(line, " \t\r\n")] == '\0') return TEPUI_OK;
    if (!field_of(line, f->column[0], text[0], sizeof text[0]) || !read_number(text[0], &x))
        return wrong(f, "x must be a finite number", err);
    if (!field_of(line, f->column[1], text[1], sizeof text[1]) || !read_number(text[1], &cdf) ||
        !(cdf >= 0 && cdf <= 1))
        return wrong(f, "cdf must be a number from 0 to 1", err);
    if (n > 0 && !(x > own->x[n - 1])) return wrong(f, "x must ascend from line to line", err);
    if (n > 0 && !(cdf >= own->cdf[n - 1])) return wrong(f, "cdf must not fall from line to line", err);
    if (n == f->room) {
        const size_t room = 2 * f->room + 64;
        double *more = realloc(own->x, room * sizeof *more);
        if (more) own->x = more;
        double *other = more ? realloc(own->cdf, room * sizeof *other) : NULL;
        if (!other) return TEPUI_NO_MEMORY;
        own->cdf = other;
        f->room = room;
    }
    own->x[n] = x;
    own->cdf[n] = cdf;
    own->points++;
    return TEPUI_OK;
}

tepui_status own_points_read(tepui_own *own, const char *path, tepui_error *err)
{
    reader f = {.path = path};
    char *line = NULL;
    size_t size = 0;
    tepui_status st = TEPUI_OK;
    FILE *in = fopen(path, "r");
    if (!in) return tepui_fail(err, TEPUI_IO, "%s: %s", path, strerror(errno));
    own->form = OWN_POINTS;
    errno = 0;
    while (st == TEPUI_OK && getline(&line, &size, in) >= 0) {
        f.line++;
        st = f.line == 1 ? read_header(&f, line, err) : read_line(&f, own, line, err);
    }
    if (st == TEPUI_OK && ferror(in)) st = tepui_fail(err, TEPUI_IO, "%s: %s", path, strerror(errno));
    if (st == TEPUI_OK && own->points == 0) {
        f.line++;
        st = wrong(&f, "no points: lines of x and cdf must follow the names of the columns", err);
    }
    free(line);
    fclose(in);
    return st;
}

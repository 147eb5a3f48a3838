/* own_points.c -- points of a distribution function from a file of comma separated columns x and cdf (others are not
   read): "x,cdf" first, then a line each, x ascending, cdf from 0 to 1 and not falling. */
#include "own.h"
#include <base/csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    csv_reader csv;
    size_t room, column[2]; /* of x and cdf */
} reader;

static const char *const wanted[2] = {"x", "cdf"};

static tepui_status read_header(reader *f, tepui_error *err)
{
    for (int i = 0; i < 2; i++) {
        size_t c = 0;
        while (c < f->csv.fields && strcmp(f->csv.field[c], wanted[i]) != 0) c++;
        if (c == f->csv.fields)
            return csv_wrong(&f->csv, err, "the first line names the columns; x and cdf must be among them");
        f->column[i] = c;
    }
    return TEPUI_OK;
}

static int number_in(const reader *f, size_t column, double *value)
{
    return column < f->csv.fields && csv_number(f->csv.field[column], value) == 1 && isfinite(*value);
}

static tepui_status make_room(reader *f, tepui_own *own, tepui_error *err)
{
    const size_t room = 2 * f->room + 64;
    if (own->points < f->room) return TEPUI_OK;
    double *more = realloc(own->x, room * sizeof *more);
    if (more) own->x = more;
    double *other = more ? realloc(own->cdf, room * sizeof *other) : NULL;
    if (!other) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the points of %s", f->csv.path);
    own->cdf = other;
    f->room = room;
    return TEPUI_OK;
}

static tepui_status read_point(reader *f, tepui_own *own, tepui_error *err)
{
    double x, cdf;
    const size_t n = own->points;
    if (!number_in(f, f->column[0], &x)) return csv_wrong(&f->csv, err, "x must be a finite number");
    if (!number_in(f, f->column[1], &cdf) || !(cdf >= 0 && cdf <= 1))
        return csv_wrong(&f->csv, err, "cdf must be a number from 0 to 1");
    if (n > 0 && !(x > own->x[n - 1])) return csv_wrong(&f->csv, err, "x must ascend from line to line");
    if (n > 0 && !(cdf >= own->cdf[n - 1])) return csv_wrong(&f->csv, err, "cdf must not fall from line to line");
    const tepui_status st = make_room(f, own, err);
    if (st != TEPUI_OK) return st;
    own->x[n] = x;
    own->cdf[n] = cdf;
    own->points++;
    return TEPUI_OK;
}

static tepui_status read_points(reader *f, tepui_own *own, tepui_error *err)
{
    tepui_status st = csv_next(&f->csv, err);
    if (st == TEPUI_OK && f->csv.fields) st = read_header(f, err);
    while (st == TEPUI_OK && f->csv.fields) {
        st = csv_next(&f->csv, err);
        if (st == TEPUI_OK && f->csv.fields) st = read_point(f, own, err);
    }
    if (st != TEPUI_OK || own->points > 0) return st;
    return csv_wrong(&f->csv, err, "no points: lines of x and cdf must follow the names of the columns");
}

tepui_status own_points_read(tepui_own *own, const char *path, tepui_error *err)
{
    reader f = {.room = 0};
    tepui_status st = csv_open(&f.csv, path, err);
    if (st != TEPUI_OK) return st;
    own->form = OWN_POINTS;
    st = read_points(&f, own, err);
    csv_close(&f.csv);
    return st;
}

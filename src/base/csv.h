/* csv.h (internal) -- text files of comma separated fields, line by line. Empty lines and lines that begin with # are
   not read. A field may stand in double quotes, "" inside them is one; spaces around a field do not count. */
#ifndef BASE_CSV_H
#define BASE_CSV_H
#include <stdio.h>
#include <tepui/status.h>

typedef struct {
    const char *path;
    FILE *in;
    size_t line; /* of the file, from 1 */
    char *text, **field;
    size_t size, fields, room;
} csv_reader;

tepui_status csv_open(csv_reader *c, const char *path, tepui_error *err); /* TEPUI_IO */
/* field[fields] of the next line; at the end of the file fields = 0, and line is the one behind the last. */
tepui_status csv_next(csv_reader *c, tepui_error *err);
void csv_close(csv_reader *c);
/* TEPUI_BAD_INPUT, "PATH:LINE: ..." */
tepui_status csv_wrong(const csv_reader *c, tepui_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Any number, inf and nan among them. 0: it is none. -1: none but 0 or inf stands for it, it is too small or large. */
int csv_number(const char *text, double *x);
#endif

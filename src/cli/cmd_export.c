/* cmd_export.c -- `tepui export FILE`: a whole result for programs that do not read HDF5. */
#include "export.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CSV, JSON, NPZ };
static const char *const formats[] = {"csv", "json", "npz", NULL};

typedef struct {
    const char *file, *output;
    int format, samples;
} options;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case 'f':
        for (o->format = 0; formats[o->format] && strcmp(formats[o->format], arg); o->format++) continue;
        if (!formats[o->format]) argp_error(state, "unknown format '%s'; known: csv, json, npz", arg);
        return 0;
    case 's':
        o->samples = 1;
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    default:
        return cli_file_argument(key, arg, state, NULL, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"format", 'f', "FORMAT", 0, "csv (default), json or npz", 0},
    {"samples", 's', 0, 0, "The raw samples (output.raw): csv and json hold these rows alone, npz all else too", 0},
    {"output", 'o', "NAME", 0, "File to write (default: standard output)", 0},
    {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE",
    "Write a whole result for other programs: csv and json with one row for each cell, component and statistic, npz "
    "with the arrays of the file, for numpy.load().\v"
    "Values are as in the file: natural logarithms where transform is ln. Cells whose same_as is another cell show the "
    "samples of that one again. Components that a cell does not have are left out; in npz their counts are 0 and "
    "their numbers NaN.",
    NULL,
    NULL,
    NULL};

static tepui_status write_result(const options *o, const tepui_result *r, FILE *out, tepui_error *err)
{
    if (o->format == NPZ) return export_npz(r, o->samples, out, err);
    export_rows(r, o->format == JSON, o->samples, out);
    return TEPUI_OK;
}

static int is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* A device or a pipe is written to as it is. */
static int is_special(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && !S_ISREG(s.st_mode);
}

/* Beside it first: what is there stays until all is written. */
static tepui_status write_file(const options *o, const tepui_result *r, tepui_error *err)
{
    if (is_same_file(o->file, o->output))
        return tepui_fail(err, TEPUI_USAGE, "%s would be overwritten: name another file with -o", o->file);
    const int special = is_special(o->output);
    char *path = special ? cli_copy(o->output) : cli_print("%s.tmp", o->output);
    FILE *out = fopen(path, "wb");
    tepui_status st = out ? write_result(o, r, out, err) : TEPUI_OK;
    int bad = !out || ferror(out);
    if (out && fclose(out) != 0) bad = 1;
    if (!bad && st == TEPUI_OK && !special && rename(path, o->output) != 0) bad = 1;
    if (bad) st = tepui_fail(err, TEPUI_IO, "%s: cannot be written: %s", o->output, strerror(errno));
    if (out && !special && st != TEPUI_OK) unlink(path);
    free(path);
    return st;
}

static tepui_status check_samples(const options *o, const tepui_result *r, tepui_error *err)
{
    int any = 0;
    for (size_t k = 0; k < r->observables; k++) any |= r->observable[k].raw != NULL;
    if (!o->samples || any) return TEPUI_OK;
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s has no raw samples: add output.raw to the experiment", o->file);
}

int cmd_export(int argc, char **argv)
{
    tepui_status st;
    options o = {.format = CSV};
    tepui_result *r = NULL;
    tepui_error err = {""};
    cli_parse(&argp, argc, argv, &o);
    const int parts = (o.format == NPZ ? TEPUI_READ_HISTOGRAMS : 0) | (o.samples ? TEPUI_READ_SAMPLES : 0);
    TEPUI_TRY(cli_open(o.file, parts, &r, &err));
    TEPUI_TRY(check_samples(&o, r, &err));
    st = o.output ? write_file(&o, r, &err) : write_result(&o, r, stdout, &err);
done:
    tepui_result_free(r);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui export", st, "%s", err.text);
}

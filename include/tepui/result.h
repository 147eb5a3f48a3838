/* result.h -- a result file, read: what table, histogram, verify and compare work on. Files of the schemas tepui-1 and
   tepui-2; a run may be writing the file. */
#ifndef TEPUI_RESULT_H
#define TEPUI_RESULT_H
#include <tepui/experiment.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    char *name;
    int is_text;
    double *number; /* [cells] */
    char **text;    /* [cells]; numbers too, as canonical decimals */
    int is_whole;   /* a column of integers; 0 in files of tepui-1 */
} tepui_column;
typedef struct {
    char *name, *doc, *unit, *transform, *source;
    size_t components, bins, samples;            /* samples: length of the raw axis, 0 without */
    char **component;                            /* names */
    uint64_t *count, *zero, *nan, *under, *over; /* [cell, component] */
    uint64_t *infinite;                          /* the same; NULL where the observable does not censor */
    uint64_t *origin;                            /* equal to 0, in bins, too; NULL of logarithms */
    double *mean, *variance, *skewness, *kurtosis, *minimum, *maximum;
    double *quantile, *quantile_low, *quantile_high; /* [cell, component, probability] */
    uint64_t *histogram;                             /* [cell, component, bin], NULL where it was not read */
    double *bin_edges;                               /* [bins + 1] */
    double *raw;                                     /* [cell, component, sample], NULL without */
} tepui_result_observable;
typedef struct {
    char *title, *version, *status, *experiment; /* status: running | complete; experiment: canonical text */
    char *data;                                  /* what the data set was, with its digest; NULL without */
    int altered; /* the digest does not match, the checksums of HDF5 do: written to by another program */
    uint64_t seed;
    size_t cells, columns, observables, probabilities;
    tepui_column *column;
    tepui_result_observable *observable;
    double *probability;
} tepui_result;
/* The whole file. TEPUI_IO: it cannot be read; TEPUI_BAD_INPUT: it is no result, or damaged; TEPUI_NO_MEMORY. */
tepui_status tepui_result_open(const char *path, tepui_result **out, tepui_error *err);
/* Without the large arrays that are not asked for: histogram is NULL then, or raw, with samples 0. Of what is
   not read only the shape is checked. */
enum { TEPUI_READ_STATISTICS = 0, TEPUI_READ_HISTOGRAMS = 1, TEPUI_READ_SAMPLES = 2, TEPUI_READ_ALL = 3 };
tepui_status tepui_result_read(const char *path, int parts, tepui_result **out, tepui_error *err);
/* Whether cells, observables and components are those of the experiment in the file; to be asked before both are used.
   TEPUI_BAD_INPUT: they are not. */
tepui_status tepui_result_fits(const tepui_result *r, const tepui_experiment *e, tepui_error *err);
/* Whether the planned experiment of a result is what it was made from: keys of all cells, and so the data.
   TEPUI_BAD_INPUT: it is not; path is named in the message. */
tepui_status tepui_result_origin(const tepui_result *r, const tepui_experiment *e, const char *path, tepui_error *err);
void tepui_result_free(tepui_result *r);

/* Samples of somebody else's as a result: a file of comma separated columns, a line for each sample, the first of which
   names the columns. Those of quantities are called NAME, or ln_NAME where they hold natural logarithms, or, of the
   only quantity, value or ln_value. Other columns but those of quantities that nobody asks for are parameters of cells:
   lines that agree in them make a cell. A file of numbers alone, one a line, is a column `value` of one cell. */
typedef struct {
    const char *name;
    const char *component;     /* as results name it; NULL: "value" */
    tepui_transform transform; /* of what is stored, where the column does not decide */
    int as_column;             /* it does: ln_NAME is stored as ln, NAME as it is */
} tepui_samples_quantity;
/* are_ln: a column without `ln_' holds logarithms, too. There is no experiment; all samples are raw ones.
   TEPUI_BAD_INPUT with file and line. */
tepui_status tepui_samples_read(const char *path, const tepui_samples_quantity *q, size_t quantities, int are_ln,
                                tepui_result **out, tepui_error *err);
/* The column of /cells, and the observable, of this name, borrowed; NULL: there is none. */
const tepui_column *tepui_result_column(const tepui_result *r, const char *name);
const tepui_result_observable *tepui_result_observable_find(const tepui_result *r, const char *name);

#ifdef __cplusplus
}
#endif
#endif

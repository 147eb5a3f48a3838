/* source.h -- where inputs and targets come from. */
#ifndef TEPUI_SOURCE_H
#define TEPUI_SOURCE_H
#include <stdint.h>
#include <tepui/layer.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    TEPUI_TARGETS_NONE,
    TEPUI_TARGETS_GAUSSIAN,
    TEPUI_TARGETS_ZERO,
    TEPUI_TARGETS_DATA,
    TEPUI_TARGETS_ONE,
    TEPUI_TARGETS_ONE_HOT /* a class for every point, all equally likely */
} tepui_targets;

/* The section `data:` of an experiment, which owns the strings. */
typedef struct {
    tepui_choice source;   /* gaussian, sphere, orthonormal, fashion-mnist, cifar10, idx, hdf5 */
    size_t points;         /* data points of one sample */
    size_t dimension;      /* synthetic sources: input dimension, 0: the first hidden width of the cell */
    size_t outputs;        /* synthetic targets: number of outputs, default 1 */
    tepui_targets targets; /* TEPUI_TARGETS_DATA: those of the data set */
    const char *file, *labels_file, *dataset, *labels_dataset; /* idx, hdf5; file of cifar10: a folder */
    size_t shape[3];       /* height, width, channels of a row; shape[0] = 0: that of the source */
    const char *normalise; /* "standard" (whole set to mean 0, variance 1), "unit" (each point norm 1), "none" */
    size_t held_out;       /* last rows of a set, which no sample uses */
    int resample;          /* fresh points for every sample (default for synthetic) or the same for all */
} tepui_data_spec;

#define TEPUI_BYTES 256u
/* A data set in memory, or a source of fresh points. */
typedef struct tepui_dataset {
    tepui_data_spec spec;
    size_t rows, inputs, outputs; /* of the loaded set; rows = 0 for synthetic sources */
    size_t axis[7];               /* sizes of one row without ones at its ends: 28, 28 for an image; then 0 */
    double reading;               /* bytes that reading takes: the numbers, and the contents of files */
    uint8_t digest[2][32];        /* of the inputs and targets as they were read */
    char identity[512];           /* part of the canonical text of every cell */
    double *x, *y;                /* rows x inputs, rows x outputs (one-hot labels); NULL for synthetic */
    unsigned char *byte;          /* images: rows x inputs in place of x; byte b means value[b] */
    double value[TEPUI_BYTES];
    size_t zero_rows; /* rows of x that are 0, after normalisation; counted when the set is read */
} tepui_dataset;

typedef struct {
    tepui_kind kind;
    int synthetic; /* fill() draws fresh points; otherwise load() reads a set */
    int labelled;  /* a set that always has targets */
    /* fresh points: each has norm 1; they are orthogonal; their entries are independent normals */
    int unit_norm, orthogonal, gaussian;
    /* draws points x dimension doubles into x */
    tepui_status (*fill)(tepui_stream *s, double *x, size_t points, size_t dimension, double *work);
    tepui_status (*load)(tepui_dataset *d, tepui_error *err);
    /* sets rows, inputs, outputs (2 where the number of classes is not known yet), axis and reading from the heads of
       the files, and reads no data */
    tepui_status (*survey)(tepui_dataset *d, tepui_error *err);
} tepui_source_type;

/* Reads (if not synthetic) and normalises. Errors name the file. */
tepui_status tepui_dataset_open(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err);
/* The same without reading data: sets the sizes; x and y are NULL. */
tepui_status tepui_dataset_survey(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err);
/* The shape of a row as an image, height x width (x channels), or data.shape if given; space 0: it is no image. Sizes
   a x b x b with a < b may have the channels first and are no image either: data.shape or a reshape layer decides. */
tepui_shape tepui_dataset_image(const tepui_dataset *d);
/* One line that identifies the data: source, points, sampling, and a digest of what was read. */
const char *tepui_dataset_identity(const tepui_dataset *d);
void tepui_dataset_free(tepui_dataset *d);
/* Whether a data set was read, not only surveyed; 0 for synthetic sources. */
int tepui_dataset_is_read(const tepui_dataset *d);
/* Copies a normalised row to x[inputs]; the set must have been read. */
void tepui_dataset_row(const tepui_dataset *d, size_t row, double *x);
/* Draws the points of one sample: x (points x inputs), y (points x outputs, may be NULL). s is the stream of the
   sample. A source that is not resampled uses a stream of the seed alone, so all samples and cells have the same
   points. work: points x inputs doubles. Held-out rows are not drawn. */
tepui_status tepui_dataset_points(const tepui_dataset *d, tepui_stream *s, size_t inputs, size_t outputs, double *x,
                                  double *y, double *work);

#ifdef __cplusplus
}
#endif
#endif

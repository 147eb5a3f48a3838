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

/* What the experiment's `data:` section says; strings are owned by the experiment. */
typedef struct {
    tepui_choice source;   /* gaussian, sphere, orthonormal, fashion-mnist, cifar10, idx, hdf5 */
    size_t points;         /* data points seen by one sample */
    size_t dimension;      /* synthetic sources: input dimension, 0: the first hidden width of the cell */
    size_t outputs;        /* synthetic targets: number of outputs, default 1 */
    tepui_targets targets; /* TEPUI_TARGETS_DATA for sources that bring their own */
    const char *file, *labels_file, *dataset, *labels_dataset; /* idx, hdf5; file of cifar10: a folder */
    size_t shape[3];       /* height, width, channels of a row; shape[0] = 0: as the source has it */
    const char *normalise; /* "standard" (whole set to mean 0, variance 1), "unit" (each point norm 1), "none" */
    size_t held_out;       /* last rows of a set that no sample sees */
    int resample;          /* fresh points for every sample (default for synthetic) or the same for all */
} tepui_data_spec;

#define TEPUI_BYTES 256u
/* Data points held in memory (images) or a recipe for fresh ones. x: points x dimension, y: points x outputs. */
typedef struct tepui_dataset {
    tepui_data_spec spec;
    size_t rows, inputs, outputs; /* of the loaded set; rows = 0 for synthetic sources */
    size_t axis[7];        /* sizes of one row, ones at its ends left out: 28, 28 of an image; 0 behind the last */
    double reading;        /* bytes that reading takes: of numbers, and of what they are made from */
    uint8_t digest[2][32]; /* of the inputs and targets as they were read */
    char identity[512];    /* goes into every cell's canonical text */
    double *x, *y;         /* rows x inputs, rows x outputs (one-hot labels); NULL for synthetic */
    unsigned char *byte;   /* rows x inputs in place of x where the inputs are images: byte b stands for value[b] */
    double value[TEPUI_BYTES];
    size_t zero_rows; /* rows of x that are 0, after normalisation; counted when the set is read */
} tepui_dataset;

typedef struct {
    tepui_kind kind;
    int synthetic; /* fill() draws fresh points; otherwise load() reads a set */
    int labelled;  /* a set that always has targets */
    /* what is known of fresh points: each has norm 1, they are orthogonal, their numbers are independent normals */
    int unit_norm, orthogonal, gaussian;
    /* points x dimension doubles into x from the stream */
    tepui_status (*fill)(tepui_stream *s, double *x, size_t points, size_t dimension, double *work);
    tepui_status (*load)(tepui_dataset *d, tepui_error *err);
    /* rows, inputs, outputs (2 where the number of classes is not known yet), axis and reading from the heads of the
       files alone */
    tepui_status (*survey)(tepui_dataset *d, tepui_error *err);
} tepui_source_type;

/* Reads (if not synthetic) and normalises. Errors name the file. */
tepui_status tepui_dataset_open(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err);
/* The same without reading: sizes alone, x and y are NULL. */
tepui_status tepui_dataset_survey(const tepui_data_spec *spec, tepui_dataset **out, tepui_error *err);
/* A row as an image, height x width (x channels), its data.shape where there is one; space 0: it is none. Of three
   sizes a x b x b with a below b the first may be meant for the channels: no image either, data.shape or reshape
   tells. */
tepui_shape tepui_dataset_image(const tepui_dataset *d);
/* One line that tells which data this is: source, points, sampling, and a digest of what was read. */
const char *tepui_dataset_identity(const tepui_dataset *d);
void tepui_dataset_free(tepui_dataset *d);
/* Whether the set has been read, not only surveyed: 0 of synthetic sources, too. */
int tepui_dataset_is_read(const tepui_dataset *d);
/* x[inputs]: a row of a set that has been read, normalised. */
void tepui_dataset_row(const tepui_dataset *d, size_t row, double *x);
/* The points of one sample: x (points x inputs), y (points x outputs, may be NULL). s is at the sample; seed_key is
   used for sources that are not resampled, so that all samples and all cells see the same points. work: points*inputs
   doubles. Rows that are held out are not drawn. */
tepui_status tepui_dataset_points(const tepui_dataset *d, tepui_stream *s, size_t inputs, size_t outputs, double *x,
                                  double *y, double *work);

#ifdef __cplusplus
}
#endif
#endif

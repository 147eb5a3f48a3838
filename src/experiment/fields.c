/* fields.c -- every key of an experiment file: one row. */
#include "settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const variations[] = {"all", "one", NULL};
static const char *const targets[] = {"none", "gaussian", "zero", "one", "one_hot", "data", "default", NULL};
static const char *const normalises[] = {"standard", "unit", "none", NULL};
static const char *const answers[] = {"true", "false", NULL};
static const char *const answers_or_default[] = {"true", "false", "default", NULL};
static const char *const eigensolvers[] = {"lapack", "gsl", NULL};
static const char *const batch_sources[] = {"points", "data", NULL};
static const char *const readouts[] = {"dense", "none", "default", NULL};

#define AXIS FIELD_AXIS | FIELD_LIST

const field fields[] = {
    {"title", FIELD_TEXT, FIELD_FREE, "", 0, 0, NULL, "title, for your own reference", "narrow nets"},
    {"seed", FIELD_WHOLE, 0, "1", 0, 0x1p64, NULL, "root of all random numbers", "42"},
    {"generator", FIELD_TEXT, 0, "threefry4x64", 0, 0, NULL,
     "random number generator: threefry4x64 (addressed) or any GSL generator, seeded per sample", "mt19937"},
    {"plugins", FIELD_PLUGIN, FIELD_LIST, NULL, 0, 0, NULL,
     "shared objects with kinds of your own, in an experiment file relative to that file, with --set to the current "
     "folder; default: none",
     "[./my_observable.so]"},
    {"grid.depth", FIELD_WHOLE, AXIS, "16", 1, 1e9, NULL, "number L of hidden weight matrices", "[4, 16, 64]"},
    {"grid.width", FIELD_WIDTH, AXIS, "64", 0, 0, NULL,
     "hidden widths: number, expression in depth and layer (rounded up), or a list per layer", "[64, depth, depth/4]"},
    {"grid.activation", FIELD_KIND, AXIS, "relu", 0, 0, &tepui_family_activation, "activation function",
     "[relu, leaky_relu(0.1)]"},
    {"grid.init", FIELD_KIND, AXIS, "he", 0, 0, &tepui_family_scale, "scale rule of the weights", "critical"},
    {"grid.law", FIELD_KIND, AXIS, "gaussian", 0, 0, &tepui_family_distribution, "law of the weights", "student_t(8)"},
    {"grid.gain", FIELD_NUMBER, AXIS | FIELD_OPEN_LOW, "1", 0, 1e6, NULL,
     "factor on every weight standard deviation; with init: lecun it is sigma_w", "[0.9, 1, 1.1]"},
    {"grid.bias", FIELD_KIND, AXIS, "gaussian", 0, 0, &tepui_family_distribution, "law of the biases (element-wise)",
     "uniform"},
    {"grid.sigma_b", FIELD_NUMBER, AXIS, "0", 0, 1e6, NULL, "standard deviation of the biases; 0: none", "0.1"},
    {"grid.architecture", FIELD_ARCHITECTURE, AXIS, "plain", 0, 0, NULL,
     "how layers are put together: a name (tepui list architecture) or layers in brackets (tepui list layer), as "
     "\"[dense, batch_norm, activation]\", one unit for every layer or several behind ';', one with a star",
     "'[dense, batch_norm, activation]'"},
    {"grid.tilt", FIELD_NUMBER, AXIS, "0.95", 0.5, 8, NULL,
     "sampler: tilted: samples are drawn as often as the plain ones times norm2 to this power", "1.5"},
    {"grid.vary", FIELD_CHOICE, 0, "all", 0, 0, variations,
     "all: every combination; one: besides depth, width and the axes of dynamics, one axis at a time varies, the "
     "others "
     "have their first value",
     "one"},
    {"data.source", FIELD_KIND, 0, "gaussian", 0, 0, &tepui_family_source, "where inputs come from", "fashion-mnist"},
    {"data.points", FIELD_WHOLE, 0, "1", 1, 1e6, NULL, "data points seen by one sample", "8"},
    {"data.dimension", FIELD_WHOLE, 0, "0", 0, 1e7, NULL,
     "input dimension of synthetic data; 0: the first hidden width", "10"},
    {"data.outputs", FIELD_WHOLE, 0, "1", 1, 1e6, NULL, "outputs of a read-out on synthetic data", "10"},
    {"data.targets", FIELD_CHOICE, 0, "default", 0, 0, targets,
     "targets: data (from the set), gaussian, zero, one, one_hot (a random class) or none; default: data for data "
     "sets, else "
     "what the loss needs: gaussian for mse, one_hot for cross_entropy, none for output",
     "one_hot"},
    {"data.file", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL,
     "idx, hdf5: file of the inputs; cifar10: folder of its six files; in an experiment file relative to that file, "
     "with "
     "--set to the current folder",
     "images.idx"},
    {"data.labels", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL, "idx: file of the labels; relative as data.file",
     "labels.idx"},
    {"data.dataset", FIELD_TEXT, FIELD_PLACE, "x", 0, 0, NULL,
     "hdf5: name of the inputs, rows x features, rows x height x width or rows x height x width x channels",
     "/train/x"},
    {"data.labels_dataset", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL, "hdf5: name of the targets or integer labels",
     "/train/y"},
    {"data.shape", FIELD_WHOLE, FIELD_LIST | FIELD_REPEATS, NULL, 1, 1e6, NULL,
     "height, width and channels (1 where left out) of every input, in this order, the last running fastest: "
     "convolutions "
     "take inputs from any source as images of this shape; default: as the data set has them",
     "[8, 8, 1]"},
    {"data.normalise", FIELD_CHOICE, 0, "standard", 0, 0, normalises,
     "data sets: standard (whole set to mean 0, variance 1), unit (every point to norm 1) or none", "unit"},
    {"data.resample", FIELD_CHOICE, 0, "default", 0, 0, answers_or_default,
     "fresh points for every sample; default: true for synthetic data, false for data sets", "false"},
    {"data.held_out", FIELD_WHOLE, 0, "0", 0, 1e9, NULL,
     "data sets: their last rows, which are drawn for neither points nor minibatches; path_accuracy is about them",
     "10000"},
    {"readout", FIELD_CHOICE, 0, "default", 0, 0, readouts,
     "dense: an output matrix without activation; none: f = a_L; default: dense with the targets of a data set or of a "
     "data.targets that is written, else none, whatever the loss",
     "dense"},
    {"sampler", FIELD_KIND, 0, "full", 0, 0, &tepui_family_sampler,
     "full: matrices are drawn; reduced: the same laws of norms without matrices, where they are known exactly; auto: "
     "reduced where it applies; tilted: reduced, from laws in which large norms are common, with likelihood ratios",
     "reduced"},
    {"loss", FIELD_KIND, 0, NULL, 0, 0, &tepui_family_loss,
     "loss of a point; default: mse with targets, output without", "cross_entropy"},
    {"dynamics.optimizer", FIELD_KIND, AXIS, "gd", 0, 0, &tepui_family_optimizer,
     "update rule of the trajectories that escape_time and the path observables follow", "[gd, adam(beta1=0.8)]"},
    {"dynamics.rate", FIELD_NUMBER, AXIS | FIELD_OPEN_LOW, "0.01", 0, 1e6, NULL, "learning rate", "[0.001, 0.01]"},
    {"dynamics.schedule", FIELD_KIND, AXIS, "constant", 0, 0, &tepui_family_schedule,
     "factor on the learning rate from step to step", "cosine(0.1)"},
    {"dynamics.batch", FIELD_WHOLE, AXIS, "0", 0, 1e6, NULL,
     "points of a minibatch, drawn afresh for every step; 0: all", "1"},
    {"dynamics.batch_from", FIELD_CHOICE, 0, "points", 0, 0, batch_sources,
     "minibatches are drawn from the points of the sample, or, data.points at a time, from all rows of the data set "
     "that are not held out; loss and curvature stay those of the sample's points",
     "data"},
    {"dynamics.escape", FIELD_KIND, 0, "loss", 0, 0, &tepui_family_escape, "when a trajectory has left the plateau",
     "output"},
    {"dynamics.steps", FIELD_WHOLE, 0, "10000", 1, 1e9, NULL,
     "most steps of a trajectory; times beyond are censored, not dropped", "1e5"},
    {"dynamics.record", FIELD_WHOLE, 0, "0", 0, 1e9, NULL,
     "last step that path observables record (the others: 0, 1, 2, 5, 10, ...); 0: the most steps", "1000"},
    {"dynamics.divergence", FIELD_NUMBER, 0, "1000000", 1, 1e300, NULL,
     "a trajectory has diverged when its loss is above this times the larger of the losses at the start and on the "
     "plateau (of a net whose output is 0; where that is 0, 1)",
     "1e4"},
    {"observables", FIELD_OBSERVABLE, FIELD_LIST, "forward_norm|gradient_norm", 0, 0, &tepui_family_observable,
     "what is measured on every sample", "[gradient_norm, hessian_norm]"},
    {"eigensolver", FIELD_CHOICE, 0, "lapack", 0, 0, eigensolvers,
     "whole spectra: lapack (gsl where it is not built) or gsl; they agree to rounding", "gsl"},
    {"samples", FIELD_WHOLE, FIELD_FREE, "10000", 1, 9007199254740992.0, NULL,
     "samples per cell; with a precision, the most", "1e6"},
    {"precision.probability", FIELD_NUMBER, FIELD_OPEN_LOW | FIELD_OPEN_HIGH, "0.5", 0, 1, NULL,
     "quantile whose interval decides when a cell is done", "0.9"},
    {"precision.half_width", FIELD_NUMBER, 0, "0", 0, 1e6, NULL,
     "half width of its 95 % interval, in units of ln for norms; 0: take all samples", "0.05"},
    {"precision.observable", FIELD_OBSERVABLE, 0, NULL, 0, 0, &tepui_family_observable,
     "observable meant (its last component); default: the first one", "hessian_norm"},
    {"time", FIELD_DURATION, FIELD_FREE, "none", 0, 0, NULL, "time budget: seconds, 8h, 30m, 1h30m or none", "1h30m"},
    {"output.probabilities", FIELD_NUMBER, FIELD_LIST | FIELD_OPEN_LOW | FIELD_OPEN_HIGH, "0.05|0.25|0.5|0.75|0.95", 0,
     1, NULL, "quantiles written", "[0.01, 0.5, 0.99]"},
    {"output.bin_width", FIELD_NUMBER, 0, "0.05", 1e-12, 1e6, NULL, "width of histogram bins", "0.1"},
    {"output.raw", FIELD_WHOLE, 0, "0", 0, 1e9, NULL, "raw samples kept per component (of spectra: numbers)", "1000"},
    {"output.range", FIELD_NUMBER, FIELD_LIST, "-inf|inf", 0, 0, NULL, "histogram range; outside counts as under, over",
     "[-20, 20]"},
    {"output.layers", FIELD_WHOLE, 0, "1024", 1, 1e9, NULL,
     "most layers recorded per observable; deeper nets record evenly spaced ones", "64"},
    {"output.allow_nan", FIELD_CHOICE, FIELD_FREE, "false", 0, 0, answers,
     "values that are not finite do not fail the run", "true"},
};
const size_t field_count = sizeof fields / sizeof *fields;

size_t field_index(const char *path)
{
    size_t i = 0;
    while (i < field_count && strcmp(fields[i].path, path) != 0) i++;
    return i;
}

/* Words of a list: "a, b, c". */
static void print_words(const char *const *words, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; words[i] && used < size; i++) {
        const int n = snprintf(out + used, size - used, "%s%s", i ? ", " : "", words[i]);
        used += n < 0 ? 0 : (size_t)n;
    }
}

void field_range(const field *f, char *out, size_t size)
{
    char low[32], high[32];
    const int numeric = f->type == FIELD_WHOLE || f->type == FIELD_NUMBER;
    const char *what = f->type == FIELD_WHOLE ? "a whole number" : "a number";
    if (f->type == FIELD_CHOICE) {
        print_words(f->extra, out, size);
    } else if (f->type == FIELD_KIND || f->type == FIELD_OBSERVABLE) {
        const tepui_family *family = f->extra;
        snprintf(out, size, "tepui list %s", family->name);
    } else if (!numeric) {
        static const char *const texts[] = {
            [FIELD_TEXT] = "text",
            [FIELD_WIDTH] = "a number from 1, an expression, or a list per layer",
            [FIELD_ARCHITECTURE] = "tepui list architecture, or layers in brackets",
            [FIELD_DURATION] = "seconds, 8h, 30m, 1h30m or none",
            [FIELD_PLUGIN] = "files, each with \" sha256:DIGEST\" behind it or without",
        };
        snprintf(out, size, "%s", texts[f->type]);
    } else if (f->low == 0 && f->high == 0) {
        snprintf(out, size, "%s", what);
    } else {
        tepui_print_double(f->low, low, sizeof low);
        tepui_print_double(f->high, high, sizeof high);
        if (f->high == 0x1p64) snprintf(high, sizeof high, "%llu", (unsigned long long)UINT64_MAX);
        snprintf(out, size, "%s %s %s %s %s", what, f->flags & FIELD_OPEN_LOW ? "above" : "from", low,
                 f->flags & FIELD_OPEN_HIGH ? "and below" : "to", high);
    }
}

static tepui_field_info info_of(const field *f)
{
    tepui_field_info info = {.path = f->path,
                             .fallback = f->fallback ? f->fallback : "default",
                             .doc = f->doc,
                             .axis = (f->flags & FIELD_AXIS) != 0,
                             .example = f->example};
    if (f->type == FIELD_CHOICE) info.words = f->extra;
    if (f->type == FIELD_KIND || f->type == FIELD_OBSERVABLE) info.family = f->extra;
    field_range(f, info.range, sizeof info.range);
    return info;
}

size_t tepui_experiment_fields(tepui_field_info *out)
{
    for (size_t i = 0; out && i < field_count; i++) out[i] = info_of(&fields[i]);
    return field_count;
}

const char *tepui_field_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

const char *tepui_field_called(const char *name)
{
    for (size_t i = 0; i < field_count; i++)
        if (strcmp(fields[i].path, name) == 0 || strcmp(tepui_field_name(fields[i].path), name) == 0)
            return fields[i].path;
    return NULL;
}

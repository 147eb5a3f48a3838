/* fields.c -- every key of an experiment file: one row. */
#include "settings.h"
#include <stdlib.h>
#include <string.h>

static const char *const variations[] = {"all", "one", NULL};
static const char *const targets[] = {"none", "gaussian", "zero", "one", "one_hot", "data", "default", NULL};
static const char *const normalises[] = {"standard", "unit", "none", NULL};
static const char *const answers[] = {"true", "false", NULL};
static const char *const answers_or_default[] = {"true", "false", "default", NULL};
static const char *const samplers[] = {"full", "reduced", "tilted", "auto", NULL};
static const char *const eigensolvers[] = {"lapack", "gsl", NULL};
static const char *const batch_sources[] = {"points", "data", NULL};
static const char *const readouts[] = {"dense", "none", "default", NULL};

#define AXIS FIELD_AXIS | FIELD_LIST

const field fields[] = {
    {"title", FIELD_TEXT, FIELD_FREE, "", 0, 0, NULL, "title, for your own reference"},
    {"seed", FIELD_WHOLE, 0, "1", 0, 0x1p64, NULL, "root of all random numbers"},
    {"generator", FIELD_TEXT, 0, "threefry4x64", 0, 0, NULL,
     "random number generator: threefry4x64 (addressed) or any GSL generator, seeded per sample"},
    {"grid.depth", FIELD_WHOLE, AXIS, "16", 1, 1e9, NULL, "number L of hidden weight matrices"},
    {"grid.width", FIELD_WIDTH, AXIS, "64", 0, 0, NULL,
     "hidden widths: number, expression in depth and layer (rounded up), or a list per layer"},
    {"grid.activation", FIELD_KIND, AXIS, "relu", 0, 0, &tepui_family_activation, "activation function"},
    {"grid.init", FIELD_KIND, AXIS, "he", 0, 0, &tepui_family_scale, "scale rule of the weights"},
    {"grid.law", FIELD_KIND, AXIS, "gaussian", 0, 0, &tepui_family_distribution, "law of the weights"},
    {"grid.gain", FIELD_NUMBER, AXIS | FIELD_OPEN_LOW, "1", 0, 1e6, NULL, "factor on every weight standard deviation"},
    {"grid.bias", FIELD_KIND, AXIS, "gaussian", 0, 0, &tepui_family_distribution, "law of the biases (element-wise)"},
    {"grid.sigma_b", FIELD_NUMBER, AXIS, "0", 0, 1e6, NULL, "standard deviation of the biases; 0: none"},
    {"grid.architecture", FIELD_ARCHITECTURE, AXIS, "plain", 0, 0, NULL,
     "how layers are put together: a name (tepui list architecture) or layers in brackets (tepui list layer), as "
     "\"[dense, batch_norm, activation]\", one unit for every layer or several behind ';', one with a star"},
    {"grid.tilt", FIELD_NUMBER, AXIS, "0.95", 0.5, 8, NULL,
     "sampler: tilted: samples are drawn as often as the plain ones times norm2 to this power"},
    {"grid.vary", FIELD_CHOICE, 0, "all", 0, 0, variations,
     "all: every combination; one: besides depth, width and the axes of dynamics, at most one axis at a time leaves "
     "its "
     "first value"},
    {"data.source", FIELD_KIND, 0, "gaussian", 0, 0, &tepui_family_source, "where inputs come from"},
    {"data.points", FIELD_WHOLE, 0, "1", 1, 1e6, NULL, "data points seen by one sample"},
    {"data.dimension", FIELD_WHOLE, 0, "0", 0, 1e7, NULL,
     "input dimension of synthetic data; 0: the first hidden width"},
    {"data.outputs", FIELD_WHOLE, 0, "1", 1, 1e6, NULL, "outputs of a read-out on synthetic data"},
    {"data.targets", FIELD_CHOICE, 0, "default", 0, 0, targets,
     "targets: data (from the set), gaussian, zero, one, one_hot (a random class) or none; default: data for data "
     "sets, else "
     "what the loss needs: gaussian for mse, one_hot for cross_entropy, none for output"},
    {"data.file", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL,
     "idx, hdf5: file of the inputs; cifar10: folder of its six files; in an experiment file relative to that file, "
     "with "
     "--set to the current folder"},
    {"data.labels", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL, "idx: file of the labels; relative as data.file"},
    {"data.dataset", FIELD_TEXT, FIELD_PLACE, "x", 0, 0, NULL,
     "hdf5: name of the inputs, rows x features, rows x height x width or rows x height x width x channels"},
    {"data.labels_dataset", FIELD_TEXT, FIELD_PLACE, "", 0, 0, NULL, "hdf5: name of the targets or integer labels"},
    {"data.shape", FIELD_WHOLE, FIELD_LIST | FIELD_REPEATS, NULL, 1, 1e6, NULL,
     "height, width and channels (1 where left out) of every input, in this order, the last running fastest: "
     "convolutions "
     "take inputs from any source as images of this shape; default: as the data set has them"},
    {"data.normalise", FIELD_CHOICE, 0, "standard", 0, 0, normalises,
     "data sets: standard (whole set to mean 0, variance 1), unit (every point to norm 1) or none"},
    {"data.resample", FIELD_CHOICE, 0, "default", 0, 0, answers_or_default,
     "fresh points for every sample; default: true for synthetic data, false for data sets"},
    {"data.held_out", FIELD_WHOLE, 0, "0", 0, 1e9, NULL,
     "data sets: their last rows, which are drawn for neither points nor minibatches; path_accuracy is about them"},
    {"readout", FIELD_CHOICE, 0, "default", 0, 0, readouts,
     "dense: an output matrix without activation; none: f = a_L; default: dense with the targets of a data set or of a "
     "data.targets that is written, else none, whatever the loss"},
    {"sampler", FIELD_CHOICE, 0, "full", 0, 0, samplers,
     "full: matrices are drawn; reduced: the same laws of norms without matrices, where they are known exactly; auto: "
     "reduced where it applies; tilted: reduced, from laws in which large norms are common, with likelihood ratios"},
    {"loss", FIELD_KIND, 0, NULL, 0, 0, &tepui_family_loss,
     "loss of a point; default: mse with targets, output without"},
    {"dynamics.optimizer", FIELD_KIND, AXIS, "gd", 0, 0, &tepui_family_optimizer,
     "update rule of the trajectories that escape_time and the path observables follow"},
    {"dynamics.rate", FIELD_NUMBER, AXIS | FIELD_OPEN_LOW, "0.01", 0, 1e6, NULL, "learning rate"},
    {"dynamics.schedule", FIELD_KIND, AXIS, "constant", 0, 0, &tepui_family_schedule,
     "factor on the learning rate from step to step"},
    {"dynamics.batch", FIELD_WHOLE, AXIS, "0", 0, 1e6, NULL,
     "points of a minibatch, drawn afresh for every step; 0: all"},
    {"dynamics.batch_from", FIELD_CHOICE, 0, "points", 0, 0, batch_sources,
     "minibatches are drawn from the points of the sample, or, data.points at a time, from all rows of the data set "
     "that are not held out; loss and curvature stay those of the sample's points"},
    {"dynamics.escape", FIELD_KIND, 0, "loss", 0, 0, &tepui_family_escape, "when a trajectory has left the plateau"},
    {"dynamics.steps", FIELD_WHOLE, 0, "10000", 1, 1e9, NULL,
     "most steps of a trajectory; times beyond are censored, not dropped"},
    {"dynamics.record", FIELD_WHOLE, 0, "0", 0, 1e9, NULL,
     "last step that path observables record (the others: 0, 1, 2, 5, 10, ...); 0: the most steps"},
    {"dynamics.divergence", FIELD_NUMBER, 0, "1000000", 1, 1e300, NULL,
     "a trajectory has diverged when its loss is above this times the larger of the losses at the start and on the "
     "plateau (of a net whose output is 0; where that is 0, 1)"},
    {"observables", FIELD_OBSERVABLE, FIELD_LIST, "forward_norm|gradient_norm", 0, 0, &tepui_family_observable,
     "what is measured on every sample"},
    {"eigensolver", FIELD_CHOICE, 0, "lapack", 0, 0, eigensolvers,
     "whole spectra: lapack (gsl where it is not built) or gsl; they agree to rounding"},
    {"samples", FIELD_WHOLE, FIELD_FREE, "10000", 1, 9007199254740992.0, NULL,
     "samples per cell; with a precision, the most"},
    {"precision.probability", FIELD_NUMBER, FIELD_OPEN_LOW | FIELD_OPEN_HIGH, "0.5", 0, 1, NULL,
     "quantile whose interval decides when a cell is done"},
    {"precision.half_width", FIELD_NUMBER, 0, "0", 0, 1e6, NULL,
     "half width of its 95 % interval, in units of ln for norms; 0: take all samples"},
    {"precision.observable", FIELD_OBSERVABLE, 0, NULL, 0, 0, &tepui_family_observable,
     "observable meant (its last component); default: the first one"},
    {"time", FIELD_DURATION, FIELD_FREE, "none", 0, 0, NULL, "time budget: seconds, 8h, 30m, 1h30m or none"},
    {"output.probabilities", FIELD_NUMBER, FIELD_LIST | FIELD_OPEN_LOW | FIELD_OPEN_HIGH, "0.05|0.25|0.5|0.75|0.95", 0,
     1, NULL, "quantiles written"},
    {"output.bin_width", FIELD_NUMBER, 0, "0.05", 1e-12, 1e6, NULL, "width of histogram bins"},
    {"output.raw", FIELD_WHOLE, 0, "0", 0, 1e9, NULL, "raw samples kept per component (of spectra: numbers)"},
    {"output.range", FIELD_NUMBER, FIELD_LIST, "-inf|inf", 0, 0, NULL,
     "histogram range; outside counts as under, over"},
    {"output.layers", FIELD_WHOLE, 0, "1024", 1, 1e9, NULL,
     "most layers recorded per observable; deeper nets record evenly spaced ones"},
    {"output.allow_nan", FIELD_CHOICE, FIELD_FREE, "false", 0, 0, answers,
     "values that are not finite do not fail the run"},
};
const size_t field_count = sizeof fields / sizeof *fields;

size_t field_index(const char *path)
{
    size_t i = 0;
    while (i < field_count && strcmp(fields[i].path, path) != 0) i++;
    return i;
}

size_t tepui_experiment_fields(tepui_field_info *out)
{
    for (size_t i = 0; out && i < field_count; i++)
        out[i] = (tepui_field_info){fields[i].path, fields[i].fallback ? fields[i].fallback : "default", fields[i].doc,
                                    (fields[i].flags & FIELD_AXIS) != 0};
    return field_count;
}

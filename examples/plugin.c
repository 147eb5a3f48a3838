/* plugin.c -- a plug-in with an activation, a law of the weights, an observable and a law.

       cc -shared -fPIC $(pkg-config --cflags tepui) plugin.c -o plugin.so

   Experiments name it, as examples/plugin.yaml does. */
#include <math.h>
#include <stdlib.h>
#include <tepui/plugin.h>

/* --- activation: phi(z) = z / sqrt(1 + z^2) */

static inline double value(double z, const double *param, double *slope)
{
    const double r = 1 / sqrt(1 + z * z);
    (void)param;
    *slope = r * r * r;
    return z * r;
}
TEPUI_ACTIVATION_FROM(value) /* f, df, apply */
static double d2f(double z, const double *param)
{
    (void)param;
    return -3 * z * pow(1 + z * z, -2.5);
}
static void slopes(const double *param, double out[4])
{
    (void)param;
    out[0] = out[1] = 1; /* at 0- and 0+ */
    out[2] = out[3] = 0; /* at -inf and +inf: it is bounded */
}
static const tepui_activation_type isru = {
    .kind = {.name = "isru", .doc = "z / sqrt(1 + z^2)", .source = "examples/plugin.c"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .slopes = slopes,
};

/* --- law of the weights: density (1 - |z|/a)/a on (-a, a), a = sqrt 6 (variance 1) */

static void fill(tepui_stream *s, double *out, size_t n, const double *param, double *scratch)
{
    const double a = sqrt(6);
    (void)param, (void)scratch;
    tepui_draw_uniform(s, out, n);
    for (size_t i = 0; i < n; i++) {
        const double u = out[i];
        out[i] = u < 0.5 ? a * (sqrt(2 * u) - 1) : a * (1 - sqrt(2 * (1 - u)));
    }
}
static double moment(const double *param, int order)
{
    (void)param;
    return 2 * pow(6, order / 2) / ((order + 1) * (order + 2));
}
static double mean_log_abs(const double *param)
{
    (void)param;
    return log(6) / 2 - 1.5;
}
static const tepui_distribution_type triangle = {
    .kind = {.name = "triangle", .doc = "triangular entries", .source = "examples/plugin.c"},
    .fill = fill,
    .words = 1,
    .moment = moment,
    .mean_log_abs = mean_log_abs,
};

/* --- observable: the mean square of the entries of every hidden matrix, over their variance */

static long first(const tepui_cell *c)
{
    (void)c;
    return 1;
}
static long last(const tepui_cell *c)
{
    return (long)c->depth;
}
static double mean_square(tepui_sample *s, long layer)
{
    const tepui_cell *c = tepui_sample_cell(s);
    const tepui_matrix_shape shape = tepui_matrix_shape_of(c, (size_t)layer);
    const size_t n = shape.rows * shape.cols;
    double *w = malloc(n * sizeof *w), sum = 0;
    const tepui_status st = w ? tepui_sample_weights(s, (size_t)layer, w, NULL) : TEPUI_NO_MEMORY;
    for (size_t i = 0; st == TEPUI_OK && i < n; i++) sum += w[i] * w[i];
    free(w);
    return st == TEPUI_OK ? sum / ((double)n * c->sigma[layer] * c->sigma[layer]) : NAN;
}
static const tepui_observable_type weight_square = {
    .kind = {.name = "weight_square",
             .doc = "mean square of the weights of a layer over their variance",
             .source = "examples/plugin.c"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD,
    .first = first,
    .last = last,
    .measure_sample = mean_square,
};

/* --- law: it has mean 1, and with n weights variance (E z^4 - 1)/n */

static int applies(const tepui_cell *c, long component, const char **why)
{
    const tepui_distribution_type *t = c->distribution.type;
    (void)component;
    *why = "it is about independent weights of plain nets";
    return t->fill && !c->composition;
}
static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *out, tepui_error *err)
{
    const tepui_distribution_type *t = c->distribution.type;
    const tepui_matrix_shape shape = tepui_matrix_shape_of(c, (size_t)component);
    const double n = (double)shape.rows * (double)shape.cols;
    (void)err;
    *out = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN, .mean = 1, .median = NAN, .atom = NAN};
    out->variance = (t->moment(c->distribution.value, 4) - 1) / n;
    return TEPUI_OK;
}
static const tepui_law_type unit_variance = {
    .kind = {.name = "OWN2", .doc = "the mean square of weights is their variance", .source = "examples/plugin.c"},
    .observable = "weight_square",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = applies,
    .predict = predict,
};

TEPUI_PLUGIN(TEPUI_KIND(activation, &isru), TEPUI_KIND(distribution, &triangle), TEPUI_KIND(observable, &weight_square),
             TEPUI_KIND(law, &unit_variance));

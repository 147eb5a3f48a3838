/* twins.c -- a plug-in for plugins.sh whose kinds repeat what the library has, by other ways: relu, the norm of the
   gradient, the norm of the last layer of a ReLU net from its weights, law N1. */
#include <math.h>
#include <stdlib.h>
#include <tepui/plugin.h>

static inline double value(double z, const double *param, double *slope)
{
    (void)param;
    *slope = z > 0;
    return z > 0 ? z : 0;
}
TEPUI_ACTIVATION_FROM(value)
static double d2f(double z, const double *param)
{
    (void)z, (void)param;
    return 0;
}
static void slopes(const double *param, double out[4])
{
    (void)param;
    out[0] = out[2] = 0;
    out[1] = out[3] = 1;
}
static const tepui_activation_type own_relu = {
    .kind = {.name = "own_relu", .doc = "max(z, 0)", .source = "twins.c"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .slopes = slopes,
};

static double gradient_norm(tepui_sample *s, long component)
{
    const size_t P = tepui_parameters(tepui_sample_cell(s));
    double *g = malloc(P * sizeof *g), sum = 0;
    int64_t exponent = 0;
    const tepui_status st = g ? tepui_sample_gradient(s, g, &exponent, NULL) : TEPUI_NO_MEMORY;
    for (size_t i = 0; st == TEPUI_OK && i < P; i++) sum += g[i] * g[i];
    free(g);
    (void)component;
    return st == TEPUI_OK ? log(sum) / 2 + (double)exponent * log(2) : NAN;
}

/* One point, no read-out, all widths up to 16. */
static double relu_norm(tepui_sample *s, long component)
{
    const tepui_cell *c = tepui_sample_cell(s);
    double a[16], z[16], w[256], sum = 0;
    for (size_t j = 0; j < c->inputs; j++) a[j] = tepui_sample_inputs(s)[j];
    for (size_t m = 1; m <= c->depth; m++) {
        const tepui_matrix_shape shape = tepui_matrix_shape_of(c, m);
        if (tepui_sample_weights(s, m, w, NULL) != TEPUI_OK) return NAN;
        for (size_t i = 0; i < shape.rows; i++) {
            z[i] = 0;
            for (size_t j = 0; j < shape.cols; j++) z[i] += w[i * shape.cols + j] * a[j];
        }
        for (size_t i = 0; i < shape.rows; i++) a[i] = fmax(z[i], 0);
    }
    for (size_t i = 0; i < c->width[c->depth]; i++) sum += a[i] * a[i];
    (void)component;
    return log(sum) / 2;
}

#define OBSERVABLE(f, more)                                                                                            \
    {                                                                                                                  \
        .kind = {.name = "own_" #f, .doc = #f " by hand", .source = "twins.c"}, .unit = "1",                           \
        .transform = TEPUI_TRANSFORM_LN, .needs = TEPUI_NEEDS_FORWARD | (more), .least_points = 1, .has_total = 1,     \
        .measure_sample = f                                                                                            \
    }
static const tepui_observable_type own_gradient_norm =
    OBSERVABLE(gradient_norm, TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE);
static const tepui_observable_type own_relu_norm = OBSERVABLE(relu_norm, 0);

/* norm2(a_l) of a linear Gaussian net behind an input of norm 1: a product of sigma^2 chi2_width */
static int applies(const tepui_cell *c, long component, const char **why)
{
    *why = "linear nets and layers from 1 on only";
    return component > 0 && c->activation.type == tepui_kind_find(&tepui_family_activation, "linear");
}
static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    double kappa[5];
    tepui_status st;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(0, 0.5, &p->exact, err));
    for (long l = 1; l <= component; l++) {
        const tepui_term t = {TEPUI_TERM_CHI2, c->width[l], 1, c->sigma[l] * c->sigma[l], 0, 0};
        TEPUI_TRY(tepui_exact_add(p->exact, &t, err));
    }
    tepui_exact_cumulants(p->exact, kappa);
    p->mean = kappa[1];
    p->variance = kappa[2];
    p->median = tepui_exact_quantile(p->exact, 0.5);
done:
    if (st != TEPUI_OK) tepui_prediction_clear(p);
    return st;
}
static const tepui_law_type own_n1 = {
    .kind = {.name = "OWNN1", .doc = "N1, written again", .source = "twins.c"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_DISTRIBUTION,
    .applies = applies,
    .predict = predict,
};

TEPUI_PLUGIN(TEPUI_KIND(activation, &own_relu), TEPUI_KIND(observable, &own_gradient_norm),
             TEPUI_KIND(observable, &own_relu_norm), TEPUI_KIND(law, &own_n1));

/* activation.c -- an activation of your own, phi(z) = z / sqrt(1 + z^2), in an experiment. */
#include <math.h>
#include <stdio.h>
#include <tepui/tepui.h>

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
    .kind = {.name = "isru", .doc = "z / sqrt(1 + z^2)", .source = "examples/activation.c"},
    .f = f,
    .df = df,
    .d2f = d2f,
    .apply = apply,
    .slopes = slopes,
};

int main(void)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_sample *s = NULL;
    double x = NAN;
    tepui_status st = tepui_kind_register(&tepui_family_activation, &isru, &err);
    if (st == TEPUI_OK)
        st = tepui_experiment_parse("grid: {depth: 50, width: 20, activation: isru}\nobservables: [forward_norm]\n",
                                    "text", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_sample_new(&e->cells[0], tepui_experiment_needs(e), &s, &err);
    if (st == TEPUI_OK) st = tepui_sample_draw(s, 0, &err);
    for (long l = 0; st == TEPUI_OK && l <= 50; l += 10) {
        st = tepui_sample_measure(s, "forward_norm", l, &x, &err);
        printf("norm of a_%-2ld  %.4f\n", l, exp(x));
    }
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_sample_free(s);
    tepui_experiment_free(e);
    return st != TEPUI_OK ? (int)st : exp(x) < sqrt(20) ? 0 : 1; /* |phi| < 1 */
}

/* observable.c -- an observable of your own: the sharpness along the gradient, g^T H g / g^T g, in a run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <tepui/tepui.h>

static double sharpness(tepui_sample *s, long component)
{
    const size_t P = tepui_parameters(tepui_sample_cell(s));
    double *g = malloc(2 * P * sizeof *g), *h = g + P, gg = 0, gh = 0;
    int64_t unit, unit_h;
    tepui_status st = g ? tepui_sample_gradient(s, g, &unit, NULL) : TEPUI_NO_MEMORY;
    if (st == TEPUI_OK) st = tepui_sample_hessian_product(s, TEPUI_HESSIAN, g, h, &unit_h, NULL);
    for (size_t i = 0; st == TEPUI_OK && i < P; i++) gg += g[i] * g[i], gh += g[i] * h[i];
    free(g);
    (void)component;
    return st == TEPUI_OK ? ldexp(gh / gg, (int)unit_h) : NAN;
}
static const long total[] = {TEPUI_COMPONENT_TOTAL, 0};
static const tepui_observable_type gradient_sharpness = {
    .kind = {.name = "gradient_sharpness", .doc = "g^T H g / g^T g", .source = "examples/observable.c"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE,
    .least_points = 1,
    .named = total,
    .measure_sample = sharpness,
};

int main(void)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_result *r = NULL;
    const tepui_run_options options = {.path = "observable.h5", .time_limit = INFINITY};
    tepui_status st = tepui_kind_register(&tepui_family_observable, &gradient_sharpness, &err);
    if (st == TEPUI_OK)
        st = tepui_experiment_parse("grid: {depth: [2, 4, 6], width: 6, activation: tanh}\nsamples: 200\n"
                                    "data: {points: 3, targets: gaussian}\nobservables: [gradient_sharpness]\n",
                                    "text", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_run(e, &options, &err);
    if (st == TEPUI_OK) st = tepui_result_open("observable.h5", &r, &err);
    for (size_t cell = 0; st == TEPUI_OK && cell < r->cells; cell++)
        printf("depth %.0f: mean %.4f\n", tepui_result_column(r, "depth")->number[cell], r->observable[0].mean[cell]);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_result_free(r);
    tepui_experiment_free(e);
    return st;
}

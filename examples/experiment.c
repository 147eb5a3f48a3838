/* experiment.c -- an experiment in a program: sampled into experiment.h5, and its medians. */
#include <math.h>
#include <stdio.h>
#include <tepui/tepui.h>

static const char text[] = "grid: {depth: [2, 4, 8, 16], width: [4, depth], activation: relu, init: he}\n"
                           "observables: [jacobian_vector_norm]\n"
                           "samples: 500\n";

static void print_medians(const tepui_result *r)
{
    const tepui_result_observable *o = tepui_result_observable_find(r, "jacobian_vector_norm");
    const tepui_column *depth = tepui_result_column(r, "depth"), *width = tepui_result_column(r, "width");
    size_t half = 0;
    while (half + 1 < r->probabilities && r->probability[half] != 0.5) half++;
    for (size_t cell = 0; cell < r->cells; cell++) {
        size_t last = o->components; /* cells with fewer components are padded with NaN */
        while (last > 1 && isnan(o->mean[cell * o->components + last - 1])) last--;
        const size_t at = cell * o->components + last - 1;
        printf("depth %2.0f width %-5s layer %-2s median %.4f, dead %.3f\n", depth->number[cell], width->text[cell],
               o->component[last - 1], exp(o->quantile[at * r->probabilities + half]),
               (double)o->zero[at] / (double)o->count[at]);
    }
}

int main(void)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_result *r = NULL;
    const tepui_run_options options = {.path = "experiment.h5", .time_limit = INFINITY};
    tepui_status st = tepui_experiment_parse(text, "text", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_run(e, &options, &err);
    if (st == TEPUI_OK) st = tepui_result_open("experiment.h5", &r, &err);
    if (st == TEPUI_OK) print_medians(r);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_result_free(r);
    tepui_experiment_free(e);
    return st;
}

/* by_hand.c -- one net, layer by layer: its weights, and its output computed from them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <tepui/tepui.h>

static const char text[] = "grid: {depth: 3, width: 5, activation: tanh}\n"
                           "data: {source: gaussian, points: 1, dimension: 4, outputs: 1, targets: gaussian}\n"
                           "observables: [gradient_norm]\n";

/* a = phi(W a), the read-out without phi */
static tepui_status layer(tepui_sample *s, size_t m, double a[5], tepui_error *err)
{
    const tepui_cell *c = tepui_sample_cell(s);
    const tepui_matrix_shape shape = tepui_matrix_shape_of(c, m);
    double w[25], z[5] = {0};
    const tepui_status st = tepui_sample_weights(s, m, w, err);
    for (size_t i = 0; st == TEPUI_OK && i < shape.rows; i++)
        for (size_t j = 0; j < shape.cols; j++) z[i] += w[i * shape.cols + j] * a[j];
    for (size_t i = 0; i < shape.rows; i++) a[i] = m <= c->depth ? tanh(z[i]) : z[i];
    return st;
}

int main(void)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_sample *s = NULL;
    double a[5], f = 0, ln_norm = 0;
    tepui_status st = tepui_experiment_parse(text, "text", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_sample_new(&e->cells[0], tepui_experiment_needs(e), &s, &err);
    if (st == TEPUI_OK) st = tepui_sample_draw(s, 17, &err);
    for (size_t j = 0; st == TEPUI_OK && j < 4; j++) a[j] = tepui_sample_inputs(s)[j];
    for (size_t m = 1; st == TEPUI_OK && m <= 4; m++) st = layer(s, m, a, &err);
    if (st == TEPUI_OK) st = tepui_sample_measure(s, "gradient_norm", TEPUI_COMPONENT_TOTAL, &ln_norm, &err);
    if (st == TEPUI_OK) {
        tepui_sample_output(s, &f);
        printf("output of sample 17: %.12f, by hand %.12f; gradient norm %.6f\n", f, a[0], exp(ln_norm));
        if (fabs(f - a[0]) > 1e-13) st = TEPUI_FAILED;
    }
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_sample_free(s);
    tepui_experiment_free(e);
    return st;
}

/* law.c -- a law of your own, confronted with samples: the output of a net with a Gaussian read-out and one input point
   has mean 0. */
#include <math.h>
#include <stdio.h>
#include <tepui/tepui.h>

static int applies(const tepui_cell *c, long component, const char **why)
{
    (void)component;
    *why = "it is about nets with a dense read-out";
    return c->readout == TEPUI_READOUT_DENSE;
}
static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *out, tepui_error *err)
{
    (void)c, (void)component, (void)err;
    /* NaN: the law does not say */
    *out = (tepui_prediction){.form = TEPUI_PREDICTS_MEAN, .mean = 0, .variance = NAN, .median = NAN, .atom = NAN};
    return TEPUI_OK;
}
static const tepui_law_type centred = {
    .kind = {.name = "OWN1", .doc = "the output has mean 0", .source = "examples/law.c"},
    .observable = "output",
    .form = TEPUI_PREDICTS_MEAN,
    .applies = applies,
    .predict = predict,
};

int main(void)
{
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    tepui_result *r = NULL;
    tepui_verification *v = NULL;
    const tepui_law_type *const laws[] = {&centred, NULL};
    const tepui_run_options run = {.path = "law.h5", .time_limit = INFINITY};
    const tepui_verify_options verify = {.laws = laws};
    tepui_status st = tepui_kind_register(&tepui_family_law, &centred, &err);
    if (st == TEPUI_OK)
        st = tepui_experiment_parse("grid: {depth: [1, 3], width: 8, activation: tanh}\nsamples: 2000\n"
                                    "data: {dimension: 3, outputs: 1, targets: gaussian}\nobservables: [output]\n",
                                    "text", NULL, &e, &err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(e, &err);
    if (st == TEPUI_OK) st = tepui_run(e, &run, &err);
    if (st == TEPUI_OK) st = tepui_result_open("law.h5", &r, &err);
    if (st == TEPUI_OK) st = tepui_verify(r, e, &verify, &v, &err);
    for (size_t i = 0; st == TEPUI_OK && i < v->lines; i++)
        printf("%s cell %zu: predicted %g, observed %.4f, p %.2f, %s\n", v->line[i].law->kind.name, v->line[i].cell,
               v->line[i].predicted, v->line[i].observed, v->line[i].p, tepui_verdict_word[v->line[i].verdict]);
    if (st == TEPUI_OK && (v->tested == 0 || v->failures > 0)) st = TEPUI_FAILED;
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_verification_free(v);
    tepui_result_free(r);
    tepui_experiment_free(e);
    return st;
}

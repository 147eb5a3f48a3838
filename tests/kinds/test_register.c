/* test_register.c -- kinds registered at run time: used like those of the library, and refused where they do not fit.
 */
#include "reads.h"
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

/* phi(z) = z + z^3/3: nothing like it is in the library */
static inline double value(double z, const double *param, double *slope)
{
    *slope = 1 + param[0] * z * z;
    return z + param[0] * z * z * z / 3;
}
TEPUI_ACTIVATION_FROM(value)
static double d2f(double z, const double *param)
{
    return 2 * param[0] * z;
}
static void slopes(const double *param, double out[4])
{
    (void)param;
    out[0] = out[1] = 1, out[2] = out[3] = INFINITY;
}

#define CUBIC(word)                                                                                                    \
    {                                                                                                                  \
        .kind = {.name = word,                                                                                         \
                 .doc = "z + c z^3/3",                                                                                 \
                 .source = "this test",                                                                                \
                 .params = {{.name = "c", .doc = "cubic part", .fallback = 1, .low = 0, .high = 9}}},                  \
        .f = f, .df = df, .d2f = d2f, .apply = apply, .slopes = slopes                                                 \
    }
static const tepui_activation_type cubic = CUBIC("cubic");

static void check_refused(const tepui_activation_type *a, const char *message)
{
    tepui_error err = {""};
    size_t before = 0, after = 0;
    while (tepui_family_activation.kinds[before]) before++;
    CHECK(tepui_kind_register(&tepui_family_activation, a, &err) == TEPUI_BAD_INPUT);
    while (tepui_family_activation.kinds[after]) after++;
    CHECK(before == after);
    if (!strstr(err.text, message)) {
        fprintf(stderr, "the message is \"%s\", without \"%s\"\n", err.text, message);
        test_failures++;
    }
}

static tepui_experiment *parse(const char *text)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    CHECK(tepui_experiment_parse(text, "test", NULL, &e, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    return e;
}

static void a_registered_kind_is_sampled(void)
{
    tepui_error err = {""};
    tepui_network *net = NULL;
    double w;
    CHECK(tepui_kind_register(&tepui_family_activation, &cubic, &err) == TEPUI_OK);
    CHECK(tepui_kind_register(&tepui_family_activation, &cubic, &err) == TEPUI_OK); /* once more: nothing happens */
    CHECK(tepui_kind_find(&tepui_family_activation, "cubic") == &cubic);
    tepui_experiment *e = parse("grid: {depth: 1, width: 1, activation: cubic(c=2)}\nobservables: [forward_norm]\n");
    if (!e) return;
    CHECK(strstr(e->canonical, "cubic(c=2)") != NULL);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_FORWARD, &net, &err) == TEPUI_OK);
    for (uint64_t i = 0; net && i < 5; i++) {
        CHECK(tepui_network_sample(net, i, NULL) == TEPUI_OK);
        CHECK(tepui_network_weights(net, 1, &w) == TEPUI_OK);
        const double z = w * *tepui_network_inputs(net), a = z + 2 * z * z * z / 3;
        CHECK_NEAR(tepui_network_ln_forward(net, 0, 1), log(fabs(a)), 1e-14);
    }
    tepui_network_free(net);
    tepui_experiment_free(e);
}

static void what_does_not_fit_is_refused(void)
{
    tepui_error err = {""};
    tepui_activation_type a = CUBIC("other");
    static const tepui_activation_type again = CUBIC("cubic"), known = CUBIC("tanh"), layer = CUBIC("dense");
    CHECK(tepui_kind_register(&tepui_family_activation, &cubic, &err) == TEPUI_OK);
    check_refused(&again, "there is an activation 'cubic' already");
    check_refused(&known, "there is an activation 'tanh' already");
    check_refused(&layer, "has the name of the layer");
    const char *const names[] = {NULL, "", "2fast", "a b", "a/b", "a,b", "-a"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        a.kind.name = names[i];
        check_refused(&a, "is no name for a kind");
    }
    a = (tepui_activation_type)CUBIC("other");
    a.apply = NULL;
    check_refused(&a, "activation 'other' lacks apply");
    a = (tepui_activation_type)CUBIC("other");
    a.kind.source = "";
    check_refused(&a, "needs a doc (one sentence) and a source");
    a = (tepui_activation_type)CUBIC("other");
    a.kind.params[0].fallback = 10;
    check_refused(&a, "the default 10 of parameter c of activation 'other' is not in its range [0, 9]");
    CHECK(tepui_kind_register_as(&tepui_family_activation, &a, TEPUI_ABI + 1, sizeof a, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "compiled for another version of tepui") != NULL);
    CHECK(tepui_kind_register_as(&tepui_family_activation, &a, TEPUI_ABI, sizeof a - 8, NULL) == TEPUI_BAD_INPUT);
    static const tepui_observable_type empty = {.kind = {.name = "empty", .doc = "nothing", .source = "none"}};
    err.text[0] = 0;
    CHECK(tepui_kind_register(&tepui_family_observable, &empty, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "observable 'empty' lacks measure") != NULL);
}

/* Every kind of the library passes the checks itself. */
static void kinds_of_the_library_have_all_their_functions(void)
{
    for (const tepui_family *const *f = tepui_families; *f; f++)
        for (const void *const *k = (*f)->kinds; *k; k++) {
            char *copy = malloc((*f)->size);
            tepui_error err = {""};
            if (!copy) continue;
            memcpy(copy, *k, (*f)->size);
            ((tepui_kind *)(void *)copy)->name = "a_copy";
            CHECK((*f)->kinds[0] == *k || (*f)->most > 0);
            /* too late on purpose: all checks before that pass, and nothing is added */
            tepui_experiment *e = parse("grid: {depth: 1, width: 1}\nobservables: [forward_norm]\n");
            CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
            const int plain = strcmp((*f)->name, "architecture") == 0 && *k == (*f)->kinds[0];
            CHECK(tepui_kind_register_as(*f, copy, TEPUI_ABI, (*f)->size, &err) ==
                  (plain ? TEPUI_BAD_INPUT : TEPUI_USAGE)); /* "plain" writes no layers */
            tepui_experiment_free(e);
            free(copy);
        }
}

static void late_kinds_are_refused(void)
{
    static const tepui_activation_type late = CUBIC("late");
    tepui_error err = {""};
    tepui_experiment *e = parse("grid: {depth: 1, width: 1}\nobservables: [forward_norm]\n");
    CHECK(tepui_experiment_survey(e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    CHECK(tepui_kind_register(&tepui_family_activation, &late, &err) == TEPUI_USAGE);
    CHECK(strstr(err.text, "comes too late") != NULL);
    CHECK(tepui_kind_find(&tepui_family_activation, "late") == NULL);
    tepui_experiment_free(e);
    CHECK(tepui_kind_register(&tepui_family_activation, &late, NULL) == TEPUI_OK);
}

static void room_has_an_end(void)
{
    static tepui_loss_type loss[TEPUI_MOST_OWN + 1];
    static char name[TEPUI_MOST_OWN + 1][16];
    const tepui_loss_type *mse = tepui_kind_find(&tepui_family_loss, "mse");
    for (int i = 0; i <= TEPUI_MOST_OWN; i++) {
        loss[i] = *mse;
        snprintf(name[i], sizeof name[i], "loss%d", i);
        loss[i].kind.name = name[i];
        CHECK(tepui_kind_register(&tepui_family_loss, &loss[i], NULL) == (i < TEPUI_MOST_OWN ? TEPUI_OK : TEPUI_USAGE));
    }
    size_t n = 0;
    while (tepui_family_loss.kinds[n]) n++;
    CHECK(n == tepui_family_loss.most);
    CHECK(tepui_kind_find(&tepui_family_loss, "loss63") == &loss[63]);
}

/* This program holds the library itself; plug-ins would find none, or a second one. tests/cli/plugins.sh loads some. */
static void programs_without_the_shared_library_load_no_plug_ins(void)
{
    tepui_error err = {""};
    const tepui_plugin_file *file = (const tepui_plugin_file *)&err;
    CHECK(tepui_plugin_load("/proc/self/exe", NULL, &file, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "/proc/self/exe: plug-ins need the shared library of tepui") != NULL);
    CHECK(file == NULL && tepui_plugin_at(0) == NULL);
    err.text[0] = '\0';
    CHECK(tepui_plugin_load("/proc/self/exe", "0123", NULL, &err) == TEPUI_BAD_INPUT);
    CHECK(strstr(err.text, "is another plug-in: its SHA-256 is ") && strstr(err.text, "wanted is 0123"));
}

static const test_case cases[] = {
    {"programs_without_the_shared_library_load_no_plug_ins", programs_without_the_shared_library_load_no_plug_ins},
    {"a_registered_kind_is_sampled", a_registered_kind_is_sampled},
    {"what_does_not_fit_is_refused", what_does_not_fit_is_refused},
    {"kinds_of_the_library_have_all_their_functions", kinds_of_the_library_have_all_their_functions},
    {"late_kinds_are_refused", late_kinds_are_refused},
    {"room_has_an_end", room_has_an_end},
};
TEST_MAIN(cases)

/* test_hypotheses.c -- where laws speak and where they are silent: cells a step away from a law's home, in which it is
   false, and its home itself. What laws predict in cells whose units are not alike, from formulas beside each check. */
#include "test.h"
#include <gsl/gsl_sf_psi.h>
#include <stdlib.h>
#include <tepui/tepui.h>

typedef struct {
    const char *law;
    int speaks;
    long component;
    const char *text; /* of the experiment, without its observables */
} claim;

#define R11 TEPUI_COMPONENT_BLOCK(TEPUI_RESIDUAL, 1, 1)
#define GRID(x) "grid: {init: lecun, " x "}\n"
#define RELU(architecture)                                                                                             \
    GRID("depth: 2, width: 4, activation: relu, architecture: '" architecture "'")                                     \
    "data: {source: gaussian, points: 6}\nloss: mse\n"
#define DEEP(architecture, rest)                                                                                       \
    GRID("depth: 6, width: 64, activation: relu, architecture: '" architecture "'") "data: {source: sphere}\n" rest
#define CHAIN(law, rest) GRID("depth: 20, width: 1, activation: linear, law: " law) "data: {source: sphere" rest "}\n"
#define WIDE(law, data) GRID("depth: 4, width: 64, activation: tanh, law: " law) "data: {" data "}\n"
#define RANKS(depth, data) GRID("depth: " depth ", width: 3, activation: linear") "loss: mse\ndata: {" data "}\n"
#define BATCH(inputs, points, architecture, data)                                                                      \
    GRID("depth: 3, width: 64, activation: relu, architecture: '" architecture "'")                                    \
    "data: {dimension: " inputs ", points: " points ", " data "}\n"
#define ESCAPE(fraction, optimizer)                                                                                    \
    GRID("depth: 32, width: 1, activation: linear, law: uniform")                                                      \
    "data: {source: sphere, targets: one}\nreadout: none\nloss: mse\n"                                                 \
    "dynamics: {optimizer: " optimizer ", rate: 0.001, steps: 1000, escape: loss(" fraction ")}\n"

static const claim claims[] = {
    /* norms and smooth activations bend, products of a unit's parameters are not linear in the unit */
    {"H1", 1, R11, RELU("plain")},
    {"H1", 1, R11, RELU("[residual[dense, activation]]")},
    {"H1", 0, R11, RELU("[dense, batch_norm, activation]")},
    {"H1", 0, R11, RELU("[dense, layer_norm, activation]")},
    {"H1", 0, R11, RELU("[dense, tanh]")},
    {"H1", 0, R11, RELU("[weight_norm, activation]")},
    {"H1", 0, R11, RELU("[dense, affine, activation]")},
    {"H1", 0, R11, RELU("residual(branch=2)")},
    {"H1", 0, R11, RELU("pre_norm")},
    {"H1", 0, R11, RELU("skip_init")},
    {"H1", 0, R11, RELU("fixup")},
    {"H1b", 1, TEPUI_COMPONENT_R, RELU("plain")},
    {"H1b", 1, TEPUI_COMPONENT_R, RELU("residual(branch=2)")},
    {"H1b", 0, TEPUI_COMPONENT_R, RELU("[dense, batch_norm, activation]")},
    {"H1b", 0, TEPUI_COMPONENT_R, RELU("[dense, tanh]")},
    {"H1b", 0, TEPUI_COMPONENT_R, RELU("[weight_norm, activation]")},
    {"H1b", 0, TEPUI_COMPONENT_R, RELU("pre_norm")},
    /* alpha, where it is learned, is in the gradient */
    {"A1g", 1, 1,
     GRID("depth: 2, width: 4, activation: linear, architecture: 'residual(branch=1)'") "data: {source: sphere}\n"
                                                                                        "readout: dense\nloss: "
                                                                                        "output\n"},
    {"A1g", 0, 1,
     GRID("depth: 2, width: 4, architecture: '[residual(alpha=0.5, learned=1)[dense]]'") "data: {source: "
                                                                                         "sphere}\nreadout: dense\n"
                                                                                         "loss: output\n"},
    /* one standard deviation for all layers, or none of these laws */
    {"A4", 1, 2, DEEP("[residual[activation, dense]]", "")},
    {"A4", 0, 2, DEEP("[residual[activation, dense(gain=2)]; residual[activation, dense] *]", "")},
    {"A4n", 0, 2, DEEP("[residual[activation, dense(gain=2)]; residual[activation, dense] *]", "")},
    {"A4p", 1, 2, DEEP("[residual[dense, activation]]", "")},
    {"A4p", 0, 2, DEEP("[residual[dense(gain=2), activation]; residual[dense, activation] *]", "")},
    {"A4p", 0, 2, DEEP("[residual(alpha=0)[dense, activation]; residual[dense, activation] *]", "")},
    /* outputs beside which the chain is none */
    {"C2", 1, TEPUI_COMPONENT_OUTPUT, CHAIN("uniform", "") "readout: dense\nloss: output\n"},
    {"C2", 0, TEPUI_COMPONENT_OUTPUT, CHAIN("uniform", ", outputs: 8") "readout: dense\nloss: output\n"},
    {"C2", 1, 20, CHAIN("uniform", ", outputs: 8") "readout: dense\nloss: output\n"},
    {"C4", 1, TEPUI_COMPONENT_OUTPUT, CHAIN("gaussian", "") "readout: dense\nloss: output\n"},
    {"C4", 0, TEPUI_COMPONENT_OUTPUT, CHAIN("gaussian", ", outputs: 8") "readout: dense\nloss: output\n"},
    /* the same y for all samples: the shares depend on |y| */
    {"C7", 1, TEPUI_COMPONENT_H, CHAIN("uniform", ", targets: gaussian") "readout: none\nloss: mse\n"},
    {"C7", 0, TEPUI_COMPONENT_H, CHAIN("uniform", ", targets: gaussian, resample: false") "readout: none\nloss: mse\n"},
    {"C7", 1, TEPUI_COMPONENT_H, CHAIN("uniform", ", targets: zero, resample: false") "readout: none\nloss: mse\n"},
    {"C7", 1, TEPUI_COMPONENT_H, CHAIN("uniform", ", resample: false") "readout: none\nloss: output\n"},
    /* points that are known to span the inputs */
    {"H4", 1, TEPUI_COMPONENT_R, RANKS("2", "source: gaussian, dimension: 3, points: 6")},
    {"H4", 0, TEPUI_COMPONENT_R, RANKS("2", "source: orthonormal, dimension: 6, points: 6")},
    /* features that differ between the points */
    {"A2f", 1, 2, BATCH("64", "8", "[dense, batch_norm(epsilon=0)]", "source: gaussian")},
    {"A2f", 0, 2, BATCH("1", "8", "[dense, batch_norm(epsilon=0)]", "source: sphere")},
    {"A2f", 0, 2, BATCH("64", "8", "[dense, activation, batch_norm(epsilon=0)]", "source: gaussian")},
    {"A2", 1, 3, BATCH("64", "8", "[dense, batch_norm(epsilon=0), activation]", "source: orthonormal")},
    {"A2", 0, 3, BATCH("8", "8", "[dense, batch_norm(epsilon=0), activation]", "source: orthonormal")},
    /* mean field */
    {"N9", 1, 4, WIDE("gaussian", "source: sphere")},
    {"N9", 1, 4, WIDE("'sparse(p=0.2)'", "source: sphere")},
    {"N9", 0, 4, WIDE("'sparse(p=0.05)'", "source: sphere")},
    {"N9", 0, 4, WIDE("laplace, gain: 20", "source: sphere")}, /* m = 26, e = 3 */
    {"N9", 0, 4, WIDE("rademacher", "source: sphere, dimension: 1")},
    {"N9", 0, 4, WIDE("gaussian, bias: rademacher, sigma_b: 0.5", "source: sphere")},
    {"N10", 1, 4, WIDE("gaussian", "source: gaussian, points: 2")},
    {"N10", 1, 4, WIDE("'sparse(p=0.2)'", "source: gaussian, points: 2")},
    {"N10", 0, 4, WIDE("'sparse(p=0.05)'", "source: gaussian, points: 2")},
    {"N10", 0, 4, WIDE("gaussian", "source: sphere, points: 2, dimension: 2")},
    /* f of order 1 where the loss has fallen */
    {"E1r", 1, TEPUI_COMPONENT_ESCAPE, ESCAPE("0.9", "gd")},
    {"E1r", 0, TEPUI_COMPONENT_ESCAPE, ESCAPE("0.999", "gd")},
    {"E1", 0, TEPUI_COMPONENT_ESCAPE, ESCAPE("0.999", "gd")},
    {"E2", 1, TEPUI_COMPONENT_ESCAPE, ESCAPE("0.9", "adam(epsilon=0)")},
    {"E2", 0, TEPUI_COMPONENT_ESCAPE, ESCAPE("0.999", "adam(epsilon=0)")},
};

static tepui_experiment *plan(const tepui_law_type *law, const char *body)
{
    char text[1024];
    tepui_error err = {""};
    tepui_experiment *e = NULL;
    snprintf(text, sizeof text, "%sobservables: [%s]\n", body, law->observable);
    const int good =
        tepui_experiment_parse(text, "test", NULL, &e, &err) == TEPUI_OK && tepui_experiment_plan(e, &err) == TEPUI_OK;
    if (!good) fprintf(stderr, "%s: %s\n%s", law->kind.name, err.text, text);
    CHECK(good);
    if (good) return e;
    tepui_experiment_free(e);
    return NULL;
}

static void laws_speak_at_home_and_nowhere_else(void)
{
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        const tepui_law_type *law = tepui_kind_find(&tepui_family_law, claims[i].law);
        const char *why = "";
        tepui_experiment *e = plan(law, claims[i].text);
        if (!e) continue;
        const int speaks = law->applies(&e->cells[0], claims[i].component, &why);
        if (speaks != claims[i].speaks)
            fprintf(stderr, "%s %s%s:\n%s", claims[i].law, speaks ? "speaks" : "is silent: ", why, claims[i].text);
        CHECK(speaks == claims[i].speaks);
        CHECK(speaks || why[0]);
        tepui_experiment_free(e);
    }
}

static int predict(const char *name, long component, const char *body, tepui_prediction *p)
{
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, name);
    const char *why = "";
    tepui_error err = {""};
    tepui_experiment *e = plan(law, body);
    *p = (tepui_prediction){0};
    const int good =
        e && law->applies(&e->cells[0], component, &why) && law->predict(&e->cells[0], component, p, &err) == TEPUI_OK;
    if (!good) fprintf(stderr, "%s: %s%s\n", name, why, err.text);
    CHECK(good);
    tepui_experiment_free(e);
    return good;
}

/* E norm2 = (1 + d v_1^2)(1 + d v_2^2), v = 3/sqrt(d) and 1/sqrt(d); for the gradient of W_1, of unit 2 alone, times
   that of the read-out, 1/d times d, and of alpha. Rounding of a sum of two logarithms. */
static void residual_units_have_their_own_gains(void)
{
    static const char text[] = GRID("depth: 2, width: 8, architecture: '[residual[dense(gain=3)]; residual[dense] *]', "
                                    "activation: linear") "data: {source: sphere}\nreadout: dense\nloss: output\n";
    tepui_prediction p;
    if (predict("A1", 2, text, &p)) CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), log(10.0 * 2.0), 1e-13);
    tepui_prediction_clear(&p);
    if (predict("A1j", 2, text, &p)) CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), log(10.0 * 2.0), 1e-13);
    tepui_prediction_clear(&p);
    if (predict("A1g", 1, text, &p)) CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), log(2.0), 1e-13);
    tepui_prediction_clear(&p);
    if (predict("A1g", 2, text, &p)) CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), log(10.0), 1e-13);
    tepui_prediction_clear(&p);
}

/* Without any activation nothing is masked: Var of half ln Beta((d - 1)/2, 1/2) and of six halves of ln
   chi2_(n-1)/chi2_n, n = d or d - 1, from trigammas. */
static void norms_without_activation_are_linear(void)
{
    tepui_prediction p;
    const double beta = gsl_sf_psi_1(31.5) - gsl_sf_psi_1(32);
    if (predict("A2r", 6, DEEP("[dense, rms_norm(epsilon=0)]", ""), &p))
        CHECK_NEAR(p.variance, (beta + 6 * (gsl_sf_psi_1(31.5) + gsl_sf_psi_1(32))) / 4, 1e-12);
    tepui_prediction_clear(&p);
    if (predict("A2r", 6, DEEP("[dense, layer_norm(epsilon=0)]", ""), &p))
        CHECK_NEAR(p.variance, (beta + 6 * (gsl_sf_psi_1(31) + gsl_sf_psi_1(31.5))) / 4, 1e-12);
    tepui_prediction_clear(&p);
    if (predict("A2g", 6, DEEP("[dense, rms_norm(epsilon=0)]", "readout: dense\nloss: output\n"), &p))
        CHECK_NEAR(p.variance, (gsl_sf_psi_1(31.5) + gsl_sf_psi_1(32)) / 4, 1e-12);
    tepui_prediction_clear(&p);
}

/* f = W x is linear in its parameters: R is 0. Two matrices: min(P, 2 q M + 2 q s - 2 q^2) = 2*3*3 + 6 - 18. */
static void one_matrix_has_no_residual_part(void)
{
    tepui_prediction p;
    if (predict("H4", TEPUI_COMPONENT_R, RANKS("1", "source: gaussian, dimension: 3, points: 6") "readout: none\n", &p))
        CHECK(p.atoms == 1 && p.value[0] == 0 && p.probability[0] == 1);
    tepui_prediction_clear(&p);
}

/* Twice a quarter of m e s/d, s = 3 m/(d - m e) the fixed point of sum u^4 = m (3 + e sum u^4)/d, m from the allowance
   (3 m - 1)/(2 d) of Gaussian weights; k = 3/p. */
static void heavy_tails_widen(const char *law, const char *data, double times)
{
    char gaussian[512], sparse[512];
    tepui_prediction narrow, heavy;
    snprintf(gaussian, sizeof gaussian, WIDE("gaussian", "%s"), data);
    snprintf(sparse, sizeof sparse, WIDE("'sparse(p=0.2)'", "%s"), data);
    if (predict(law, 4, gaussian, &narrow) & predict(law, 4, sparse, &heavy)) {
        const double m = (2 * 64 * narrow.slack / times + 1) / 3, e = 15 - 3;
        CHECK_NEAR(heavy.slack - narrow.slack, times * 3 * m * m * e / (2 * 64 * (64 - m * e)), 1e-12);
    }
    tepui_prediction_clear(&narrow);
    tepui_prediction_clear(&heavy);
}

/* Of ln |J u|, and twice as much of ln(1 - cos). */
static void heavy_tails_widen_the_mean_field(void)
{
    heavy_tails_widen("N9", "source: sphere", 1);
    heavy_tails_widen("N10", "source: gaussian, points: 2", 2);
}

static const test_case cases[] = {
    {"laws_speak_at_home_and_nowhere_else", laws_speak_at_home_and_nowhere_else},
    {"residual_units_have_their_own_gains", residual_units_have_their_own_gains},
    {"norms_without_activation_are_linear", norms_without_activation_are_linear},
    {"one_matrix_has_no_residual_part", one_matrix_has_no_residual_part},
    {"heavy_tails_widen_the_mean_field", heavy_tails_widen_the_mean_field},
};
TEST_MAIN(cases)

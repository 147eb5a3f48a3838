/* test_fuss_catalan.c -- law N11: its moments are the numbers of Fuss and Catalan, density, cdf and quantiles agree,
   one layer is Marchenko and Pastur in closed form, and nets that are not square, wide, linear and Gaussian are
   refused. */
#include "test.h"
#include <gsl/gsl_integration.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>
#include <tepui/experiment.h>
#include <tepui/law.h>

typedef struct {
    tepui_prediction p;
    double power;
} setting;

/* Prediction of a net of this depth; 0 where the law refuses. */
static int predict(const char *grid, const char *rest, tepui_prediction *p)
{
    char text[512];
    const char *why = "";
    tepui_experiment *e = NULL;
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, "N11");
    snprintf(text, sizeof text, "grid: {%s}\n%sloss: output\nsamples: 1\nobservables: [jacobian_singular_value]\n",
             grid, rest);
    CHECK(tepui_experiment_parse(text, "test", NULL, &e, NULL) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
    const int speaks = law->applies(&e->cells[0], 1, &why);
    if (speaks) CHECK(law->predict(&e->cells[0], 1, p, NULL) == TEPUI_OK);
    tepui_experiment_free(e);
    return speaks;
}

#define BARE "readout: none\ndata: {source: sphere}\n"

static tepui_prediction of_depth(int depth)
{
    char grid[128];
    tepui_prediction p = {0};
    snprintf(grid, sizeof grid, "depth: %d, width: 2000, activation: linear, init: lecun", depth);
    CHECK(predict(grid, BARE, &p));
    return p;
}

static double integrand(double x, void *s)
{
    const setting *t = s;
    return tepui_prediction_density(&t->p, x) * exp(2 * t->power * x);
}

/* From far down, where the density is below exp(-40), to the end of the law; the root at the end is what cquad is for.
 */
static double moment(tepui_prediction p, int depth, double power)
{
    setting s = {p, power};
    gsl_function f = {integrand, &s};
    gsl_integration_cquad_workspace *w = gsl_integration_cquad_workspace_alloc(200);
    double value, error;
    const double n = depth, top = ((n + 1) * log(n + 1) - n * log(n)) / 2;
    CHECK(gsl_integration_cquad(&f, -20 * (n + 1), top, 0, 1e-9, w, &value, &error, NULL) == 0);
    gsl_integration_cquad_workspace_free(w);
    return value;
}

static void moments_are_fuss_catalan_numbers(void)
{
    for (int depth = 1; depth <= 40; depth *= 2)
        for (int n = 0; n <= 4; n++) {
            const double fuss = gsl_sf_choose((unsigned)((depth + 1) * n), (unsigned)n) / (depth * n + 1);
            CHECK_NEAR(moment(of_depth(depth), depth, n) / fuss, 1, 1e-7);
        }
}

/* x = s^2 on (0, 4): F = (sqrt(x (4 - x)) + 4 asin(s/2))/(2 pi), with the hard edge F ~ 2 s/pi. */
static void one_layer_is_marchenko_pastur(void)
{
    const tepui_prediction p = of_depth(1);
    for (double s = 0.05; s < 2; s += 0.05) {
        const double x = s * s, root = sqrt(x * (4 - x));
        CHECK_NEAR(tepui_prediction_density(&p, log(s)), root / M_PI, 1e-12);
        CHECK_NEAR(tepui_prediction_below(&p, log(s)), (root + 4 * asin(s / 2)) / (2 * M_PI), 1e-12);
    }
    CHECK(tepui_prediction_above(&p, log(2.0)) == 0 && tepui_prediction_density(&p, 1) == 0);
    CHECK_NEAR(tepui_prediction_below(&p, log(1e-100)) / (2e-100 / M_PI), 1, 1e-11);
}

static void density_cdf_and_quantiles_agree(void)
{
    for (int depth = 1; depth <= 1000; depth *= 10) {
        const tepui_prediction p = of_depth(depth);
        for (double q = 1e-6; q < 1; q = q < 0.1 ? 10 * q : q + 0.1799) {
            const double x = tepui_prediction_quantile(&p, q), h = 1e-5;
            const double slope = (tepui_prediction_below(&p, x + h) - tepui_prediction_below(&p, x - h)) / (2 * h);
            CHECK_NEAR(tepui_prediction_below(&p, x) / q, 1, 1e-9);
            CHECK_NEAR(tepui_prediction_below(&p, x) + tepui_prediction_above(&p, x), 1, 1e-10);
            CHECK_NEAR(slope / tepui_prediction_density(&p, x), 1, 1e-4);
        }
        CHECK_NEAR(p.mean, -depth / 2.0, 1e-9 * depth);
    }
}

/* A gain g moves ln s by L ln g; what is not the hypothesis is refused. */
static void scale_and_hypotheses(void)
{
    const tepui_prediction p = of_depth(3);
    tepui_prediction q = {0};
    CHECK(predict("depth: 3, width: 2000, activation: linear, init: lecun, gain: 1.5", BARE, &q));
    CHECK_NEAR(q.median, p.median + 3 * log(1.5), 1e-9);
    CHECK(!predict("depth: 3, width: 20, activation: relu, init: he", BARE, &q));
    CHECK(!predict("depth: 3, width: 20, activation: linear, init: lecun, law: orthogonal", BARE, &q));
    CHECK(!predict("depth: 3, width: 20, activation: linear", "readout: dense\ndata: {source: sphere}\n", &q));
    CHECK(!predict("depth: 3, width: 20, activation: linear", "readout: none\ndata: {dimension: 10}\n", &q));
    CHECK(!predict("depth: 3, width: '20 + layer', activation: linear", BARE, &q));
    CHECK(!predict("depth: 21, width: 20, activation: linear", BARE, &q));
}

static const test_case cases[] = {
    {"moments_are_fuss_catalan_numbers", moments_are_fuss_catalan_numbers},
    {"one_layer_is_marchenko_pastur", one_layer_is_marchenko_pastur},
    {"density_cdf_and_quantiles_agree", density_cdf_and_quantiles_agree},
    {"scale_and_hypotheses", scale_and_hypotheses},
};
TEST_MAIN(cases)

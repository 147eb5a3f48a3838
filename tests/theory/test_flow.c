/* test_flow.c -- what the laws of escape times say (C8, E1, E1r, E2, E3), against integrals, explicit iterations and
   inversions of characteristic functions that share nothing with them; and where they keep silent. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_gamma.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <theory/flow.h>

#define CHAIN "data: {source: sphere, targets: one}\nreadout: none\nobservables: [escape_time]\n"
static const char equal[] = CHAIN "grid: {depth: 6, width: 1, activation: linear, init: lecun, law: rademacher, gain: "
                                  "0.7}\ndynamics: {rate: 0.01, steps: 100000}\n";
static const char uniform[] =
    CHAIN "grid: {depth: 12, width: 1, activation: linear, init: lecun, law: uniform}\ndynamics: {rate: 0.01}\n";
static const char adam[] = CHAIN "grid: {depth: 12, width: 1, activation: linear, init: lecun, law: uniform}\n"
                                 "dynamics: {optimizer: adam(epsilon=0), rate: 0.002}\n";
static const char narrow[] = "data: {source: sphere, dimension: 2, targets: one}\nobservables: [escape_time]\n"
                             "grid: {depth: 24, width: 2, activation: linear, init: lecun}\ndynamics: {rate: 0.01}\n";

/* The only cell of the text with these settings (NULL-terminated). */
static tepui_experiment *cell_of(const char *text, const char *const *set)
{
    tepui_experiment *e = NULL;
    tepui_error err = {""};
    CHECK(tepui_experiment_parse(text, "flow", set, &e, &err) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, &err) == TEPUI_OK);
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    return e;
}

static int speaks(const char *law, const tepui_experiment *e, const char **why)
{
    const tepui_law_type *t = tepui_kind_find(&tepui_family_law, law);
    *why = "";
    return t->applies(&e->cells[0], TEPUI_COMPONENT_ESCAPE, why);
}

static tepui_prediction predicted(const char *law, const tepui_experiment *e)
{
    const tepui_law_type *t = tepui_kind_find(&tepui_family_law, law);
    tepui_prediction p;
    const char *why;
    CHECK(speaks(law, e, &why));
    CHECK(t->predict(&e->cells[0], TEPUI_COMPONENT_ESCAPE, &p, NULL) == TEPUI_OK);
    return p;
}

static tepui_prediction prediction_with(const char *law, const char *text, const char *const *set)
{
    tepui_experiment *e = cell_of(text, set);
    const tepui_prediction p = predicted(law, e);
    tepui_experiment_free(e);
    return p;
}
#define PREDICTION(law, text, ...) prediction_with(law, text, (const char *const[]){__VA_ARGS__, NULL})

/* --- where they keep silent, and what they say then */

typedef struct {
    const char *law, *text, *set[4], *part; /* part "": it speaks */
} silence;
static const silence silent[] = {
    {"C8", equal, {NULL}, ""},
    {"C8", equal, {"grid.law=gaussian"}, "equal weights"},
    {"C8", equal, {"grid.law=uniform"}, "equal weights"},
    {"C8", equal, {"dynamics.optimizer=momentum"}, "gradient descent only"},
    {"C8", equal, {"dynamics.optimizer=clipped_gd"}, "gradient descent only"},
    {"C8", equal, {"dynamics.optimizer=adam"}, "gradient descent only"},
    {"C8", equal, {"dynamics.schedule=cosine"}, "constant learning rate"},
    {"C8", equal, {"dynamics.escape=output"}, "dynamics.escape: loss"},
    {"C8", equal, {"data.targets=gaussian"}, "targets one"},
    {"C8", equal, {"data.source=gaussian"}, "norm 1"},
    {"C8", equal, {"data.points=2"}, "one data point"},
    {"C8", equal, {"data.dimension=2"}, "chains only"},
    {"C8", equal, {"grid.width=2", "data.dimension=2"}, "chains only"},
    {"C8", equal, {"grid.activation=tanh"}, "linear only"},
    {"C8", equal, {"grid.sigma_b=0.1"}, "biases"},
    {"C8", equal, {"grid.depth=2", "grid.gain=0.5"}, "three weights"},
    {"C8", equal, {"grid.depth=2", "grid.gain=0.5", "readout=dense"}, ""},
    {"C8", equal, {"dynamics.escape=loss(0.05)"}, "accelerates"}, /* f = 0.776 > 5/11 */
    {"C8", equal, {"dynamics.escape=loss(0.3)"}, ""},             /* 0.4523 < 0.4545 */
    {"C8", equal, {"dynamics.escape=loss(0.297)"}, "accelerates"},
    {"C8", equal, {"grid.gain=0.82"}, "plateau"}, /* 0.82^6 = 0.304 > 1 - sqrt 1/2 = 0.293 */
    {"C8", equal, {"grid.gain=0.81"}, ""},
    {"C8", equal, {"dynamics.rate=10"}, "below 1e6"},
    {"C8", equal, {"dynamics.rate=2", "dynamics.steps=1000"}, "jump"},
    {"E1", uniform, {NULL}, ""},
    {"E1", uniform, {"grid.law=gaussian"}, ""},
    {"E1", uniform, {"grid.law=laplace"}, "Gaussian or uniform"},
    {"E1", uniform, {"grid.depth=7"}, "eight weights"},
    {"E1", uniform, {"grid.depth=7", "readout=dense"}, ""},
    {"E1", uniform, {"dynamics.rate=0.2"}, "up to 0.1"},
    {"E1", uniform, {"dynamics.optimizer=momentum", "dynamics.rate=0.02"}, "up to 0.1"},
    {"E1", uniform, {"dynamics.optimizer=momentum", "dynamics.rate=0.004"}, ""},
    {"E1", uniform, {"dynamics.optimizer=momentum", "dynamics.rate=0.006"}, "inertia"},
    {"E1", uniform, {"dynamics.optimizer=nesterov(0.99)", "dynamics.rate=0.0001"}, "inertia"},
    {"E1", uniform, {"dynamics.optimizer=clipped_gd"}, ""},
    {"E1", uniform, {"dynamics.optimizer=clipped_gd(0.5)"}, "clipped"},
    {"E1", uniform, {"dynamics.optimizer=adam"}, "gradient descent"},
    {"E1", uniform, {"grid.gain=1.3"}, "plateau"},
    {"E1r", uniform, {"grid.depth=13"}, ""}, /* 1.6 = (1 - ln sqrt 3) sqrt(12.6) */
    {"E1r", uniform, {"grid.depth=12"}, "plateau"},
    {"E1r", uniform, {"grid.depth=8", "grid.law=gaussian"}, ""},
    {"E1r", uniform, {"grid.depth=7", "grid.law=gaussian"}, "eight weights"},
    {"E1r", uniform, {"dynamics.optimizer=momentum", "dynamics.rate=0.001"}, "gradient descent only"},
    {"E1r", uniform, {"dynamics.rate=0.2"}, "up to 0.1"},
    {"E2", adam, {NULL}, ""},
    {"E2", adam, {"dynamics.optimizer=gd"}, "adam"},
    {"E2", adam, {"dynamics.optimizer=adam"}, "epsilon = 0"},
    {"E2", adam, {"dynamics.optimizer=rmsprop(0.9)"}, "epsilon = 0"},
    {"E2", adam, {"dynamics.optimizer=rmsprop(0.9, 0)"}, ""},
    {"E2", adam, {"dynamics.optimizer=amsgrad(epsilon=0)"}, ""},
    {"E2", adam, {"dynamics.optimizer=signsgd"}, ""},
    {"E2", adam, {"grid.law=laplace"}, ""},
    {"E2", adam, {"grid.law=rademacher", "grid.gain=0.5"}, "one size"},
    {"E2", adam, {"grid.law=orthogonal"}, "independent"},
    {"E2", adam, {"grid.law=sparse(0.5)"}, "finite mean"},
    {"E2", adam, {"grid.depth=7"}, "eight weights"},
    {"E2", adam, {"grid.gain=1.4"}, "plateau"},
    {"E2", adam, {"dynamics.rate=0.1"}, "short"},
    {"E2", adam, {"dynamics.optimizer=signsgd", "dynamics.rate=0.01", "grid.depth=150"}, ""},
    {"E2", adam, {"dynamics.optimizer=signsgd", "dynamics.rate=0.01", "grid.depth=155"}, "short"},
    {"E3", narrow, {NULL}, ""},
    {"E3", narrow, {"grid.activation=tanh"}, "linear or relu"},
    {"E3", narrow, {"grid.law=uniform"}, "Gaussian weights"},
    {"E3", narrow, {"grid.sigma_b=0.1"}, "biases"},
    {"E3", narrow, {"grid.width=1"}, "one width"},
    {"E3", narrow, {"grid.width=max(2,depth-22)"}, "one width"},
    {"E3", narrow, {"grid.width=8"}, "below 1/L"},
    {"E3", narrow, {"dynamics.rate=0.2"}, "up to 0.1"},
    {"E3", narrow, {"dynamics.optimizer=clipped_gd(0.1)"}, "clipped"},
    {"E3", narrow, {"dynamics.optimizer=adam"}, "epsilon = 0"},
    {"E3", narrow, {"dynamics.optimizer=adam(epsilon=0)"}, ""},
    {"E3", narrow, {"dynamics.optimizer=rmsprop(epsilon=0)"}, "valley"},
    {"E3", narrow, {"dynamics.optimizer=rmsprop(epsilon=0)", "dynamics.rate=0.003"}, ""},
};

static void silences_and_their_reasons(void)
{
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        const silence *s = &silent[i];
        const char *why;
        tepui_experiment *e = cell_of(s->text, s->set);
        const int speaking = speaks(s->law, e, &why);
        if (speaking != !*s->part || !strstr(why, s->part))
            fprintf(stderr, "%s, %s: '%s', want '%s'\n", s->law, s->set[0] ? s->set[0] : "as it is", why, s->part);
        CHECK(speaking == !*s->part && strstr(why, s->part));
        const tepui_law_type *t = tepui_kind_find(&tepui_family_law, s->law);
        CHECK(!t->applies(&e->cells[0], TEPUI_COMPONENT_DIVERGENCE, &why));
        tepui_experiment_free(e);
    }
}

static void unequal_weights_are_not_equal(void)
{
    const char *why;
    tepui_experiment *e = cell_of(equal, NULL);
    e->cells[0].sigma[4] *= 1.0001;
    CHECK(!speaks("C8", e, &why) && strstr(why, "equal weights"));
    tepui_experiment_free(e);
}

/* --- C8 */

static double inverse_speed(double u, void *arg) /* dw/v, w = e^u */
{
    const double L = *(double *)arg;
    return exp(u * (2 - L)) / -expm1(u * L);
}

/* qag promises 1e-11 of an integrand that is smooth in ln w. */
static void equal_weights_take_the_time_of_the_integral(void)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    for (size_t L = 3; L <= 64; L++)
        for (double w0 = 0.2; w0 < 0.85; w0 += 0.15)
            for (double f = 0.05; f < 0.5; f += 0.2) {
                double n = (double)L, value, error;
                const double w1 = pow(f, 1 / n);
                const gsl_function g = {inverse_speed, &n};
                if (w0 >= w1) continue;
                gsl_integration_qag(&g, log(w0), log(w1), 0, 1e-11, 1000, GSL_INTEG_GAUSS61, w, &value, &error);
                CHECK_NEAR(flow_equal_weights(L, w0, w1) / value, 1, 1e-10);
            }
    gsl_integration_workspace_free(w);
}

/* Steps until the loss has fallen, one number at a time. */
static double iterate(size_t L, double w, double rate, double fraction, double most)
{
    double n = 0, f;
    while (f = pow(w, (double)L), !((1 - f) * (1 - f) <= fraction) && n < most) {
        w += rate * pow(w, (double)L - 1) * (1 - f);
        n++;
    }
    return n < most ? n : INFINITY;
}

static tepui_experiment *equal_chain(size_t L, double w, double rate, double fraction, double steps)
{
    char set[5][64];
    const char *const all[] = {set[0], set[1], set[2], set[3], set[4], NULL};
    snprintf(set[0], sizeof set[0], "grid.depth=%zu", L);
    snprintf(set[1], sizeof set[1], "grid.gain=%.17g", w);
    snprintf(set[2], sizeof set[2], "dynamics.rate=%.17g", rate);
    snprintf(set[3], sizeof set[3], "dynamics.escape=loss(%.17g)", fraction);
    snprintf(set[4], sizeof set[4], "dynamics.steps=%.0f", steps);
    return cell_of(equal, all);
}

/* One cell of the sweep: the count lies between the law's bounds, which are few steps apart; with limits of steps
   around them the law says that it escapes, that it does not, or nothing. Returns 1 where the law speaks. */
static int check_steps(size_t L, double w, double rate, double fraction)
{
    const char *why;
    const double steps = fmin(1e6, floor(0.999e6 / rate)), n = iterate(L, w, rate, fraction, steps + 1);
    tepui_experiment *e = equal_chain(L, w, rate, fraction, steps);
    const int speaking = speaks("C8", e, &why);
    if (!speaking) {
        tepui_experiment_free(e);
        return 0;
    }
    tepui_prediction p = predicted("C8", e);
    CHECK(p.form == TEPUI_PREDICTS_ATOMS && p.value[0] == INFINITY);
    CHECK(isinf(n) ? p.atoms == 1 && p.probability[0] == 1 : p.atoms == 2 && p.probability[1] == 0.5);
    if (isfinite(n) && p.atoms == 2) {
        const double least = exp(p.value[1] - p.slack), most = exp(p.value[1] + p.slack);
        const double gain = (pow(1 - sqrt(fraction), (double)(L - 1) / (double)L) * sqrt(fraction)) /
                            (pow(w, (double)L - 1) * (1 - pow(w, (double)L)));
        CHECK(fabs(log(n) - p.value[1]) <= p.slack);
        CHECK(most - least <= 1 + log(gain) + 1e-6 * most);
        e->cells[0].dynamics.steps = (uint64_t)ceil(least - 1e-6 * least) - 1;
        if (e->cells[0].dynamics.steps > 0) p = predicted("C8", e);
        if (e->cells[0].dynamics.steps > 0) CHECK(p.atoms == 1 && p.value[0] == INFINITY && p.probability[0] == 1);
        e->cells[0].dynamics.steps = (uint64_t)round(least);
        if (round(least) < floor(most)) CHECK(!speaks("C8", e, &why) && strstr(why, "limit of steps"));
        e->cells[0].dynamics.steps = (uint64_t)ceil(most + 1e-6 * most);
        CHECK(predicted("C8", e).atoms == 2);
    }
    tepui_experiment_free(e);
    return 1;
}

static void bounds_hold_for_the_iteration(void)
{
    static const size_t depth[] = {3, 4, 5, 8, 16, 40};
    static const double rate[] = {1e-3, 0.03, 0.3, 1}, fraction[] = {0.35, 0.5, 0.9};
    int spoken = 0;
    for (size_t i = 0; i < 6; i++)
        for (double w = 0.35; w < 0.99; w += 0.07)
            for (size_t k = 0; k < 4; k++)
                for (size_t f = 0; f < 3; f++) spoken += check_steps(depth[i], w, rate[k], fraction[f]);
    CHECK(spoken > 250);
}

/* Where the law is silent for the length of steps nets do jump: rate 3, six weights of 0.7 (f = 0.118 at first). */
static void long_steps_do_jump(void)
{
    CHECK(iterate(6, 0.7, 3, 0.5, 1000) == INFINITY && iterate(6, 0.7, 2, 0.5, 1000) == 1);
    CHECK(!check_steps(6, 0.7, 3, 0.5) && check_steps(6, 0.7, 0.3, 0.5));
}

/* A dense read-out is one more weight; of what vanishes on the way nothing overflows. */
static void readouts_are_factors(void)
{
    const tepui_prediction a = PREDICTION("C8", equal, "grid.depth=5", "readout=dense"),
                           b = PREDICTION("C8", equal, "grid.depth=6"),
                           deep = PREDICTION("C8", equal, "grid.depth=3000", "grid.gain=0.1", "dynamics.rate=1e-5");
    CHECK(a.value[1] == b.value[1] && a.slack == b.slack);
    CHECK(deep.atoms == 1 && deep.value[0] == INFINITY && deep.probability[0] == 1 && deep.slack == 0);
    CHECK(PREDICTION("E1r", uniform, "grid.depth=15", "readout=dense").rank == 4.0 / 16 - 1);
}

/* --- adaptive steps */

/* Adam's step over the rate after n gradients, by its definition (Kingma and Ba 2015, algorithm 1, epsilon = 0). */
static double adam_step(const double *g, int n, double b1, double b2)
{
    double m = 0, v = 0;
    for (int t = 0; t < n; t++) {
        m = b1 * m + (1 - b1) * g[t];
        v = b2 * v + (1 - b2) * g[t] * g[t];
    }
    return m / (1 - pow(b1, n)) / sqrt(v / (1 - pow(b2, n)));
}

static double ln_boost(const char *optimizer, double steps)
{
    char set[128];
    snprintf(set, sizeof set, "dynamics.optimizer=%s", optimizer);
    tepui_experiment *e = cell_of(adam, (const char *const[]){set, NULL});
    const double b = flow_ln_boost(&e->cells[0], steps);
    tepui_experiment_free(e);
    return b;
}

/* Reached by gradients that grow by b2/b1 a step, never exceeded by others; it grows with the number of steps. */
static void bound_of_adams_steps(void)
{
    static const double beta[][2] = {{0.9, 0.999}, {0.5, 0.9}, {0.9, 0.9}, {0.9, 0.5}, {0, 0.99}, {0.99, 0.9801}};
    enum { MOST = 400 };
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t k = 0; k < sizeof beta / sizeof *beta; k++) {
        const double b1 = beta[k][0], b2 = beta[k][1];
        char name[64];
        double last = 0;
        snprintf(name, sizeof name, "%s(%g, %g, 0)", k % 2 ? "amsgrad" : "adam", b1, b2);
        for (int n = 1; n <= MOST; n *= 3) {
            const double b = exp(ln_boost(name, n));
            double g[MOST];
            for (int t = 0; t < n; t++) g[t] = b1 > 0 ? pow(b2 / b1, t - n) : t == n - 1;
            CHECK_NEAR(adam_step(g, n, b1, b2) / b, 1, 1e-9);
            for (int trial = 0; trial < 200; trial++) {
                const double growth = gsl_ran_gaussian(r, 0.3);
                for (int t = 0; t < n; t++) g[t] = gsl_ran_gaussian(r, 1) * exp(growth * (t - n));
                CHECK(fabs(adam_step(g, n, b1, b2)) <= b * (1 + 1e-9));
            }
            CHECK(b >= 1 - 1e-12 && b >= last - 1e-9);
            last = b;
        }
    }
    gsl_rng_free(r);
}

/* (1 - b1)/sqrt((1 - b2)(1 - b1^2/b2)) = 7.27 for the usual ones; 1/sqrt(1 - alpha) for rmsprop, at once. */
static void bounds_after_many_steps(void)
{
    CHECK_NEAR(ln_boost("adam(epsilon=0)", 1e6), log(0.1 / sqrt(0.001 * (1 - 0.81 / 0.999))), 1e-9);
    CHECK_NEAR(ln_boost("adam(epsilon=0)", 1), 0, 1e-12);
    CHECK_NEAR(ln_boost("rmsprop(epsilon=0)", 1), log(10), 1e-12);
    CHECK_NEAR(ln_boost("rmsprop(0.9, 0)", 100), 0.5 * log(10), 1e-12);
    CHECK(ln_boost("signsgd", 7) == 0 && isnan(ln_boost("gd", 7)) && isnan(ln_boost("momentum", 7)));
    CHECK(PREDICTION("E2", adam, "dynamics.optimizer=signsgd").left == 0.25);
    CHECK_NEAR(PREDICTION("E2", adam, "dynamics.optimizer=rmsprop(0.9, 0)").left, 0.25 + 0.5 * log(10), 1e-12);
    CHECK_NEAR(PREDICTION("E3", narrow, "dynamics.optimizer=adam(epsilon=0)").left, 1 + ln_boost("adam", 100), 1e-12);
    CHECK(PREDICTION("E3", narrow, "dynamics.rate=0.01").left == 1);
}

/* --- E2: E ln(|w| + tau) */

typedef struct {
    int law; /* 0: uniform, 1: gaussian, 2: laplace */
    double sigma, tau;
} mean_of;

static double integrand(double x, void *arg)
{
    const mean_of *m = arg;
    const double s = m->sigma, b = s / M_SQRT2;
    return log(x + m->tau) * 2 * (m->law == 1 ? gsl_ran_gaussian_pdf(x, s) : gsl_ran_laplace_pdf(x, b));
}

static double mean_ln_by_integral(int law, double sigma, double tau)
{
    mean_of m = {law, sigma, tau};
    gsl_function g = {integrand, &m};
    double value, error, a = sqrt(3) * sigma;
    if (law == 0) return ((a + tau) * log(a + tau) - tau * log(tau)) / a - 1;
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    gsl_integration_qagiu(&g, 0, 1e-11, 1e-11, 1000, w, &value, &error);
    gsl_integration_workspace_free(w);
    return value;
}

/* The law's tau makes the sum of E ln(|w| + tau) over all weights vanish. Midpoint rule in ln x with h = 1e-3 and one
   kink: h^2/8 of a slope of order 1, 1e-7 a weight. */
static void tau_is_the_root(void)
{
    static const char *const law[] = {"grid.law=uniform", "grid.law=gaussian", "grid.law=laplace"};
    static const double sigma[] = {0.3, 0.7, 1};
    for (int k = 0; k < 3; k++)
        for (int s = 0; s < 3; s++)
            for (int mixed = 0; mixed < 2; mixed++) {
                double sum = 0;
                tepui_experiment *e = cell_of(adam, (const char *const[]){law[k], "dynamics.optimizer=signsgd", NULL});
                for (size_t l = 1; l <= 12; l++) e->cells[0].sigma[l] = mixed && l % 3 ? 0.8 : sigma[s];
                const tepui_prediction p = predicted("E2", e);
                const double tau = 0.002 * exp(p.median);
                for (size_t l = 1; l <= 12; l++) sum += mean_ln_by_integral(k, e->cells[0].sigma[l], tau);
                CHECK_NEAR(sum / 12, 0, 2e-7);
                tepui_experiment_free(e);
            }
}

/* --- E1 and E3: medians of products */

typedef struct {
    double L, x;
    int narrow; /* ln of exponential numbers; else of |normal| ones */
} product;

/* Im(e^(-itx) phi(t)^L)/t, phi = Gamma(1 + it), or 2^(it/2) Gamma((1 + it)/2)/sqrt(pi). */
static double gil_pelaez(double t, void *arg)
{
    const product *p = arg;
    gsl_sf_result ln, turn;
    if (p->narrow)
        gsl_sf_lngamma_complex_e(1, t, &ln, &turn);
    else
        gsl_sf_lngamma_complex_e(0.5, 0.5 * t, &ln, &turn);
    const double size = p->L * (ln.val - (p->narrow ? 0 : 0.5 * log(M_PI)));
    const double angle = p->L * (turn.val + (p->narrow ? 0 : 0.5 * M_LN2 * t)) - t * p->x;
    return exp(size) * sin(angle) / t;
}

/* P(sum < x); |phi|^L falls like exp(-pi L t/2) or faster: nothing is left at t = 20. */
static double below(double L, double x, int is_narrow)
{
    product p = {L, x, is_narrow};
    const gsl_function g = {gil_pelaez, &p};
    double value, error;
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(2000);
    gsl_integration_qag(&g, 1e-12, 20, 1e-10, 1e-10, 2000, GSL_INTEG_GAUSS61, w, &value, &error);
    gsl_integration_workspace_free(w);
    return 0.5 - value / M_PI;
}

/* Uniform weights: L ln sqrt(3) + ln median t rate L^2 is the median of Gamma(L, 1). Gaussian: by inversion. */
static void medians_of_gradient_descent_on_chains(void)
{
    for (int L = 8; L <= 40; L += 8) {
        char depth[32];
        snprintf(depth, sizeof depth, "grid.depth=%d", L);
        const double shift = log(0.01) + 2 * log(L);
        const tepui_prediction u = PREDICTION("E1", uniform, depth),
                               g = PREDICTION("E1", uniform, depth, "grid.law=gaussian"),
                               h = PREDICTION("E1", uniform, depth, "dynamics.optimizer=nesterov(0.75)"),
                               half = PREDICTION("E1", uniform, depth, "grid.gain=0.5");
        CHECK_NEAR(u.median + shift + 0.5 * L * log(3), gsl_cdf_gamma_Pinv(0.5, L, 1), 1e-8);
        CHECK_NEAR(h.median - u.median, log(0.25), 1e-12);
        CHECK_NEAR(half.median - u.median, L * M_LN2, 1e-8);
        CHECK_NEAR(below(L, -(g.median + shift), 0), 0.5, 1e-8);
        CHECK(u.form == TEPUI_PREDICTS_SLOPE && u.left == 0.5 && u.slack == 0);
        CHECK(PREDICTION("E1r", uniform, depth, "grid.law=gaussian").rank == 4.0 / L - 1);
    }
}

/* Width 2, variance 1/2: |J u|^2 behind the first layer is a product of L - 1 exponential numbers. Adaptive methods:
   1/rate at any depth. */
static void medians_of_narrow_nets(void)
{
    for (int L = 16; L <= 40; L += 8) {
        char depth[32];
        snprintf(depth, sizeof depth, "grid.depth=%d", L);
        const tepui_prediction p = PREDICTION("E3", narrow, depth, "dynamics.optimizer=momentum(0.5)"),
                               a = PREDICTION("E3", narrow, depth, "dynamics.optimizer=adam(epsilon=0)",
                                              "dynamics.rate=0.004");
        CHECK_NEAR(below(L - 1, -2 * (p.median + log(0.02) + 2 * log(L)), 1), 0.5, 1e-8);
        CHECK_NEAR(a.median, log(250), 1e-12);
    }
}

static const test_case cases[] = {
    {"silences_and_their_reasons", silences_and_their_reasons},
    {"unequal_weights_are_not_equal", unequal_weights_are_not_equal},
    {"equal_weights_take_the_time_of_the_integral", equal_weights_take_the_time_of_the_integral},
    {"bounds_hold_for_the_iteration", bounds_hold_for_the_iteration},
    {"long_steps_do_jump", long_steps_do_jump},
    {"readouts_are_factors", readouts_are_factors},
    {"bound_of_adams_steps", bound_of_adams_steps},
    {"bounds_after_many_steps", bounds_after_many_steps},
    {"tau_is_the_root", tau_is_the_root},
    {"medians_of_gradient_descent_on_chains", medians_of_gradient_descent_on_chains},
    {"medians_of_narrow_nets", medians_of_narrow_nets},
};
TEST_MAIN(cases)

/* test_exact.c -- the exact distributions behind the laws.

   Reference values: mpmath 1.3 with 40 digits, Gil-Pelaez inversion on the real axis (quadrature over t), so neither
   the contour, nor the rule, nor the Gamma function is shared with what is tested. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sf_psi.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <theory/norms.h>

static tepui_exact *sum_of(const tepui_term *terms, size_t n)
{
    tepui_exact *e = NULL;
    CHECK(tepui_exact_new(0, 1, &e, NULL) == TEPUI_OK);
    for (size_t i = 0; i < n; i++) CHECK(tepui_exact_add(e, &terms[i], NULL) == TEPUI_OK);
    return e;
}

static tepui_exact *one(tepui_term_kind kind, size_t dof, size_t times, double scale, double lambda)
{
    const tepui_term t = {kind, dof, times, scale, lambda, 0};
    return sum_of(&t, 1);
}

static void check_values(tepui_exact *e, const double (*xF)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        CHECK_NEAR(tepui_exact_cdf(e, xF[i][0]), xF[i][1], 1e-12);
        CHECK_NEAR(tepui_exact_tail(e, xF[i][0], 0) / xF[i][1], 1, 1e-10);
        CHECK_NEAR(tepui_exact_tail(e, xF[i][0], 1) / (1 - xF[i][1]), 1, 1e-10);
        CHECK_NEAR(tepui_exact_quantile(e, xF[i][1]), xF[i][0], 1e-9);
    }
    tepui_exact_free(e);
}

static void distribution_functions_agree_with_mpmath(void)
{
    const double linear[][2] = {{-3, 0.01024377231636248062},
                                {-0.5, 0.4954782059187765894},
                                {0.7, 0.88154633133609002239},
                                {2.5, 0.99900881016561711043}};
    const double chain[][2] = {
        {-60, 0.0013285438691164694937}, {-25, 0.49363782693837020187}, {-5, 0.98910578534726788455}};
    const double relu4[][2] = {{-12, 0.030404255546888200767},
                               {-3, 0.50726908264905436683},
                               {1, 0.91379798551650763615},
                               {4, 0.99693801903804387606}};
    const double relu30[][2] = {
        {-4, 0.016134197893971864208}, {-0.8, 0.51209988349869172942}, {2, 0.98612424619566805171}};
    const double widths[][2] = {{-3, 0.035973397760040433646}, {0, 0.59119337739762468501}, {2, 0.9803478051539766723}};
    const double noncentral[][2] = {
        {-2, 0.043336609747867565573}, {0, 0.65515614523929538345}, {1.5, 0.98664844552377619644}};
    check_values(one(TEPUI_TERM_CHI2, 16, 8, 1.0 / 16, 0), linear, 4);
    check_values(one(TEPUI_TERM_CHI2, 1, 20, 1, 0), chain, 3);
    check_values(one(TEPUI_TERM_BINOMIAL, 4, 5, 0.5, 0), relu4, 4);
    check_values(one(TEPUI_TERM_BINOMIAL, 30, 10, 1.0 / 15, 0), relu30, 3);
    check_values(one(TEPUI_TERM_NONCENTRAL, 8, 6, 1.0 / 28, 20), noncentral, 3);
    const tepui_term t[] = {{TEPUI_TERM_CHI2, 5, 1, 1.0 / 5, 0, 0},
                            {TEPUI_TERM_CHI2, 3, 1, 1.0 / 5, 0, 0},
                            {TEPUI_TERM_CHI2, 7, 1, 1.0 / 3, 0, 0}};
    check_values(sum_of(t, 3), widths, 3);
}

/* One factor: chi-squared itself, whose tails GSL knows. */
static void far_tails_keep_their_relative_precision(void)
{
    tepui_exact *e = one(TEPUI_TERM_CHI2, 7, 1, 1, 0);
    for (double x = 5; x < 7.1; x += 0.4) CHECK_NEAR(tepui_exact_tail(e, x, 1) / gsl_cdf_chisq_Q(exp(x), 7), 1, 1e-10);
    for (double x = -60; x < -2; x += 9.3) CHECK_NEAR(tepui_exact_tail(e, x, 0) / gsl_cdf_chisq_P(exp(x), 7), 1, 1e-10);
    tepui_exact_free(e);
}

/* ln chi2_d has cumulants psi^(n-1)(d/2) (and ln 2 in the mean). */
static void cumulants_are_polygammas(void)
{
    const size_t dof[] = {1, 2, 3, 64, 1000};
    for (size_t i = 0; i < 5; i++) {
        const double half = 0.5 * (double)dof[i];
        double kappa[5];
        tepui_exact *e = one(TEPUI_TERM_CHI2, dof[i], 3, 0.25, 0);
        tepui_exact_cumulants(e, kappa);
        CHECK_NEAR(kappa[1], 3 * (gsl_sf_psi(half) + log(0.5)), 1e-11 * 3);
        for (int n = 2; n < 5; n++) {
            const double want = 3 * gsl_sf_psi_n(n - 1, half);
            CHECK_NEAR(kappa[n], want, 1e-9 * fabs(want) + 1e-11);
        }
        tepui_exact_free(e);
    }
    /* law N2: d = 64, mean -0.0401086, variance 0.0829973 per layer (its own script) */
    double kappa[5];
    tepui_exact *e = one(TEPUI_TERM_BINOMIAL, 64, 1, 2.0 / 64, 0);
    tepui_exact_cumulants(e, kappa);
    CHECK_NEAR(kappa[1], -0.0401086, 1e-7);
    CHECK_NEAR(kappa[2], 0.0829973, 1e-7);
    CHECK_NEAR(tepui_exact_ln_moment(e, 1), 0, 1e-13);               /* N3: E norm2 = 1 */
    CHECK_NEAR(tepui_exact_ln_moment(e, 2), log1p(5.0 / 64), 1e-13); /* E norm2^2 = 1 + 5/d */
    tepui_exact_free(e);
}

/* One factor chi2_(K - lambda): a mixture of chi-squared, which GSL knows; lambda below, at and beyond the middle, and
   where all units have to live. The relative size of the tail, against sums of positive terms. */
static void short_binomials_are_mixtures(void)
{
    static const size_t row[][2] = {{6, 0}, {6, 2}, {6, 3}, {6, 5}, {40, 19}, {40, 33}, {600, 5}, {600, 310}};
    for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
        const unsigned d = (unsigned)row[r][0], short_by = (unsigned)row[r][1];
        tepui_exact *e = one(TEPUI_TERM_BINOMIAL, d, 1, 2, short_by);
        double alive = 0, kappa[5];
        tepui_exact_cumulants(e, kappa);
        for (unsigned k = short_by + 1; k <= d; k++) alive += gsl_ran_binomial_pdf(k, 0.5, d);
        CHECK_NEAR(tepui_exact_atom(e), 1 - alive, 1e-13);
        for (double z = -2; z <= 2; z += 0.5) {
            const double x = kappa[1] + z * sqrt(kappa[2]);
            double F = 0;
            for (unsigned k = short_by + 1; k <= d; k++)
                F += gsl_ran_binomial_pdf(k, 0.5, d) * gsl_cdf_chisq_P(exp(x) / 2, k - short_by) / alive;
            CHECK_NEAR(tepui_exact_cdf(e, x), F, 1e-11);
        }
        tepui_exact_free(e);
    }
}

/* ln (chi2_3)^p: GSL's distribution function at exp(x / p). */
static void powers_of_chi_squared(void)
{
    for (double power = 0.5; power < 5; power *= 2) {
        const tepui_term t = {TEPUI_TERM_CHI2, 3, 1, 2.5, 0, power};
        tepui_exact *e = sum_of(&t, 1);
        for (double x = -4; x < 2; x += 0.7)
            CHECK_NEAR(tepui_exact_cdf(e, power * x), gsl_cdf_chisq_P(exp(x) / 2.5, 3), 1e-12);
        tepui_exact_free(e);
    }
}

/* ln (A^2 B), A and B chi-squared with one degree of freedom: the trapezoidal rule over ln B, whose density is
   exp(v/2 - exp(v)/2) / sqrt(2 pi). Step 1/32 is exact to rounding, for both factors are analytic and decay. */
static void whole_and_half_powers_mix(void)
{
    const tepui_term t[] = {{TEPUI_TERM_CHI2, 1, 1, 1, 0, 2}, {TEPUI_TERM_CHI2, 1, 1, 1, 0, 1}};
    tepui_exact *e = sum_of(t, 2);
    for (double x = -12; x < 6; x += 1.7) {
        double F = 0;
        for (double v = -80; v < 5; v += 1.0 / 32)
            F += exp(0.5 * v - 0.5 * exp(v)) / sqrt(2 * M_PI) / 32 * gsl_cdf_chisq_P(exp(0.5 * (x - v)), 1);
        CHECK_NEAR(tepui_exact_cdf(e, x), F, 1e-12);
    }
    tepui_exact_free(e);
}

/* ln (3 K chi2_2), K ~ Binomial(5, 1/2) given K > 0: a sum over K. A count alone has no inverse, but cumulants. */
static void counts_of_live_units(void)
{
    static const double choose[] = {0, 5, 10, 10, 5, 1};
    const tepui_term t[] = {{TEPUI_TERM_COUNT, 5, 1, 3, 0, 0}, {TEPUI_TERM_CHI2, 2, 1, 1, 0, 0}};
    tepui_exact *e = sum_of(t, 2);
    double kappa[5], mean = 0, square = 0;
    CHECK_NEAR(tepui_exact_atom(e), 1.0 / 32, 1e-15);
    for (double x = -4; x < 6; x += 0.9) {
        double Q = 0;
        for (int k = 1; k <= 5; k++) Q += choose[k] / 31 * gsl_cdf_chisq_Q(exp(x) / (3 * k), 2);
        CHECK_NEAR(tepui_exact_cdf(e, x), 1 - Q, 1e-12);
        CHECK_NEAR(tepui_exact_tail(e, x, 1) / Q, 1, 1e-10);
    }
    tepui_exact_free(e);
    e = sum_of(t, 1);
    for (int k = 1; k <= 5; k++) {
        mean += choose[k] / 31 * log(3 * k);
        square += choose[k] / 31 * log(3 * k) * log(3 * k);
    }
    tepui_exact_cumulants(e, kappa);
    CHECK_NEAR(kappa[1], mean, 1e-12);
    CHECK_NEAR(kappa[2], square - mean * mean, 1e-12);
    tepui_exact_free(e);
}

static void atoms_are_the_probability_of_death(void)
{
    tepui_exact *e = one(TEPUI_TERM_BINOMIAL, 4, 5, 0.5, 0);
    CHECK_NEAR(tepui_exact_atom(e), 1 - pow(15.0 / 16, 5), 1e-15);
    tepui_exact_free(e);
    e = one(TEPUI_TERM_CHI2, 4, 5, 0.5, 0);
    CHECK(tepui_exact_atom(e) == 0);
    tepui_exact_free(e);
}

/* The mean of n copies is the sum of n copies over n: by another route, n times as many terms. */
static void means_of_copies(void)
{
    tepui_exact *e = one(TEPUI_TERM_BINOMIAL, 6, 3, 1.0 / 3, 0), *many = one(TEPUI_TERM_BINOMIAL, 6, 300, 1.0 / 3, 0);
    double kappa[5];
    tepui_exact_cumulants(e, kappa);
    for (double z = -8; z < 8; z += 1.3) {
        const double x = kappa[1] + z * sqrt(kappa[2] / 100);
        CHECK_NEAR(tepui_exact_mean_tail(e, 100, x, z > 0) / tepui_exact_tail(many, 100 * x, z > 0), 1, 1e-9);
    }
    tepui_exact_free(e);
    tepui_exact_free(many);
}

/* E A^2 = int P(A^2 > z) dz = 1, E A^4 = 1 + 2 sum 1/(j(j+1))^2 = 1 + 2 (pi^2/3 - 3), by the midpoint rule; percentage
   points of Marsaglia and Marsaglia, J. Stat. Softw. 9(2), 2004. */
static void anderson_darling_limit_law(void)
{
    const double h = 0.05;
    double first = 0, second = 0;
    for (double z = h / 2; z < 30; z += h) {
        const double q = tepui_anderson_darling_tail(z);
        first += q * h;
        second += 2 * z * q * h;
    }
    CHECK_NEAR(first, 1, 1e-6);
    CHECK_NEAR(second - h * h / 12, 1 + 2 * (M_PI * M_PI / 3 - 3), 1e-5); /* slope 2 of the integrand at 0 */
    CHECK_NEAR(tepui_anderson_darling_tail(2.492367160049409), 0.05, 1e-9);
    CHECK_NEAR(tepui_anderson_darling_tail(3.878125021605395), 0.01, 1e-9);
}

static tepui_exact *share(tepui_term_kind kind, size_t dof, size_t m, size_t times)
{
    return one(kind, dof, times, 1, (double)m);
}

/* Beta(K/2, (m - K)/2), K ~ Binomial(d, 1/2) given K > 0: a mixture, which GSL knows; 1 where K = m. */
static double sphere_cdf(unsigned d, unsigned m, double y)
{
    double F = 0;
    for (unsigned k = 1; k <= d; k++)
        F += gsl_ran_binomial_pdf(k, 0.5, d) * (k < m ? gsl_cdf_beta_P(y, 0.5 * k, 0.5 * (m - k)) : y >= 1);
    return F / -expm1(-M_LN2 * d);
}

/* Inside and at the end of the support, of narrow layers (parabolas) and wide ones (lines), square and not. */
static void live_coordinates_are_beta_mixtures(void)
{
    static const unsigned row[][2] = {{1, 2},   {2, 2},   {3, 3},   {5, 9},     {6, 6},    {12, 12},   {30, 30},
                                      {50, 50}, {64, 64}, {80, 80}, {600, 600}, {64, 100}, {100, 4096}};
    for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
        tepui_exact *e = share(TEPUI_TERM_SPHERE, row[r][0], row[r][1], 1);
        double kappa[5], top;
        tepui_exact_cumulants(e, kappa);
        CHECK_NEAR(tepui_exact_atom(e), ldexp(1, -(int)row[r][0]), 1e-15);
        CHECK(tepui_exact_top(e, &top) == 0);
        if (row[r][0] < row[r][1])
            CHECK(top == 0);
        else
            CHECK_NEAR(top * (ldexp(1, (int)row[r][0]) - 1), 1, 1e-12);
        for (double z = -6; z <= 6; z += 0.25) {
            const double x = kappa[1] + z * sqrt(kappa[2]);
            CHECK_NEAR(tepui_exact_cdf(e, x), sphere_cdf(row[r][0], row[r][1], exp(x)), 1e-12);
        }
        for (double below = 1e-12; below < 0.1;
             below *= 10) /* 1 - exp(-below) is known to 1e-16: a root of it counts */
            CHECK_NEAR(tepui_exact_cdf(e, -below), sphere_cdf(row[r][0], row[r][1], exp(-below)), 1e-8);
        tepui_exact_free(e);
    }
}

/* In two dimensions one live unit leaves the arcsine law; two layers of it are an integral over the first. Between
   theta and pi/2 the second has a root at theta: u^2 in its place is smooth, and 64 Gauss points leave nothing. */
typedef struct {
    double root_y, from;
} arcsine;

static double product_of_arcsines(double u, void *arg)
{
    const arcsine *a = arg;
    return 2 * u * asin(fmin(1, a->root_y / sin(a->from + u * u))) * 4 / (M_PI * M_PI);
}

static void two_dimensions_have_closed_forms(void)
{
    tepui_exact *single = share(TEPUI_TERM_SPHERE, 2, 2, 1), *both = share(TEPUI_TERM_SPHERE, 2, 2, 2);
    gsl_integration_glfixed_table *t = gsl_integration_glfixed_table_alloc(64);
    for (double x = -14; x < 0; x += 0.31) {
        const double root_y = exp(0.5 * x), from = asin(root_y), F = 2 / M_PI * from;
        arcsine a = {root_y, from};
        gsl_function g = {product_of_arcsines, &a};
        const double FF = F + gsl_integration_glfixed(&g, 0, sqrt(M_PI_2 - from), t);
        CHECK_NEAR(tepui_exact_cdf(single, x), 2 * F / 3, 1e-12);
        CHECK_NEAR(tepui_exact_cdf(both, x), (4 * F + 4 * FF) / 9, 1e-11);
        CHECK_NEAR(tepui_exact_quantile(single, 2 * F / 3), x, 1e-9);
        CHECK_NEAR(tepui_exact_density(single, x), 2.0 / 3 * root_y / (M_PI * sqrt(1 - root_y * root_y)), 1e-11);
    }
    CHECK(tepui_exact_cdf(both, 0) == 1 && tepui_exact_cdf(both, 1) == 1);
    CHECK(tepui_exact_tail(both, 0.1, 1) == 0 && tepui_exact_tail(both, 0.1, 0) == 1);
    CHECK_NEAR(tepui_exact_quantile(both, 0.95), 0, 1e-12); /* above 8/9 all is at the top */
    gsl_integration_glfixed_table_free(t);
    tepui_exact_free(single);
    tepui_exact_free(both);
}

/* Beta(a, b) Beta(a + b, c) = Beta(a, b + c), Beta(k/2, (m - k)/2) chi2_m = chi2_k, in law. */
static void beta_factors_chain(void)
{
    const tepui_term betas[] = {{TEPUI_TERM_BETA, 2, 1, 1, 5, 0}, {TEPUI_TERM_BETA, 5, 1, 1, 9, 0}};
    const tepui_term chi2[] = {{TEPUI_TERM_BETA, 3, 1, 2, 17, 0}, {TEPUI_TERM_CHI2, 17, 1, 1, 0, 0}};
    const tepui_term constant = {TEPUI_TERM_BETA, 9, 50, 2, 9, 0};
    tepui_exact *e = sum_of(betas, 2);
    for (double x = -12; x < 0; x += 0.37) {
        CHECK_NEAR(tepui_exact_cdf(e, x), gsl_cdf_beta_P(exp(x), 1, 3.5), 1e-12);
        CHECK_NEAR(tepui_exact_tail(e, x, 1), gsl_cdf_beta_Q(exp(x), 1, 3.5), 1e-11);
    }
    CHECK(tepui_exact_atom(e) == 0);
    tepui_exact_free(e);
    e = sum_of(chi2, 2);
    for (double x = -6; x < 4; x += 0.6) CHECK_NEAR(tepui_exact_cdf(e, x), gsl_cdf_chisq_P(exp(x) / 2, 3), 1e-12);
    CHECK(tepui_exact_top(e, NULL) == INFINITY);
    tepui_exact_free(e);
    e = sum_of(&constant, 1);
    double p;
    CHECK_NEAR(tepui_exact_top(e, &p), 50 * M_LN2, 1e-14 * 50);
    CHECK(p == 1);
    tepui_exact_free(e);
}

/* ln of the factor of a layer given life, N2's and A3r's, by sums over the live units. The second is the first without
   chi2_d: all cumulants fall by psi^(n-1)(d/2). Var ln: 5/d with Gaussian weights, 3/d with orthogonal ones, to
   O(1/d^2) whose coefficients are below 8. */
static void orthogonal_layers_spread_less(void)
{
    static const unsigned width[] = {2, 3, 8, 64, 600, 4096};
    for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
        const unsigned d = width[i];
        const double half = 0.5 * d, alive = -expm1(-M_LN2 * d);
        double mean = 0, square = 0, gauss[5], haar[5];
        tepui_exact *n2 = one(TEPUI_TERM_BINOMIAL, d, 1, 2.0 / d, 0);
        tepui_exact *a3 = one(TEPUI_TERM_SPHERE, d, 1, 2, d);
        tepui_exact_cumulants(n2, gauss);
        tepui_exact_cumulants(a3, haar);
        for (unsigned k = 1; k <= d; k++) {
            const double w = gsl_ran_binomial_pdf(k, 0.5, d) / alive,
                         y = gsl_sf_psi(0.5 * k) - gsl_sf_psi(half) + M_LN2;
            mean += w * y;
            square += w * (y * y + gsl_sf_psi_n(1, 0.5 * k) - gsl_sf_psi_n(1, half));
        }
        CHECK_NEAR(haar[1], mean, 1e-11);
        CHECK_NEAR(haar[2], square - mean * mean, 1e-11);
        for (int n = 2; n < 5; n++)
            CHECK_NEAR(gauss[n] - haar[n], gsl_sf_psi_n(n - 1, half), 1e-9 * fabs(gsl_sf_psi_n(n - 1, half)) + 1e-11);
        CHECK(haar[2] < gauss[2]);
        if (d >= 64) CHECK_NEAR(haar[2] * d, 3, 8.0 / d * 3);
        if (d >= 64) CHECK_NEAR(haar[1] * d, -1.5, 8.0 / d * 3);
        CHECK_NEAR(tepui_exact_ln_moment(a3, 1), 0, 1e-13); /* He: the mean of norm2 is 1 */
        tepui_exact_free(n2);
        tepui_exact_free(a3);
    }
}

/* Sums of `times` copies of ln(chi'2_d(lambda)/c): the midpoint rule of Gil-Pelaez with 24 standard deviations between
   aliases, the transform by its Poisson series, 25 digits. */
static void residual_factors_agree_with_mpmath(void)
{
    static const struct {
        size_t d;
        double lambda;
        size_t times;
        double c, x, F;
    } row[] = {{4096, 1e6, 1, 1e6, 9.9874188483867551e-05, 0.022884876888633092845},
               {4096, 1e6, 1, 1e6, 0.0060815142482880183, 0.84158583605659377589},
               {64, 6400, 100, 6400.0, 0.25060470700876047, 0.0020489666671011397208},
               {64, 6400, 100, 6400.0, 0.99503308531680823, 0.54912946868510501906},
               {64, 6400, 100, 6400.0, 1.4913186708555068, 0.98323314739963170461},
               {4096, 4096, 10000, 8192.0, -3.8273277230987159, 0.14849351040483707288},
               {4096, 4096, 10000, 8192.0, 1.913663861549358, 0.97481413907427889413},
               {32, 4096, 10000, 4096.0, 71.607753435324142, 0.32791117000990500408},
               {32, 4096, 10000, 4096.0, 80.92822991316217, 0.99466552103167581343},
               {1000, 1e7, 10000, 1e7, 0.87346838285026374, 0.024512473197125795657},
               {1000, 1e7, 10000, 1e7, 1.0315704084537882, 0.70250510789752939934},
               {1000, 1e7, 10000, 1e7, 1.1896724340573128, 0.99878382532003303153},
               {1, 1e7, 10, 1e7, -0.0039989997000500288, 0.022812302292216272412},
               {1, 1e7, 10, 1e7, 0.0020009998499500143, 0.84158657384293626669}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        tepui_exact *e = one(TEPUI_TERM_NONCENTRAL, row[i].d, row[i].times, 1 / row[i].c, row[i].lambda);
        CHECK_NEAR(tepui_exact_cdf(e, row[i].x), row[i].F, 1e-12);
        CHECK_NEAR(tepui_exact_tail(e, row[i].x, 1) / (1 - row[i].F), 1, 1e-9);
        CHECK_NEAR(tepui_exact_quantile(e, row[i].F), row[i].x, 1e-9);
        CHECK(tepui_exact_atom(e) == 0);
        tepui_exact_free(e);
    }
}

/* E ln chi'2 and Var ln chi'2 by the Poisson mixture of psi and psi1, relative to the middle. */
static void noncentral_cumulants(void)
{
    static const double row[][2] = {{1, 0.3},   {3, 50},     {64, 64},    {64, 130},
                                    {512, 1e5}, {4096, 300}, {4096, 1e7}, {1, 1e7}};
    for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
        const double d = row[r][0], mean = row[r][1] / 2, reach = 12 * sqrt(mean) + 40;
        const double middle = gsl_sf_psi(d / 2 + floor(mean)), first = mean > reach ? floor(mean - reach) : 0;
        long double w = 1, total = 0, sum = 0, square = 0;
        for (double j = first; j < mean + reach; j++) {
            const long double y = gsl_sf_psi(d / 2 + j) - middle;
            total += w;
            sum += w * y;
            square += w * (y * y + gsl_sf_psi_n(1, d / 2 + j));
            w *= (long double)mean / (j + 1);
        }
        double kappa[5];
        tepui_exact *e = one(TEPUI_TERM_NONCENTRAL, (size_t)d, 100, 1 / (2 * mean), 2 * mean);
        tepui_exact_cumulants(e, kappa);
        const double want = (double)(square / total - sum / total * sum / total);
        CHECK_NEAR(kappa[1] / 100, (double)(sum / total) + middle + M_LN2 - log(2 * mean), 1e-13 * (2 + fabs(middle)));
        CHECK_NEAR(kappa[2] / 100 / want, 1, 1e-9 + 1e-15 / want);
        tepui_exact_free(e);
    }
}

/* Blocks a + alpha W a, d = 3, five of them: the norm of what they make of a unit vector, drawn. E norm2 = (1 + alpha^2
   sigma^2 d)^L, E norm2^2 from E chi'2^2 = (d + lambda)^2 + 2 (d + 2 lambda). */
static double drawn_residual(gsl_rng *r, double v)
{
    double a[3] = {1, 0, 0}, square = 0;
    for (int l = 0; l < 5; l++) {
        double b[3];
        for (int i = 0; i < 3; i++) {
            b[i] = a[i];
            for (int j = 0; j < 3; j++) b[i] += v * gsl_ran_gaussian(r, 1) * a[j];
        }
        memcpy(a, b, sizeof a);
    }
    for (int i = 0; i < 3; i++) square += a[i] * a[i];
    return 0.5 * log(square);
}

static double exact_cdf(double x, const void *e)
{
    return tepui_exact_cdf((tepui_exact *)(size_t)e, x);
}

static void residual_blocks(void)
{
    enum { SAMPLES = 20000 };
    static const double alpha[] = {0.5, 0.52}; /* the second is 4 % off: E ln moves by many standard errors */
    double *x = malloc(SAMPLES * sizeof *x);
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < SAMPLES; i++) x[i] = drawn_residual(r, 0.5 * 0.8);
    for (int k = 0; k < 2; k++) {
        tepui_prediction p;
        CHECK(norms_begin(&p, NULL) == TEPUI_OK);
        CHECK(norms_add_residual(&p, 3, 0.8, alpha[k], 5, NULL) == TEPUI_OK);
        norms_finish(&p);
        const double pvalue = tepui_ks_pvalue(tepui_ks_statistic(x, SAMPLES, exact_cdf, p.exact), SAMPLES);
        CHECK(k == 0 ? pvalue > 1e-6 : pvalue < 1e-6);
        const double v2 = 0.64 * alpha[k] * alpha[k], lambda = 1 / v2;
        CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), 5 * log1p(3 * v2), 1e-13);
        CHECK_NEAR(tepui_exact_ln_moment(p.exact, 4),
                   5 * log(v2 * v2 * ((3 + lambda) * (3 + lambda) + 2 * (3 + 2 * lambda))), 1e-13);
        tepui_prediction_clear(&p);
    }
    gsl_rng_free(r);
    free(x);
}

/* Theory A1: alpha = 1/sqrt(L), entries of variance 1/d: E norm2 = (1 + 1/L)^L, near e; Var ln norm2 near 4/d (a random
   walk of L steps of variance 4/(d L)), at any depth: within 2/d of it. */
static void deep_residual_nets_keep_their_norm(void)
{
    for (size_t L = 100; L <= 10000; L *= 10)
        for (size_t d = 4; d <= 4096; d *= 32) {
            tepui_prediction p;
            CHECK(norms_begin(&p, NULL) == TEPUI_OK);
            CHECK(norms_add_residual(&p, d, 1 / sqrt((double)d), 1 / sqrt((double)L), L, NULL) == TEPUI_OK);
            norms_finish(&p);
            CHECK_NEAR(tepui_exact_ln_moment(p.exact, 2), (double)L * log1p(1 / (double)L),
                       4e-16 * (double)L); /* of lambda */
            CHECK_NEAR(4 * p.variance * (double)d / 4, 1, 2 / (double)d + 2 / (double)L);
            CHECK_NEAR(tepui_exact_cdf(p.exact, p.median), 0.5, 1e-12);
            tepui_prediction_clear(&p);
        }
}

/* k/(k - 1) chi2_{k-1}/chi2_k has Fisher's law; with k Binomial, a mixture of them, given k > 1. */
static void ratios_have_fishers_law(void)
{
    static const size_t dof[] = {2, 3, 7, 64, 400};
    for (size_t i = 0; i < sizeof dof / sizeof *dof; i++) {
        const double k = (double)dof[i];
        double kappa[5];
        tepui_exact *e = one(TEPUI_TERM_RATIO, dof[i], 1, 2, 0);
        tepui_exact_cumulants(e, kappa);
        CHECK_NEAR(kappa[1], gsl_sf_psi(0.5 * (k - 1)) - gsl_sf_psi(0.5 * k) + M_LN2, 1e-11);
        CHECK_NEAR(kappa[2] / (gsl_sf_psi_1(0.5 * (k - 1)) + gsl_sf_psi_1(0.5 * k)), 1, 1e-9);
        for (double z = -3; z <= 3; z += 0.5) {
            const double x = kappa[1] + z * sqrt(kappa[2]), F = gsl_cdf_fdist_P(exp(x) / 2 * k / (k - 1), k - 1, k);
            CHECK_NEAR(tepui_exact_cdf(e, x), F, 1e-11);
            CHECK_NEAR(tepui_exact_tail(e, x, 0) / F, 1, 1e-8);
            CHECK_NEAR(tepui_exact_tail(e, x, 1) / gsl_cdf_fdist_Q(exp(x) / 2 * k / (k - 1), k - 1, k), 1, 1e-8);
        }
        tepui_exact_free(e);
    }
}

static void live_ratios_are_mixtures(void)
{
    static const unsigned dof[] = {2, 5, 40, 300};
    for (size_t i = 0; i < sizeof dof / sizeof *dof; i++) {
        const unsigned d = dof[i];
        double kappa[5], alive = 0;
        tepui_exact *e = one(TEPUI_TERM_LIVE_RATIO, d, 1, 1, 0);
        tepui_exact_cumulants(e, kappa);
        for (unsigned k = 2; k <= d; k++) alive += gsl_ran_binomial_pdf(k, 0.5, d);
        CHECK_NEAR(tepui_exact_atom(e), 1 - alive, 1e-13);
        for (double z = -2; z <= 2; z += 0.5) {
            const double x = kappa[1] + z * sqrt(kappa[2]);
            double F = 0;
            for (unsigned k = 2; k <= d; k++)
                F += gsl_ran_binomial_pdf(k, 0.5, d) * gsl_cdf_fdist_P(exp(x) * k / (k - 1), k - 1, k) / alive;
            CHECK_NEAR(tepui_exact_cdf(e, x), F, 1e-11);
        }
        tepui_exact_free(e);
    }
}

static const test_case cases[] = {
    {"distribution_functions_agree_with_mpmath", distribution_functions_agree_with_mpmath},
    {"far_tails_keep_their_relative_precision", far_tails_keep_their_relative_precision},
    {"cumulants_are_polygammas", cumulants_are_polygammas},
    {"powers_of_chi_squared", powers_of_chi_squared},
    {"whole_and_half_powers_mix", whole_and_half_powers_mix},
    {"counts_of_live_units", counts_of_live_units},
    {"short_binomials_are_mixtures", short_binomials_are_mixtures},
    {"atoms_are_the_probability_of_death", atoms_are_the_probability_of_death},
    {"means_of_copies", means_of_copies},
    {"live_coordinates_are_beta_mixtures", live_coordinates_are_beta_mixtures},
    {"two_dimensions_have_closed_forms", two_dimensions_have_closed_forms},
    {"beta_factors_chain", beta_factors_chain},
    {"ratios_have_fishers_law", ratios_have_fishers_law},
    {"live_ratios_are_mixtures", live_ratios_are_mixtures},
    {"orthogonal_layers_spread_less", orthogonal_layers_spread_less},
    {"residual_factors_agree_with_mpmath", residual_factors_agree_with_mpmath},
    {"noncentral_cumulants", noncentral_cumulants},
    {"residual_blocks", residual_blocks},
    {"deep_residual_nets_keep_their_norm", deep_residual_nets_keep_their_norm},
    {"anderson_darling_limit_law", anderson_darling_limit_law},
};
TEST_MAIN(cases)

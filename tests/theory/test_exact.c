/* test_exact.c -- the exact distributions behind the laws.

   Reference values: mpmath 1.3 with 40 digits, Gil-Pelaez inversion on the real axis (quadrature over t), so neither
   the contour, nor the rule, nor the Gamma function is shared with what is tested. */
#include "test.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_psi.h>
#include <tepui/tepui.h>

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
    /* theory N2: d = 64, mean -0.0401086, variance 0.0829973 per layer (its own script) */
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
    {"anderson_darling_limit_law", anderson_darling_limit_law},
};
TEST_MAIN(cases)

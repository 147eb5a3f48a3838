/* test_own.c -- laws of the user's own: mean, variance and skewness of each family from its closed forms against sums
   over its distribution function, as a number and as the ln of a magnitude to a power. */
#include "test.h"
#include <verdict/own.h>

#define STEPS 400000

/* Moments about c by the midpoint rule in x over [low, high], where all but 1e-14 lies: E g = sum g(x) dF(x). */
static double moment(const tepui_prediction *p, double low, double high, double c, int power)
{
    double sum = 0, before = p->cdf(p, low);
    for (int i = 0; i < STEPS; i++) {
        const double to = low + (high - low) * (i + 1) / STEPS, F = p->cdf(p, to), x = to - 0.5 * (high - low) / STEPS;
        sum += (F - before) * (power == 1 ? x : power == 2 ? (x - c) * (x - c) : (x - c) * (x - c) * (x - c));
        before = F;
    }
    return sum;
}

static double edge(const tepui_prediction *p, double sign)
{
    double x = p->mean + sign;
    while ((sign > 0 ? p->survival(p, x) : p->cdf(p, x)) > 1e-13) x += sign * sqrt(p->variance);
    return x;
}

static void moments_are_those_of_the_distribution(void)
{
    static const double value[][OWN_ARGUMENTS] = {{-0.3, 1.7}, {0.2, 0.4}, {3.5, 0.6}, {7, 0},
                                                  {2.5, 4},    {0.5, 3},   {1.4, 0}};
    static const double power[] = {0, 1, 2.5};
    for (size_t f = 0; own_family[f].name; f++)
        for (size_t k = 0; k < sizeof power / sizeof *power; k++) {
            tepui_prediction p;
            own_family_predict(f, value[f], power[k], &p);
            const double low = edge(&p, -1), high = edge(&p, 1), sd = sqrt(p.variance);
            const double mean = moment(&p, low, high, 0, 1), two = moment(&p, low, high, mean, 2),
                         three = moment(&p, low, high, mean, 3);
            CHECK_NEAR(p.mean, mean, 1e-6 * sd); /* the rule: (step / sd)^2 / 24 */
            CHECK_NEAR(p.variance, two, 1e-6 * two);
            CHECK_NEAR(p.skewness, three / (two * sqrt(two)), 1e-4);
            for (double q = 0.01; q < 1; q += 0.14) CHECK_NEAR(p.cdf(&p, tepui_prediction_quantile(&p, q)), q, 1e-9);
            CHECK_NEAR(p.cdf(&p, mean) + p.survival(&p, mean), 1, 1e-12);
        }
}

static void a_uniform_law_may_begin_at_zero(void)
{
    const double unit[] = {0, 1};
    tepui_prediction p;
    own_family_predict(5, unit, 1, &p); /* -ln U is exponential */
    CHECK(strcmp(own_family[5].name, "uniform") == 0);
    CHECK_NEAR(p.mean, -1, 1e-12);
    CHECK_NEAR(p.variance, 1, 1e-12);
    CHECK_NEAR(p.skewness, -2, 1e-10);
}

static const test_case cases[] = {
    {"moments_are_those_of_the_distribution", moments_are_those_of_the_distribution},
    {"a_uniform_law_may_begin_at_zero", a_uniform_law_may_begin_at_zero},
};

TEST_MAIN(cases)

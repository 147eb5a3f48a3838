/* prediction.c -- using a prediction, however it is given. */
#include <math.h>
#include <tepui/law.h>

void tepui_prediction_clear(tepui_prediction *p)
{
    tepui_exact_free(p->exact);
    *p = (tepui_prediction){0};
}

void tepui_prediction_add_atom(tepui_prediction *p, double value, double probability)
{
    size_t i = 0;
    while (i < p->atoms && p->value[i] != value) i++;
    if (i == p->atoms) p->probability[i] = 0;
    if (i == p->atoms) p->value[p->atoms++] = value;
    p->probability[i] += probability;
}

static double atoms_up_to(const tepui_prediction *p, double x)
{
    double sum = 0;
    for (size_t i = 0; i < p->atoms; i++) sum += p->value[i] <= x ? p->probability[i] : 0;
    return sum;
}

/* The least value that is not exceeded with this probability. */
static double atoms_quantile(const tepui_prediction *p, double probability)
{
    double least = INFINITY;
    for (size_t i = 0; i < p->atoms; i++)
        if (atoms_up_to(p, p->value[i]) >= probability) least = fmin(least, p->value[i]);
    return least;
}

double tepui_prediction_cdf(const tepui_prediction *p, double x)
{
    if (p->form == TEPUI_PREDICTS_ATOMS) return atoms_up_to(p, x);
    return p->exact ? tepui_exact_cdf(p->exact, x) : p->cdf(p, x);
}

/* Bisection of a closed form; the exact laws have their own. */
static double bisect(const tepui_prediction *p, double probability)
{
    const double sd = sqrt(p->variance);
    double low = p->mean - sd, high = p->mean + sd;
    while (p->cdf(p, low) > probability) low -= 2 * sd;
    while (p->cdf(p, high) < probability) high += 2 * sd;
    for (int i = 0; i < 200 && high - low > 1e-15 * (fabs(low) + fabs(high)); i++) {
        const double middle = 0.5 * (low + high);
        if (p->cdf(p, middle) < probability)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

double tepui_prediction_quantile(const tepui_prediction *p, double probability)
{
    if (p->form == TEPUI_PREDICTS_ATOMS) return atoms_quantile(p, probability);
    const double atom = p->atom > 0 ? p->atom : 0;
    if (!(probability > atom)) return -INFINITY;
    const double given_life = (probability - atom) / (1 - atom);
    return p->exact ? tepui_exact_quantile(p->exact, given_life) : bisect(p, given_life);
}

static double alive(const tepui_prediction *p)
{
    return p->atom > 0 ? 1 - p->atom : 1;
}

#define BULK 0.01 /* where the absolute error of the cdf, 1e-12, is small beside both tails */

/* Given life. The cdf of an exact law comes from a line drawn once, its tails from a line of their own each. */
static double tail(const tepui_prediction *p, double x, int upper)
{
    if (isinf(x)) return (x > 0) != upper;
    if (!p->exact) return upper ? p->survival(p, x) : p->cdf(p, x);
    const double F = tepui_exact_cdf(p->exact, x);
    if (F > BULK && F < 1 - BULK) return upper ? 1 - F : F;
    return tepui_exact_tail(p->exact, x, upper);
}

double tepui_prediction_below(const tepui_prediction *p, double x)
{
    if (p->form == TEPUI_PREDICTS_ATOMS) return atoms_up_to(p, x);
    return x > p->mean ? 1 - alive(p) * tail(p, x, 1) : 1 - alive(p) + alive(p) * tail(p, x, 0);
}

double tepui_prediction_above(const tepui_prediction *p, double x)
{
    double sum = 0;
    for (size_t i = 0; i < p->atoms; i++) sum += p->value[i] > x ? p->probability[i] : 0;
    if (p->form == TEPUI_PREDICTS_ATOMS) return sum;
    return alive(p) * (x > p->mean ? tail(p, x, 1) : 1 - tail(p, x, 0));
}

double tepui_prediction_density(const tepui_prediction *p, double x)
{
    if (p->form == TEPUI_PREDICTS_ATOMS) return NAN;
    if (isinf(x)) return 0;
    return alive(p) * (p->exact ? tepui_exact_density(p->exact, x) : p->density(p, x));
}

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

/* flow.c -- trajectories of linear chains (see flow.h). */
#include "flow.h"
#include <math.h>
#include <string.h>

int flow_uses(const tepui_cell *c, const char *const *optimizers)
{
    while (*optimizers && !norms_is(&c->dynamics.optimizer, *optimizers)) optimizers++;
    return *optimizers != NULL;
}

int flow_followed(const tepui_cell *c, long component, const char **why)
{
    const tepui_dynamics *d = &c->dynamics;
    return norms_need(d->follows && component == TEPUI_COMPONENT_ESCAPE, "escape times only", why) &&
           norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) &&
           norms_need(norms_is(&d->escape, "loss"), "dynamics.escape: loss only", why) &&
           norms_need(norms_is(&d->schedule, "constant"), "a constant learning rate only", why);
}

int flow_chain(const tepui_cell *c, long component, const char **why)
{
    return flow_followed(c, component, why) && chain_linear(c, why) &&
           norms_need(norms_unit_input(c), "inputs of norm 1 only", why) &&
           norms_need(c->targets == TEPUI_TARGETS_ONE, "targets one only", why);
}

double flow_rate(const tepui_cell *c)
{
    static const char *const heavy[] = {"momentum", "nesterov", NULL};
    return c->dynamics.rate / (flow_uses(c, heavy) ? 1 - c->dynamics.optimizer.value[0] : 1);
}

/* Parameters of the kinds, in their order: adam and amsgrad have beta1, beta2, epsilon; rmsprop has alpha, epsilon. */
double flow_ln_boost(const tepui_cell *c)
{
    static const char *const adam[] = {"adam", "amsgrad", NULL}, *const sign[] = {"signsgd", NULL};
    static const char *const rms[] = {"rmsprop", NULL};
    const double *v = c->dynamics.optimizer.value;
    if (flow_uses(c, sign)) return 0;
    if (flow_uses(c, rms)) return -0.5 * log(1 - v[0]);
    return flow_uses(c, adam) ? log((1 - v[0]) / sqrt(1 - v[1])) : NAN;
}

double flow_epsilon(const tepui_cell *c)
{
    static const char *const sign[] = {"signsgd", NULL}, *const rms[] = {"rmsprop", NULL};
    if (flow_uses(c, sign)) return 0;
    return c->dynamics.optimizer.value[flow_uses(c, rms) ? 1 : 2];
}

double flow_output(const tepui_cell *c)
{
    return 1 - sqrt(c->dynamics.escape.value[0]);
}

/* 1/(w^(L-1) (1 - w^L)) = sum over j >= 0 of w^(jL - L + 1), term by term. */
double flow_equal_weights(size_t L, double w0, double w1)
{
    const double n = (double)L;
    double sum = (pow(w0, 2 - n) - pow(w1, 2 - n)) / (n - 2);
    for (double power = 2, term = 1; term > 0x1p-60 * sum; power += n) {
        term = (pow(w1, power) - pow(w0, power)) / power;
        sum += term;
    }
    return sum;
}

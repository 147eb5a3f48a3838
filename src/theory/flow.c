/* flow.c -- trajectories of linear chains (see flow.h). */
#include "flow.h"
#include <math.h>
#include <string.h>

int flow_uses(const tepui_cell *c, const char *const *optimizers)
{
    while (*optimizers && !norms_is(&c->dynamics.optimizer, *optimizers)) optimizers++;
    return *optimizers != NULL;
}

int flow_chain(const tepui_cell *c, long component, const char **why)
{
    const tepui_dynamics *d = &c->dynamics;
    return norms_need(d->follows && component == TEPUI_COMPONENT_ESCAPE, "escape times only", why) &&
           chain_linear(c, why) && norms_need(norms_unit_input(c), "inputs of norm 1 only", why) &&
           norms_need(norms_is(&c->loss, "mse") && c->targets == TEPUI_TARGETS_ONE, "loss mse and targets one only",
                      why) &&
           norms_need(norms_is(&d->escape, "loss"), "dynamics.escape: loss only", why) &&
           norms_need(norms_is(&d->schedule, "constant"), "a constant learning rate only", why);
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

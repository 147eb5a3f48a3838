/* flow.c -- trajectories of linear chains (see flow.h). */
#include "flow.h"
#include <math.h>
#include <string.h>

#define FASTEST 0.1          /* rate: steps must be short beside the way out */
#define LONGEST_MEMORY 0.5   /* rate/(1 - mu)^2: momentum must forget within the way out, some 10/rate steps long */
#define LARGEST_FRACTION 0.9 /* of the plateau's loss: f = 1 - sqrt(0.9) = 0.05 */
#define LEAST_CUT 1.0        /* on the way out gradients are of order 1 */

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

int flow_leaves(const tepui_cell *c, const char **why)
{
    return norms_need(c->dynamics.escape.value[0] <= LARGEST_FRACTION,
                      "escape: loss(0.9) at most, so that f is of order 1 there", why);
}

int flow_starts_on_plateau(const tepui_cell *c, double deviations, const char **why)
{
    return norms_need(chain_ln_mean(c) < -deviations * sqrt(chain_ln_variance(c)),
                      "starts on the plateau only: ln|f| has to be negative for nearly all samples", why);
}

double flow_rate(const tepui_cell *c)
{
    static const char *const heavy[] = {"momentum", "nesterov", NULL};
    return c->dynamics.rate / (flow_uses(c, heavy) ? 1 - c->dynamics.optimizer.value[0] : 1);
}

int flow_descends(const tepui_cell *c, const char **why)
{
    static const char *const plain[] = {"gd", "momentum", "nesterov", "clipped_gd", NULL};
    static const char *const clipped[] = {"clipped_gd", NULL};
    const double rate = flow_rate(c);
    return norms_need(flow_uses(c, plain), "gradient descent, with momentum or clipped, only", why) &&
           norms_need(!flow_uses(c, clipped) || c->dynamics.optimizer.value[0] >= LEAST_CUT,
                      "gradients clipped at 1 or above only: else the cut is what takes time", why) &&
           norms_need(rate <= FASTEST, "rates (over 1 - mu) up to 0.1 only: steps, not a flow, beyond", why) &&
           norms_need(rate * rate <= LONGEST_MEMORY * c->dynamics.rate,
                      "rates over (1 - mu)^2 up to 1/2 only: inertia, not a flow, beyond", why);
}

/* Adam's step is rate times m/sqrt(v), m = (1 - b1) sum over i < t of b1^i g_i, v = (1 - b2) sum of b2^i g_i^2, both
   over 1 - b^t. By Cauchy and Schwarz m^2/v <= (1 - b1)^2/(1 - b2) (1 + q + ... + q^(t-1)), q = b1^2/b2, which
   gradients reach that grow by b2/b1 a step. The usual (1 - b1)/sqrt(1 - b2) (Kingma and Ba 2015) is what a
   single gradient after many zeros gives. */
static double ln_boost_of_adam(double b1, double b2, double t)
{
    const double q = b1 * b1 / b2, sum = fabs(q - 1) < 1e-12 ? t : expm1(t * log(q)) / (q - 1);
    if (t <= 1 || b1 == 0) return 0.5 * log(expm1(t * log(b2)) / (b2 - 1));
    return log((b1 - 1) / expm1(t * log(b1))) + 0.5 * log(expm1(t * log(b2)) / (b2 - 1) * sum);
}

/* Parameters of the kinds, in their order: adam and amsgrad have beta1, beta2, epsilon; rmsprop has alpha, epsilon. */
double flow_ln_boost(const tepui_cell *c, double steps)
{
    static const char *const adam[] = {"adam", "amsgrad", NULL}, *const sign[] = {"signsgd", NULL};
    static const char *const rms[] = {"rmsprop", NULL};
    const double *v = c->dynamics.optimizer.value;
    if (flow_uses(c, sign)) return 0;
    if (flow_uses(c, rms)) return -0.5 * log(1 - v[0]);
    return flow_uses(c, adam) ? ln_boost_of_adam(v[0], v[1], fmax(1, steps)) : NAN;
}

int flow_adapts(const tepui_cell *c, const char **why)
{
    return norms_need(!isnan(flow_ln_boost(c, 1)), "signsgd, rmsprop, adam and amsgrad only", why) &&
           norms_need(flow_epsilon(c) == 0, "epsilon = 0 only: else the gradient vanishes beside it at some depth",
                      why);
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

double flow_ln_valley(const tepui_cell *c)
{
    return log((2 - flow_output(c)) / flow_output(c));
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

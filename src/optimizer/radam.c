/* radam.c -- adam that trusts v only when enough gradients have come in:

     rho_inf = 2/(1 - beta2) - 1      rho = rho_inf - 2 t beta2^t/(1 - beta2^t)
     rho > 5: theta -= rate c m/(1 - beta1^t) / (sqrt(v) + epsilon)
              c^2 = (1 - beta2^t) (rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho)
     else:    theta -= rate m/(1 - beta1^t)

   The metric is (sqrt(v) + epsilon)/c, else 1, which is 1/unit in units of the unit. The source has rho > 4 and adds
   epsilon nowhere; this is PyTorch's form, and its authors' program.
   Source: L. Liu et al., On the variance of the adaptive learning rate and beyond, ICLR 2020, algorithm 2. */
#include "adam.h"

/* The step is rate weight m / (slope sqrt(v) + shift), with slope 1, or 0 before v is trusted. */
typedef struct {
    double slope[TEPUI_LANES], shift[TEPUI_LANES], weight[TEPUI_LANES];
} trust;

/* c, 0 where rho <= 5; past = beta2^t */
static double rectification(double beta2, double t, double past)
{
    const double left = 1 - past, rho_inf = 2 / (1 - beta2) - 1, rho = rho_inf - 2 * t * past / left;
    if (!(rho > 5)) return 0;
    return sqrt(left * (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho));
}

static inline trust trust_of(const tepui_step *s)
{
    trust r;
    double past[TEPUI_LANES];
    powers(s->param[1], s->count, past);
    for (size_t j = 0; j < TEPUI_LANES; j++) {
        const double c = rectification(s->param[1], s->count[j], past[j]);
        r.slope[j] = c > 0;
        r.shift[j] = c > 0 ? in_units(s->param[2], s->unit[j]) : 1;
        r.weight[j] = c > 0 ? c : s->unit[j];
    }
    return r;
}

WIDE static void update(const tepui_step *s)
{
    const trust q = trust_of(s);
    adam_rule r = adam_of(s);
    double *const m = s->state[0], *const v = s->state[1];
    LANES(j) r.step[j] *= q.weight[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES) {
        LANES(j)
        {
            m[i + j] = adam_mean(&r, m[i + j], s->g[i + j]);
            v[i + j] = adam_square(&r, v[i + j], s->g[i + j]);
            s->theta[i + j] -= r.step[j] * m[i + j] / divisor(q.slope[j] * sqrt(v[i + j]) + q.shift[j]);
        }
    }
}

WIDE static void metric(const tepui_step *s, double *d)
{
    const trust q = trust_of(s);
    const double *const v = s->state[1];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES)
        LANES(j) d[i + j] = (q.slope[j] * sqrt(v[i + j]) + q.shift[j]) / q.weight[j];
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, 0.25}, 0.98152985775277923, "torch.optim.RAdam, float64"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_radam = {
    .kind = {.name = "radam",
             .doc = "adam that divides only when the mean of squares has settled (rectified adam)",
             .source = "Liu et al., ICLR 2020, algorithm 2",
             .params = {ADAM_PARAMS}},
    .states = 2,
    .degree = {1, 2},
    .minibatch = 1,
    .update = update,
    .metric = metric,
    .metric_degree = 1,
    .kat = kat,
};

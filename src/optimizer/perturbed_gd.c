/* perturbed_gd.c -- gradient descent that is pushed off saddles.

     where |g| <= threshold and `interval` steps have passed since the last push (or there was none):
       theta += radius xi, xi uniform in the unit ball
     theta -= rate g

   The gradient is that before the push; in the source it is that after it, which differs by the Hessian times a small
   xi. scalar[0] is the step of the last push, 0: none so far. The source's constants: radius = threshold over the
   largest curvature, interval = ln(...) over the smallest that counts.
   Source: C. Jin, R. Ge, P. Netrapalli, S. M. Kakade, M. I. Jordan, How to escape saddle points efficiently, ICML 2017,
   algorithm 2. */
#include "update.h"

static int is_due(const tepui_step *s, size_t j)
{
    const double threshold = s->param[0], interval = s->param[2], last = s->scalar[0][j];
    return s->norm[j] * s->unit[j] <= threshold && (last == 0 || s->count[j] - last >= interval);
}

WIDE static void move(const tepui_step *s, const double *push)
{
    const double *const g = s->g, *const noise = s->noise;
    double step[TEPUI_LANES], width[TEPUI_LANES];
    LANES(j) step[j] = s->rate[j] * s->unit[j], width[j] = push[j];
    for (size_t i = 0; i < s->n; i += TEPUI_LANES)
        LANES(j) s->theta[i + j] += width[j] * noise[i + j] - step[j] * g[i + j];
}

static void update(const tepui_step *s)
{
    double push[TEPUI_LANES];
    for (size_t j = 0; j < TEPUI_LANES; j++) {
        const int due = is_due(s, j);
        push[j] = due ? s->param[1] : 0;
        if (due) s->scalar[0][j] = s->count[j];
    }
    move(s, push);
}

static const struct tepui_optimizer_kat kat[] = {
    {{1, -2, 0.5, NAN}, 1.05, "gd: no gradient is below the threshold"},
    {{0}, 0, NULL},
};

const tepui_optimizer_type tepui_optimizer_perturbed_gd = {
    .kind = {.name = "perturbed_gd",
             .doc = "gradient descent, and a random push where the gradient is small",
             .source = "Jin et al., ICML 2017, algorithm 2",
             .params = {{"threshold", "norm of the gradient below which it is pushed", 1e-3, 0, INFINITY, 0, 1, 0},
                        {"radius", "of the ball from which the push is drawn", 1e-3, 0, INFINITY, 0, 1, 0},
                        {"interval", "least number of steps from push to push", 100, 1, 1e9, 0, 0, 1}}},
    .scalars = 1,
    .needs_norm = 1,
    .needs_noise = 1,
    .update = update,
    .kat = kat,
};

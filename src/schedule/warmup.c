/* warmup.c -- the learning rate rises linearly from 1/n of its value in the first step to the whole in step n.

   Steps count from t = 0: factor (t + 1)/n, at most 1. With n = `steps`, a parameter of its own.
   Source: P. Goyal et al., Accurate, large minibatch SGD, arXiv 1706.02677, 2017, 2.2. */
#include <math.h>
#include <tepui/schedule.h>

static double factor(double t, double steps, const double *param)
{
    (void)steps;
    return fmin(1, (t + 1) / param[0]);
}

static const struct tepui_schedule_kat kat[] = {
    {0, 1000, 0.01, "1/100"}, {24, 1000, 0.25, "25/100"}, {99, 1000, 1, "100/100"}, {500, 1000, 1, "after the warm-up"},
    {0, 0, 0, NULL},
};

const tepui_schedule_type tepui_schedule_warmup = {
    .kind = {.name = "warmup",
             .doc = "linear rise in the first steps, then constant",
             .source = "Goyal et al., arXiv 1706.02677, section 2.2",
             .params = {{"steps", "until the whole learning rate is reached", 100, 1, 1e15, 0, 0, 1}}},
    .factor = factor,
    .kat = kat,
};

/* step.c -- the learning rate is multiplied by a factor whenever so many steps have been made: factor^floor(t/every).

   Source: K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning, CVPR 2016, 3.4. */
#include <base/elementary.h>
#include <math.h>
#include <tepui/schedule.h>

static double factor(double t, double steps, const double *param)
{
    (void)steps;
    return elementary_pow(param[1], floor(t / param[0]));
}

static const struct tepui_schedule_kat kat[] = {
    {0, 5000, 1, "0.1^0"},       {999, 5000, 1, "0.1^0"}, {1000, 5000, 0.1, "0.1^1"},
    {2999, 5000, 0.01, "0.1^2"}, {0, 0, 0, NULL},
};

const tepui_schedule_type tepui_schedule_step = {
    .kind = {.name = "step",
             .doc = "multiplied by a factor every so many steps",
             .source = "He et al., CVPR 2016, section 3.4",
             .params = {{"every", "steps from drop to drop", 1000, 1, 1e15, 0, 0, 1},
                        {"factor", "by which it is multiplied", 0.1, 0, 1, 1, 0, 0}}},
    .factor = factor,
    .kat = kat,
};

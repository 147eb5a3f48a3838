/* cosine.c -- the learning rate falls along half a cosine, final + (1 - final) (1 + cos(pi t/T))/2 in step t of T.

   Source: I. Loshchilov and F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, eq. 5, without
   restarts. */
#include <base/elementary.h>
#include <gsl/gsl_math.h>
#include <tepui/schedule.h>

static double factor(double t, double steps, const double *param)
{
    return param[0] + (1 - param[0]) * (1 + elementary_cos(M_PI * t / steps)) / 2;
}

static const struct tepui_schedule_kat kat[] = {
    {0, 12, 1, "cos 0 = 1"},
    {4, 12, 0.75, "cos(pi/3) = 1/2"},
    {6, 12, 0.5, "cos(pi/2) = 0"},
    {8, 12, 0.25, "cos(2 pi/3) = -1/2"},
    {0, 0, 0, NULL},
};

const tepui_schedule_type tepui_schedule_cosine = {
    .kind = {.name = "cosine",
             .doc = "falls along half a cosine over all steps",
             .source = "Loshchilov and Hutter, ICLR 2017, eq. 5",
             .params = {{"final", "factor after the last step", 0, 0, 1, 0, 0, 0}}},
    .factor = factor,
    .kat = kat,
};

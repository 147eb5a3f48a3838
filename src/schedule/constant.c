/* constant.c -- the learning rate stays what it is. */
#include <math.h>
#include <tepui/schedule.h>

static double factor(double t, double steps, const double *param)
{
    (void)t;
    (void)steps;
    (void)param;
    return 1;
}

static const struct tepui_schedule_kat kat[] = {{7, 10, 1, "definition"}, {0, 0, 0, NULL}};

const tepui_schedule_type tepui_schedule_constant = {
    .kind = {.name = "constant", .doc = "the same learning rate at every step", .source = "definition"},
    .is_constant = 1,
    .factor = factor,
    .kat = kat,
};

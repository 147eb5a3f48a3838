/* schedule.h -- how the learning rate changes from step to step. */
#ifndef TEPUI_SCHEDULE_H
#define TEPUI_SCHEDULE_H
#include <tepui/kind.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    tepui_kind kind;
    int is_constant; /* the factor is 1 */
    /* Factor on the learning rate at step t = 0, 1, ..., `steps` - 1 of at most `steps`; t = `steps`: of the step that
       would follow, which is recorded and not made. */
    double (*factor)(double t, double steps, const double *param);
    /* Known answers: t, steps, factor at the default parameters, origin; origin NULL ends the table. */
    const struct tepui_schedule_kat {
        double t, steps, factor;
        const char *origin;
    } * kat;
} tepui_schedule_type;

#ifdef __cplusplus
}
#endif
#endif

/* escape.h -- when a trajectory of an optimizer has left the plateau that it started on. */
#ifndef TEPUI_ESCAPE_H
#define TEPUI_ESCAPE_H
#include <tepui/kind.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a trajectory looks like at a step. */
typedef struct {
    double loss, plateau; /* of the net, and of one whose output is 0 */
    double distance;      /* root mean square over the points of |f - f at the start| */
    double growth;        /* largest |eigenvalue| of the Hessian over that at the start; NaN unless needs_curvature */
} tepui_escape_view;

typedef struct {
    tepui_kind kind;
    int needs_plateau;   /* a loss that is above 0 where the output is 0 */
    int needs_curvature; /* looked at whenever another twentieth of the steps has been made */
    int is_loss;         /* reached is loss <= param[0] * plateau and nothing else */
    int (*reached)(const tepui_escape_view *v, const double *param);
} tepui_escape_type;

#ifdef __cplusplus
}
#endif
#endif

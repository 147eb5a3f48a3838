/* curvature.c -- the largest |eigenvalue| of the Hessian has grown by a factor since the start.

   On the plateau of a deep net all curvature vanishes along with the gradient; leaving it, curvature comes first. Dear,
   and therefore looked at only now and then: in between growth is NaN, which reaches nothing. */
#include <math.h>
#include <tepui/escape.h>

static int reached(const tepui_escape_view *v, const double *param)
{
    return v->growth >= param[0];
}

const tepui_escape_type tepui_escape_curvature = {
    .kind = {.name = "curvature",
             .doc = "the largest |eigenvalue| of the Hessian has grown by a factor since the start",
             .source = "Orvieto et al. 2021",
             .params = {{"factor", "over that at the start", 2, 1, INFINITY, 1, 1, 0}}},
    .needs_curvature = 1,
    .reached = reached,
};

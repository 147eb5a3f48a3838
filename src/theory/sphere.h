/* sphere.h (internal) -- what the laws about norms of orthogonal nets have in common, see sphere.c. */
#ifndef TEPUI_THEORY_SPHERE_H
#define TEPUI_THEORY_SPHERE_H
#include "norms.h"

/* Which norm: of a component of forward_norm, jacobian_vector_norm, output_gradient_norm. */
typedef enum { SPHERE_FORWARD, SPHERE_TANGENT, SPHERE_GRADIENT } sphere_norm;

int sphere_applies(const tepui_cell *c, sphere_norm which, long component, const char **why);
tepui_status sphere_predict(const tepui_cell *c, sphere_norm which, long component, tepui_prediction *p,
                            tepui_error *err);
#endif

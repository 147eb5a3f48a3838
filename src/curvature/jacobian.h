/* jacobian.h (internal) -- the Jacobian at point 0, one matrix after another; see jacobian.c. */
#ifndef TEPUI_CURVATURE_JACOBIAN_H
#define TEPUI_CURVATURE_JACOBIAN_H
#include "curvature.h"

#endif

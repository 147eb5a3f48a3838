/* direction.h (internal) -- nets whose every layer normalises: the chain of directions, see direction.c. */
#ifndef TEPUI_THEORY_DIRECTION_H
#define TEPUI_THEORY_DIRECTION_H
#include "norms.h"

/* Whether units are such; 1 or *why. */
int direction_applies(const tepui_cell *c, const char **why);
/* The factors of layers first..L of the squared norm. */
tepui_status direction_add_layers(const tepui_cell *c, size_t first, size_t last, tepui_prediction *p,
                                  tepui_error *err);
#endif

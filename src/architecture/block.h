/* block.h (internal) -- writing the layers of a unit as text. */
#ifndef TEPUI_ARCHITECTURE_BLOCK_H
#define TEPUI_ARCHITECTURE_BLOCK_H
#include <tepui/architecture.h>

/* Adds formatted text at the end. */
void block_write(char out[TEPUI_UNIT_TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "residual(alpha=1, power=0)[" */
void block_open(char out[TEPUI_UNIT_TEXT], double alpha, double power);
/* "dense, activation", m times */
void block_pairs(char out[TEPUI_UNIT_TEXT], size_t m);

#define BLOCK_BRANCH(m)                                                                                                \
    {                                                                                                                  \
        "branch", "matrices of a branch", m, 1, 16, 0, 0                                                               \
    }
#define BLOCK_ALPHA                                                                                                    \
    {                                                                                                                  \
        "alpha", "factor of the branch", 1, -1e6, 1e6, 0, 0                                                            \
    }
#define BLOCK_POWER                                                                                                    \
    {                                                                                                                  \
        "power", "alpha is divided by the number of blocks to this power: 0.5 for 1/sqrt(L)", 0, 0, 4, 0, 0            \
    }
#endif

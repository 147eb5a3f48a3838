/* scaled.h (internal) -- activations of scaled vectors z = m 2^e of any magnitude; see scaled.c. */
#ifndef TEPUI_ACTIVATION_SCALED_H
#define TEPUI_ACTIVATION_SCALED_H
#include <tepui/activation.h>
#include <tepui/kernel.h>

/* a = phi(z), slope = phi'(z), n entries; z and *e are overwritten; *e is then the exponent of a. */
void activation_scaled(const tepui_kernels *kernel, const tepui_choice *phi, double *z, int64_t *e, double *a,
                       double *slope, size_t n);
/* bend = phi''(z) */
void activation_bend(const tepui_choice *phi, const double *z, int64_t e, double *bend, size_t n);
#endif

/* scaled.c -- a = phi(z) and phi'(z) for a scaled vector z = m 2^e, at any magnitude.

   Homogeneous phi (linear, relu, leaky_relu) acts on the mantissa. Any other phi needs the true z:
     |z| in [2^-500, 2^500]: z is formed and phi applied;
     all |z| below 2^-500 and phi(0) = 0: phi(z) = phi'(0-+) z to a relative error of 2^-500;
     largest |z| above 2^500: phi(z) = phi'(-+inf) z where that slope is not 0; units with slope 0 are bounded there. */
#include "scaled.h"
#include <kernel/rows.h>

#define FAR 500

int tepui_activation_has_slopes(const tepui_choice *activation, double below, double above)
{
    const tepui_activation_type *t = activation->type;
    double slope[4];
    if (!t->homogeneous) return 0;
    t->slopes(activation->value, slope);
    return slope[0] == below && slope[1] == above;
}

/* z 2^e as plain doubles, held inside +-2^1000 so that no infinity arises. */
static void unscale(double *z, int64_t *e, size_t n)
{
    if (*e == 0) return;
    for (size_t i = 0; i < n; i++) z[i] = fmin(fmax(scaled_shift(z[i], *e), -0x1p1000), 0x1p1000);
    *e = 0;
}

static void by_slopes(const double *z, double *a, double *slope, size_t n, double below, double above)
{
    for (size_t i = 0; i < n; i++) {
        slope[i] = z[i] > 0 ? above : below;
        a[i] = z[i] * slope[i];
    }
}

/* Units whose asymptotic slope is 0 keep their true bounded value, expressed in the vector's scale. */
static void far_out(const tepui_activation_type *t, const double *param, double *z, int64_t *e, double *a,
                    double *slope, size_t n, const double slopes[4])
{
    int all_flat = 1;
    for (size_t i = 0; i < n; i++)
        if ((z[i] > 0 ? slopes[3] : slopes[2]) != 0.0) all_flat = 0;
    if (all_flat) {
        unscale(z, e, n);
        t->apply(z, a, slope, n, param);
        return;
    }
    by_slopes(z, a, slope, n, slopes[2], slopes[3]);
    for (size_t i = 0; i < n; i++) {
        if (slope[i] != 0.0) continue;
        const double true_z = fmax(fmin(scaled_shift(z[i], *e), 0x1p1000), -0x1p1000);
        slope[i] = t->df(true_z, param);
        a[i] = scaled_shift(t->f(true_z, param), -*e);
    }
}

void activation_scaled(const tepui_kernels *kernel, const tepui_choice *phi, double *z, int64_t *e, double *a,
                       double *slope, size_t n)
{
    const tepui_activation_type *t = phi->type;
    const double *param = phi->value;
    double slopes[4];
    if (t->homogeneous) {
        t->apply(z, a, slope, n, param);
        return;
    }
    const double top = kernel->maxabs(z, n);
    const int64_t far = top > 0.0 && isfinite(top) ? *e + ilogb(top) : 0;
    t->slopes(param, slopes);
    if (far > FAR) {
        far_out(t, param, z, e, a, slope, n, slopes);
    } else if (far < -FAR && t->f(0.0, param) == 0.0) {
        by_slopes(z, a, slope, n, slopes[0], slopes[1]);
    } else {
        unscale(z, e, n);
        t->apply(z, a, slope, n, param);
    }
}

/* Where phi is used by its slopes alone, phi'' z is below rounding. */
void activation_bend(const tepui_choice *phi, const double *z, int64_t e, double *bend, size_t n)
{
    const tepui_activation_type *t = phi->type;
    for (size_t i = 0; i < n; i++) bend[i] = fmin(fmax(scaled_shift(z[i], e), -0x1p1000), 0x1p1000);
    if (t->bend) {
        t->bend(bend, bend, n, phi->value);
        return;
    }
    for (size_t i = 0; i < n; i++) bend[i] = t->d2f(bend[i], phi->value);
}

/* mse.c -- squared error of one point, 1/2 norm2(f - y); gradient f - y.

   Source: C. M. Bishop, Pattern recognition and machine learning, 2006,
   eq. 5.14. */
#include <tepui/loss.h>

static double value(const double *f, const double *y, const double *v, size_t n, double *gradient)
{
    double sum = 0;
    (void)v;
    for (size_t k = 0; k < n; k++) {
        gradient[k] = f[k] - y[k];
        sum += gradient[k] * gradient[k];
    }
    return sum / 2;
}

static double root(const double *f, const double *y, size_t n, double *S)
{
    (void)f;
    (void)y;
    for (size_t k = 0; k < n * n; k++) S[k] = k % (n + 1) == 0;
    return 1;
}

const tepui_loss_type tepui_loss_mse = {
    .kind = {.name = "mse", .doc = "half the squared distance to the target", .source = "Bishop 2006, eq. 5.14"},
    .needs_target = 1,
    .residual = 1,
    .value = value,
    .root = root,
};

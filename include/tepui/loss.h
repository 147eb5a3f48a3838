/* loss.h -- loss of one data point; the loss of a network is the mean over its points. */
#ifndef TEPUI_LOSS_H
#define TEPUI_LOSS_H
#include <tepui/kind.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    tepui_kind kind;
    int needs_target;
    int probabilities; /* targets are probabilities of two classes or more */
    int residual;      /* the gradient is f - y: the network forms it in scaled arithmetic */
    /* f, y, v: n outputs, targets, unit direction. Returns the loss and writes gradient[n] = d loss / d f. */
    double (*value)(const double *f, const double *y, const double *v, size_t n, double *gradient);
    /* A root of its Hessian in f: writes S[n * n], row-major, and returns s = 1 or -1 with s S S^T = d2 loss / d f2.
       NULL: the Hessian is 0. */
    double (*root)(const double *f, const double *y, size_t n, double *S);
} tepui_loss_type;

#ifdef __cplusplus
}
#endif
#endif

/* reference.h -- the slow, obvious network: explicit matrices, long double, one perturbed entry at a time.
   Takes nothing from the library but the sampled numbers and the scalar activation functions. */
#ifndef TEPUI_TEST_REFERENCE_H
#define TEPUI_TEST_REFERENCE_H
#include <tepui/tepui.h>

typedef struct {
    const tepui_cell *c;
    size_t layers;   /* matrices, the read-out included */
    double **w, **b; /* [l], l = 1..layers; b[l] NULL for the read-out */
    const double *x, *y, *u, *v;
} reference;

void reference_take(reference *r, tepui_network *net); /* copies the weights of the last sample */
void reference_free(reference *r);
size_t reference_rows(const reference *r, size_t l), reference_cols(const reference *r, size_t l);
/* a_l of a point (l = 0..L, L + 1: output) into out */
void reference_forward(const reference *r, size_t point, size_t l, long double *out);
/* d a_l or d f along the input direction u at point 0 */
void reference_tangent(const reference *r, size_t l, long double *out);
/* mean loss over the points; output functional mean_p v . f_p */
long double reference_loss(const reference *r), reference_functional(const reference *r);
/* Frobenius norm of the gradient of either with respect to W_l: entry by entry in forward mode */
long double reference_gradient(const reference *r, size_t l, int functional);
/* the same by central differences of step h */
long double reference_difference(reference *r, size_t l, int functional, double h);
#endif

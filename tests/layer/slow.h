/* slow.h -- the obvious composed net: long double, loops over indices, derivatives by differences.

   Takes from the library the sampled numbers, the list of layers and the shapes between them, nothing else.
   Parameters are those of curvature.h without coordinates: layer after layer, the matrix row-major, then what else a
   layer trains. */
#ifndef TEPUI_TESTS_LAYER_SLOW_H
#define TEPUI_TESTS_LAYER_SLOW_H
#include <network/composed.h>
#include <tepui/tepui.h>

typedef struct {
    const tepui_cell *c;
    const tepui_composition *m;
    size_t P, n, q;
    long double *p;     /* [P] */
    size_t *at;         /* [count + 2] */
    double **b, **mask; /* [count + 1], NULL where there is none */
    const double *y, *u, *v;
    long double *x, **a; /* data; a[k]: output of layer k, all points */
} slow_net;

void slow_take(slow_net *s, tepui_network *net); /* after a sample */
void slow_free(slow_net *s);
void slow_run(slow_net *s); /* a from x and p */
const long double *slow_output(const slow_net *s);
long double slow_loss(slow_net *s); /* runs */
/* d loss / d f (points x outputs) over the number of points; functional: of mean v . f */
void slow_loss_slope(slow_net *s, int functional, long double *g);
/* out = (d2 loss / d f2) in, over the number of points */
void slow_loss_bend(slow_net *s, const long double *in, long double *out);

/* Fourth-order central differences. Truncation: h^4 / 30 times fifth derivatives, 6e-14 at h = 2^-11 for ones of order
   30; rounding: 1e-19 / h. */
void slow_jacobian(slow_net *s, long double h, long double *J); /* points x outputs x P */
/* d a_k / d x_0 along u for the last layer of every unit: norms over all points, unit 0..L + 1 */
void slow_tangents(slow_net *s, long double h, double *norms);
/* H v, each entry from second differences along e_i + v and e_i - v: h^4 / 90 times sixth derivatives, and rounding
   1e-19 / h^2 */
void slow_product(slow_net *s, const double *v, long double h, double *out);
#endif

/* loss.c -- where the backward pass begins: the rows of d loss / d f and of the output functional mean_p v . f_p. */
#include "network.h"
#include <string.h>

/* Residual of the squared loss, f - y, in scaled arithmetic: exact where f is far outside double range. */
static void squared_loss_gradient(const tepui_network *net, size_t p, double *g, int64_t *e)
{
    const size_t q = net->cell->outputs;
    const double *f = net->f + p * q, *y = net->y + p * q;
    *e = net->f_exponent[p];
    if (net->kernel->maxabs(y, q) == 0.0) {
        memcpy(g, f, q * sizeof *g);
        return;
    }
    if (*e > 0) {
        for (size_t k = 0; k < q; k++) g[k] = f[k] - scaled_shift(y[k], -*e);
    } else {
        for (size_t k = 0; k < q; k++) g[k] = scaled_shift(f[k], *e) - y[k];
        *e = 0;
    }
}

/* Rows of d loss / d f, each over the number of points. */
void network_loss_rows(tepui_network *net, double *g, int64_t *e)
{
    const tepui_cell *c = net->cell;
    const tepui_loss_type *loss = c->loss.type;
    const size_t q = c->outputs, n = net->points;
    net->loss = 0;
    for (size_t p = 0; p < n; p++, g += q, e++) {
        for (size_t k = 0; k < q; k++) net->residual[k] = network_output(net, p, k);
        net->loss += loss->value(net->residual, net->y + p * q, net->out_dir, q, g) / (double)n;
        *e = 0;
        if (loss->residual) squared_loss_gradient(net, p, g, e);
        net->kernel->scale(g, 1.0 / (double)n, q);
    }
}

void network_functional_rows(const tepui_network *net, double *g, int64_t *e)
{
    const size_t q = net->cell->outputs;
    for (size_t p = 0; p < net->points; p++, g += q, e++) {
        memcpy(g, net->out_dir, q * sizeof *g);
        net->kernel->scale(g, 1.0 / (double)net->points, q);
        *e = 0;
    }
}

void network_gradient_total(tepui_network *net, scaled_square *gradient)
{
    scaled_square total = {0.0, 0};
    for (size_t l = 1; l <= net->layers; l++) total = scaled_plus(total, gradient[l]);
    gradient[0] = total;
}

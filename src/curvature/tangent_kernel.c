/* tangent_kernel.c -- the neural tangent kernel of the sample's points, and the Fisher information.

   K[(p, o), (p', o')] = sum over W_k of (T_k^p T_k^p'^T)[o, o'] (a_{k-1}^p, a_{k-1}^p'), T_k = d f / d z_k: the kernel
   of Jacot, Gabriel and Hongler 2018, n q x n q. With T_k = S^T d f / d z_k / sqrt(n) the same sum has the eigenvalues
   of the Gauss-Newton part other than its certain zeros, and that is the Fisher information of the model's own
   distribution for the squared and the cross-entropy loss (Martens 2020, sect. 9). */
#include "composed.h"
#include <base/elementary.h>
#include <matrix/matrix.h>
#include <string.h>

typedef struct {
    double ln_trace, ln_low, ln_high;
} kernel_ends;
typedef struct {
    double *matrix, *value, *work;
    double *jacobian, *scaled, *turned; /* of composed nets: d f / d parameters, points outputs x P */
    int64_t *exponent;                  /* of its rows */
    kernel_ends ntk, fisher;
} kernel_state;

/* Of the one that the net has. */
static const network_engine *engine_of(const tepui_network *net)
{
    return net->by_units ? &engine_kernel : &engine_composed_kernel;
}

static kernel_state *state_of(const tepui_network *net)
{
    return engine_state(net, engine_of(net));
}

static void lay_out(tepui_network *net, network_arena *a)
{
    const size_t size = net->points * net->cell->outputs;
    kernel_state s = {0};
    s.matrix = network_take(a, size * size, sizeof(double));
    s.value = network_take(a, size, sizeof(double));
    s.work = network_take(a, matrix_eigen_work(size), sizeof(double));
    const size_t rows = net->by_units ? 0 : size * net->curved_parameters;
    s.jacobian = network_take(a, rows, sizeof(double));
    s.scaled = network_take(a, rows, sizeof(double));
    s.turned = network_take(a, net->needs & TEPUI_NEEDS_FISHER ? rows : 0, sizeof(double));
    s.exponent = network_take(a, size, sizeof(int64_t));
    engine_set_state(net, engine_of(net), network_keep(a, &s, sizeof s));
}

/* Exponent of the factor T_k (x) a_{k-1} of point p. */
static int64_t exponent_of(const tepui_network *net, size_t k, size_t p)
{
    return net->blocks->T_exponent[k * net->points + p] + net->dense->a_exponent[(k - 1) * net->points + p];
}

static void add_layer(tepui_network *net, size_t k, int64_t unit)
{
    const dense_state *c = net->dense;
    const tepui_kernels *kernel = net->kernel;
    const size_t n = net->points, q = net->cell->outputs, d = dense_width(net, k), in = dense_width(net, k - 1);
    double *m = state_of(net)->matrix;
    for (size_t p = 0; p < n; p++)
        for (size_t p2 = 0; p2 <= p; p2++) {
            const double shift = scaled_shift(1.0, exponent_of(net, k, p) + exponent_of(net, k, p2) - 2 * unit);
            const double inner = shift * kernel->dot(c->a[k - 1] + p * in, c->a[k - 1] + p2 * in, in);
            const double *T = net->blocks->T[k] + p * q * d, *T2 = net->blocks->T[k] + p2 * q * d;
            for (size_t o = 0; o < q; o++)
                for (size_t o2 = 0; o2 < q; o2++)
                    m[(p * q + o) * n * q + p2 * q + o2] += inner * kernel->dot(T + o * d, T2 + o2 * d, d);
        }
}

/* Trace and ends of the spectrum of the matrix, in units of 2^(2 unit). */
static tepui_status solve(tepui_network *net, int64_t unit, kernel_ends *out)
{
    kernel_state *s = state_of(net);
    const size_t size = net->points * net->cell->outputs;
    double trace = 0;
    for (size_t i = 0; i < size; i++) trace += s->matrix[i * (size + 1)];
    const tepui_status st = matrix_eigen_shared(net->team, net->cell->gsl_eigensolver ? MATRIX_GSL : MATRIX_LAPACK,
                                                s->matrix, size, s->value, s->work);
    if (st != TEPUI_OK && st != TEPUI_FAILED) return st;
    const double floor = (double)size * 0x1p-52 * s->value[size - 1], ln_unit = 2 * (double)unit * SCALED_LN2;
    *out = (kernel_ends){trace > 0    ? elementary_log(trace) + ln_unit
                         : trace == 0 ? -INFINITY
                                      : NAN,
                         s->value[0] > floor ? elementary_log(s->value[0]) + ln_unit
                         : st == TEPUI_OK    ? -INFINITY
                                             : NAN,
                         s->value[size - 1] > 0 ? elementary_log(s->value[size - 1]) + ln_unit
                         : st == TEPUI_OK       ? -INFINITY
                                                : NAN};
    return TEPUI_OK;
}

static tepui_status spectrum(tepui_network *net, kernel_ends *out)
{
    kernel_state *s = state_of(net);
    const size_t n = net->points, size = n * net->cell->outputs;
    int64_t unit = 2 * ROWS_ZERO;
    for (size_t k = 1; k <= net->layers; k++)
        for (size_t p = 0; p < n; p++)
            if (exponent_of(net, k, p) > unit) unit = exponent_of(net, k, p);
    memset(s->matrix, 0, size * size * sizeof *s->matrix);
    for (size_t k = 1; k <= net->layers; k++) add_layer(net, k, unit);
    return solve(net, unit, out);
}

/* The rows of d f / d parameters, those of a point times S^T (Fisher) or not, brought to one exponent; their products.
 */
static tepui_status composed_spectrum(tepui_network *net, int fisher, kernel_ends *out)
{
    kernel_state *s = state_of(net);
    const size_t n = net->points, q = net->cell->outputs, size = n * q, P = net->curved_parameters;
    int64_t unit = 2 * ROWS_ZERO;
    for (size_t i = 0; i < size; i++) unit = s->exponent[i] > unit ? s->exponent[i] : unit;
    double *J = s->scaled;
    memcpy(J, s->jacobian, size * P * sizeof *J);
    for (size_t i = 0; i < size; i++) net->kernel->scale(J + i * P, scaled_shift(1.0, s->exponent[i] - unit), P);
    if (fisher) {
        for (size_t p = 0; p < n; p++)
            rows_matrix(net->kernel, 1, 1.0, net->composed->root + p * q * q, q, q, J + p * q * P, P,
                        s->turned + p * q * P);
        J = s->turned;
    }
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j <= i; j++) s->matrix[i * size + j] = net->kernel->dot(J + i * P, J + j * P, P);
    return solve(net, unit, out);
}

static tepui_status run_composed(tepui_network *net)
{
    kernel_state *s = state_of(net);
    const tepui_loss_type *loss = net->cell->loss.type;
    tepui_status st = composed_jacobian_rows(net, s->jacobian, s->exponent);
    s->fisher = (kernel_ends){-INFINITY, -INFINITY, -INFINITY};
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_NTK) st = composed_spectrum(net, 0, &s->ntk);
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_FISHER && loss->root) st = composed_spectrum(net, 1, &s->fisher);
    /* curvature.h's functions still want the gradients of the loss */
    if (st == TEPUI_OK && net->needs & (TEPUI_NEEDS_CURVATURE | NETWORK_NEEDS_MOVED)) st = composed_backward(net);
    return st;
}

static tepui_status run(tepui_network *net)
{
    kernel_state *s = state_of(net);
    tepui_status st = TEPUI_OK;
    if (net->needs & TEPUI_NEEDS_NTK) {
        blocks_gauss_newton(net, NULL);
        st = spectrum(net, &s->ntk);
    }
    if (st == TEPUI_OK && net->needs & TEPUI_NEEDS_FISHER) {
        s->fisher = (kernel_ends){-INFINITY, -INFINITY, -INFINITY};
        if (net->dense->flat) return st;
        blocks_gauss_newton(net, net->composed->root);
        st = spectrum(net, &s->fisher);
    }
    return st;
}

static double composed_cost(const tepui_network *net, double products)
{
    const double P = (double)net->curved_parameters, n = (double)net->points;
    const double pass = 6.0 * (double)tepui_multiplications(net->cell) * n;
    (void)products;
    return n * (double)net->cell->outputs * (pass + 4 * P);
}

static double number(const tepui_network *net, unsigned quantity, size_t which, size_t i)
{
    const kernel_ends *e = quantity == TEPUI_QUANTITY_NTK ? &state_of(net)->ntk : &state_of(net)->fisher;
    (void)i;
    return which == TEPUI_SMALLEST ? e->ln_low : which == TEPUI_LARGEST ? e->ln_high : e->ln_trace;
}

static const network_engine *const before[] = {&engine_dense, &engine_blocks, NULL};

const network_engine engine_kernel = {
    .name = "tangent kernel",
    .gives = TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER,
    .before = before,
    .obstacle = engine_is_by_units,
    .lay_out = lay_out,
    .run = run,
    .read = number,
};

static const network_engine *const composed_before[] = {&engine_curvature, NULL};

/* Last of all: it overwrites the gradients of the loss. */
const network_engine engine_composed_kernel = {
    .name = "tangent kernel, composed",
    .gives = TEPUI_NEEDS_NTK | TEPUI_NEEDS_FISHER,
    .before = composed_before,
    .obstacle = engine_is_by_layers,
    .lay_out = lay_out,
    .run = run_composed,
    .read = number,
    .cost = composed_cost,
};

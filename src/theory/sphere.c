/* sphere.c -- exact laws of forward, tangent and gradient norms of plain nets with orthogonal weights, any widths.

   W_l, rows x cols, is sigma_l sqrt(m) Q, m = max(rows, cols), Q Haar among the matrices with Q^T Q = 1 or Q Q^T = 1
   (orthogonal.c). For a fixed vector v, Q v/|v| are `rows` coordinates of a uniform point of the sphere in m
   dimensions. Their signs are fair coins, independent of the sizes, so that with the coordinates of k units kept

       |kept W_l v|^2 / |v|^2 = sigma_l^2 m B,   B ~ Beta(k/2, (m - k)/2), 1 if k = m,

   k = rows (linear) or Binomial(rows, 1/2) (ReLU). The ratio does not depend on v: it is independent over the layers.

   J u: the signs of the rows of W_l are coins that are independent of everything else about W_l. Masks are these coins
   times the signs of a fixed vector, hence coins that are independent of |(W_l u)_i|: the same law.

   Gradients, one output: |df/dW_l| = |B_l| |a_{l-1}|. Let W_j = S_j V_j, S_j = diag of coins, V_j distributed like W_j.
   Given all V, the masks D_j are coins, and D_j S_j = D_j T_j, T_j the signs of V_j a_{j-1}. T_j moves on to V_{j+1}
   T_j, which given V_1 .. V_j and the masks is distributed like V_{j+1}: so all norms are those of D_j V'_j with masks
   and matrices independent. Then |a_{l-1}| is a matter of the matrices and masks below l, |B_l| of those masks from l
   on and of the matrices beyond: they are independent. Transposed, W_{j+1}^T gives the w_j coordinates of layer j of a
   point in m_{j+1} dimensions, masked by D_j.

   Where all units are alive in square layers B = 1: the norm has an atom at its largest value, and where that is all
   there is (linear nets that nowhere narrow, chains) it is known up to rounding. */
#include "sphere.h"
#include <math.h>

#define SELDOM 1e-9   /* an atom that no sample meets */
#define HOUSEHOLDER 8 /* Higham's "small integer constant" */

static size_t rows_of(const tepui_cell *c, size_t l)
{
    return l <= c->depth ? c->width[l] : c->outputs;
}

static size_t dimensions(const tepui_cell *c, size_t l)
{
    return rows_of(c, l) > c->width[l - 1] ? rows_of(c, l) : c->width[l - 1];
}

/* The factor of matrix l, of which `units` coordinates are seen, through a mask or not. */
static tepui_status add_matrix(const tepui_cell *c, size_t l, size_t units, int masked, tepui_prediction *p,
                               tepui_error *err)
{
    const double m = (double)dimensions(c, l);
    const tepui_term t = {masked ? TEPUI_TERM_SPHERE : TEPUI_TERM_BETA, units, 1, m * c->sigma[l] * c->sigma[l], m, 1};
    return tepui_exact_add(p->exact, &t, err);
}

/* Layers first..last met forward (back = 0), or backward through the next matrix (back = 1). */
static tepui_status add_layers(const tepui_cell *c, size_t first, size_t last, size_t back, tepui_prediction *p,
                               tepui_error *err)
{
    const int relu = given_slopes(c, 0, 1);
    tepui_status st = TEPUI_OK;
    for (size_t l = first; st == TEPUI_OK && l <= last; l++) st = add_matrix(c, l + back, c->width[l], relu, p, err);
    return st;
}

static tepui_status add_gradient(const tepui_cell *c, size_t l, tepui_prediction *p, tepui_error *err)
{
    const tepui_status st = add_layers(c, 1, l - 1, 0, p, err);
    return st == TEPUI_OK ? add_layers(c, l, c->depth, 1, p, err) : st;
}

static tepui_status build(const tepui_cell *c, sphere_norm which, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const size_t L = c->depth;
    TEPUI_TRY(norms_begin(p, err));
    if (which != SPHERE_TANGENT) TEPUI_TRY(norms_add_input(c, p, err));
    if (which == SPHERE_GRADIENT) {
        TEPUI_TRY(add_gradient(c, component < 0 ? L + 1 : (size_t)component, p, err));
        return st;
    }
    TEPUI_TRY(add_layers(c, 1, component < 0 ? L : (size_t)component, 0, p, err));
    if (component == TEPUI_COMPONENT_OUTPUT) TEPUI_TRY(add_matrix(c, L + 1, c->outputs, 0, p, err));
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

/* P(X is at its largest value | alive) */
static double share_at_top(const tepui_cell *c, sphere_norm which, long component)
{
    tepui_prediction p;
    double share = NAN;
    if (build(c, which, component, &p, NULL) != TEPUI_OK) return NAN;
    (void)tepui_exact_top(p.exact, &share);
    tepui_prediction_clear(&p);
    return share;
}

int sphere_applies(const tepui_cell *c, sphere_norm which, long component, const char **why)
{
    if (!norms_orthogonal_net(c, why) || (which != SPHERE_TANGENT && !norms_known_input(c, why))) return 0;
    if (which == SPHERE_GRADIENT && !norms_scalar_output(c, why)) return 0;
    if (!norms_need(component != TEPUI_COMPONENT_TOTAL, "a single layer, not the total", why) ||
        !norms_need(which == SPHERE_GRADIENT || component != 0, "layer 0 is the input", why))
        return 0;
    const double share = share_at_top(c, which, component);
    return norms_need(share < SELDOM || share > 1 - SELDOM,
                      "units enough that hardly ever all of them are alive, or none but chains", why);
}

/* Rounding of the ln of a norm behind all matrices, m x n: columns of Q are right to c m n^(3/2) u, n the smaller side,
   c "a small integer constant" (Higham, Accuracy and stability of numerical algorithms, 2002), products with
   it to at most cols^(3/2) u; the input, scales and squares cost some u more. u = 2^-53. */
static double rounding(const tepui_cell *c, double value)
{
    const size_t matrices = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    double sum = 16 + 2 * (double)c->inputs + 4 * fabs(value);
    for (size_t l = 1; l <= matrices; l++) {
        const double rows = (double)rows_of(c, l), cols = (double)c->width[l - 1], n = fmin(rows, cols);
        sum += HOUSEHOLDER * fmax(rows, cols) * n * sqrt(n) + cols * sqrt(cols) + rows + 16;
    }
    return sum * 0x1p-53;
}

static void finish_constant(const tepui_cell *c, double value, tepui_prediction *p)
{
    const double dead = tepui_exact_atom(p->exact);
    tepui_exact_free(p->exact);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS, .slack = rounding(c, value), .mean = value, .atom = dead};
    if (dead > 0) tepui_prediction_add_atom(p, -INFINITY, dead);
    tepui_prediction_add_atom(p, value, 1 - dead);
    p->median = tepui_prediction_quantile(p, 0.5);
}

tepui_status sphere_predict(const tepui_cell *c, sphere_norm which, long component, tepui_prediction *p,
                            tepui_error *err)
{
    double share;
    const tepui_status st = build(c, which, component, p, err);
    if (st != TEPUI_OK) return st;
    const double top = tepui_exact_top(p->exact, &share);
    if (share > 1 - SELDOM)
        finish_constant(c, top, p);
    else
        norms_finish(p);
    return TEPUI_OK;
}

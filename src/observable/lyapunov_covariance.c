/* lyapunov_covariance.c -- component "i,j", i >= j: covariance over the K matrices of x_i = ln R_ii and x_j of the
   step-wise QR factorisation,

       S_ij = sum_k (x_ik - mean x_i) (x_jk - mean x_j) / (K - 1),

   unbiased where the x_k have one law at every k: S/K estimates the covariance of the finite-time Lyapunov exponents i
   and j. Between layers of uneven widths the means of x_k differ, and their spread is counted in. A net of one matrix
   has no components; where J has lost rank i in a sample, x_i is -inf at some k and the sample counts as dead, as it
   does in lyapunov_exponent. Wide nets show evenly spread i and j. */
#include "component.h"

static long last(const tepui_cell *c)
{
    const size_t matrices = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    return matrices < 2 ? 0 : (long)tepui_jacobian_rank(c);
}

static double measure(const tepui_network *net, long component)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_LYAPUNOV_COVARIANCE, component_two(component));
}

const tepui_observable_type tepui_observable_lyapunov_covariance = {
    .kind = {.name = "lyapunov_covariance",
             .doc =
                 "covariance over the layers of ln R_ii and ln R_jj of the step-wise QR factorisation of the "
                 "Jacobian, component i,j: of the Lyapunov exponents times the number of matrices, which is at least 2",
             .source = "Benettin et al. 1980; docs/theory/wide-nets.md#n7"},
    .unit = "1",
    .transform = TEPUI_TRANSFORM_NONE,
    .needs = TEPUI_NEEDS_JACOBIAN,
    .least_points = 1,
    .first = component_one,
    .last = last,
    .pairs = 1,
    .measure = measure,
    .formula = "covariance over the matrices of ln R_ii and ln R_jj, component i,j, i >= j",
    .special = "dead where J has lost rank i; no component at one matrix",
};

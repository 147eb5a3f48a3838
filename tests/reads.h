/* reads.h -- numbers of a sampled network by name, for tests: each is one call of tepui_network_read(). */
#ifndef TEPUI_TESTS_READS_H
#define TEPUI_TESTS_READS_H
#include <tepui/curvature.h>

static inline double tepui_network_ln_forward(const tepui_network *net, size_t point, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FORWARD, point, l);
}

static inline double tepui_network_ln_forward_rms(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FORWARD, TEPUI_ALL_POINTS, l);
}

static inline double tepui_network_ln_tangent(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_TANGENT, 0, l);
}

static inline double tepui_network_ln_gradient(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_LOSS_GRADIENT, TEPUI_NORM, l);
}

static inline double tepui_network_ln_output_gradient(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_OUTPUT_GRADIENT, TEPUI_NORM, l);
}

static inline double tepui_network_output(const tepui_network *net, size_t point, size_t k)
{
    return tepui_network_read(net, TEPUI_QUANTITY_OUTPUT, point, k);
}

static inline double tepui_network_loss(const tepui_network *net)
{
    return tepui_network_read(net, TEPUI_QUANTITY_LOSS_GRADIENT, TEPUI_LOSS, 0);
}

static inline double tepui_network_live_fraction(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_SLOPES, 0, l);
}

static inline double tepui_network_cosine(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_ANGLE, TEPUI_COSINE, l);
}

static inline double tepui_network_gap(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_ANGLE, TEPUI_GAP, l);
}

static inline double tepui_network_representation_rank(const tepui_network *net, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_RANK, 0, l);
}

static inline double tepui_network_ln_plateau(const tepui_network *net, tepui_ray ray, size_t i)
{
    return tepui_network_read(net, TEPUI_QUANTITY_PLATEAU, ray, i);
}

static inline double tepui_network_ln_singular(const tepui_network *net, size_t i)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_SINGULAR, i);
}

static inline double tepui_network_lyapunov(const tepui_network *net, size_t i)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_LYAPUNOV, i);
}

static inline double tepui_network_lyapunov_covariance(const tepui_network *net, size_t i, size_t j)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_LYAPUNOV_COVARIANCE, TEPUI_TWO(i, j));
}

static inline double tepui_network_ln_condition(const tepui_network *net)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_CONDITION, 0);
}

static inline double tepui_network_effective_rank(const tepui_network *net)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_EFFECTIVE_RANK, 0);
}

static inline double tepui_network_ln_jacobian_moment(const tepui_network *net, size_t n)
{
    return tepui_network_read(net, TEPUI_QUANTITY_JACOBIAN, TEPUI_MOMENT, n);
}

static inline double tepui_network_ln_block(const tepui_network *net, tepui_part part, size_t k, size_t l)
{
    return tepui_network_read(net, TEPUI_QUANTITY_BLOCKS, part, TEPUI_TWO(k, l));
}

static inline double tepui_network_ln_eigenvalue(const tepui_network *net, int end)
{
    return tepui_network_read(net, TEPUI_QUANTITY_EXTREMES, end < 0 ? TEPUI_SMALLEST : TEPUI_LARGEST, 0);
}

static inline double tepui_network_asymmetry(const tepui_network *net)
{
    return tepui_network_read(net, TEPUI_QUANTITY_EXTREMES, TEPUI_ASYMMETRY, 0);
}

static inline double tepui_network_negative_fraction(const tepui_network *net)
{
    return tepui_network_read(net, TEPUI_QUANTITY_SIGNS, 0, 0);
}

static inline double tepui_network_rank(const tepui_network *net, tepui_part part)
{
    return tepui_network_read(net, TEPUI_QUANTITY_SPECTRUM, part, 0);
}

static inline double tepui_network_alignment(const tepui_network *net, size_t k)
{
    return tepui_network_read(net, TEPUI_QUANTITY_ALIGNMENT, 0, k);
}

static inline double tepui_network_ln_ntk(const tepui_network *net, int end)
{
    return tepui_network_read(net, TEPUI_QUANTITY_NTK,
                              end < 0   ? TEPUI_SMALLEST
                              : end > 0 ? TEPUI_LARGEST
                                        : TEPUI_TRACE,
                              0);
}

static inline double tepui_network_ln_fisher(const tepui_network *net, int end)
{
    return tepui_network_read(net, TEPUI_QUANTITY_FISHER,
                              end < 0   ? TEPUI_SMALLEST
                              : end > 0 ? TEPUI_LARGEST
                                        : TEPUI_TRACE,
                              0);
}

/* ln of w (norm(a_l) / norm(a_0))^power, w the likelihood ratio of layers 1..l */
static inline double tepui_network_ln_weighted(const tepui_network *net, size_t l, double power)
{
    return power * (tepui_network_ln_forward_rms(net, l) - tepui_network_ln_forward_rms(net, 0)) +
           tepui_network_read(net, TEPUI_QUANTITY_FORWARD, TEPUI_LN_RATIO, l);
}

static inline tepui_hessian_size tepui_network_hessian_size(const tepui_network *net, tepui_part part)
{
    double x[4];
    for (size_t i = TEPUI_NORM; i <= TEPUI_TRACE_SIGN; i++)
        x[i] = tepui_network_read(net, TEPUI_QUANTITY_HESSIAN_SIZE, part, i);
    return (tepui_hessian_size){x[TEPUI_NORM], x[TEPUI_DIAGONAL], x[TEPUI_LN_TRACE], (int)x[TEPUI_TRACE_SIGN]};
}
#endif

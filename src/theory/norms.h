/* norms.h (internal) -- what the laws about norms of Gaussian nets have in common. */
#ifndef TEPUI_THEORY_NORMS_H
#define TEPUI_THEORY_NORMS_H
#include "given.h"
#include <tepui/curvature.h>
#include <tepui/law.h>

/* Each returns 1 or says in *why what is missing. */
int norms_need(int condition, const char *what, const char **why);
int norms_is(const tepui_choice *c, const char *name);
typedef enum { NORMS_LINEAR, NORMS_RELU, NORMS_EITHER } norms_phi;
int norms_gaussian_net(const tepui_cell *c, norms_phi activation, const char **why); /* plain, no bias, one point */
int norms_orthogonal_net(const tepui_cell *c, const char **why);                     /* the same, linear or relu */
int norms_chain(const tepui_cell *c, const char **why);                              /* all widths 1 */
int norms_known_input(const tepui_cell *c, const char **why);                        /* |x| is 1 or has a known law */
int norms_unit_input(const tepui_cell *c);                                           /* |x| is 1 */
/* As norms_known_input, and one point of a data set: for norms_forward, norms_gradient, norms_ln_mean_square only. */
int norms_known_norm(const tepui_cell *c, const char **why);
int norms_scalar_output(const tepui_cell *c, const char **why);

/* Compositions. Whether every hidden unit is these layers in order, and no other; NULL ends the list. Units with a
   residual: its branch is all that stands before it. */
int norms_units_are(const tepui_cell *c, const char *const *kinds);
int norms_exactly_normalised(const tepui_cell *c);                 /* epsilon = 0 in every normalisation */
double norms_unit_factor(const tepui_cell *c, size_t l);           /* alpha of the residual of unit l */
double norms_branch_factor(const tepui_cell *c);                   /* that of all units; NaN where they differ */
int norms_one_width(const tepui_cell *c);                          /* of the inputs and of all units */
int norms_gaussian_weights(const tepui_cell *c, const char **why); /* full, no biases, a bare read-out */

/* Whether the component is a block (k, l) of the part. */
int norms_is_block(long component, tepui_part part, size_t *k, size_t *l);

/* X = ln of a norm: the exact law under construction. */
tepui_status norms_begin(tepui_prediction *p, tepui_error *err);
tepui_status norms_add_input(const tepui_cell *c, tepui_prediction *p, tepui_error *err);
/* Layers first..last as factors sigma^2 chi2_K of the squared norm, K the live units of the layer. shift = 1 takes the
   variances of the next layer: the same units met by the backward pass. */
tepui_status norms_add_layers(const tepui_cell *c, size_t first, size_t last, size_t shift, tepui_prediction *p,
                              tepui_error *err);
tepui_status norms_add_readout(const tepui_cell *c, tepui_prediction *p, tepui_error *err);
/* A factor (sigma^2 chi2_dof)^power, or of another kind, of the squared norm. */
tepui_status norms_add(tepui_prediction *p, tepui_term_kind kind, size_t dof, double sigma, double power,
                       tepui_error *err);
/* `times` residual blocks a + alpha W a, W dof x dof Gaussian with entries of standard deviation sigma, as factors of
   the squared norm: each is alpha^2 sigma^2 chi'2_dof(1/(alpha sigma)^2), whatever a is (docs/theory/cures.md#a1). */
tepui_status norms_add_residual(tepui_prediction *p, size_t dof, double sigma, double alpha, size_t times,
                                tepui_error *err);
void norms_finish(tepui_prediction *p); /* mean, variance, atom, median */

/* The law of a component, whichever observable: forward_norm, jacobian_vector_norm, output_gradient_norm. */
tepui_status norms_forward(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err);
tepui_status norms_tangent(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err);
tepui_status norms_gradient(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err);

/* Laws A1, A1j and A1g: residual blocks a + alpha W a; norms forward, of J u, of the gradient of a scalar output. */
typedef enum { NORMS_FORWARD, NORMS_TANGENT, NORMS_GRADIENT } norms_way;
int norms_residual_net(const tepui_cell *c, const char **why);
tepui_status norms_residual(const tepui_cell *c, long component, norms_way way, tepui_prediction *p, tepui_error *err);

/* The law of |d f/d W_l|^power. */
tepui_status norms_gradient_power(const tepui_cell *c, size_t l, double power, tepui_prediction *p, tepui_error *err);

/* Laws N7 and N7r: the i-th Lyapunov exponent, linear or relu. */
int norms_has_exponents(const tepui_cell *c, norms_phi activation, long i, const char **why);
tepui_status norms_exponent(const tepui_cell *c, long i, tepui_prediction *p, tepui_error *err);

/* Means of squares, in logarithms: the product of the factors of layers first..last, that of the input if first = 0
   (shift as above); live units of a layer. */
double norms_ln_mean_square(const tepui_cell *c, size_t first, size_t last, size_t shift);
double norms_ln_live(const tepui_cell *c, size_t l);

/* E norm2^power, norm2 = |a_l|^2 / |a_0|^2, and how well samples of the cell's sampler show it
 * (docs/theory/wide-nets.md#n3). */
int norms_has_moments(const tepui_cell *c, long component, const char **why); /* the last layer */
tepui_status norms_moment(const tepui_cell *c, long component, double power, tepui_prediction *p, tepui_error *err);

/* Laws H3 and H5: slopes of ln norm(G) and ln norm(R) over depths, see h3.c. */
int norms_deep_hessian(const tepui_cell *c, long component, const char **why);
tepui_status norms_hessian_slope(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err);

/* What ln E y^2 and ln E y^3 tell of a mean E y. */
void norms_spread(tepui_prediction *p, double ln_square, double ln_cube);

/* Laws N9 and N10, limits of wide nets: conditions but for the number of points, and the smallest width of a layer. */
int norms_wide_net(const tepui_cell *c, long component, const char **why);
size_t norms_narrowest(const tepui_cell *c);
/* Fails: a moment of the cell's activation is not known to the accuracy that moments.h promises. */
tepui_status norms_unconverged(const tepui_cell *c, tepui_error *err);

/* A normal law with the given mean and variance, right within slack. */
void norms_normal(tepui_prediction *p, double mean, double variance, double slack);
#endif

/* theory.h -- exact laws of log magnitudes, and the laws (theorems) that tepui verify confronts with samples.
   Everything here follows from a cell's description; nothing here has seen a sample. */
#ifndef TEPUI_THEORY_H
#define TEPUI_THEORY_H
#include <tepui/observable.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- exact distributions

   X = offset + factor * sum_i (Y_i1 + ... + Y_in_i), all independent, Y = power * ln of a positive variable S. A term
   knows the Mellin transform M(s) = E S^(power s) on a strip of the complex plane; M(0) < 1 where S = 0 has the
   probability 1 - M(0) (the atom of dead samples). A sum of counts alone is discrete and has no such inverse. Inversion
   along a vertical line left or right of 0 with the trapezoidal rule:
     Q(x) = P(X > x) = 1/(2 pi i) int_{c - i oo}^{c + i oo} exp(K(s) - s x) ds / s,  c > 0;  for c < 0 it is -P(X <= x),
   K = ln E exp(s X). The integrand is analytic, so the rule converges exponentially. */
typedef enum {
    TEPUI_TERM_CHI2,       /* S = scale chi2_dof                                                          (N1, C1) */
    TEPUI_TERM_BINOMIAL,   /* S = scale chi2_(K - lambda), K ~ Binomial(dof, 1/2), 0 where K <= lambda (N2, C3, N7r) */
    TEPUI_TERM_NONCENTRAL, /* S = scale chi'2_dof(lambda)                                                     (A1) */
    TEPUI_TERM_COUNT,      /* S = scale K, K ~ Binomial(dof, 1/2): how many units of a layer are alive        (H2) */
    TEPUI_TERM_SPHERE,     /* S = scale Beta(K/2, (lambda - K)/2), K ~ Binomial(dof, 1/2), lambda >= dof, 0 where K = 0:
                              the live coordinates of a uniform point on the sphere in lambda dimensions         (A3r) */
    TEPUI_TERM_BETA,  /* S = scale Beta(dof/2, (lambda - dof)/2), lambda >= dof; scale itself where equal     (A3) */
    TEPUI_TERM_RATIO, /* S = scale chi2_(dof - 1) / chi2'_dof, independent, dof >= 2                          (A2r) */
    TEPUI_TERM_LIVE_RATIO /* the same with K ~ Binomial(dof, 1/2) in both, 0 where K < 2                          (A2r)
                           */
} tepui_term_kind;

typedef struct {
    tepui_term_kind kind;
    size_t dof, times;
    double scale, lambda;
    double power; /* > 0; 0: 1 */
} tepui_term;

typedef struct tepui_exact tepui_exact;
/* X = offset + factor times a sum that is still empty. TEPUI_NO_MEMORY. */
tepui_status tepui_exact_new(double offset, double factor, tepui_exact **out, tepui_error *err);
void tepui_exact_free(tepui_exact *e);
/* Adds `times` independent terms; equal terms are joined. Parameters are not checked. TEPUI_NO_MEMORY. */
tepui_status tepui_exact_add(tepui_exact *e, const tepui_term *term, tepui_error *err);
/* Cumulants kappa[1..4] of X given life, and the atom P(X = -inf). */
void tepui_exact_cumulants(const tepui_exact *e, double kappa[5]);
double tepui_exact_atom(const tepui_exact *e);
double tepui_exact_ln_moment(const tepui_exact *e,
                             double s);        /* ln E exp(s X), the dead counting 0; real s in the strip */
double tepui_exact_low(const tepui_exact *e);  /* where the strip begins: E exp(s X) exists for s > low */
double tepui_exact_high(const tepui_exact *e); /* and where it ends; mostly INFINITY */
/* The largest value of X and P(it is taken | alive); INFINITY and 0 where there is none. */
double tepui_exact_top(const tepui_exact *e, double *probability);
/* P(X <= x | alive), absolute error below 1e-12. NaN where the inversion did not converge. */
double tepui_exact_cdf(tepui_exact *e, double x);
/* The smaller tail to relative precision (about 1e-10), on the line through the saddle point: upper = 1 gives
   P(X > x | alive). */
double tepui_exact_tail(const tepui_exact *e, double x, int upper);
/* P(mean of n independent copies > x | all alive), relative precision; upper = 0: <= x. */
double tepui_exact_mean_tail(const tepui_exact *e, uint64_t n, double x, int upper);
double tepui_exact_density(tepui_exact *e, double x);  /* of X given life; per unit of x */
double tepui_exact_quantile(tepui_exact *e, double p); /* given life; 0 < p < 1 */

/* --- mean field: the limit of infinite width of a plain net with weights of variance sigma_w^2/fan_in and biases of
   variance sigma_b^2 (Poole et al. 2016; Schoenholz et al. 2017). A depth scale xi is the number of layers over which a
   deviation falls by a factor e; negative where it grows, infinite where it is not exponential. */
typedef enum { TEPUI_ORDERED, TEPUI_CRITICAL, TEPUI_CHAOTIC } tepui_phase;
extern const char *const tepui_phase_word[]; /* "ordered", "critical", "chaotic" */
typedef struct {
    double q;           /* stable mean square of pre-activations; 0: dies out, infinite: grows for ever */
    double slope;       /* factor of deviations from q per layer: chi_1 + sigma_w^2 E phi'' phi */
    double chi_1;       /* sigma_w^2 E phi'^2: factor of squared gradients, and of small angles, per layer */
    double c;           /* where cosines between two points of equal norm go from c >= 0; NaN: they stay as they are */
    double chi_c;       /* factor of deviations from c per layer; chi_1 at c = 1 */
    double xi_q, xi_c;  /* -1/ln slope, -1/ln chi_c */
    double xi_gradient; /* -1/ln chi_1: positive: squared gradients vanish, negative: explode */
    tepui_phase phase;  /* ordered: chi_1 < 1, chaotic: chi_1 > 1 */
} tepui_mean_field;
/* q0 > 0: the mean square from which the map is followed; it stays q0 where every q stands still. The numbers are right
   to about 1e-10, q and c to that over the distance of slope and chi_c from 1. TEPUI_BAD_INPUT where they are not. */
tepui_status tepui_mean_field_solve(const tepui_choice *phi, double sigma_w, double sigma_b, double q0,
                                    tepui_mean_field *out, tepui_error *err);
/* sigma_w at which chi_1 = 1 (scale rule critical), or why there is none (TEPUI_BAD_INPUT; *sigma_w is NaN). */
tepui_status tepui_mean_field_critical(const tepui_choice *phi, double sigma_b, double *sigma_w, tepui_error *err);

/* --- the Anderson-Darling limit law, by the same inversion: P(A^2 > z), relative precision */
double tepui_anderson_darling_tail(double z);

#ifdef __cplusplus
}
#endif
#endif

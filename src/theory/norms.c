/* norms.c -- exact laws of forward, tangent and gradient norms of plain Gaussian nets (see norms.h). */
#include "norms.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>
#include <tepui/source.h>

int norms_need(int condition, const char *what, const char **why)
{
    if (!condition) *why = what;
    return condition;
}

int norms_is(const tepui_choice *c, const char *name)
{
    return strcmp(((const tepui_kind *)c->type)->name, name) == 0;
}

static int plain(const tepui_cell *c, const char **why)
{
    return norms_need(given_plain(c), "plain nets only", why) &&
           norms_need(c->points == 1, "one data point only", why) &&
           norms_need(given_nonzero_points(c), "inputs other than 0 only", why) &&
           norms_need(!(c->sigma_b > 0), "nets without biases only", why);
}

static int has_activation(const tepui_cell *c, norms_phi phi)
{
    return (phi != NORMS_RELU && given_slopes(c, 1, 1)) || (phi != NORMS_LINEAR && given_slopes(c, 0, 1));
}

int norms_gaussian_net(const tepui_cell *c, norms_phi activation, const char **why)
{
    static const char *const only[] = {"linear only", "relu only", "linear or relu only"};
    return plain(c, why) && norms_need(given_gaussian_weights(c), "Gaussian weights only", why) &&
           norms_need(has_activation(c, activation), only[activation], why);
}

int norms_orthogonal_net(const tepui_cell *c, const char **why)
{
    return plain(c, why) && norms_need(norms_is(&c->distribution, "orthogonal"), "orthogonal weights only", why) &&
           norms_need(has_activation(c, NORMS_EITHER), "linear or relu only", why);
}

int norms_chain(const tepui_cell *c, const char **why)
{
    for (size_t l = 0; l <= c->depth; l++)
        if (!norms_need(c->width[l] == 1, "chains only: every width and the input dimension 1", why)) return 0;
    return plain(c, why);
}

/* --- compositions */

static int unit_is(const tepui_composition *m, size_t l, const char *const *kinds)
{
    size_t k = m->last[l - 1];
    for (; *kinds && k < m->last[l]; kinds++) {
        const tepui_layer *t = &m->layer[++k];
        if (strcmp(t->type->kind.name, *kinds) != 0 || (t->type->branches && t->skip != m->last[l - 1])) return 0;
    }
    return !*kinds && k == m->last[l];
}

int norms_units_are(const tepui_cell *c, const char *const *kinds)
{
    size_t l = 1;
    while (!given_plain(c) && l <= c->depth && unit_is(c->composition, l, kinds)) l++;
    return l > c->depth;
}

static size_t hidden_layers(const tepui_cell *c)
{
    return c->composition->last[c->depth];
}

int norms_exactly_normalised(const tepui_cell *c)
{
    for (size_t k = 1; k <= hidden_layers(c); k++) {
        const tepui_layer *t = &c->composition->layer[k];
        if (t->type->normalises && t->value[0] > 0) return 0; /* epsilon */
    }
    return 1;
}

double norms_unit_factor(const tepui_cell *c, size_t l)
{
    const tepui_composition *m = c->composition;
    for (size_t k = m->last[l - 1] + 1; k <= m->last[l]; k++)
        if (m->layer[k].type->branches) return m->layer[k].factor;
    return 0;
}

double norms_branch_factor(const tepui_cell *c)
{
    const double alpha = norms_unit_factor(c, 1);
    for (size_t l = 2; l <= c->depth; l++)
        if (norms_unit_factor(c, l) != alpha) return NAN;
    return alpha;
}

int norms_one_width(const tepui_cell *c)
{
    for (size_t l = 1; l <= c->depth; l++)
        if (tepui_unit_size(c, l) != c->inputs) return 0;
    return 1;
}

int norms_gaussian_weights(const tepui_cell *c, const char **why)
{
    int drawn = 1;
    for (size_t l = 1; l <= c->depth; l++) drawn = drawn && c->sigma[l] > 0;
    return norms_need(given_gaussian_weights(c) && drawn, "Gaussian weights only", why) &&
           norms_need(!(c->sigma_b > 0), "nets without biases only", why) &&
           norms_need(given_nonzero_points(c), "inputs other than 0 only", why) &&
           norms_need(given_bare_readout(c), "a read-out of one dense layer only", why) &&
           norms_need(c->sampler->matrices, "sampler: full only", why);
}

/* --- inputs */

int norms_unit_input(const tepui_cell *c)
{
    const tepui_data_spec *s = &c->data->spec;
    if (given_source(c)->unit_norm) return 1;
    return c->data->rows > 0 && strcmp(s->normalise, "unit") == 0;
}

static int gaussian_input(const tepui_cell *c)
{
    return given_source(c)->gaussian && c->data->spec.resample;
}

int norms_known_input(const tepui_cell *c, const char **why)
{
    return norms_need(norms_unit_input(c) || gaussian_input(c),
                      "inputs of norm 1 (sphere, orthonormal, normalise: unit) or fresh Gaussian ones only", why);
}

/* One point of a data set, the same for all samples. */
static int fixed_input(const tepui_cell *c)
{
    return c->data->rows > 0 && c->points == 1 && !c->data->spec.resample && !norms_unit_input(c);
}

/* ln of its norm; the point is the one that every sample sees, drawn under a key made from the seed alone. 0 for inputs
   that are not fixed, NaN without memory. */
static double ln_fixed_norm(const tepui_cell *c)
{
    tepui_stream s;
    double square = 0;
    if (!fixed_input(c)) return 0;
    double *x = malloc((2 * c->inputs + 1) * sizeof *x);
    tepui_stream_sample(&s, &c->key, 0, NULL);
    const int drawn = x && tepui_dataset_points(c->data, &s, c->inputs, c->outputs, x, NULL, x + c->inputs) == TEPUI_OK;
    for (size_t i = 0; drawn && i < c->inputs; i++) square += x[i] * x[i];
    free(x);
    return drawn ? 0.5 * log(square) : NAN;
}

int norms_known_norm(const tepui_cell *c, const char **why)
{
    return norms_need(norms_unit_input(c) || gaussian_input(c) || (fixed_input(c) && isfinite(ln_fixed_norm(c))),
                      "inputs of norm 1 (sphere, orthonormal, normalise: unit), fresh Gaussian ones, or one point of a "
                      "data set (points: 1) that is not 0",
                      why);
}

int norms_scalar_output(const tepui_cell *c, const char **why)
{
    return norms_need(c->readout == TEPUI_READOUT_DENSE && c->outputs == 1, "a dense read-out with one output only",
                      why);
}

tepui_status norms_begin(tepui_prediction *p, tepui_error *err)
{
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    return tepui_exact_new(0.0, 0.5, &p->exact, err);
}

int norms_is_block(long component, tepui_part part, size_t *k, size_t *l)
{
    *k = component >> 20 & 0xfffff;
    *l = component & 0xfffff;
    return component >= TEPUI_COMPONENT_BLOCK(0, 0, 0) && (component >> 40 & 3) == (long)part;
}

tepui_status norms_add(tepui_prediction *p, tepui_term_kind kind, size_t dof, double sigma, double power,
                       tepui_error *err)
{
    const tepui_term t = {kind, dof, 1, sigma * sigma, 0, power};
    return tepui_exact_add(p->exact, &t, err);
}

/* |e + v g|^2 = v^2 |e/v + g|^2, e a unit vector, g standard normal, v = alpha sigma */
tepui_status norms_add_residual(tepui_prediction *p, size_t dof, double sigma, double alpha, size_t times,
                                tepui_error *err)
{
    const double v2 = alpha * alpha * sigma * sigma;
    const tepui_term t = {TEPUI_TERM_NONCENTRAL, dof, times, v2, 1 / v2, 1};
    return tepui_exact_add(p->exact, &t, err);
}

/* The blocks of units 1..last but one. */
static tepui_status add_residuals(const tepui_cell *c, size_t last, size_t skip, tepui_prediction *p, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    for (size_t l = 1; st == TEPUI_OK && l <= last; l++)
        if (l != skip) st = norms_add_residual(p, c->inputs, c->sigma[l], norms_unit_factor(c, l), 1, err);
    return st;
}

static tepui_status add(tepui_prediction *p, tepui_term_kind kind, size_t dof, double sigma, tepui_error *err)
{
    return norms_add(p, kind, dof, sigma, 1, err);
}

tepui_status norms_add_input(const tepui_cell *c, tepui_prediction *p, tepui_error *err)
{
    return norms_unit_input(c) || fixed_input(c) ? TEPUI_OK : add(p, TEPUI_TERM_CHI2, c->inputs, 1.0, err);
}

tepui_status norms_add_layers(const tepui_cell *c, size_t first, size_t last, size_t shift, tepui_prediction *p,
                              tepui_error *err)
{
    const tepui_term_kind kind = given_slopes(c, 0, 1) ? TEPUI_TERM_BINOMIAL : TEPUI_TERM_CHI2;
    tepui_status st = TEPUI_OK;
    for (size_t l = first; st == TEPUI_OK && l <= last; l++) st = add(p, kind, c->width[l], c->sigma[l + shift], err);
    return st;
}

tepui_status norms_add_readout(const tepui_cell *c, tepui_prediction *p, tepui_error *err)
{
    return add(p, TEPUI_TERM_CHI2, c->outputs, c->sigma[c->depth + 1], err);
}

void norms_finish(tepui_prediction *p)
{
    double kappa[5];
    tepui_exact_cumulants(p->exact, kappa);
    p->mean = kappa[1];
    p->variance = kappa[2];
    p->atom = tepui_exact_atom(p->exact);
    p->median = tepui_prediction_quantile(p, 0.5);
}

/* Runs BUILD with *p begun; what was built is given back on failure. */
static tepui_status finish_or_clear(tepui_status st, tepui_prediction *p)
{
    if (st == TEPUI_OK)
        norms_finish(p);
    else
        tepui_prediction_clear(p);
    return st;
}

tepui_status norms_forward(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const size_t last = component < 0 ? c->depth : (size_t)component;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(ln_fixed_norm(c), 0.5, &p->exact, err));
    TEPUI_TRY(norms_add_input(c, p, err));
    TEPUI_TRY(norms_add_layers(c, 1, last, 0, p, err));
    if (component == TEPUI_COMPONENT_OUTPUT) TEPUI_TRY(norms_add_readout(c, p, err));
done:
    return finish_or_clear(st, p);
}

tepui_status norms_tangent(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const size_t last = component < 0 ? c->depth : (size_t)component;
    TEPUI_TRY(norms_begin(p, err));
    TEPUI_TRY(norms_add_layers(c, 1, last, 0, p, err));
    if (component == TEPUI_COMPONENT_OUTPUT) TEPUI_TRY(norms_add_readout(c, p, err));
done:
    return finish_or_clear(st, p);
}

/* |d f / d W_l| = |B_l| |a_{l-1}|: layers 1..l-1 met forward, l..L met backward, where layer j's live units come with
   the variance of layer j + 1. For the read-out it is |a_L|. */
tepui_status norms_gradient_power(const tepui_cell *c, size_t l, double power, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(power * ln_fixed_norm(c), 0.5 * power, &p->exact, err));
    TEPUI_TRY(norms_add_input(c, p, err));
    TEPUI_TRY(norms_add_layers(c, 1, l - 1, 0, p, err));
    TEPUI_TRY(norms_add_layers(c, l, c->depth, 1, p, err));
done:
    return finish_or_clear(st, p);
}

tepui_status norms_gradient(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    return norms_gradient_power(c, component == TEPUI_COMPONENT_OUTPUT ? c->depth + 1 : (size_t)component, 1, p, err);
}

double norms_ln_mean_square(const tepui_cell *c, size_t first, size_t last, size_t shift)
{
    double sum = first > 0 || norms_unit_input(c) ? 0 : fixed_input(c) ? 2 * ln_fixed_norm(c) : log((double)c->inputs);
    for (size_t j = first > 0 ? first : 1; j <= last; j++) sum += norms_ln_live(c, j) + 2 * log(c->sigma[j + shift]);
    return sum;
}

double norms_ln_live(const tepui_cell *c, size_t l)
{
    return log((double)c->width[l]) - (given_slopes(c, 0, 1) ? M_LN2 : 0);
}

int norms_has_exponents(const tepui_cell *c, norms_phi activation, long i, const char **why)
{
    return norms_gaussian_net(c, activation, why) &&
           norms_need(c->readout == TEPUI_READOUT_NONE, "without a read-out only", why) &&
           norms_need(i >= 1 && i <= (long)tepui_jacobian_rank(c), "components of the exponents only", why);
}

/* The mean over the layers of half ln(sigma^2 chi2), of w - i + 1 degrees of freedom, w the width or the live units. */
tepui_status norms_exponent(const tepui_cell *c, long i, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    const int relu = given_slopes(c, 0, 1);
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION};
    TEPUI_TRY(tepui_exact_new(0.0, 0.5 / (double)c->depth, &p->exact, err));
    for (size_t l = 1; l <= c->depth; l++) {
        const size_t lost = (size_t)i - 1, dof = relu ? c->width[l] : c->width[l] - lost;
        const tepui_term t = {relu ? TEPUI_TERM_BINOMIAL : TEPUI_TERM_CHI2,
                              dof,
                              1,
                              c->sigma[l] * c->sigma[l],
                              relu ? (double)lost : 0,
                              1};
        TEPUI_TRY(tepui_exact_add(p->exact, &t, err));
    }
done:
    return finish_or_clear(st, p);
}

static double normal_cdf(const tepui_prediction *p, double x)
{
    return gsl_cdf_gaussian_P(x - p->mean, sqrt(p->variance));
}

static double normal_survival(const tepui_prediction *p, double x)
{
    return gsl_cdf_gaussian_Q(x - p->mean, sqrt(p->variance));
}

static double normal_density(const tepui_prediction *p, double x)
{
    return gsl_ran_gaussian_pdf(x - p->mean, sqrt(p->variance));
}

void norms_normal(tepui_prediction *p, double mean, double variance, double slack)
{
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_DISTRIBUTION,
                            .cdf = normal_cdf,
                            .survival = normal_survival,
                            .density = normal_density,
                            .mean = mean,
                            .variance = variance,
                            .median = mean,
                            .atom = NAN,
                            .slack = slack};
}

size_t norms_narrowest(const tepui_cell *c)
{
    size_t d = c->width[1];
    for (size_t l = 2; l <= c->depth; l++) d = c->width[l] < d ? c->width[l] : d;
    return d;
}

int norms_wide_net(const tepui_cell *c, long component, const char **why)
{
    const tepui_distribution_type *law = c->distribution.type;
    return norms_need(given_plain(c), "plain nets only", why) &&
           norms_need(law->moment && isfinite(law->moment(c->distribution.value, 4)) && !law->fill_matrix,
                      "independent weights with a finite fourth moment only", why) &&
           norms_need(given_gaussian_biases(c), "Gaussian biases only", why) &&
           norms_need(norms_narrowest(c) >= 32, "widths of at least 32 only", why) && norms_known_input(c, why) &&
           norms_need(c->inputs >= 32 || (given_gaussian_weights(c) && norms_unit_input(c)),
                      "32 inputs at least, or Gaussian weights and inputs of norm 1, only", why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

tepui_status norms_unconverged(const tepui_cell *c, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT, "the Gaussian moments of activation '%s' did not converge",
                      ((const tepui_kind *)c->activation.type)->name);
}

int norms_has_moments(const tepui_cell *c, long component, const char **why)
{
    return norms_gaussian_net(c, NORMS_EITHER, why) &&
           norms_need(component == (long)c->depth, "the last layer only", why);
}

/* A tilted sample y = w norm2^s is E(norm2^theta) norm2^(s - theta), drawn with density norm2^theta / E(norm2^theta)
   relative to the plain one, so that ln E y^k = (k - 1) ln E norm2^theta + ln E norm2^(k s - (k - 1) theta). */
static double ln_power_mean(const tepui_prediction *p, const tepui_cell *c, double power, int k)
{
    const double theta = c->tilt, s = k * power - (k - 1) * theta;
    if (2 * s <= tepui_exact_low(p->exact)) return INFINITY;
    return tepui_exact_ln_moment(p->exact, 2 * s) +
           (theta > 0 ? (k - 1) * tepui_exact_ln_moment(p->exact, 2 * theta) : 0);
}

void norms_spread(tepui_prediction *p, double ln_square, double ln_cube)
{
    const double excess = ln_square - 2 * p->ln_moment;
    const double square = exp(excess), cube = exp(ln_cube - 3 * p->ln_moment);
    p->ln_spread = 0.5 * (excess > 1 ? excess + log1p(-exp(-excess)) : log(fmax(0, expm1(excess))));
    p->skewness = p->ln_spread > -INFINITY ? (cube - 3 * square + 2) / exp(3 * p->ln_spread) : 0;
}

tepui_status norms_moment(const tepui_cell *c, long component, double power, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    TEPUI_TRY(norms_begin(p, err));
    TEPUI_TRY(norms_add_layers(c, 1, (size_t)component, 0, p, err));
    p->form = TEPUI_PREDICTS_MOMENT;
    p->ln_moment = ln_power_mean(p, c, power, 1);
    norms_spread(p, ln_power_mean(p, c, power, 2), ln_power_mean(p, c, power, 3));
    p->too_few = "too few samples to show this mean: take sampler: tilted, the tilt near its power";
    return st;
done:
    tepui_prediction_clear(p);
    return st;
}

#define DEEP 16u /* L/d from which f is negligible where its mean square stays: exp(-8) and less */
#define NEGLIGIBLE                                                                                                     \
    (-6.0) /* typical ln norm(f) below which the residual is that of f = 0; scales above the critical one explode */

static int output_vanishes(const tepui_cell *c)
{
    tepui_prediction norm = {0};
    const int known = norms_forward(c, (long)c->depth, &norm, NULL) == TEPUI_OK,
              vanishes = known && norm.mean < NEGLIGIBLE;
    tepui_prediction_clear(&norm);
    return vanishes;
}

int norms_deep_hessian(const tepui_cell *c, long component, const char **why)
{
    size_t widest = 1;
    for (size_t l = 1; l <= c->depth; l++) widest = c->width[l] > widest ? c->width[l] : widest;
    return norms_gaussian_net(c, NORMS_EITHER, why) && norms_known_input(c, why) &&
           norms_need(c->targets == (norms_is(&c->loss, "mse") ? TEPUI_TARGETS_GAUSSIAN : TEPUI_TARGETS_ONE_HOT),
                      "targets gaussian (mse) or one_hot (cross_entropy) only", why) &&
           norms_need(c->depth >= DEEP * widest, "depths of at least 16 widths only", why) &&
           norms_need(component == TEPUI_COMPONENT_G || component == TEPUI_COMPONENT_R, "components G and R only",
                      why) &&
           norms_need(output_vanishes(c), "outputs that vanish with depth only (gain and init explode here)", why);
}

tepui_status norms_hessian_slope(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double times = component == TEPUI_COMPONENT_G ? 2 : 1;
    tepui_prediction norm = {0};
    const tepui_status st = norms_forward(c, (long)c->depth, &norm, err);
    if (st != TEPUI_OK) return st;
    norms_normal(p, times * norm.mean, times * times * norm.variance, 2 / (double)c->depth);
    p->median = times * norm.median;
    tepui_prediction_clear(&norm);
    return TEPUI_OK;
}

static int branches_count(const tepui_cell *c)
{
    for (size_t l = 1; l <= c->depth; l++)
        if (norms_unit_factor(c, l) == 0) return 0;
    return 1;
}

int norms_residual_net(const tepui_cell *c, const char **why)
{
    static const char *const before[] = {"activation", "dense", "residual", NULL};
    static const char *const behind[] = {"dense", "activation", "residual", NULL};
    static const char *const bare[] = {"dense", "residual", NULL};
    return norms_need(!given_plain(c), "residual nets only", why) &&
           norms_need(norms_units_are(c, before) || norms_units_are(c, behind) || norms_units_are(c, bare),
                      "residual units whose branch is one dense layer only", why) &&
           norms_need(given_linear(c), "linear activations only", why) &&
           norms_need(norms_one_width(c), "nets of one width only, the inputs' too", why) &&
           norms_need(branches_count(c), "factors alpha other than 0 only", why) && norms_gaussian_weights(c, why) &&
           norms_need(c->points == 1, "one data point only", why);
}

/* |d f / d W_l| without the factor of its own block; that of the read-out, l = L + 1, is |a_L|. */
static tepui_status residual_gradient(const tepui_cell *c, size_t l, tepui_prediction *p, tepui_error *err)
{
    tepui_status st;
    TEPUI_TRY(add_residuals(c, c->depth, l, p, err));
    if (l <= c->depth)
        TEPUI_TRY(
            norms_add(p, TEPUI_TERM_CHI2, c->inputs, fabs(norms_unit_factor(c, l)) * c->sigma[c->depth + 1], 1, err));
done:
    return st;
}

tepui_status norms_residual(const tepui_cell *c, long component, norms_way way, tepui_prediction *p, tepui_error *err)
{
    const int output = component == TEPUI_COMPONENT_OUTPUT;
    const size_t last = output ? c->depth : (size_t)component;
    tepui_status st;
    TEPUI_TRY(norms_begin(p, err));
    if (way != NORMS_TANGENT) TEPUI_TRY(norms_add_input(c, p, err));
    if (way == NORMS_GRADIENT)
        TEPUI_TRY(residual_gradient(c, output ? c->depth + 1 : last, p, err));
    else
        TEPUI_TRY(add_residuals(c, last, 0, p, err));
    if (output && way != NORMS_GRADIENT) TEPUI_TRY(norms_add_readout(c, p, err));
done:
    return finish_or_clear(st, p);
}

/* a2f.c -- where a normalisation with epsilon = 0 is what acts on norms last, they stand still. batch_norm: every
   feature has mean square 1 over the points; layer_norm, rms_norm: every point has mean square 1 over its features.
   Either way the root mean square over the points of norm(a_l) is sqrt(d_l), to rounding, at any depth. (With an
   epsilon a feature or point has mean square var/(var + epsilon) instead: less.)

   Rounding: a mean of N squares is within N 2^-53 of what it stands for, that of the normalisation and that of the
   norm; root, quotient, product and logarithm add a few 2^-53. N is at most the larger of points and features.
   Where a feature is the same at all points batch_norm has nothing to normalise: points of a file may be like that, or
   those of a sphere in one dimension. Behind a ReLU every unit of a point, or every point of a unit, may be dead: a
   norm of 0 instead. Where that is not rarer than 2^-40 the law does not speak. */
#include "norms.h"
#include <math.h>

#define RARE 40u

static int norm_is_last(const tepui_cell *c)
{
    static const char *const kind[] = {"batch_norm", "layer_norm", "rms_norm"};
    for (size_t k = 0; k < 3; k++) {
        const char *const bare[] = {"dense", kind[k], NULL}, *const before[] = {"dense", kind[k], "activation", NULL},
                          *const behind[] = {"dense", "activation", kind[k], NULL};
        if (norms_units_are(c, bare) || norms_units_are(c, behind)) return 1;
        if (norms_units_are(c, before) && given_linear(c)) return 1;
    }
    return 0;
}

/* Whether something is left to normalise. */
static int lives(const tepui_cell *c)
{
    const int linear = given_linear(c), mixes = c->composition->coupled;
    for (size_t l = 1; l <= c->depth; l++)
        if (tepui_unit_size(c, l) < (linear || mixes ? 2 : RARE)) return 0;
    return linear || !mixes || c->points >= RARE;
}

static int applies(const tepui_cell *c, long component, const char **why)
{
    return norms_need(norm_is_last(c), "units of dense, a normalisation and activation only, linear or norm last",
                      why) &&
           norms_need(norms_exactly_normalised(c), "epsilon = 0 only", why) && norms_gaussian_weights(c, why) &&
           norms_need(!c->composition->coupled || given_different_points(c),
                      "batch_norm: points from sphere, gaussian or orthonormal, not all of them equal, only", why) &&
           norms_need(lives(c), "widths of 2 only; behind an activation, 40 (batch_norm: 40 points)", why) &&
           norms_need(component > 0, "hidden layers only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double d = (double)tepui_unit_size(c, (size_t)component), value = 0.5 * log(d);
    (void)err;
    *p = (tepui_prediction){.form = TEPUI_PREDICTS_ATOMS,
                            .slack = (2 * fmax(d, (double)c->points) + 16 + 4 * value) * 0x1p-53,
                            .mean = value,
                            .median = value};
    tepui_prediction_add_atom(p, value, 1);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_a2f = {
    .kind = {.name = "A2f",
             .doc =
                 "Batch, layer or RMS norm, epsilon 0: the root mean square over the points of norm(a_l) is sqrt(d), "
                 "to rounding, at any depth",
             .source = "docs/theory/cures.md#a2f"},
    .observable = "forward_norm",
    .form = TEPUI_PREDICTS_ATOMS,
    .applies = applies,
    .predict = predict,
};

/* law.h -- a law (theorem): where it holds and what it predicts about an observable. Laws speak about cells, never
   about samples; verdict.h confronts the two. The kind's name is the law's id in the theory notes: "N1". */
#ifndef TEPUI_LAW_H
#define TEPUI_LAW_H
#include <tepui/theory.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    TEPUI_PREDICTS_DISTRIBUTION, /* P(X <= x | X > -inf), exact or within slack, and the atom P(X = -inf) */
    TEPUI_PREDICTS_MOMENT,       /* E exp(power X), the dead counting 0; X carries the weights of a tilted sampler */
    TEPUI_PREDICTS_MEAN,         /* E X = mean, within slack, Var X = variance (NaN: unknown), and nothing else of X */
    TEPUI_PREDICTS_ATOMS,        /* X takes a few values, value[i] with probability[i], and no other */
    TEPUI_PREDICTS_RANK,         /* rank correlation with another observable's samples, an upper bound */
    TEPUI_PREDICTS_SLOPE         /* the median against depth, over cells that differ in depth only */
} tepui_prediction_form;

#define TEPUI_MOST_ATOMS 4

/* Predictions are about X as it stands in the file (ln of a norm). Of a distribution either `exact` is set, or `cdf`,
   `survival` and `density` with their numbers. */
typedef struct tepui_prediction {
    tepui_prediction_form form;
    tepui_exact *exact; /* owned */
    double (*cdf)(const struct tepui_prediction *p, double x);
    double (*survival)(const struct tepui_prediction *p, double x); /* 1 - cdf, to relative precision */
    double (*density)(const struct tepui_prediction *p, double x);
    double number[4];
    double mean, variance; /* of X given life */
    double median;         /* of X, the dead included; -inf when half of them are dead */
    double atom;           /* P(X = -inf); NaN: the law does not say */
    double slack;    /* what the law allows: sup |F - prediction|, the error of a slope, a mean or an atom's value; 0:
                        exact */
    double rounding; /* of X in the samples and of its prediction, what counted operations allow; 0: not told */
    double left;     /* TEPUI_PREDICTS_SLOPE: how far a median itself may be off, besides */
    double rank;     /* TEPUI_PREDICTS_RANK: the correlation is not above that */
    /* TEPUI_PREDICTS_MOMENT */
    double power;        /* 0: 1 */
    double ln_moment;    /* ln E y, y = exp(power X) */
    double ln_spread;    /* ln of the standard deviation of y over its mean, for one sample; infinite where there is
                            none, NaN: the law does not say, and the samples have to */
    double skewness;     /* of y; NaN with ln_spread */
    const char *too_few; /* said where samples are too few; NULL: that they are */
    /* TEPUI_PREDICTS_ATOMS; -INFINITY stands for an exact zero of what X is the ln of, INFINITY for what does not
       happen within the limit of steps */
    size_t atoms;
    double value[TEPUI_MOST_ATOMS], probability[TEPUI_MOST_ATOMS];
} tepui_prediction;
void tepui_prediction_add_atom(tepui_prediction *p, double value, double probability); /* equal values are joined */
void tepui_prediction_clear(tepui_prediction *p);                                      /* frees what it owns */
double tepui_prediction_cdf(const tepui_prediction *p, double x);                      /* given life */
double tepui_prediction_quantile(const tepui_prediction *p, double probability);       /* the dead included */
/* P(X <= x) and P(X > x), the smaller one to relative precision (about 1e-10), and the density of X: the dead included,
   so that it integrates to 1 less their share; NaN of a few values. Of a law that does not tell the share, given life.
 */
double tepui_prediction_below(const tepui_prediction *p, double x);
double tepui_prediction_above(const tepui_prediction *p, double x);
double tepui_prediction_density(const tepui_prediction *p, double x);

typedef struct {
    tepui_kind kind;        /* name: the id; doc: the statement; source: paper and equation */
    const char *observable; /* whose samples it is about */
    const char *other;      /* TEPUI_PREDICTS_RANK: and whose else, their first component */
    tepui_prediction_form form;
    int pooled; /* about one value drawn from all components of a sample together: theory has it, verify leaves it out
                 */
    /* Whether the law speaks about this component of this cell; if not, *why says what is missing. */
    int (*applies)(const tepui_cell *c, long component, const char **why);
    /* Fills *out as a whole, form included; what it does not say is NaN. */
    tepui_status (*predict)(const tepui_cell *c, long component, tepui_prediction *out, tepui_error *err);
} tepui_law_type;

#ifdef __cplusplus
}
#endif
#endif

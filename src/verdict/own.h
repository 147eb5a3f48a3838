/* own.h (internal) -- a law of the user's own, from its text to predictions and tests. */
#ifndef TEPUI_VERDICT_OWN_H
#define TEPUI_VERDICT_OWN_H
#include <tepui/verdict.h>

typedef enum { OWN_FAMILY, OWN_SLOPE, OWN_BOUND, OWN_POINTS } own_form;

#define OWN_ARGUMENTS 2
typedef struct {
    const char *name, *argument[OWN_ARGUMENTS]; /* the second may be NULL */
    int positive[OWN_ARGUMENTS];                /* whether the argument must be positive */
    int of_magnitude; /* about the magnitude where the file stores ln; else about the stored value */
} own_family_type;
extern const own_family_type own_family[]; /* ends with a NULL name */
/* X as the file stores it: the logarithm of a magnitude, whose `power` the family is about; 0: a plain number. Values
   are in range. */
void own_family_predict(size_t family, const double *value, double power, tepui_prediction *out);
/* What is wrong with values that are in range one by one; NULL: nothing. */
const char *own_family_trouble(size_t family, const double *value, int ln);

struct tepui_own {
    own_form form;
    char *text;
    tepui_law_type law; /* lines name it */
    size_t family;
    char *argument[OWN_ARGUMENTS], *zero, *within, *power; /* expressions; NULL: not given */
    char *bound;                                           /* expression of a slope or bound */
    char *share;                                           /* of a bound: its quantile, an expression */
    int upper;                                             /* the bound is an upper one */
    size_t points;
    double *x, *cdf; /* [points] */
};

/* One component of a cell, before any test: TEPUI_USAGE where an expression has no value in range. */
tepui_status own_check(const tepui_own *own, const tepui_result *r, const tepui_result_observable *o, size_t cell,
                       long layer, tepui_error *err);
/* OWN_FAMILY and OWN_SLOPE: the median of a slope is slope * depth. layer: number of the component. */
tepui_status own_predict(const tepui_own *own, const tepui_result *r, const tepui_result_observable *o, size_t cell,
                         long layer, tepui_prediction *out, tepui_error *err);
/* OWN_BOUND and OWN_POINTS. */
tepui_status own_tests(const tepui_own *own, const tepui_result *r, size_t cell, long layer, const tepui_evidence *e,
                       tepui_test_result *out, size_t *made, tepui_error *err);
/* own_points.c: columns x and cdf. */
tepui_status own_points_read(tepui_own *own, const char *path, tepui_error *err);
#endif

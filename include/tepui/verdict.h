/* verdict.h -- laws confronted with the samples of a result file, at a controlled rate of false alarms. */
#ifndef TEPUI_VERDICT_H
#define TEPUI_VERDICT_H
#include <tepui/law.h>
#include <tepui/store.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { TEPUI_HOLDS, TEPUI_FAILS, TEPUI_REFUSED } tepui_verdict;

/* One law in one cell (or one sweep of cells). Several components and tests make one line: p is the smallest of their
   p-values times their number; the other fields tell of the test that gave it. */
typedef struct {
    const tepui_law_type *law;
    size_t cell;   /* the first one of a sweep */
    size_t cells;  /* 1, or how many a sweep has, or how many share the reason of a law that speaks about no cell */
    char test[16]; /* mean, ks, chi2, ad, dead, never, copies, moment, P(x), others, rank,
                      slope; "" when refused */
    char component[24];
    double predicted, observed, low, high; /* low, high: 95 % interval of what was observed */
    double p;                              /* NaN when refused */
    double allowance; /* by how much the law may be off, the most of all tests; 0: all exact, NaN when refused */
    double samples;   /* behind the test; of weighted ones the effective number, (sum y)^2 / sum y^2; NaN for a sweep */
    size_t tests;
    tepui_verdict verdict;
    const char *why; /* of a refusal, else "" */
} tepui_verdict_line;

typedef struct {
    size_t lines;
    tepui_verdict_line *line;
    double false_alarm;                /* chance that any line fails although all laws hold (Holm 1979) */
    uint64_t samples;                  /* counts of all cells and components: what the verdicts are about */
    size_t tested, failures, refusals; /* lines: those with a p, those of them that fail, those without */
    size_t untested;                   /* laws asked for by name without a line that was tested */
} tepui_verification;

/* A law of the user's own (src/verdict/own.c): a family with expressions in the numeric columns of /cells. */
typedef struct tepui_own tepui_own;
/* TEPUI_USAGE with one sentence where the text is no law. */
tepui_status tepui_own_read(const char *text, tepui_own **out, tepui_error *err);
void tepui_own_free(tepui_own *own);

/* The net behind a cell of samples that have no experiment, as a law sees it. */
typedef struct {
    const tepui_cell *cell; /* NULL: the law does not speak about it, */
    const char *why;        /* and why */
    long component;
} tepui_samples_net;

typedef struct {
    const tepui_law_type *const
        *laws;          /* NULL-terminated; NULL: all that apply. Named laws that apply nowhere: refused */
    double false_alarm; /* 0: 1e-4 */
    size_t layers;      /* components tested per cell, evenly spaced, the last included; 0: 8 */
    tepui_own *own;     /* in place of laws: about this component of `observable`; NULL: none */
    const char *observable;
    size_t component;                    /* SIZE_MAX: the last of each cell; TEPUI_OWN_LAYERS: `layers` of them */
    const tepui_samples_net *const *net; /* net[law][cell], where there is no experiment */
} tepui_verify_options;
#define TEPUI_OWN_LAYERS (SIZE_MAX - 1)

/* e: the experiment of the file, planned. NULL: of samples that came without (tepui_samples_read); single precision is
   assumed of them, so equal ones are no copies. */
tepui_status tepui_verify(const tepui_result *r, const tepui_experiment *e, const tepui_verify_options *o,
                          tepui_verification **out, tepui_error *err);
/* Returns 1 where the law would cover some cell if its observables were measured. */
int tepui_verify_would_speak(const tepui_law_type *law, const tepui_experiment *e);
void tepui_verification_free(tepui_verification *v);
/* Writes the verdicts under /laws/ID and publishes the file anew; TEPUI_TRY_AGAIN while a run is writing it. */
tepui_status tepui_verification_save(const tepui_verification *v, const tepui_experiment *e, const char *path,
                                     tepui_error *err);
extern const char *const tepui_verdict_word[]; /* "holds", "fails", "refused" */
/* Holm's step-down over the lines' p-values: sets verdict and failures. Lines that are refused take no part.
 * TEPUI_NO_MEMORY. */
tepui_status tepui_verify_holm(tepui_verification *v);

/* --- the width threshold, from medians of ln of a norm (docs/theory/wide-nets.md#n5)

   Where the median vanishes, -ln median grows like L^e along d = c L^a; theory: e = 1 - a. At a given depth it falls
   with the width like 1/d, and the width at which the median is one half follows by interpolation of ln(-ln median)
   against ln d. Points whose interval reaches 0 or infinity say nothing about either and are left out. */
typedef struct {
    double depth, width, median, low, high; /* of ln; low, high: 95 % interval */
} tepui_median_point;
typedef struct {
    double value, low, high; /* 95 % interval; NaN where there are too few points */
    size_t points;
} tepui_fitted;
/* ln of the median that wide nets tend to, from points with L <= d: a straight line in L/d. Where it is not 0, medians
   are taken over it: input and read-out have a size of their own. */
tepui_fitted tepui_wide_level(const tepui_median_point *point, size_t n);
tepui_fitted tepui_vanishing_exponent(const tepui_median_point *point, size_t n); /* e, over depths */
tepui_fitted tepui_half_width(const tepui_median_point *point, size_t n);         /* one depth, several widths */
tepui_fitted tepui_power_law(const double *x, const tepui_fitted *y, size_t n);   /* exponent of y ~ x^e */

/* --- trends: what becomes of a median with depth, in one word

   `ln` says what the medians are. Of ln of a magnitude X: median = c + kappa L, and the change of X over the range of
   depths is the factor exp(change): vanishes where its whole 95 % interval lies below 1/within, explodes above
   `within`, stays inside [1/within, within], else undecided; falls or rises where the exponent of the deeper half
   of the range is certainly less than half of that before. Of plain numbers (shares, ratios with a sign): rate and
   change are in their own unit, and the words are falls, rises and stays, the limit being the share `within` of the
   largest median, in size. That needs no scale from outside, and numbers whose medians are 0 within their errors have
   none: undecided. A median or an end of its interval at +INFINITY, beyond the limit of steps, is not fitted, and the
   word is undecided. Intervals, dead medians: src/verdict/trend.c. */
#define TEPUI_TREND_FACTOR 2.0 /* usual: at least half is left, what tepui_half_width calls kept */
#define TEPUI_TREND_SHARE 0.1  /* usual for numbers: a share of one half moves by less than 0.05 */
typedef enum {
    TEPUI_TREND_UNDECIDED,
    TEPUI_TREND_STAYS,
    TEPUI_TREND_DOWN,
    TEPUI_TREND_UP,
    TEPUI_TREND_FALLS, /* a magnitude, less and less: perhaps to a constant */
    TEPUI_TREND_RISES
} tepui_trend_verdict;
typedef struct {
    size_t depths, points;          /* with samples; of those, fitted: median and interval known and not 0 */
    double first_depth, last_depth; /* the range that the change is about; NaN where no median is known */
    double first, last;             /* medians there; -inf: dead */
    tepui_fitted rate;              /* kappa per layer; NaN with fewer than 3 points */
    tepui_fitted power;             /* p of X ~ L^p, magnitudes only */
    tepui_fitted change;            /* (of ln) from first to last depth; -inf: to 0; inf: beyond the limit, the lower
                                       end NaN where that is certain; NaN: unknown, or 0 throughout */
    double birge;                   /* sqrt(chi2 / (points - 2)) of the line */
    int is_line, is_power;          /* not refuted at 5 %: exponential, power law */
    tepui_trend_verdict verdict;
} tepui_trend;
/* point[n]: any order; width is not looked at; of equal depths the first counts. Fewer than 3 depths: undecided.
   TEPUI_USAGE unless 1 < within < inf
   (0 < within < inf for numbers), TEPUI_NO_MEMORY. */
tepui_status tepui_trend_fit(const tepui_median_point *point, size_t n, int ln, double within, tepui_trend *out,
                             tepui_error *err);
const char *tepui_trend_word(tepui_trend_verdict v, int ln); /* "vanishes", or of numbers "falls" */
/* Cells that differ in the depth only (and what follows from it: the width's value, not its expression): first[cell],
   cells entries, is the first of them, SIZE_MAX where keep[cell] is 0. keep: NULL for all. */
void tepui_depth_sweeps(const tepui_result *r, const char *keep, size_t *first);
/* Returns 1 for columns in which the cells of a sweep have to agree; 0 for depth and what follows from it. */
int tepui_column_tells_sweeps_apart(const tepui_column *c);

/* --- escapes: optimizers compared, each at the learning rate that suits it best (src/verdict/escape.c)

   A row for every depth of every group of cells that differ in depth and rate only: group after group, by depth. */
typedef struct {
    size_t group;             /* first cell of the group, which stands for what its cells share */
    size_t first;             /* first cell of this depth */
    size_t cell;              /* that of the rate taken; SIZE_MAX: some sample diverged at every rate */
    size_t rates, stable;     /* tried; those at which no sample diverged */
    double depth, rate;       /* NaN without a rate, as all below */
    double median, low, high; /* ln of the median escape time, 95 % interval; INFINITY beyond the limit of steps */
    double escaped;           /* share of the samples */
    tepui_fitted rank;        /* Spearman's correlation with 1/|lambda_min| at the start; NaN without raw samples */
} tepui_escape_row;
/* keep: as above. row: room for r->cells. TEPUI_BAD_INPUT: the file has no escape times or no medians. */
tepui_status tepui_escape_rows(const tepui_result *r, const char *keep, tepui_escape_row *row, size_t *rows,
                               tepui_error *err);

/* --- two results, cell by cell (src/verdict/compare.c)

   Cells that agree in all parameters that both files have, but those of ignore, belong together. A line for each pair,
   observable and component: Kolmogorov-Smirnov of the finite values (else Welch on their means) and Fisher's exact test
   of the shares of zeros and infinities; p is the smallest p-value times their number. */
typedef struct {
    size_t cell[2], component[2];
    const tepui_result_observable *observable[2];
    const char *test;    /* ks, ks-bins, welch, zero, infinite; identical: no test, they agree to the bit; "" when
                            refused */
    double statistic;    /* distance, t, or difference of shares */
    double value[2];     /* medians of ks, means of welch, shares */
    uint64_t samples[2]; /* of the test */
    double p;            /* NaN when refused */
    tepui_verdict verdict;
    const char *why; /* of a refusal; or, of shares alone, why finite values were not tested */
} tepui_compare_line;
typedef struct {
    size_t lines, tested, failures, refusals, identical; /* refused ones are neither tested nor identical */
    double false_alarm;
    tepui_compare_line *line;
    size_t *alone[2], alones[2]; /* distinct cells without a partner */
} tepui_comparison;
typedef struct {
    /* NULL: all that both have. Component "last": of each cell. Samples of a file (tepui_samples_read) have one
       component, which is compared with this one of a result; NULL: total, or the last. */
    const char *observable, *component;
    const char *const *ignore; /* columns, NULL-terminated, or NULL */
    double false_alarm;        /* over all lines, by Holm's rule; 0: 1e-4 */
} tepui_compare_options;
/* Results read with TEPUI_READ_ALL; they are borrowed. TEPUI_BAD_INPUT, TEPUI_USAGE: nothing in common, or cells that
   cannot be told apart. */
tepui_status tepui_compare(const tepui_result *a, const tepui_result *b, const tepui_compare_options *o,
                           tepui_comparison **out, tepui_error *err);
void tepui_comparison_free(tepui_comparison *c);

/* One component of one cell as the tests see it. */
typedef struct {
    uint64_t count, zero, infinite;         /* nan left out */
    double mean, variance, skewness;        /* of the living: neither dead (zero) nor infinite */
    double median, median_low, median_high; /* of all */
    size_t bins;
    const double *edge;        /* [bins + 1] */
    const uint64_t *histogram; /* [bins] */
    uint64_t under, over;
    const double *raw; /* [raws], NULL without; sorted is made inside */
    size_t raws;
    const double *other; /* of another observable, the same samples; NULL without */
    int coarse;          /* how raw samples were rounded is not known: equal ones are no copies */
    /* the rest is for tepui_evidence_up_to() */
    uint64_t origin;         /* finite values equal to 0, among those in bins */
    double minimum, maximum; /* of the finite ones */
} tepui_evidence;
/* k: component. */
tepui_evidence tepui_evidence_of(const tepui_result *r, const tepui_result_observable *o, size_t cell, size_t k);
int tepui_evidence_all_raw(const tepui_evidence *e); /* 1: raw holds every sample that is not NaN */
/* How many samples are <= x, those at -INFINITY among them. Known exactly from all raw samples and at the ends;
   elsewhere between low and high, the bin's count shared out evenly in `value`. */
typedef struct {
    double value;
    uint64_t low, high;
} tepui_counted;
tepui_counted tepui_evidence_up_to(const tepui_evidence *e, double x);

typedef struct {
    char name[16];
    double p, predicted, observed, low, high, samples, allowance;
} tepui_test_result;
#define TEPUI_MOST_TESTS 8
/* All tests that suit the prediction; returns how many were made. 0: *why says what stands in the way. */
size_t tepui_verify_tests(const tepui_prediction *p, const tepui_evidence *e, tepui_test_result *out, const char **why);

#ifdef __cplusplus
}
#endif
#endif

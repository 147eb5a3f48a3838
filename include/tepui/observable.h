/* observable.h -- a number (or one number per component) measured on every sample. */
#ifndef TEPUI_OBSERVABLE_H
#define TEPUI_OBSERVABLE_H
#include <tepui/dynamics.h>
#include <tepui/sample.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { TEPUI_TRANSFORM_NONE, TEPUI_TRANSFORM_LN } tepui_transform;

/* Components of an observable in a cell, as layer numbers; special ones are negative. */
#define TEPUI_COMPONENT_OUTPUT (-1)
#define TEPUI_COMPONENT_TOTAL (-2)
#define TEPUI_COMPONENT_H (-3) /* the Hessian and its parts; TEPUI_COMPONENT_H - part */
#define TEPUI_COMPONENT_G (-4)
#define TEPUI_COMPONENT_R (-5)
#define TEPUI_COMPONENT_MIN (-6) /* lambda_min, lambda_max */
#define TEPUI_COMPONENT_MAX (-7)
#define TEPUI_COMPONENT_NEGATIVE (-8)
#define TEPUI_COMPONENT_POSITIVE (-9)
#define TEPUI_COMPONENT_DIVERGENCE (-10)
#define TEPUI_COMPONENT_ESCAPE (-11)
/* Block (k, l) of a part: "G 3,2". Both numbers are below 2^20. */
#define TEPUI_COMPONENT_BLOCK(part, k, l) ((1L << 60) + ((long)(part) << 40) + ((long)(k) << 20) + (long)(l))
#define TEPUI_COMPONENT_STEP(t) ((1L << 61) + (long)(t))                                        /* "t=100" */
#define TEPUI_COMPONENT_RAY(ray, i) ((1L << 62) + (long)(ray)*TEPUI_PLATEAU_POINTS + (long)(i)) /* "gradient 0.1" */
#define TEPUI_COMPONENT_PAIR(i, j) TEPUI_COMPONENT_BLOCK(3, i, j)                               /* "3,2" */

typedef struct {
    tepui_kind kind;           /* doc and source included */
    const char *unit;          /* "1" for pure numbers */
    tepui_transform transform; /* ln: values are natural logarithms of a magnitude */
    unsigned needs;
    int weighs;     /* takes the likelihood ratios of weighted samples (sampler: tilted) */
    int censors;    /* +INFINITY is a value: a time beyond the limit, a number after a divergence, the condition of a
                       matrix that is 0; counted as `infinite` */
    int tells_dead; /* its last component is 0 in dead samples, and only there */
    size_t least_points; /* 2 for angle */
    /* layers first..last (inclusive; NULL: none) are components; then the special ones */
    long (*first)(const tepui_cell *c), (*last)(const tepui_cell *c);
    int has_output, has_total; /* "output" (with read-out only), "total" */
    const long *named;         /* others, ends with 0; may be NULL */
    long minus;                /* this named one holds minus what its name says; 0: none does */
    int blocks;                /* G and R of every pair of matrices */
    int records;               /* the recorded steps of a trajectory (dynamics.h) */
    int pairs;                 /* first..last, in pairs i >= j, instead of one by one */
    /* Numbers per component and sample, and the function that gives them all; NULL: one, from measure. */
    size_t (*values)(const tepui_cell *c);
    /* How many of them differ from each other and from 0, about, in all components together: what files take. NULL: as
       many as there are values. */
    size_t (*distinct)(const tepui_cell *c);
    void (*measure_all)(const tepui_network *net, long component, double *out);
    double (*measure)(const tepui_network *net, long component);
    /* In place of both, from a sample (sample.h): for observables of other programs, which see no workspace. `needs`
       has to name what it asks for: TEPUI_NEEDS_LOSS_GRADIENT for the loss, that and TEPUI_NEEDS_CURVATURE for
       gradients and Hessian products, TEPUI_NEEDS_TANGENT and TEPUI_NEEDS_OUTPUT_GRADIENT for the directions. NaN: no
       number. */
    double (*measure_sample)(tepui_sample *s, long component);
    const char *formula; /* of every component, for tables; NULL: none */
    const char *special; /* what is 0, NaN or infinite, and when; NULL: nothing is said */
} tepui_observable_type;

/* All numbers of a component of the network's last sample: tepui_observable_values() of them. */
void tepui_observable_measure(const tepui_observable_type *t, tepui_network *net, long component, double *out);

/* Component list of a cell under a layer limit: all layers when there are at most `limit`, else about `limit`
   evenly spaced ones, first and last included. Returns the count; out may be NULL. */
size_t tepui_observable_components(const tepui_observable_type *t, const tepui_cell *c, size_t limit, long *out);
size_t tepui_observable_values(const tepui_observable_type *t, const tepui_cell *c); /* per component and sample */
void tepui_component_name(long component, char out[24]); /* "0", "17", "output", "total", "H", "G 3,2", "3,2" */
long tepui_component_number(const char *name);

#ifdef __cplusplus
}
#endif
#endif

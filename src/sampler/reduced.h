/* reduced.h (internal) -- what the samplers reduced and tilted share; see reduced.c. */
#ifndef TEPUI_SAMPLER_REDUCED_H
#define TEPUI_SAMPLER_REDUCED_H
#include <network/sampler.h>

#define REDUCED_WORDS 512u
#define REDUCED_CHUNK 256u /* layers at a time, whole batches */
/* What both show. */
#define REDUCED_SHOWS                                                                                                  \
    (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_OUTPUT | TEPUI_NEEDS_TANGENT | TEPUI_NEEDS_LOSS_GRADIENT |                      \
     TEPUI_NEEDS_OUTPUT_GRADIENT | TEPUI_NEEDS_SLOPES)
/* The tangent and the gradient of one sample are drawn apart. */
#define REDUCED_APART                                                                                                  \
    {                                                                                                                  \
        TEPUI_NEEDS_TANGENT, TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT                                   \
    }

typedef struct tilted_state tilted_state;
typedef struct {
    tepui_stream words;
    uint64_t word[REDUCED_WORDS], bits;
    size_t used, held;
    unsigned left; /* of bits */
    int relu;
    gsl_rng *rng;                                /* for wide layers */
    uint32_t *live;                              /* [depth + 1] units, 0 from where the net is dead */
    uint64_t (*count)(const uint64_t *, size_t); /* ones in words */
    tilted_state *tilted;                        /* NULL for plain laws */
    double *x;                                   /* the data point, brought into range */
} reduced_state;

reduced_state *reduced_of(const tepui_network *net);
void reduced_lay_out(tepui_network *net, network_arena *a);
tepui_status reduced_sample(tepui_network *net);
int reduced_tosses_coins(const tepui_cell *c);
const char *reduced_obstacle(const tepui_cell *c, unsigned needs);
uint64_t reduced_work(const tepui_cell *c);
/* tilt.c. NULL: no memory. */
tilted_state *tilt_new(const tepui_cell *c, int relu);
void tilt_free(tilted_state *t);
void tilt_begin(tilted_state *t, const tepui_stream *uniform);
/* Live units k[0..n-1] of layers l..l+n-1 from their tilted law. */
void tilt_units(tilted_state *t, size_t l, size_t n, double *k);
/* ln of the likelihood ratio of the layers so far; ln_growth: of |a_l| / |a_0|. */
double tilt_ln_ratio(const tilted_state *t, size_t l, double ln_growth);
#endif

/* sample.h -- one sampled network, number by number: its data, weights, output, loss, gradient, Hessian products, and
   every observable.

       tepui_sample *s;
       st = tepui_sample_new(&e->cells[0], tepui_experiment_needs(e), &s, &err);
       st = tepui_sample_draw(s, 17, &err);
       st = tepui_sample_measure(s, "gradient_norm", TEPUI_COMPONENT_TOTAL, &x, &err);

   Sample 17 of a cell is the same net in every program, thread and run. The quantities in `needs` are computed with
   each draw and have the bits of a run. Other quantities are computed on request; their numbers from LAPACK may differ
   from those of a run in the last digits. */
#ifndef TEPUI_SAMPLE_H
#define TEPUI_SAMPLE_H
#include <tepui/curvature.h>
#include <tepui/network.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tepui_sample tepui_sample;

/* A workspace for samples of a cell. The cell is borrowed until tepui_sample_free(). needs: TEPUI_NEEDS_... of the
   observables that are measured on every sample (tepui_experiment_needs(): those of an experiment); 0: none. */
tepui_status tepui_sample_new(const tepui_cell *c, unsigned needs, tepui_sample **out, tepui_error *err);
void tepui_sample_free(tepui_sample *s);
/* Draws sample `number`. The functions below describe this sample until the next draw. Where `needs` names
   trajectories, this function computes the whole trajectory. */
tepui_status tepui_sample_draw(tepui_sample *s, uint64_t number, tepui_error *err);
const tepui_cell *tepui_sample_cell(const tepui_sample *s);
uint64_t tepui_sample_number(const tepui_sample *s);

/* The value of an observable, given by name, at one component (observable.h): a layer, TEPUI_COMPONENT_..., or the
   result of tepui_component_number(). TEPUI_BAD_INPUT: the observable or component does not exist, the cell lacks what
   it needs (points, targets, trajectories, a small Hessian), or it has several numbers for each sample. */
tepui_status tepui_sample_measure(tepui_sample *s, const char *observable, long component, double *value,
                                  tepui_error *err);
/* For observables with several numbers for each sample, such as spectra: how many (0: no such observable), and all. */
size_t tepui_sample_numbers(const tepui_sample *s, const char *observable);
tepui_status tepui_sample_measure_all(tepui_sample *s, const char *observable, long component, double *value,
                                      tepui_error *err);

/* Inputs, points x inputs, and targets, points x outputs (NULL without). Both are borrowed, and NULL before the first
   draw. */
const double *tepui_sample_inputs(const tepui_sample *s);
const double *tepui_sample_targets(const tepui_sample *s);
/* The output f[points x outputs], and the loss, a mean over the points. NaN before the first draw; the loss also where
   it needs targets and there are none. */
void tepui_sample_output(const tepui_sample *s, double *f);
tepui_status tepui_sample_loss(tepui_sample *s, double *loss, tepui_error *err);
/* The directions u (inputs) and v (outputs) of jacobian_vector_norm and output_gradient_norm, unit vectors. */
tepui_status tepui_sample_directions(tepui_sample *s, double *u, double *v, tepui_error *err);

/* Matrix m = 1 .. tepui_matrix_count(cell); the last one is the read-out, if there is one. tepui_matrix_shape_of()
   gives rows, cols and biases. w[rows x cols] is row-major and includes sigma; b[biases]. TEPUI_BAD_INPUT: the sampler
   draws no matrices. */
tepui_status tepui_sample_weights(tepui_sample *s, size_t m, double *w, tepui_error *err);
tepui_status tepui_sample_biases(tepui_sample *s, size_t m, double *b, tepui_error *err);
/* Number of parameters of layer k = 1 .. tepui_sample_layers() besides its matrix (gains, shifts, learned factors).
   value[] receives their initial values; it may be NULL. A plain net has none. */
size_t tepui_sample_layers(const tepui_sample *s);
size_t tepui_sample_own(const tepui_sample *s, size_t k, double *value);
/* The factors of dropout layer k = 0, 1, ...: points x features numbers, 0 or 1/(1 - p), borrowed. Returns their
   number; 0: there is no such layer. */
size_t tepui_sample_mask(const tepui_sample *s, size_t k, const double **mask);

/* The gradient of the loss is g[P] 2^*exponent, P = tepui_parameters(cell), in the order of curvature.h. The other two
   return the index of the first entry of matrix m, and of the other parameters of layer k. */
tepui_status tepui_sample_gradient(tepui_sample *s, double *g, int64_t *exponent, tepui_error *err);
size_t tepui_sample_place_of_matrix(const tepui_sample *s, size_t m);
size_t tepui_sample_place_of_own(const tepui_sample *s, size_t k);
/* out[P] 2^*exponent = (H, G or R) v[P]. */
tepui_status tepui_sample_hessian_product(tepui_sample *s, tepui_part part, const double *v, double *out,
                                          int64_t *exponent, tepui_error *err);

#ifdef __cplusplus
}
#endif
#endif

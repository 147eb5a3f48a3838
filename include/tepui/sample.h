/* sample.h -- one sampled network, number by number: its data, weights, output, loss, gradient, Hessian products, and
   every observable.

       tepui_sample *s;
       st = tepui_sample_new(&e->cells[0], tepui_experiment_needs(e), &s, &err);
       st = tepui_sample_draw(s, 17, &err);
       st = tepui_sample_measure(s, "gradient_norm", TEPUI_COMPONENT_TOTAL, &x, &err);

   Sample 17 of a cell is the same net in every program, thread and run. What `needs` holds is computed with each draw,
   as in a run, and has its bits; what else is asked for is computed when it is asked for, and numbers that LAPACK gives
   may then differ from those of a run in the last digits. */
#ifndef TEPUI_SAMPLE_H
#define TEPUI_SAMPLE_H
#include <tepui/curvature.h>
#include <tepui/network.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tepui_sample tepui_sample;

/* A workspace for samples of a cell, which is borrowed until tepui_sample_free(). needs: TEPUI_NEEDS_... of the
   observables that every sample is measured for, tepui_experiment_needs() of those of an experiment; 0: none. */
tepui_status tepui_sample_new(const tepui_cell *c, unsigned needs, tepui_sample **out, tepui_error *err);
void tepui_sample_free(tepui_sample *s);
/* Draws sample `number`. All below is about it, until the next draw. Where the cell's trajectories are followed and
   needed, the whole trajectory runs here. */
tepui_status tepui_sample_draw(tepui_sample *s, uint64_t number, tepui_error *err);
const tepui_cell *tepui_sample_cell(const tepui_sample *s);
uint64_t tepui_sample_number(const tepui_sample *s);

/* An observable by its name, at one of its components (observable.h): a layer, TEPUI_COMPONENT_..., or what
   tepui_component_number() makes of a name. TEPUI_BAD_INPUT: no such observable or component here, what it needs the
   cell does not have (points, targets, trajectories, a small Hessian), or it gives several numbers. */
tepui_status tepui_sample_measure(tepui_sample *s, const char *observable, long component, double *value,
                                  tepui_error *err);
/* Of those that give several numbers, as spectra: how many (0: no such observable), and all of them. */
size_t tepui_sample_numbers(const tepui_sample *s, const char *observable);
tepui_status tepui_sample_measure_all(tepui_sample *s, const char *observable, long component, double *value,
                                      tepui_error *err);

/* points x inputs, borrowed; points x outputs, NULL without targets. NULL before the first draw. */
const double *tepui_sample_inputs(const tepui_sample *s);
const double *tepui_sample_targets(const tepui_sample *s);
/* f[points x outputs], and the loss: the mean over the points. NaN before the first draw, and without targets. */
void tepui_sample_output(const tepui_sample *s, double *f);
tepui_status tepui_sample_loss(tepui_sample *s, double *loss, tepui_error *err);
/* The directions u (inputs) and v (outputs) of jacobian_vector_norm and output_gradient_norm, unit vectors. */
tepui_status tepui_sample_directions(tepui_sample *s, double *u, double *v, tepui_error *err);

/* Matrix m = 1 .. tepui_matrix_count(cell), the read-out the last: tepui_matrix_shape_of() says rows, cols and biases.
   w[rows x cols], row-major, sigma included; b[biases]. TEPUI_BAD_INPUT for samplers that draw no matrices. */
tepui_status tepui_sample_weights(tepui_sample *s, size_t m, double *w, tepui_error *err);
tepui_status tepui_sample_biases(tepui_sample *s, size_t m, double *b, tepui_error *err);
/* What layer k = 1 .. tepui_sample_layers() of a composition trains besides its matrix (gains and shifts, learned
   factors), with the values that it starts from: returns how many numbers; value may be NULL. 0 layers: a plain net. */
size_t tepui_sample_layers(const tepui_sample *s);
size_t tepui_sample_own(const tepui_sample *s, size_t k, double *value);
/* The factors of dropout layer k = 0, 1, ...: points x features numbers, 0 or 1/(1 - p), borrowed. Returns how many; 0:
   there are not so many such layers. */
size_t tepui_sample_mask(const tepui_sample *s, size_t k, const double **mask);

/* g[P] 2^*exponent: the gradient of the loss in all P = tepui_parameters(cell) parameters (curvature.h says their
   order), and where in it matrix m, or what layer k trains besides, begins. */
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

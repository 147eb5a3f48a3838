/* quantity.h -- what a sample can be asked for. Observables name what they need of it; each is computed once per
   sample.

   One line a quantity. Those behind cost more than those before them: the last one that is needed tells what takes the
   time of a sample. */
#ifndef TEPUI_QUANTITY_H
#define TEPUI_QUANTITY_H

#ifdef __cplusplus
extern "C" {
#endif

/* What a quantity takes besides passes: eigenvalues that LAPACK (or GSL, key eigensolver:) gives for nets of any size;
   of all of the Hessian as a matrix; calls of BLAS for nets of any size. Whether the Hessian of a cell is worked on as
   a matrix, by LAPACK, tells tepui_hessian_rows(). */
enum { TEPUI_TAKES_EIGENVALUES = 1, TEPUI_TAKES_WHOLE = 2, TEPUI_TAKES_BLAS = 4 };

/* Q(name, what it takes, what it is, what takes the time) */
#define TEPUI_QUANTITIES(Q)                                                                                            \
    Q(FORWARD, 0, "norms of the hidden vectors and the output", "a forward pass")                                      \
    Q(OUTPUT, 0, "f itself", "a forward pass")                                                                         \
    Q(SLOPES, 0, "shares of units with phi'(z) != 0", "a forward pass")                                                \
    Q(ANGLE, 0, "angle of the hidden vectors of two points", "a forward pass")                                         \
    Q(RANK, 0, "rank of the hidden vectors of all points", "a forward pass")                                           \
    Q(TANGENT, 0, "J u", "a forward pass with a tangent")                                                              \
    Q(LOSS_GRADIENT, 0, "backward pass of the loss", "a forward and a backward pass")                                  \
    Q(OUTPUT_GRADIENT, 0, "backward pass of mean over points of v . f", "a forward and a backward pass")               \
    Q(JACOBIAN, TEPUI_TAKES_BLAS, "singular values and Lyapunov exponents",                                            \
      "the Jacobian, its QR and singular values")                                                                      \
    Q(CURVATURE, 0, "what the functions of curvature.h take", "Hessian products")                                      \
    Q(NTK, TEPUI_TAKES_EIGENVALUES | TEPUI_TAKES_BLAS, "neural tangent kernel",                                        \
      "the gradients of all outputs of all points")                                                                    \
    Q(FISHER, TEPUI_TAKES_EIGENVALUES | TEPUI_TAKES_BLAS, "Fisher information",                                        \
      "the gradients of all outputs of all points")                                                                    \
    Q(HESSIAN_SIZE, 0, "norms and traces of the Hessian", "norms of the blocks of H, no matrix of H")                  \
    Q(BLOCKS, 0, "with HESSIAN_SIZE: norms of all blocks", "all blocks of H")                                          \
    Q(EXTREMES, 0, "smallest and largest eigenvalue of H", "Lanczos: some 60 Hessian products")                        \
    Q(ALIGNMENT, 0, "gradient and eigenvectors of H", "eigenvectors of H")                                             \
    Q(DENSITY, 0, "density of the spectrum of H", "100 Hessian products")                                              \
    Q(SIGNS, TEPUI_TAKES_WHOLE, "how many eigenvalues of H are negative, how many positive",                           \
      "the inertia of H: cubic in the coordinates")                                                                    \
    Q(SPECTRUM, TEPUI_TAKES_WHOLE, "all eigenvalues of H", "all eigenvalues of H: cubic in the coordinates")           \
    Q(PARTS, TEPUI_TAKES_WHOLE, "all eigenvalues of G and R",                                                          \
      "all eigenvalues of H, G and R: cubic in the coordinates")                                                       \
    Q(PATH, 0, "trajectories of an optimizer (dynamics.h) until they escape", "a trajectory: a gradient a step")       \
    Q(RECORD, 0, "what is recorded of them on the way", "a trajectory: a gradient a step")                             \
    Q(PATH_CURVATURE, 0, "with RECORD: ends of the Hessian's spectrum",                                                \
      "a trajectory, and Lanczos at every recorded step")                                                              \
    Q(PATH_METRIC, 0, "with RECORD: the same in the optimizer's own metric",                                           \
      "a trajectory, and Lanczos at every recorded step")                                                              \
    Q(PATH_ACCURACY, 0, "with RECORD: classes of the rows that are held out",                                          \
      "a trajectory, and the rows held out at every recorded step")                                                    \
    Q(PLATEAU, 0, "the loss on lines through the initialisation",                                                      \
      "losses on three lines, and Lanczos for one eigenvector")

#define TEPUI_QUANTITY_NUMBER_(name, takes, doc, cost) TEPUI_QUANTITY_##name,
enum { TEPUI_QUANTITIES(TEPUI_QUANTITY_NUMBER_) TEPUI_QUANTITY_COUNT };
#undef TEPUI_QUANTITY_NUMBER_

/* Sets of them. */
#define TEPUI_QUANTITY_NEED_(name, takes, doc, cost) TEPUI_NEEDS_##name = 1 << TEPUI_QUANTITY_##name,
enum { TEPUI_QUANTITIES(TEPUI_QUANTITY_NEED_) };
#undef TEPUI_QUANTITY_NEED_

typedef struct {
    const char *name;
    unsigned takes;         /* TEPUI_TAKES_... */
    const char *doc, *cost; /* what takes most of the time of a sample */
} tepui_quantity;

extern const tepui_quantity tepui_quantities[TEPUI_QUANTITY_COUNT];
unsigned tepui_quantities_take(unsigned needs); /* TEPUI_TAKES_... of all of a set */
/* Of the set; that of a forward pass for none. */
const char *tepui_quantities_cost(unsigned needs);

#ifdef __cplusplus
}
#endif
#endif

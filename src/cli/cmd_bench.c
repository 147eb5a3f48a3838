/* cmd_bench.c -- `tepui bench`: how fast this machine is, in about fifteen seconds.

   normals: Gaussian numbers of the addressed generator, per core, for every instruction set the machine has.
   gemv: matrix times vector from cache, 2 rows cols operations each.
   gemm: matrix times matrix, 64 x 64 and 256 x 256, ours and that of the BLAS that is linked.
   network: samples of a ReLU network, d = 64, L = 64, weights drawn anew, forward and backward pass.
   chain: width 1, depth 1000, forward only.
   hessian: drawn, assembled, all eigenvalues; 16 inputs and outputs, no read-out, so P = 2,048 (and 512). At one point
   only 233 (113) of them are not certain to be 0, and the others cost nothing; at 16 (8) points none is.
   chain spectrum: all eigenvalues of the Hessian of a chain, 1,000 weights; dense spectrum: LAPACK's dsyevd on any
   1,000 rows. product: Hessian times vector, all points at once.
   chain gd, chain adam: weights moved by a step, 32 a chain, which never escape. chain escapes: whole trajectories of
   gradient descent until the loss is half of the plateau's, of at most 20,000 steps. gd step: one step of descent of a
   ReLU net with a read-out, mse of 10 outputs over 64 points. */
#include "cli.h"
#include <config.h>
#include <gsl/gsl_cblas.h> /* the prototypes; OpenBLAS where it is linked */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_LAPACKE
#include <lapacke.h>
#endif

#define SLICE 0.5 /* seconds per figure */
#define GEMV_SIZE 128u
#define DENSE_SIZE 1000u
#define OWN_SPACE ((size_t)256 << 20) /* of nets, matrices and stacks, before BLAS asks for its buffers */

typedef struct {
    cli_view view;
} options;

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    (void)arg;
    return cli_format_argument(key, state, &o->view, NULL);
}

static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,     parse, "",  "Speed of this machine, in about fifteen seconds.",
                                 children, NULL,  NULL};

static const char network_text[] = "seed: 1\n"
                                   "grid: {depth: 64, width: 64, activation: relu, init: he, law: gaussian}\n"
                                   "data: {source: gaussian, targets: gaussian}\n"
                                   "loss: mse\n"
                                   "observables: [gradient_norm]\n"
                                   "samples: 1\n";
static const char chain_text[] = "seed: 1\n"
                                 "grid: {depth: 1000, width: 1, activation: linear, init: he, law: gaussian}\n"
                                 "data: {source: gaussian, targets: gaussian}\n"
                                 "loss: mse\n"
                                 "observables: [forward_norm]\n"
                                 "output: {layers: 2}\n"
                                 "samples: 1\n";

static const char hessian_text[] = "seed: 1\n"
                                   "grid: {depth: 8, width: %d, activation: tanh, init: lecun}\n"
                                   "data: {source: gaussian, targets: gaussian, points: %d}\n"
                                   "readout: none\nloss: mse\nsamples: 1\nobservables: [negative_fraction]\n";
static const char spectrum_text[] = "seed: 1\n"
                                    "grid: {depth: 1000, width: 1, activation: linear, init: lecun}\n"
                                    "data: {source: gaussian, targets: gaussian}\n"
                                    "readout: none\nloss: mse\nsamples: 1\nobservables: [negative_fraction]\n";
static const char product_text[] = "seed: 1\n"
                                   "grid: {depth: 64, width: 64, activation: relu, init: he}\n"
                                   "data: {source: gaussian, targets: gaussian, points: %d}\n"
                                   "readout: none\nloss: mse\nsamples: 1\n";

static const char descent_text[] = "seed: 1\n"
                                   "grid: {depth: 32, width: 1, activation: linear, init: lecun, law: uniform}\n"
                                   "data: {source: sphere, targets: one}\n"
                                   "readout: none\n"
                                   "dynamics: {optimizer: %s, rate: 1e-9, steps: 5000, escape: loss(1e-9)}\n"
                                   "observables: [escape_time]\nsamples: 1\n";
static const char escape_text[] = "seed: 1\n"
                                  "grid: {depth: 16, width: 1, activation: linear, init: lecun, law: uniform}\n"
                                  "data: {source: sphere, targets: one}\n"
                                  "readout: none\n"
                                  "dynamics: {optimizer: gd, rate: 0.01, steps: 20000, escape: loss(0.5)}\n"
                                  "observables: [escape_time]\nsamples: 1\n";
static const char gd_step_text[] = "seed: 1\n"
                                   "grid: {depth: 32, width: 64, activation: relu, init: he}\n"
                                   "data: {source: gaussian, targets: gaussian, points: 64, dimension: %d, "
                                   "outputs: 10}\n"
                                   "dynamics: {optimizer: gd, rate: 1e-6, steps: 50, escape: loss(1e-9)}\n"
                                   "observables: [escape_time]\nsamples: 1\n";

static void add(cli_table *t, const char *what, const char *how, double value, const char *unit)
{
    cli_table_cell(t, what);
    cli_table_cell(t, how);
    cli_table_cell(t, cli_number(value, 4).text);
    cli_table_cell(t, unit);
}

/* --- kernels */

static double normals_per_second(const tepui_kernels *k)
{
    enum { BATCHES = 64 };
    const uint64_t key[4] = {1, 2, 3, 4};
    double *out = cli_alloc((size_t)BATCHES * TEPUI_BATCH, sizeof *out);
    const double start = cli_now();
    double seconds;
    uint64_t n = 0;
    do {
        for (int i = 0; i < 64; i++, n += BATCHES) k->normals(key, 0, 0, n, BATCHES, out);
        seconds = cli_now() - start;
    } while (seconds < SLICE);
    free(out);
    return (double)n * TEPUI_BATCH / seconds;
}

static double gemv_flops(const tepui_kernels *k)
{
    const size_t d = GEMV_SIZE;
    double *w = cli_alloc(d * d, sizeof *w), *x = cli_alloc(d, sizeof *x), *y = cli_alloc(d, sizeof *y);
    for (size_t i = 0; i < d * d; i++) w[i] = 1.0 / (double)(i + 1);
    for (size_t i = 0; i < d; i++) x[i] = 1.0 / (double)(i + 1);
    const double start = cli_now();
    double seconds, n = 0;
    do {
        for (int i = 0; i < 256; i++, n++) k->gemv(w, d, d, x, d, 1, y, d);
        seconds = cli_now() - start;
    } while (seconds < SLICE);
    free(w);
    free(x);
    free(y);
    return n * 2.0 * (double)(d * d) / seconds;
}

static void own_product(const double *a, const double *b, size_t d, double *c)
{
    memset(c, 0, d * d * sizeof *c);
    tepui_kernel()->gemm(1, a, d, 1, b, d, 1, d, d, d, c, d);
}

static void blas_product(const double *a, const double *b, size_t d, double *c)
{
    const int n = (int)d;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
}

static double gemm_flops(void (*product)(const double *, const double *, size_t, double *), size_t d)
{
    double *a = cli_alloc(2 * d * d, sizeof *a), *c = cli_alloc(d * d, sizeof *c);
    for (size_t i = 0; i < 2 * d * d; i++) a[i] = 1.0 / (double)(i + 1);
    const double start = cli_now();
    double seconds, n = 0;
    do {
        for (int i = 0; i < 16; i++, n++) product(a, a + d * d, d, c);
        seconds = cli_now() - start;
    } while (seconds < SLICE);
    free(a);
    free(c);
    return n * 2.0 * (double)(d * d * d) / seconds;
}

static void bench_products(cli_table *t)
{
    static const size_t size[] = {64, 256};
    for (int i = 0; i < 2; i++) {
        char name[32];
        snprintf(name, sizeof name, "gemm n=%zu", size[i]);
        add(t, name, "ours", 1e-9 * gemm_flops(own_product, size[i]), "GFLOP/s per core");
        add(t, name, "BLAS", 1e-9 * gemm_flops(blas_product, size[i]), "GFLOP/s per core");
    }
}

static void bench_kernels(cli_table *t)
{
    static const char *const name[] = {"base", "avx2", "avx512"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        const tepui_kernels *k = tepui_kernel_named(name[i]);
        if (k) add(t, "normals", name[i], 1e-6 * normals_per_second(k), "million/s per core");
    }
    add(t, "gemv", tepui_kernel()->name, 1e-9 * gemv_flops(tepui_kernel()), "GFLOP/s per core");
    bench_products(t);
}

/* Seconds in the solver alone: it destroys its matrix, which is filled anew each time. */
static void bench_dense(cli_table *t)
{
#ifdef HAVE_LAPACKE
    const size_t n = DENSE_SIZE;
    double *a = cli_alloc(n * n, sizeof *a), *value = cli_alloc(n, sizeof *value), seconds = 0, times = 0;
    const uint64_t key[4] = {1, 2, 3, 4};
    while (seconds < SLICE) {
        tepui_kernel()->normals(key, 0, 0, 0, n * n / TEPUI_BATCH, a);
        const double start = cli_now();
        LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'N', 'U', (lapack_int)n, a, (lapack_int)n, value);
        seconds += cli_now() - start;
        times++;
    }
    add(t, "dense spectrum n=1000", "1 thread, dsyevd", times / seconds, "spectra/s");
    free(a);
    free(value);
#else
    (void)t;
#endif
}

/* --- whole samples */

static tepui_status bench_points(cli_table *t, const char *what, const char *text, int threads, int points,
                                 tepui_error *err)
{
    tepui_status st;
    tepui_experiment *e = NULL;
    TEPUI_TRY(tepui_experiment_parse(text, "bench", NULL, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    char *how = cli_print(points ? "%d thread%s, %d point%s" : "%d thread%s", threads, threads == 1 ? "" : "s", points,
                          points == 1 ? "" : "s");
    add(t, what, how, cli_samples_per_second(e, 0, threads, SLICE), "samples/s");
    free(how);
done:
    tepui_experiment_free(e);
    return st;
}

static tepui_status bench_network(cli_table *t, const char *what, const char *text, int threads, tepui_error *err)
{
    return bench_points(t, what, text, threads, 0, err);
}

static tepui_status bench_hessian(cli_table *t, int width, int points, tepui_error *err)
{
    char *text = cli_print(hessian_text, width, points), *what = cli_print("hessian d=%d L=8", width);
    const tepui_status st = bench_points(t, what, text, 1, points, err);
    free(text);
    free(what);
    return st;
}

static tepui_status bench_product(cli_table *t, int points, tepui_error *err)
{
    tepui_status st;
    tepui_experiment *e = NULL;
    tepui_network *net = NULL;
    double *v = NULL, *hv = NULL, seconds, n = 0;
    char *text = cli_print(product_text, points),
         *how = cli_print("1 thread, %d point%s", points, points > 1 ? "s" : "");
    int64_t exponent;
    TEPUI_TRY(tepui_experiment_parse(text, "bench", NULL, &e, err));
    TEPUI_TRY(tepui_experiment_plan(e, err));
    TEPUI_TRY(tepui_network_alloc(&e->cells[0], TEPUI_NEEDS_CURVATURE, &net, err));
    TEPUI_TRY(tepui_network_sample(net, 0, NULL));
    const size_t P = tepui_parameters(&e->cells[0]);
    v = cli_alloc(P, sizeof *v);
    hv = cli_alloc(P, sizeof *hv);
    for (size_t i = 0; i < P; i++) v[i] = (double)(i % 7) - 3;
    const double start = cli_now();
    do {
        TEPUI_TRY(tepui_network_hessian_product(net, TEPUI_HESSIAN, v, hv, &exponent));
        n++;
        seconds = cli_now() - start;
    } while (seconds < SLICE);
    add(t, "product d=64 L=64", how, n / seconds, "products/s");
done:
    free(v);
    free(hv);
    free(text);
    free(how);
    tepui_network_free(net);
    tepui_experiment_free(e);
    return st;
}

/* --- trajectories */

static tepui_status plan(const char *text, tepui_experiment **e, tepui_error *err)
{
    const tepui_status st = tepui_experiment_parse(text, "bench", NULL, e, err);
    return st == TEPUI_OK ? tepui_experiment_plan(*e, err) : st;
}

static tepui_status bench_descent(cli_table *t, const char *optimizer, int threads, tepui_error *err)
{
    tepui_experiment *e = NULL;
    char *text = cli_print(descent_text, optimizer), *what = cli_print("chain %s L=32", optimizer),
         *how = cli_print("%d thread%s", threads, threads == 1 ? "" : "s");
    const tepui_status st = plan(text, &e, err);
    if (st == TEPUI_OK)
        add(t, what, how, 1e-6 * cli_weights(&e->cells[0]) * cli_follow_pace(e, 0, threads, SLICE).steps, "million/s");
    tepui_experiment_free(e);
    free(text);
    free(what);
    free(how);
    return st;
}

static tepui_status bench_escapes(cli_table *t, int threads, tepui_error *err)
{
    tepui_experiment *e = NULL;
    char *how = cli_print("%d thread%s", threads, threads == 1 ? "" : "s");
    const tepui_status st = plan(escape_text, &e, err);
    if (st == TEPUI_OK)
        add(t, "chain escapes L=16", how, cli_follow_pace(e, 0, threads, SLICE).paths, "trajectories/s");
    tepui_experiment_free(e);
    free(how);
    return st;
}

static tepui_status bench_gd_step(cli_table *t, int inputs, int threads, tepui_error *err)
{
    tepui_experiment *e = NULL;
    char *text = cli_print(gd_step_text, inputs),
         *how = cli_print("%d thread%s, %d inputs", threads, threads == 1 ? "" : "s", inputs);
    const tepui_status st = plan(text, &e, err);
    if (st == TEPUI_OK) add(t, "gd step d=64 L=32", how, cli_follow_pace(e, 0, threads, SLICE).steps, "steps/s");
    tepui_experiment_free(e);
    free(text);
    free(how);
    return st;
}

static tepui_status bench_dynamics(cli_table *t, int all, tepui_error *err)
{
    tepui_status st;
    TEPUI_TRY(bench_descent(t, "gd", 1, err));
    if (all > 1) TEPUI_TRY(bench_descent(t, "gd", all, err));
    TEPUI_TRY(bench_descent(t, "adam", 1, err));
    TEPUI_TRY(bench_escapes(t, 1, err));
    if (all > 1) TEPUI_TRY(bench_escapes(t, all, err));
    TEPUI_TRY(bench_gd_step(t, 64, 1, err));
    if (all > 1) TEPUI_TRY(bench_gd_step(t, 64, all, err));
    TEPUI_TRY(bench_gd_step(t, 784, 1, err));
done:
    return st;
}

static tepui_status bench_all(cli_table *t, tepui_error *err)
{
    tepui_status st;
    const int all = tepui_threads(0);
    TEPUI_TRY(cli_blas_room(all, OWN_SPACE, err));
    bench_kernels(t);
    TEPUI_TRY(bench_network(t, "network d=64 L=64", network_text, 1, err));
    if (all > 1) TEPUI_TRY(bench_network(t, "network d=64 L=64", network_text, all, err));
    TEPUI_TRY(bench_network(t, "chain L=1000", chain_text, 1, err));
    if (all > 1) TEPUI_TRY(bench_network(t, "chain L=1000", chain_text, all, err));
    TEPUI_TRY(bench_network(t, "chain spectrum L=1000", spectrum_text, 1, err));
    bench_dense(t);
    TEPUI_TRY(bench_hessian(t, 8, 1, err));
    TEPUI_TRY(bench_hessian(t, 8, 8, err));
    TEPUI_TRY(bench_hessian(t, 16, 1, err));
    TEPUI_TRY(bench_hessian(t, 16, 16, err));
    TEPUI_TRY(bench_product(t, 1, err));
    TEPUI_TRY(bench_product(t, 64, err));
    TEPUI_TRY(bench_dynamics(t, all, err));
done:
    return st;
}

int cmd_bench(int argc, char **argv)
{
    options o = {.view = cli_view_default};
    tepui_error err = {""};
    cli_parse(&argp, argc, argv, &o);
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "what");
    cli_table_column(t, CLI_LEFT, "how");
    cli_table_column(t, CLI_NUMERIC, "value");
    cli_table_column(t, CLI_LEFT, "unit");
    const tepui_status st = bench_all(t, &err);
    if (st == TEPUI_OK) cli_view_print(&o.view, t);
    cli_table_free(t);
    return st == TEPUI_OK ? TEPUI_OK : cli_fail("tepui bench", st, "%s", err.text);
}

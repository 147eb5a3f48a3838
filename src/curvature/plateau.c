/* plateau.c -- the loss on straight lines through the initialisation of a sampled network.

   theta(t) = theta_0 + t norm(theta_0) d, theta all that is trained, d a unit vector: uniform on the sphere, minus the
   gradient over its norm, or the eigenvector of the smallest eigenvalue of the Hessian with the sign along which the
   loss falls. Where the gradient is 0, and where the Hessian has no negative eigenvalue, that direction is 0 and the
   loss stays. The gradient may have no part along the eigenvector, exactly (units that are dead, or that depend on each
   other): what is left of their product is rounding, which does not decide. Below what Lanczos converges to, the first
   of the large entries is positive, in the order of the parameters.

   It works on a network of its own, drawn like the sample: what else is asked for does not change, and does not change
   it. The eigenvector comes from Lanczos with Hessian products, NaN where that does not converge. */
#include "plateau.h"
#include "blocks.h"
#include "curvature.h"
#include "moved.h"
#include <base/elementary.h>
#include <kernel/wide.h>
#include <matrix/matrix.h>
#include <string.h>
#include <tepui/rng.h>

#define BASIS 64u      /* vectors of Lanczos */
#define TOLERANCE 1e-8 /* of the ends of the spectrum, relative to the larger */
#define ACCEPTED 1e-4
#define MOST_PRODUCTS 500u
#define LARGE 0.75   /* of the largest entry: entries of equal size differ by rounding */
#define DIRECTION 0u /* numbers of the streams */
#define START 1u

const double tepui_plateau_at[TEPUI_PLATEAU_POINTS] = {-1, -0.5, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.5, 1};

typedef struct {
    tepui_network *net;
    size_t n;
    double *start, *g, *direction, *random, *lanczos;
    double ln[TEPUI_RAYS][TEPUI_PLATEAU_POINTS];
    int64_t unit; /* of products; INT64_MIN: the first one tells */
} plateau_state;

static plateau_state *state_of(const tepui_network *net)
{
    return engine_state(net, &engine_plateau);
}

static void lay_out(tepui_network *net, network_arena *a)
{
    tepui_network own = {0};
    network_decide(&own, net->cell, NETWORK_NEEDS_MOVED, net->engines);
    engines_lay_out(&own, a);
    const size_t n = own.curved_parameters, padded = lanes_padded(n);
    plateau_state s = {.net = network_keep(a, &own, sizeof own), .n = n};
    s.start = network_take(a, padded, sizeof(double));
    s.g = network_take(a, padded, sizeof(double));
    s.direction = network_take(a, padded, sizeof(double));
    s.random = network_take(a, padded, sizeof(double));
    s.lanczos = network_take(a, matrix_lanczos_work(n, BASIS), sizeof(double));
    engine_set_state(net, &engine_plateau, network_keep(a, &s, sizeof s));
}

void plateau_open(tepui_network *net)
{
    if (!state_of(net)) return;
    tepui_network *own = state_of(net)->net;
    own->kernel = net->kernel;
    weights_groups(net->cell, own->site, own->group);
}

/* --- directions */

/* To length 1; 0 stays. */
static void normalise(const plateau_state *s, double *d)
{
    double most = 0;
    for (size_t i = 0; i < s->n; i++) most = fmax(most, fabs(d[i]));
    if (!(most > 0) || !isfinite(most)) {
        memset(d, 0, s->n * sizeof *d);
        return;
    }
    s->net->kernel->scale(d, 1 / most, s->n);
    s->net->kernel->scale(d, 1 / sqrt(s->net->kernel->sumsq(d, s->n)), s->n);
}

static tepui_status multiply(void *operand, const double *x, double *y)
{
    plateau_state *s = operand;
    int64_t e;
    const tepui_status st = tepui_network_hessian_product(s->net, TEPUI_HESSIAN, x, y, &e);
    if (s->unit == INT64_MIN) s->unit = e;
    if (e != s->unit) s->net->kernel->scale(y, scaled_shift(1.0, e - s->unit), s->n);
    return st;
}

static void draw(const tepui_network *net, uint32_t which, double *x, size_t n)
{
    tepui_stream stream;
    tepui_stream_sample(&stream, &net->cell->key, net->sample, NULL);
    tepui_stream_at(&stream, TEPUI_FOR_PLATEAU, which);
    tepui_draw_normal(&stream, x, n);
}

/* The Hessian times the eigenvector, which is parallel to it: coordinates that the Hessian does not know (rows of 0
   under weight_norm, say, where the smallest step is a jump) are exactly 0 then, and not what Lanczos left of its
   start. */
static tepui_status clear_null_space(plateau_state *s)
{
    const tepui_status st = multiply(s, s->direction, s->lanczos);
    if (st == TEPUI_OK) memcpy(s->direction, s->lanczos, s->n * sizeof *s->direction);
    return st;
}

static double sign_of(const plateau_state *s)
{
    const double *d = s->direction, along = s->net->kernel->dot(d, s->g, s->n);
    double most = 0;
    size_t first = 0;
    if (fabs(along) > TOLERANCE) return along > 0 ? -1 : 1;
    for (size_t i = 0; i < s->n; i++) most = fmax(most, fabs(d[i]));
    while (fabs(d[first]) < LARGE * most) first++;
    return d[first] < 0 ? -1 : 1;
}

/* The eigenvector into direction; 0 without a negative eigenvalue. TEPUI_FAILED: it is not known. */
static tepui_status eigenvector(tepui_network *net)
{
    plateau_state *s = state_of(net);
    const lanczos_task task = {
        .basis = BASIS, .products = MOST_PRODUCTS, .top = 1, .tolerance = TOLERANCE, .lowest = s->direction};
    matrix_extremes got;
    s->unit = INT64_MIN;
    draw(net, START, s->lanczos, s->n);
    tepui_status st;
    TEPUI_TRY(matrix_lanczos(multiply, s, s->n, &task, &got, s->lanczos));
    double end[2] = {got.low, got.high};
    if (!(got.bound <= ACCEPTED * fmax(fabs(end[0]), fabs(end[1])))) return TEPUI_FAILED;
    spectrum_flush(end, 2, s->n);
    if (end[0] < 0) TEPUI_TRY(clear_null_space(s));
    normalise(s, s->direction);
    net->kernel->scale(s->direction, end[0] < 0 ? sign_of(s) : 0, s->n);
done:
    return st;
}

/* --- lines */

static double ln_loss(const tepui_network *net)
{
    const double loss = fabs(net->loss);
    return !isfinite(loss) ? INFINITY : loss > 0 ? elementary_log(loss) : -INFINITY;
}

static tepui_status follow(plateau_state *s, tepui_ray ray, const double *d)
{
    tepui_network *own = s->net;
    const double length = sqrt(own->kernel->sumsq(s->start, s->n));
    tepui_status st = TEPUI_OK;
    int64_t e;
    for (size_t i = 0; i < TEPUI_PLATEAU_POINTS && st == TEPUI_OK; i++) {
        const double step = tepui_plateau_at[i] * length;
        for (size_t k = 0; k < s->n; k++) own->theta[k] = s->start[k] + step * d[k];
        st = network_again(own, s->lanczos, &e); /* the gradient is not looked at */
        s->ln[ray][i] = ln_loss(own);
    }
    return st;
}

static tepui_status run(tepui_network *net)
{
    plateau_state *s = state_of(net);
    tepui_network *own = s->net;
    size_t count;
    int64_t e;
    tepui_status st;
    own->stop = net->stop;
    own->gsl = net->gsl;
    own->sample = net->sample;
    TEPUI_TRY(network_draw_sample(own));
    memcpy(s->start, network_open(own, &count), s->n * sizeof *s->start);
    TEPUI_TRY(network_again(own, s->g, &e));
    normalise(s, s->g);
    st = eigenvector(net);
    const int known = st == TEPUI_OK;
    if (st != TEPUI_OK && st != TEPUI_FAILED) return st;
    if (known) TEPUI_TRY(follow(s, TEPUI_RAY_EIGENVECTOR, s->direction));
    for (size_t i = 0; i < TEPUI_PLATEAU_POINTS && !known; i++) s->ln[TEPUI_RAY_EIGENVECTOR][i] = NAN;
    own->kernel->scale(s->g, -1, s->n);
    TEPUI_TRY(follow(s, TEPUI_RAY_GRADIENT, s->g));
    draw(net, DIRECTION, s->random, s->n);
    normalise(s, s->random);
    st = follow(s, TEPUI_RAY_RANDOM, s->random);
done:
    return st;
}

/* Lanczos, and a pass forward and back for every point of every line. */
static double cost(const tepui_network *net, double products)
{
    const tepui_cell *c = net->cell;
    const double P = (double)tepui_parameters(c), pass = 6 * (double)tepui_multiplications(c) * (double)c->points;
    return (products + TEPUI_RAYS * TEPUI_PLATEAU_POINTS) * pass + 4 * P * products * BASIS / 2;
}

static double number(const tepui_network *net, unsigned quantity, size_t ray, size_t i)
{
    (void)quantity;
    return state_of(net)->ln[ray][i];
}

const network_engine engine_plateau = {
    .name = "lines through the start",
    .gives = TEPUI_NEEDS_PLATEAU,
    .lay_out = lay_out,
    .run = run,
    .read = number,
    .cost = cost,
};

const double *tepui_network_random_ray(const tepui_network *net)
{
    return state_of(net)->random;
}

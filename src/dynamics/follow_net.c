/* follow_net.c -- trajectories of any network, one after another: theta moves in place (curvature/moved.c), loss and
   gradient come from the forward and backward pass of its layers, the ends of the spectrum from Lanczos with Hessian
   products. Optimizers see the parameters as numbers of eight lanes that are all the same trajectory.

   A minibatch is a subset of the points, drawn afresh without replacement for every step; the loss that is looked at is
   that of all points, and normalisations over points see all of them. With batch_from: data the minibatch is as many
   rows of the data set, and takes a pass of its own behind that over the points. Layer masks and biases stay those of
   the sample.
 */
#include "follower.h"
#include <base/elementary.h>
#include <curvature/blocks.h>
#include <curvature/moved.h>
#include <kernel/wide.h>
#include <matrix/matrix.h>
#include <string.h>
#include <tepui/curvature.h>
#include <tepui/source.h>

#define BASIS 64u      /* vectors of Lanczos */
#define TOLERANCE 1e-8 /* of the ends of the spectrum, relative to the larger */
#define ACCEPTED 1e-4  /* the same when the products are used up: worse is a failure */
#define MOST_PRODUCTS 500u
#define LANCZOS_OF_PATHS 3u /* 0 to 2 are those of static spectra */

typedef struct {
    path_run run;
    size_t next; /* trajectory under way, or to begin */
    int active;
    size_t n, padded; /* parameters, and up to the next multiple of the lanes */
    int64_t unit;     /* exponent of g and of the states */
    double *theta;    /* the network's */
    double *g, *state[TEPUI_MOST_STATES], *noise, *before, *metric, *lanczos;
    double scalar[TEPUI_MOST_SCALARS][TEPUI_LANES];
    double *x0, *y0;                      /* the sample's points, where others take their places for a pass */
    double *f0, *share, *chosen, *unused; /* outputs at the start; minibatch; of a loss nobody goes down */
    double ln_full;                       /* ln norm of the gradient over all points */
    tepui_poll poll;
    void *arg;
    int interrupted;
} net_state;

static int swaps_points(const tepui_follower *f)
{
    return f->d->from_data || (f->needs & TEPUI_NEEDS_PATH_ACCURACY);
}

static void *alloc(tepui_follower *f, network_arena *a)
{
    const tepui_cell *c = f->cell;
    const size_t n = tepui_parameters(c), P = lanes_padded(n);
    const int measured =
        (f->needs & (TEPUI_NEEDS_PATH_CURVATURE | TEPUI_NEEDS_PATH_METRIC)) || f->escape->needs_curvature;
    net_state s = {.n = n, .padded = P};
    s.g = network_take(a, P, sizeof(double));
    for (size_t k = 0; k < f->optimizer->states; k++) s.state[k] = network_take(a, P, sizeof(double));
    s.noise = network_take(a, f->optimizer->needs_noise ? P : 0, sizeof(double));
    s.before = network_take(a, f->table.records ? P : 0, sizeof(double));
    s.metric = network_take(a, f->needs & TEPUI_NEEDS_PATH_METRIC ? 2 * P : 0, sizeof(double));
    s.lanczos = network_take(a, measured ? matrix_lanczos_work(n, BASIS) : 0, sizeof(double));
    s.x0 = network_take(a, swaps_points(f) ? c->points * c->inputs : 0, sizeof(double));
    s.y0 = network_take(a, swaps_points(f) ? c->points * c->outputs : 0, sizeof(double));
    s.f0 = network_take(a, c->points * c->outputs, sizeof(double));
    s.unused = network_take(a, c->outputs, sizeof(double));
    s.share = network_take(a, c->points, sizeof(double));
    s.chosen = network_take(a, lanes_padded(c->points), sizeof(double));
    return network_keep(a, &s, sizeof s);
}

/* A stream of the sample whose trajectory this is: the same wherever a run was interrupted, for any generator. */
static tepui_stream addressed(const tepui_follower *f, tepui_purpose purpose, uint64_t number)
{
    const net_state *s = f->state;
    tepui_stream stream;
    tepui_stream_sample(&stream, &f->cell->key, f->first + s->run.index, NULL);
    tepui_stream_at(&stream, purpose, (uint32_t)number);
    return stream;
}

/* --- the ends of the spectrum */

typedef struct {
    tepui_follower *f;
    int64_t e;          /* of the products; INT64_MIN: the first one tells */
    const double *root; /* D^(-1/2), NULL: ones */
} operand;

static tepui_status multiply(void *arg, const double *x, double *y)
{
    operand *o = arg;
    net_state *s = o->f->state;
    int64_t e;
    double *in = s->metric ? s->metric + s->padded : NULL;
    if (s->poll && s->poll(s->arg)) s->interrupted = 1;
    if (s->interrupted) return TEPUI_INTERRUPTED;
    for (size_t i = 0; o->root && i < s->n; i++) in[i] = o->root[i] * x[i];
    const tepui_status st = tepui_network_hessian_product(o->f->net, TEPUI_HESSIAN, o->root ? in : x, y, &e);
    if (o->e == INT64_MIN) o->e = e;
    if (e != o->e) o->f->net->kernel->scale(y, scaled_shift(1.0, e - o->e), s->n);
    for (size_t i = 0; o->root && i < s->n; i++) y[i] *= o->root[i];
    return st;
}

static double ln_or_zero(double x, double ln_unit)
{
    return isnan(x) ? NAN : x > 0 ? elementary_log(x) + ln_unit : -INFINITY;
}

/* ln of minus the smallest and of the largest eigenvalue, 0 below rounding; NaN where Lanczos failed. */
static void ends(tepui_follower *f, const double *root, double out[2])
{
    net_state *s = f->state;
    operand o = {f, INT64_MIN, root};
    const lanczos_task task = {BASIS, MOST_PRODUCTS, 1, TOLERANCE, NULL, NULL, NULL, NULL};
    matrix_extremes got = {NAN, NAN, NAN, 0, 0};
    tepui_stream stream = addressed(f, TEPUI_FOR_LANCZOS, LANCZOS_OF_PATHS);
    tepui_draw_normal(&stream, s->lanczos, s->n);
    const tepui_status st = matrix_lanczos(multiply, &o, s->n, &task, &got, s->lanczos);
    const int good = st == TEPUI_OK && got.bound <= ACCEPTED * fmax(fabs(got.low), fabs(got.high));
    const double ln_unit = o.e == INT64_MIN ? 0 : (double)o.e * SCALED_LN2;
    double end[2] = {got.low, got.high};
    spectrum_flush(end, 2, s->n);
    out[0] = good ? ln_or_zero(-end[0], ln_unit) : NAN;
    out[1] = good ? ln_or_zero(end[1], ln_unit) : NAN;
}

static double ln_spread(void *arg)
{
    double end[2];
    ends(arg, NULL, end);
    return fmax(end[0], end[1]);
}

/* --- one step */

/* Distinct points by Floyd's algorithm, one word each. */
static void draw_minibatch(tepui_follower *f)
{
    net_state *s = f->state;
    const size_t n = f->cell->points, m = f->d->batch;
    uint64_t *word = (uint64_t *)(void *)s->chosen;
    tepui_stream stream = addressed(f, TEPUI_FOR_MINIBATCH, s->run.t);
    tepui_draw_words(&stream, word, m);
    memset(s->share, 0, n * sizeof *s->share);
    for (size_t k = 0, j = n - m; k < m; k++, j++) {
        const size_t i = (size_t)(((unsigned __int128)word[k] * (j + 1)) >> 64);
        s->share[s->share[i] > 0 ? j : i] = (double)n / (double)m;
    }
}

/* Gradients are those of rows of the data set. */
static int is_fresh(const tepui_follower *f)
{
    return f->optimizer->minibatch && f->d->from_data;
}

/* Gradients are those of some of the points. */
static int is_part(const tepui_follower *f)
{
    return f->optimizer->minibatch && !f->d->from_data && f->d->batch > 0 && f->d->batch < f->cell->points;
}

static int has_minibatch(const tepui_follower *f)
{
    return is_fresh(f) || is_part(f);
}

static void take_row(tepui_follower *f, size_t p, size_t row)
{
    tepui_network *net = f->net;
    const size_t d = f->cell->inputs, q = f->cell->outputs;
    tepui_dataset_row(f->cell->data, row, net->x + p * d);
    memcpy(net->y + p * q, f->cell->data->y + row * q, q * sizeof *net->y);
}

static void take_own_points(tepui_follower *f)
{
    const net_state *s = f->state;
    memcpy(f->net->x, s->x0, f->cell->points * f->cell->inputs * sizeof *s->x0);
    memcpy(f->net->y, s->y0, f->cell->points * f->cell->outputs * sizeof *s->y0);
    network_take_points(f->net);
}

static int is_among(const uint64_t *row, size_t n, uint64_t i)
{
    while (n > 0 && row[n - 1] != i) n--;
    return n > 0;
}

/* Distinct rows that are not held out, as in draw_minibatch(). */
static void take_fresh_points(tepui_follower *f)
{
    net_state *s = f->state;
    const tepui_dataset *data = f->cell->data;
    const size_t m = f->cell->points, n = data->rows - data->spec.held_out;
    uint64_t *row = (uint64_t *)(void *)s->chosen;
    tepui_stream stream = addressed(f, TEPUI_FOR_MINIBATCH, s->run.t);
    tepui_draw_words(&stream, row, m);
    for (size_t k = 0, j = n - m; k < m; k++, j++) {
        const uint64_t i = (uint64_t)(((unsigned __int128)row[k] * (j + 1)) >> 64);
        row[k] = is_among(row, k, i) ? j : i;
        take_row(f, k, (size_t)row[k]);
    }
    network_take_points(f->net);
}

/* Loss, and the gradient in the trajectory's unit, to which the states are brought. Returns its norm in that unit. */
static tepui_status gradient(tepui_follower *f, int minibatch, double *norm)
{
    net_state *s = f->state;
    tepui_network *net = f->net;
    int64_t e;
    net->share = minibatch && is_part(f) ? s->share : NULL;
    const tepui_status st = network_again(net, s->g, &e);
    net->share = NULL;
    if (st != TEPUI_OK) return st;
    *norm = sqrt(net->kernel->sumsq(s->g, s->n));
    if (*norm == 0 || !isfinite(*norm)) return TEPUI_OK;
    const int64_t unit = path_unit_for(f, s->state, s->padded, 1, s->unit, e + ilogb(*norm));
    if (unit != e) net->kernel->scale(s->g, scaled_shift(1.0, e - unit), s->n);
    *norm = scaled_shift(*norm, e - unit);
    for (size_t k = 0; k < f->optimizer->states; k++)
        path_rescale(s->state[k], s->padded, 1, f->optimizer->degree[k], s->unit, unit);
    s->unit = unit;
    return TEPUI_OK;
}

/* The gradient that the optimizer takes; afterwards the points are the sample's again. */
static tepui_status minibatch_gradient(tepui_follower *f, double *norm)
{
    if (!is_fresh(f)) return gradient(f, 1, norm);
    take_fresh_points(f);
    const tepui_status st = gradient(f, 1, norm);
    take_own_points(f);
    return st;
}

/* Uniform in the unit ball. */
static void draw_noise(tepui_follower *f)
{
    net_state *s = f->state;
    tepui_stream stream = addressed(f, TEPUI_FOR_PERTURBATION, s->run.t);
    double u;
    tepui_draw_normal(&stream, s->noise, s->n);
    tepui_draw_uniform(&stream, &u, 1);
    f->net->kernel->scale(s->noise, elementary_pow(u, 1 / (double)s->n) / sqrt(f->net->kernel->sumsq(s->noise, s->n)),
                          s->n);
}

static void fill(double lane[TEPUI_LANES], double x)
{
    for (size_t j = 0; j < TEPUI_LANES; j++) lane[j] = x;
}

/* theta_t to theta_{t+1}; and the metric of that step where it is wanted. */
static void move(tepui_follower *f, double norm, int with_metric)
{
    net_state *s = f->state;
    double rate[TEPUI_LANES], unit[TEPUI_LANES], norms[TEPUI_LANES], count[TEPUI_LANES];
    tepui_step step = {.param = f->d->optimizer.value,
                       .n = s->padded,
                       .rate = rate,
                       .unit = unit,
                       .norm = norms,
                       .count = count,
                       .theta = s->theta,
                       .g = s->g,
                       .noise = s->noise};
    fill(rate, path_rate(f, &s->run));
    fill(unit, scaled_shift(1.0, s->unit));
    fill(norms, norm);
    fill(count, (double)s->run.t + 1);
    for (size_t k = 0; k < TEPUI_MOST_SCALARS; k++) step.scalar[k] = s->scalar[k];
    for (size_t k = 0; k < TEPUI_MOST_STATES; k++) step.state[k] = s->state[k];
    if (f->optimizer->needs_noise) draw_noise(f);
    f->optimizer->update(&step);
    if (with_metric && f->optimizer->metric) f->optimizer->metric(&step, s->metric);
}

/* --- records */

static size_t largest(const double *x, size_t n)
{
    size_t k = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[k]) k = i;
    return k;
}

/* Of the first n points, those whose class has the largest output. */
static size_t count_right(const tepui_follower *f, size_t n)
{
    const tepui_network *net = f->net;
    const size_t q = f->cell->outputs;
    size_t right = 0;
    for (size_t p = 0; p < n; p++) {
        for (size_t k = 0; k < q; k++) net->residual[k] = network_output(net, p, k);
        right += largest(net->residual, q) == largest(net->y + p * q, q);
    }
    return right;
}

/* Of the rows held out, as many at a time as there are points. */
static tepui_status accuracy(tepui_follower *f, double *share)
{
    const tepui_dataset *data = f->cell->data;
    const size_t held = data->spec.held_out, most = f->cell->points;
    size_t right = 0;
    tepui_status st = TEPUI_OK;
    for (size_t done = 0, n; st == TEPUI_OK && done < held; done += n) {
        n = held - done < most ? held - done : most;
        for (size_t p = 0; p < n; p++) take_row(f, p, data->rows - held + done + p);
        network_take_points(f->net);
        st = network_outputs_again(f->net);
        right += count_right(f, n);
    }
    take_own_points(f);
    *share = (double)right / (double)held;
    return st;
}

/* Loss, gradient and curvature at theta_t. */
static tepui_status record(tepui_follower *f, double *out)
{
    net_state *s = f->state;
    double norm;
    tepui_status st = is_part(f) ? gradient(f, 0, &norm) : TEPUI_OK;
    if (st != TEPUI_OK) return st;
    if (!is_part(f)) norm = sqrt(f->net->kernel->sumsq(s->g, s->n));
    s->ln_full = ln_or_zero(norm, (double)s->unit * SCALED_LN2);
    out[TEPUI_PATH_LOSS] = ln_or_zero(f->net->loss, 0);
    out[TEPUI_PATH_GRADIENT] = s->ln_full;
    if (f->needs & TEPUI_NEEDS_PATH_CURVATURE) ends(f, NULL, out + TEPUI_PATH_MIN);
    if (f->needs & TEPUI_NEEDS_PATH_ACCURACY && !s->interrupted) st = accuracy(f, out + TEPUI_PATH_ACCURACY);
    return s->interrupted ? TEPUI_TRY_AGAIN : st;
}

/* D^(-1/2) H(theta_t) D^(-1/2), theta being at theta_{t+1}: it is put back for that. Coordinates with D = 0 do not
   move. */
static tepui_status record_metric(tepui_follower *f, double *out)
{
    net_state *s = f->state;
    double norm, ln_metric = f->optimizer->metric ? (double)(f->optimizer->metric_degree * s->unit) * SCALED_LN2 : 0;
    for (size_t i = 0; i < s->padded; i++) {
        const double d = f->optimizer->metric ? s->metric[i] : 1, there = s->theta[i];
        s->metric[i] = d > 0 ? 1 / sqrt(d) : 0;
        s->theta[i] = s->before[i];
        s->before[i] = there;
    }
    const tepui_status st = gradient(f, 0, &norm);
    const tepui_poll poll = s->poll;
    s->poll = NULL; /* the step has been made: there is no way back */
    if (st == TEPUI_OK) ends(f, s->metric, out + TEPUI_PATH_METRIC_MIN);
    s->poll = poll;
    memcpy(s->theta, s->before, s->padded * sizeof *s->theta);
    for (int k = 0; k < 2; k++) out[TEPUI_PATH_METRIC_MIN + k] -= ln_metric;
    return st;
}

/* The step that follows, and what it tells. */
static tepui_status record_step(tepui_follower *f, double norm, double *out)
{
    net_state *s = f->state;
    double square = 0;
    const int metric = (f->needs & TEPUI_NEEDS_PATH_METRIC) != 0;
    memcpy(s->before, s->theta, s->padded * sizeof *s->before);
    move(f, norm, metric);
    for (size_t i = 0; i < s->n; i++) square += (s->theta[i] - s->before[i]) * (s->theta[i] - s->before[i]);
    out[TEPUI_PATH_STEP] = square > 0 ? 0.5 * elementary_log(square) - s->ln_full : -INFINITY;
    return metric ? record_metric(f, out) : TEPUI_OK;
}

/* --- a trajectory */

static double output(const tepui_network *net, size_t i)
{
    return network_output(net, i / net->cell->outputs, i % net->cell->outputs);
}

static double distance(const tepui_follower *f)
{
    const net_state *s = f->state;
    double sum = 0;
    for (size_t i = 0; i < f->cell->points * f->cell->outputs; i++)
        sum += (output(f->net, i) - s->f0[i]) * (output(f->net, i) - s->f0[i]);
    return sqrt(sum / (double)f->cell->points);
}

/* Loss where the output is 0. */
static double plateau(const tepui_follower *f)
{
    const net_state *s = f->state;
    tepui_network *net = f->net;
    const tepui_loss_type *loss = f->cell->loss.type;
    const size_t q = f->cell->outputs, n = f->cell->points;
    double sum = 0;
    for (size_t p = 0; p < n; p++) {
        memset(net->residual, 0, q * sizeof *net->residual);
        sum += loss->value(net->residual, net->y + p * q, net->out_dir, q, s->unused) / (double)n;
    }
    return sum;
}

/* Draws the sample of the trajectory under way. */
static tepui_status draw(tepui_follower *f)
{
    net_state *s = f->state;
    size_t count;
    f->net->stop = NULL;
    f->net->sample = f->first + s->next;
    const tepui_status st = network_draw_sample(f->net);
    if (st != TEPUI_OK) return st;
    s->theta = network_open(f->net, &count);
    if (swaps_points(f)) {
        memcpy(s->x0, f->net->x, f->cell->points * f->cell->inputs * sizeof *s->x0);
        memcpy(s->y0, f->net->y, f->cell->points * f->cell->outputs * sizeof *s->y0);
    }
    return count == s->n ? TEPUI_OK : TEPUI_FAILED;
}

static tepui_status start(tepui_follower *f)
{
    net_state *s = f->state;
    const tepui_status st = draw(f);
    if (st != TEPUI_OK) return st;
    for (size_t i = 0; i < f->cell->points * f->cell->outputs; i++) s->f0[i] = output(f->net, i);
    for (size_t k = 0; k < f->optimizer->states; k++) memset(s->state[k], 0, s->padded * sizeof(double));
    memset(s->scalar, 0, sizeof s->scalar);
    memset(s->g, 0, s->padded * sizeof *s->g);
    s->unit = 0;
    s->active = 1;
    path_begin(f, &s->run, s->next);
    s->run.plateau = plateau(f);
    return TEPUI_OK;
}

/* No gradient at the start, and nothing else that could move it: a dead net stays where it is for ever. */
static int is_dead(const tepui_follower *f, double norm)
{
    const net_state *s = f->state;
    const int moved = f->optimizer->needs_noise || f->optimizer->decays || has_minibatch(f);
    return s->run.t == 0 && norm == 0 && !moved;
}

/* One step t; *over when it was the last. Interrupted, nothing has changed. */
static tepui_status advance(tepui_follower *f, int *over)
{
    net_state *s = f->state;
    const path_run here = s->run;
    double norm;
    tepui_status st;
    *over = 0;
    s->interrupted = 0;
    if (is_part(f)) draw_minibatch(f);
    TEPUI_TRY(gradient(f, is_part(f), &norm));
    const double loss = f->net->loss;
    const int diverged = path_look(f, &s->run, loss, distance(f), isfinite(loss) && isfinite(norm), ln_spread, f);
    double *out = diverged || s->interrupted ? NULL : path_record(f, &s->run);
    if (out) st = record(f, out);
    if (s->interrupted) {
        s->run = here;
        return TEPUI_TRY_AGAIN;
    }
    TEPUI_TRY(st);
    if (is_fresh(f) || (out && is_part(f))) TEPUI_TRY(minibatch_gradient(f, &norm));
    *over = diverged || path_over(f, &s->run);
    if (out)
        TEPUI_TRY(record_step(f, norm, out));
    else if (!*over)
        move(f, norm, 0);
    if (!*over && is_dead(f, norm)) {
        path_rest(f, &s->run);
        *over = 1;
    }
    f->made++;
    if (!*over) s->run.t++;
done:
    return st;
}

/* One step is made whatever poll says, so that pauses however frequent do not bring a run to a halt. */
static tepui_status go(tepui_follower *f, tepui_poll poll, void *arg)
{
    net_state *s = f->state;
    s->poll = NULL;
    s->arg = arg;
    while (s->next < f->count) {
        int over = 0;
        if (s->poll && s->poll(arg)) return TEPUI_TRY_AGAIN;
        tepui_status st = s->active ? TEPUI_OK : start(f);
        if (st == TEPUI_OK) st = advance(f, &over);
        if (st != TEPUI_OK) return st;
        s->poll = poll;
        if (!over) continue;
        s->active = 0;
        s->next++;
    }
    return TEPUI_OK;
}

static void begin(tepui_follower *f)
{
    net_state *s = f->state;
    s->next = 0;
    s->active = 0;
}

/* --- saving */

typedef struct {
    path_run run;
    uint64_t next, active;
    int64_t unit;
    double scalar[TEPUI_MOST_SCALARS][TEPUI_LANES];
} saved_head;

/* The arrays of a trajectory under way, one after another. */
static size_t arrays(const tepui_follower *f, double *part[TEPUI_MOST_STATES + 2], size_t size[TEPUI_MOST_STATES + 2])
{
    const net_state *s = f->state;
    size_t n = 0;
    part[n] = s->theta;
    size[n++] = s->padded * sizeof(double);
    part[n] = s->f0;
    size[n++] = f->cell->points * f->cell->outputs * sizeof(double);
    for (size_t k = 0; k < f->optimizer->states; k++) {
        part[n] = s->state[k];
        size[n++] = s->padded * sizeof(double);
    }
    return n;
}

static size_t save(const tepui_follower *f, void *bytes)
{
    const net_state *s = f->state;
    double *part[TEPUI_MOST_STATES + 2];
    size_t size[TEPUI_MOST_STATES + 2], at = sizeof(saved_head);
    saved_head head;
    memset(&head, 0, sizeof head);
    head.next = s->next;
    head.active = (uint64_t)s->active;
    head.unit = s->unit;
    head.run = s->run;
    memcpy(head.scalar, s->scalar, sizeof head.scalar);
    if (bytes) memcpy(bytes, &head, sizeof head);
    const size_t n = s->active ? arrays(f, part, size) : 0;
    for (size_t k = 0; k < n; at += size[k++])
        if (bytes) memcpy((char *)bytes + at, part[k], size[k]);
    return at;
}

static tepui_status take_up(tepui_follower *f, const char *from, size_t left)
{
    double *part[TEPUI_MOST_STATES + 2];
    size_t size[TEPUI_MOST_STATES + 2];
    const tepui_status st = draw(f);
    if (st != TEPUI_OK) return st;
    const size_t n = arrays(f, part, size);
    for (size_t k = 0; k < n; from += size[k], left -= size[k++]) {
        if (size[k] > left) return TEPUI_BAD_INPUT;
        memcpy(part[k], from, size[k]);
    }
    return left == 0 ? TEPUI_OK : TEPUI_BAD_INPUT;
}

/* Whether a trajectory can be where a head says; then nothing is written or read outside the tables. */
static int is_sound(const tepui_follower *f, const saved_head *h)
{
    const path_run *r = &h->run;
    if (!h->active) return h->next <= f->count;
    return h->active == 1 && h->next < f->count && r->index == h->next && r->t <= f->d->steps &&
           r->record <= f->table.records;
}

static tepui_status resume(tepui_follower *f, const void *bytes, size_t size)
{
    net_state *s = f->state;
    saved_head head;
    if (size < sizeof head) return TEPUI_BAD_INPUT;
    memcpy(&head, bytes, sizeof head);
    if (!is_sound(f, &head) || (!head.active && size > sizeof head)) return TEPUI_BAD_INPUT;
    s->next = head.next;
    s->active = head.active != 0;
    s->unit = head.unit;
    s->run = head.run;
    memcpy(s->scalar, head.scalar, sizeof head.scalar);
    memset(s->g, 0, s->padded * sizeof *s->g);
    return s->active ? take_up(f, (const char *)bytes + sizeof head, size - sizeof head) : TEPUI_OK;
}

const follow_engine follow_net = {alloc, begin, go, save, resume};

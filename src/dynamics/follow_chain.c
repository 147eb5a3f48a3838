/* follow_chain.c -- trajectories of chains of scalar weights, f = w_K s_K ... w_1 s_1 x, eight side by side in every
   group and as many groups as fit the caches.

   The operations of a trajectory are its lane's alone, so its bits do not depend on its lane or on its neighbours. A
   lane whose trajectory has ended takes the next sample of the run; when there are none left, the trajectories move
   together and groups fall away. A step is a pass over the weights forwards and one backwards (kernel/chain.h). What
   happens only at some steps, records, looks at the curvature, the last step, is foreseen: until then a step costs no
   more than a glance at loss and escape.

   Gradients are written in units of 2^E, E by path_unit() from the exponent of (f - y) f. Gradient descent does not
   need them: it subtracts them where they arise. Noise is drawn from the addressed generator whatever generator drew
   the weights: stream (sample, perturbation, step), K normals over their norm times U^(1/K). */
#include "chain.h"
#include <base/elementary.h>
#include <optimizer/update.h>
#include <string.h>
#include <tepui/schedule.h>

#define WEIGHTS_CLOSE 1024u /* weights of a lane in all groups together that stay in the caches */
#define GROUPS 4u
#define ZERO_EXPONENT (-1e15) /* exponent of 0 */
#define POLL_NS 1e6
#define PLAIN_MOST 512u /* weights; the products of more do not stay near 1 */

/* --- memory */

static void lay_out_group(const tepui_follower *f, chain_group *q, size_t rows, network_arena *a)
{
    const tepui_optimizer_type *o = f->optimizer;
    const tepui_activation_type *phi = f->cell->activation.type;
    double slope[4];
    phi->slopes(f->cell->activation.value, slope);
    const int bent = slope[0] != 1 || slope[1] != 1;
    double *w = network_take(a, rows, CHAIN_LANES * sizeof *w), *g = network_take(a, rows, CHAIN_LANES * sizeof *g);
    double *m = network_take(a, rows + CHAIN_LANES, sizeof *m), *e = network_take(a, rows + CHAIN_LANES, sizeof *e);
    double *s = network_take(a, bent ? rows : 0, CHAIN_LANES * sizeof *s), *state[TEPUI_MOST_STATES];
    for (size_t i = 0; i < o->states; i++) state[i] = network_take(a, rows, CHAIN_LANES * sizeof **state);
    double *noise = network_take(a, o->needs_noise ? rows : 0, CHAIN_LANES * sizeof *noise);
    if (!q) return;
    q->c = (tepui_chains){.n = rows, .w = w, .slope = bent ? s : NULL, .m = m, .e = e};
    q->g = g;
    q->noise = noise;
    for (size_t i = 0; i < o->states; i++) q->state[i] = state[i];
}

static size_t groups_for(const tepui_follower *f, size_t rows)
{
    const size_t lanes = (f->table.samples + CHAIN_LANES - 1) / CHAIN_LANES;
    size_t n = GROUPS;
    while (n > 1 && (n * rows > WEIGHTS_CLOSE || n > lanes)) n /= 2;
    return n;
}

/* ns of a step of a weight, about */
static double cost_of(const tepui_follower *f, const chain_state *s)
{
    return (s->fused ? 0.3 : 3) + (f->optimizer->needs_noise ? 5 : 0);
}

static void set_constants(const tepui_follower *f, chain_state *s)
{
    const tepui_activation_type *phi = f->cell->activation.type;
    double slope[4];
    phi->slopes(f->cell->activation.value, slope);
    s->below = slope[0];
    s->above = slope[1];
    s->fused = f->optimizer->is_gradient;
    s->sinking = f->escape->is_loss;
    s->flat = ((const tepui_schedule_type *)f->d->schedule.type)->is_constant;
    s->cost = cost_of(f, s);
}

static void *alloc(tepui_follower *f, network_arena *a)
{
    const size_t K = f->cell->depth + (f->cell->readout == TEPUI_READOUT_DENSE), rows = (K + 7) / 8 * 8;
    const size_t all = rows * CHAIN_LANES, groups = groups_for(f, rows);
    const size_t recorded = f->table.records ? all : 0;
    chain_state *s = network_take(a, 1, sizeof *s), part;
    chain_group *group = network_take(a, groups, sizeof *group);
    for (size_t i = 0; i < groups; i++) lay_out_group(f, group ? &group[i] : NULL, rows, a);
    part.row = network_take(a, K + 2 * TEPUI_BATCH, sizeof(double));
    part.before = network_take(a, recorded, sizeof(double));
    part.divisor = network_take(a, recorded, sizeof(double));
    part.u = network_take(a, 3 * K, sizeof(double));
    if (!s) return NULL;
    *s = (chain_state){.K = K, .rows = rows, .groups = groups, .group = group, .row = part.row, .before = part.before};
    s->divisor = part.divisor;
    s->u = part.u;
    s->secular = part.u + K;
    set_constants(f, s);
    return s;
}

/* --- lanes */

/* x = m 2^e, m in [1, 2) */
static double split_exponent(double x, double *e)
{
    int k;
    const double m = 2 * frexp(x, &k);
    *e = m != 0 && isfinite(m) ? k - 1 : ZERO_EXPONENT;
    return m;
}

/* A lane without a trajectory: f = 1, y = 2, at rate 0. */
static void idle(chain_state *s, chain_group *q, size_t j)
{
    for (size_t k = 0; k < s->rows; k++) q->c.w[k * CHAIN_LANES + j] = 1;
    for (size_t k = 0; q->c.slope && k < s->rows; k++) q->c.slope[k * CHAIN_LANES + j] = 1;
    q->c.m[j] = q->c.y[j] = q->c.y_exponent[j] = q->unit[j] = q->count[j] = 1;
    q->c.e[j] = q->c.start[j] = q->rate[j] = q->exponent[j] = 0;
    q->c.floor[j] = -1;
    q->c.ceiling[j] = INFINITY;
    q->busy[j] = q->waits[j] = q->ended[j] = 0;
    q->record[j] = NULL;
}

static void forget(const tepui_follower *f, chain_state *s, chain_group *q, size_t j)
{
    for (size_t i = 0; i < f->optimizer->states; i++)
        for (size_t k = 0; k < s->rows; k++) q->state[i][k * CHAIN_LANES + j] = 0;
    for (size_t i = 0; i < TEPUI_MOST_SCALARS; i++) q->scalar[i][j] = 0;
}

/* The next sample of the run, if there is one. */
static tepui_status fill(tepui_follower *f, chain_group *q, size_t j)
{
    chain_state *s = f->state;
    idle(s, q, j);
    forget(f, s, q, j);
    if (s->next == f->count) return TEPUI_OK;
    f->net->sample = f->first + s->next;
    tepui_status st = network_draw_sample(f->net);
    for (size_t k = 0; st == TEPUI_OK && k < s->K; k++)
        st = tepui_network_weights(f->net, k + 1, &q->c.w[k * CHAIN_LANES + j]);
    if (st != TEPUI_OK) return st;
    q->c.m[j] = split_exponent(f->net->x[0], &q->c.e[j]);
    q->c.y[j] = split_exponent(f->net->y[0], &q->c.y_exponent[j]);
    path_begin(f, &q->run[j], s->next++);
    q->run[j].plateau = 0.5 * f->net->y[0] * f->net->y[0];
    q->busy[j] = q->waits[j] = 1;
    q->quiet = 0;
    return st;
}

static tepui_status fill_all(tepui_follower *f)
{
    chain_state *s = f->state;
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; i < s->used * CHAIN_LANES && s->next < f->count && st == TEPUI_OK; i++) {
        chain_group *q = &s->group[i / CHAIN_LANES];
        if (!q->busy[i % CHAIN_LANES]) st = fill(f, q, i % CHAIN_LANES);
    }
    return st;
}

static void empty(tepui_follower *f, size_t trajectories)
{
    chain_state *s = f->state;
    const size_t wanted = (trajectories + CHAIN_LANES - 1) / CHAIN_LANES;
    s->used = wanted < s->groups ? wanted : s->groups;
    s->work = 0;
    s->loose = 1;
    for (size_t i = 0; i < s->groups * CHAIN_LANES; i++) idle(s, &s->group[i / CHAIN_LANES], i % CHAIN_LANES);
    for (size_t i = 0; i < s->groups; i++) s->group[i].pending = s->group[i].quiet = 0;
}

static void begin(tepui_follower *f)
{
    ((chain_state *)f->state)->next = 0;
    empty(f, f->count);
}

static size_t busy(const chain_state *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->used * CHAIN_LANES; i++) n += s->group[i / CHAIN_LANES].busy[i % CHAIN_LANES] != 0;
    return n;
}

/* Steps that were only counted so far. */
static void catch_up(tepui_follower *f, chain_group *q)
{
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        q->run[j].t += q->busy[j] ? q->pending : 0;
        f->made += q->busy[j] ? q->pending : 0;
    }
    q->pending = 0;
}

static void catch_up_all(tepui_follower *f)
{
    const chain_state *s = f->state;
    for (size_t i = 0; i < s->used; i++) catch_up(f, &s->group[i]);
}

/* --- saving and moving: a lane as a row of doubles behind its run */

enum { LANE_M, LANE_E, LANE_Y, LANE_Y_EXPONENT, LANE_START, LANE_EXPONENT, LANE_SCALARS };
#define LANE_HEAD (LANE_SCALARS + TEPUI_MOST_SCALARS)

static double *head_at(chain_group *q, size_t i, size_t j)
{
    double *const at[LANE_SCALARS] = {q->c.m, q->c.e, q->c.y, q->c.y_exponent, q->c.start, q->exponent};
    return i < LANE_SCALARS ? &at[i][j] : &q->scalar[i - LANE_SCALARS][j];
}

static size_t lane_size(const tepui_follower *f)
{
    const chain_state *s = f->state;
    return sizeof(path_run) + (LANE_HEAD + s->K * (1 + f->optimizer->states)) * sizeof(double);
}

/* Number i of what a lane keeps. */
static double *lane_at(const chain_state *s, chain_group *q, size_t i, size_t j)
{
    if (i < LANE_HEAD) return head_at(q, i, j);
    const size_t array = (i - LANE_HEAD) / s->K, k = (i - LANE_HEAD) % s->K;
    return (array ? q->state[array - 1] : q->c.w) + k * CHAIN_LANES + j;
}

static void lane_out(const tepui_follower *f, chain_group *q, size_t j, char *to)
{
    const size_t n = (lane_size(f) - sizeof(path_run)) / sizeof(double);
    path_run r = q->run[j];
    r.t += q->pending;
    memcpy(to, &r, sizeof r);
    for (size_t i = 0; i < n; i++)
        memcpy(to + sizeof r + i * sizeof(double), lane_at(f->state, q, i, j), sizeof(double));
}

/* What the kernel holds to be out of bounds is a little more than what path_look() does: it decides. */
static void arm(const tepui_follower *f, chain_group *q, size_t j)
{
    const int sinking = ((const chain_state *)f->state)->sinking;
    const int waits = !(f->table.escape[q->run[j].index] < INFINITY);
    q->plateau[j] = q->run[j].plateau;
    q->c.ceiling[j] = f->d->divergence * q->run[j].reference * (1 - 0x1p-40);
    q->c.floor[j] = waits && sinking ? f->d->escape.value[0] * q->plateau[j] * (1 + 0x1p-40) : -1;
    q->waits[j] = waits && !sinking;
}

/* What follows from the rest of a lane that has been brought here. */
static void wake(const tepui_follower *f, chain_group *q, size_t j)
{
    q->unit[j] = scaled_shift(1, (int64_t)q->exponent[j]);
    q->busy[j] = 1;
    q->quiet = 0;
    arm(f, q, j);
}

static int lane_in(const tepui_follower *f, chain_group *q, size_t j, const char *from)
{
    const size_t n = (lane_size(f) - sizeof(path_run)) / sizeof(double);
    memcpy(&q->run[j], from, sizeof(path_run));
    if (q->run[j].index >= f->count || q->run[j].t > f->d->steps) return 0;
    for (size_t i = 0; i < n; i++)
        memcpy(lane_at(f->state, q, i, j), from + sizeof(path_run) + i * sizeof(double), sizeof(double));
    wake(f, q, j);
    return 1;
}

static size_t save(const tepui_follower *f, void *bytes)
{
    const chain_state *s = f->state;
    const uint64_t head[3] = {s->K, busy(s), s->next};
    size_t at = sizeof head;
    if (bytes) memcpy(bytes, head, sizeof head);
    for (size_t i = 0; i < s->used * CHAIN_LANES; i++) {
        chain_group *q = &s->group[i / CHAIN_LANES];
        if (!q->busy[i % CHAIN_LANES]) continue;
        if (bytes) lane_out(f, q, i % CHAIN_LANES, (char *)bytes + at);
        at += lane_size(f);
    }
    return at;
}

static tepui_status resume(tepui_follower *f, const void *bytes, size_t size)
{
    chain_state *s = f->state;
    const char *from = bytes;
    uint64_t head[3];
    if (size < sizeof head) return TEPUI_BAD_INPUT;
    memcpy(head, from, sizeof head);
    if (head[0] != s->K || head[1] > s->groups * CHAIN_LANES || head[2] > f->count || head[1] > head[2])
        return TEPUI_BAD_INPUT;
    if (size != sizeof head + head[1] * lane_size(f)) return TEPUI_BAD_INPUT;
    s->next = head[2];
    empty(f, head[1] + (f->count - s->next));
    for (size_t i = 0; i < head[1]; i++) {
        chain_group *q = &s->group[i / CHAIN_LANES];
        forget(f, s, q, i % CHAIN_LANES);
        if (!lane_in(f, q, i % CHAIN_LANES, from + sizeof head + i * lane_size(f))) return TEPUI_BAD_INPUT;
    }
    return TEPUI_OK;
}

static void move(tepui_follower *f, chain_group *from, size_t i, chain_group *to, size_t j)
{
    const chain_state *s = f->state;
    const size_t n = (lane_size(f) - sizeof(path_run)) / sizeof(double);
    catch_up(f, from);
    catch_up(f, to);
    to->run[j] = from->run[i];
    for (size_t k = 0; k < n; k++) *lane_at(s, to, k, j) = *lane_at(s, from, k, i);
    wake(f, to, j);
    from->busy[i] = from->waits[i] = 0;
}

/* Without samples to come: the lanes of the last group into what is free in the others, and the group falls away. */
static void compact(tepui_follower *f)
{
    chain_state *s = f->state;
    size_t hole = 0;
    s->loose = 0;
    while (s->used > 0 && busy(s) <= (s->used - 1) * CHAIN_LANES) {
        chain_group *last = &s->group[s->used - 1];
        for (size_t i = 0; i < CHAIN_LANES; i++) {
            if (!last->busy[i]) continue;
            while (s->group[hole / CHAIN_LANES].busy[hole % CHAIN_LANES]) hole++;
            move(f, last, i, &s->group[hole / CHAIN_LANES], hole % CHAIN_LANES);
        }
        s->used--;
    }
}

/* --- looking */

/* Whether a trajectory may have diverged or just escaped. */
static int notable(const tepui_follower *f, const chain_group *q)
{
    if (q->c.outside) return 1;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        if (!q->waits[j]) continue;
        const tepui_escape_view v = {q->c.loss[j], q->plateau[j], q->c.distance[j], NAN};
        if (f->escape->reached(&v, f->d->escape.value)) return 1;
    }
    return 0;
}

typedef struct {
    const tepui_follower *f;
    const chain_group *q;
    size_t lane;
} spread_of;

static double ln_spread(void *arg)
{
    const spread_of *of = arg;
    return chain_ln_spread(of->f, of->q, of->lane);
}

static void look(tepui_follower *f, chain_group *q, size_t j)
{
    path_run *r = &q->run[j];
    spread_of of = {f, q, j};
    if (r->t == 0) {
        q->c.start[j] = q->c.f[j];
        q->c.distance[j] = 0;
    }
    q->ended[j] = path_look(f, r, q->c.loss[j], q->c.distance[j], isfinite(q->c.m[q->c.n + j]), ln_spread, &of);
    arm(f, q, j);
    if (q->ended[j]) return;
    q->record[j] = path_record(f, r);
    q->ended[j] = path_over(f, r);
}

/* Steps after this one that bring neither a record nor a look nor the end. */
static uint64_t quiet_after(const tepui_follower *f, const chain_group *q, size_t j)
{
    const path_run *r = &q->run[j];
    uint64_t next = f->d->steps;
    if (r->record < f->table.records && f->step[r->record] < next) next = f->step[r->record];
    if (f->escape->needs_curvature && q->waits[j] && r->look < next) next = r->look;
    return next > r->t + 1 ? next - r->t - 1 : 0;
}

/* Whether steps until the next look may be made without any: the kernel sees what ends them. */
static int may_fuse(const tepui_follower *f, const chain_group *q)
{
    const chain_state *s = f->state;
    int fit = s->fused && s->flat && q->c.n <= PLAIN_MOST;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        fit &= !q->waits[j] && fabs(q->c.e[j]) <= TEPUI_CHAIN_PLAIN;
        fit &= q->c.y[j] == 0 || fabs(q->c.y_exponent[j]) <= TEPUI_CHAIN_PLAIN;
    }
    return fit;
}

static void look_at_all(tepui_follower *f, chain_group *q)
{
    catch_up(f, q);
    q->quiet = UINT64_MAX;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        if (!q->busy[j]) continue;
        look(f, q, j);
        const uint64_t n = q->ended[j] ? UINT64_MAX : quiet_after(f, q, j);
        if (n < q->quiet) q->quiet = n;
    }
    q->fused = may_fuse(f, q);
}

/* --- steps */

static void set_rates(const tepui_follower *f, chain_group *q)
{
    uint64_t last = UINT64_MAX;
    double rate = f->d->rate;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        path_run r = q->run[j];
        r.t += q->pending;
        if (!q->busy[j]) continue;
        if (r.t != last) rate = path_rate(f, &r);
        last = r.t;
        q->rate[j] = rate;
    }
}

/* The exponent of a gradient where f = 0: 0 with a slope of 0 or two weights of 0, else that of the product of all but
   the one. */
static double exponent_at_zero(const chain_state *s, const chain_group *q, size_t j)
{
    double e = q->c.r_exponent[j] + (q->c.m[j] == 0 ? ZERO_EXPONENT : q->c.e[j]);
    size_t zeros = 0;
    for (size_t k = 0; k < s->K; k++) {
        const double v = q->c.w[k * CHAIN_LANES + j], a = q->c.slope ? q->c.slope[k * CHAIN_LANES + j] : 1;
        if (v == 0) zeros++;
        if (a == 0 || zeros > 1) return ZERO_EXPONENT;
        if (v != 0) e += ilogb(v) + ilogb(a);
    }
    return e;
}

/* That of the gradient as it is, about; NAN where there is none to speak of. */
static double exponent_now(const chain_state *s, const chain_group *q, size_t j)
{
    const double size = q->c.m[q->c.n + j] == 0 ? exponent_at_zero(s, q, j) : q->c.size[j];
    return q->c.r[j] != 0 && fabs(size) < 1e9 ? size : NAN;
}

static void set_unit(const tepui_follower *f, chain_group *q, size_t j)
{
    const chain_state *s = f->state;
    const double size = exponent_now(s, q, j);
    if (isnan(size)) return;
    double *state[TEPUI_MOST_STATES];
    for (size_t i = 0; i < f->optimizer->states; i++) state[i] = q->state[i] + j;
    const int64_t from = (int64_t)q->exponent[j];
    const int64_t to = path_unit_for(f, state, s->K, CHAIN_LANES, from, (int64_t)size);
    if (from == to) return;
    for (size_t i = 0; i < f->optimizer->states; i++)
        path_rescale(q->state[i] + j, s->K, CHAIN_LANES, f->optimizer->degree[i], from, to);
    q->exponent[j] = (double)to;
    q->unit[j] = scaled_shift(1, to);
}

static void set_units(const tepui_follower *f, chain_group *q)
{
    int moving = 0;
    for (size_t j = 0; j < CHAIN_LANES; j++) moving |= !(fabs(q->c.size[j]) < 200 && q->exponent[j] == 0);
    for (size_t j = 0; moving && j < CHAIN_LANES; j++)
        if (q->busy[j]) set_unit(f, q, j);
}

WIDE static void set_norms(const double *g, size_t n, double *norm)
{
    double sum[CHAIN_LANES] = {0};
    for (size_t k = 0; k < n; k += CHAIN_LANES) LANES(j) sum[j] += g[k + j] * g[k + j];
    LANES(j) norm[j] = sqrt(sum[j]);
}

static void draw_noise(const tepui_follower *f, chain_group *q, size_t j)
{
    const chain_state *s = f->state;
    tepui_stream stream;
    double u;
    tepui_stream_sample(&stream, &f->cell->key, f->first + q->run[j].index, NULL);
    tepui_stream_at(&stream, TEPUI_FOR_PERTURBATION, (uint32_t)(q->run[j].t + q->pending));
    tepui_draw_normal(&stream, s->row, s->K);
    tepui_draw_uniform(&stream, &u, 1);
    const double scale = elementary_pow(u, 1 / (double)s->K) / sqrt(f->net->kernel->sumsq(s->row, s->K));
    for (size_t k = 0; k < s->K; k++) q->noise[k * CHAIN_LANES + j] = s->row[k] * scale;
}

static tepui_step step_of(const tepui_follower *f, chain_group *q)
{
    const chain_state *s = f->state;
    tepui_step x = {.param = f->d->optimizer.value, .n = s->K * CHAIN_LANES, .rate = q->rate, .unit = q->unit};
    x.norm = q->norm;
    x.count = q->count;
    x.theta = q->c.w;
    x.g = q->g;
    x.noise = q->noise;
    for (size_t i = 0; i < TEPUI_MOST_SCALARS; i++) x.scalar[i] = q->scalar[i];
    for (size_t i = 0; i < f->optimizer->states; i++) x.state[i] = q->state[i];
    return x;
}

static void gradient(const tepui_follower *f, chain_group *q)
{
    set_units(f, q);
    f->net->kernel->chain_gradient(&q->c, q->exponent, q->g);
}

/* What only fills up stays 1. */
static void fill_up(const chain_state *s, chain_group *q)
{
    for (size_t i = s->K * CHAIN_LANES; i < s->rows * CHAIN_LANES; i++) q->c.w[i] = 1;
}

/* theta -= rate g where g arises. */
static void descend(const tepui_follower *f, chain_group *q)
{
    f->net->kernel->chain_descend(&q->c, q->rate);
    fill_up(f->state, q);
}

static void update(const tepui_follower *f, chain_group *q)
{
    const chain_state *s = f->state;
    if (s->fused) {
        descend(f, q);
        return;
    }
    const tepui_step x = step_of(f, q);
    if (f->optimizer->needs_norm) set_norms(q->g, x.n, q->norm);
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        q->count[j] = (double)(q->run[j].t + q->pending + 1);
        if (q->busy[j] && f->optimizer->needs_noise) draw_noise(f, q, j);
    }
    f->optimizer->update(&x);
}

/* Norms of the gradients, in units of their own: the optimizer's may be that of larger ones before. */
static void keep_gradients(const tepui_follower *f, chain_group *q)
{
    const chain_state *s = f->state;
    double unit[CHAIN_LANES];
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        unit[j] = exponent_now(s, q, j);
        if (isnan(unit[j])) unit[j] = 0;
    }
    f->net->kernel->chain_gradient(&q->c, unit, q->g);
    for (size_t j = 0; j < CHAIN_LANES; j++)
        if (q->record[j]) q->ln_gradient[j] = chain_ln_norm(q->g + j, NULL, s->K) + unit[j] * SCALED_LN2;
}

/* A step of which something is recorded: where it began is kept. */
static void update_recorded(tepui_follower *f, chain_group *q)
{
    chain_state *s = f->state;
    const tepui_step x = step_of(f, q);
    const int divides = f->optimizer->metric && f->needs & TEPUI_NEEDS_PATH_METRIC;
    memcpy(s->before, q->c.w, s->rows * CHAIN_LANES * sizeof(double));
    keep_gradients(f, q);
    if (!s->fused) gradient(f, q);
    update(f, q);
    if (divides) f->optimizer->metric(&x, s->divisor);
    s->metric = divides ? s->divisor : NULL;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        if (q->record[j]) chain_record(f, q, j);
        q->record[j] = NULL;
    }
}

static int any_record(const chain_group *q)
{
    int any = 0;
    for (size_t j = 0; j < CHAIN_LANES; j++) any |= q->record[j] != NULL;
    return any;
}

/* Lanes that have ended start anew; the others have made their step. */
static tepui_status turn_over(tepui_follower *f, chain_group *q)
{
    chain_state *s = f->state;
    tepui_status st = TEPUI_OK;
    q->c.plain = q->c.n <= PLAIN_MOST;
    for (size_t j = 0; j < CHAIN_LANES; j++) {
        if (!q->busy[j]) continue;
        f->made++;
        if (q->ended[j] && st == TEPUI_OK)
            st = fill(f, q, j);
        else
            q->run[j].t++;
        s->loose |= !q->busy[j];
    }
    return st;
}

/* The forward pass has been made. */
static tepui_status step(tepui_follower *f, chain_group *q)
{
    const chain_state *s = f->state;
    const int watched = q->quiet == 0 || notable(f, q);
    if (watched) look_at_all(f, q);
    if (!s->flat || watched) set_rates(f, q);
    if (watched && any_record(q)) {
        update_recorded(f, q);
    } else {
        if (!s->fused) gradient(f, q);
        update(f, q);
    }
    if (watched) return turn_over(f, q);
    q->pending++;
    q->quiet--;
    return TEPUI_OK;
}

/* A step on which nothing happens, if it is one. What the kernel has refused it would refuse again, mostly. */
static int quiet_step(const tepui_follower *f, chain_group *q)
{
    if (!q->fused || q->quiet == 0) return 0;
    q->fused = f->net->kernel->chain_step(&q->c, q->rate);
    if (!q->fused) return 0;
    fill_up(f->state, q);
    q->pending++;
    q->quiet--;
    return 1;
}

static tepui_status step_all(tepui_follower *f)
{
    chain_state *s = f->state;
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; i < s->used && st == TEPUI_OK; i++) {
        chain_group *q = &s->group[i];
        if (q->c.slope) f->net->kernel->chain_slopes(&q->c, f->cell->depth, s->below, s->above);
        if (quiet_step(f, q)) continue;
        f->net->kernel->chain_forward(&q->c);
        st = step(f, q);
    }
    if (s->loose && s->next == f->count) compact(f);
    return st;
}

static tepui_status go(tepui_follower *f, tepui_poll poll, void *arg)
{
    chain_state *s = f->state;
    tepui_status st = fill_all(f);
    while (st == TEPUI_OK && s->used > 0) {
        st = step_all(f);
        s->work += (double)(s->used * s->rows * CHAIN_LANES) * s->cost;
        if (s->work < POLL_NS) continue;
        s->work = 0;
        if (st != TEPUI_OK || s->used == 0 || !poll || !poll(arg)) continue;
        catch_up_all(f);
        return TEPUI_TRY_AGAIN;
    }
    return st;
}

const follow_engine follow_chain = {alloc, begin, go, save, resume};

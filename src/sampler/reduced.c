/* reduced.c -- the laws of norms without matrices: a layer costs a few random numbers at any width.

   Gaussian matrices look the same from every direction, so given a_{l-1} the units z_l are independent N(0, sigma^2 A),
   A = |a_{l-1}|^2. Of the d units K live: all (linear) or Binomial(d, 1/2) (ReLU: the signs are coins, independent of
   the sizes). Then, exactly,
     |a_l|^2 = sigma^2 A S,  S ~ chi2_K                                             (law N1, N2)
   The tangent u is alpha along a and beta across; W applied to the two directions are independent Gaussian vectors, in
   the coordinates of the first
     alpha' = sigma (alpha sqrt(S) + beta n),  beta' = sigma beta sqrt(R),  n ~ N(0,1), R ~ chi2_{K-1}     (N4)
   Backward, one output: given the forward pass W_{l+1} is known along a_l only, where Euler's B_l . z_l = f says what
   it does, and across a_l it is fresh:
     |B_l|^2 = (f / |a_l|)^2 + sigma_{l+1}^2 |B_{l+1}|^2 C,  C ~ chi2_{K_l - 1},  |d f / d W_l| = |B_l| |a_{l-1}|  (N6)
   Exact is the joint law, over all layers, of forward and tangent norms, and that of forward and gradient norms; the
   tangent and the gradient of one sample are drawn apart from each other.

   A read-out is one more linear layer. Every kind of number has its own stream, so none depends on what else is asked
   for. Chi-squared: Marsaglia and Tsang, A simple method for generating gamma variables, ACM TOMS 26 (2000). */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#pragma GCC optimize("O3", "no-trapping-math") /* vectors of comparisons; the bits are the same */
#endif
#include "reduced.h"
#include <base/elementary.h>
#include <base/flag.h>
#include <ensemble/composition.h>
#include <string.h>
#include <tepui/source.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define CHUNK REDUCED_CHUNK
#define COINS_MOST 4096u /* wider: rejection is faster than counting bits */
#define LAYER_WORK 24u   /* weights drawn in the time of a layer */

/* Streams inside TEPUI_FOR_REDUCED; a chi-squared source takes four from its first. */
enum {
    FOR_COINS = 0,
    FOR_WIDE = 1,
    FOR_SIGN = 2,
    FOR_SIZE = 4,
    FOR_ACROSS = 8,
    FOR_BACK = 12,
    FOR_ALONG = 16,
    FOR_LIVE = 17
};

reduced_state *reduced_of(const tepui_network *net)
{
    return net->sampler;
}

static int is_linear(const tepui_cell *c)
{
    return tepui_activation_has_slopes(&c->activation, 1, 1);
}

int reduced_tosses_coins(const tepui_cell *c)
{
    return tepui_activation_has_slopes(&c->activation, 0, 1);
}

const char *reduced_obstacle(const tepui_cell *c, unsigned needs)
{
    const unsigned gradients = TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_OUTPUT_GRADIENT;
    const int one_output = c->readout == TEPUI_READOUT_DENSE && c->outputs == 1;
    if (needs & TEPUI_NEEDS_OUTPUT && !one_output) return "has the law of a single output of a dense read-out only";
    if (!((const tepui_distribution_type *)c->distribution.type)->gaussian)
        return "needs the gaussian law of weights (grid.law)";
    if (!is_linear(c) && !reduced_tosses_coins(c)) return "needs a linear or relu activation (grid.activation)";
    if (c->sigma_b > 0) return "needs a net without biases (grid.sigma_b)";
    if (!composition_is_plain(c)) return "needs a plain net (grid.architecture)";
    if (c->points != 1) return "needs a single data point (data.points)";
    if (!tepui_generator_is_addressed(c->generator)) return "needs the generator threefry4x64 (generator)";
    if (needs & gradients && !one_output)
        return "has the law of gradients for a single output of a dense read-out only";
    return NULL;
}

/* A layer costs the same at any width but for its coins, 64 to a word; many are counted by rejection. */
uint64_t reduced_work(const tepui_cell *c)
{
    uint64_t work = c->inputs;
    for (size_t l = 1; l <= c->depth; l++) work += LAYER_WORK + (c->width[l] < COINS_MOST ? c->width[l] / 64 : 128);
    return work;
}

/* Nothing here is as large as a layer but the input, or a read-out's output: any width and depth will do. */
void reduced_lay_out(tepui_network *net, network_arena *a)
{
    const tepui_cell *c = net->cell;
    reduced_state *r = network_take(a, 1, sizeof *r);
    uint32_t *live = network_take(a, c->depth + 1, sizeof *live);
    double *x = network_take(a, c->inputs, sizeof(double));
    if (r) r->live = live, r->x = x;
    net->sampler = r;
    net->f = network_take(a, c->outputs, sizeof(double));
    net->f_exponent = network_take(a, 1, sizeof *net->f_exponent);
    network_lay_out_results(net, a);
}

/* --- random numbers */

static tepui_stream stream_of(const tepui_network *net, uint32_t which)
{
    tepui_stream s = net->stream;
    tepui_stream_at(&s, TEPUI_FOR_REDUCED, which);
    return s;
}

static uint64_t count_plain(const uint64_t *w, size_t n)
{
    uint64_t k = 0;
    for (size_t i = 0; i < n; i++) k += (uint64_t)__builtin_popcountll(w[i]);
    return k;
}

#if defined(__GNUC__) && defined(__x86_64__)
__attribute__((target("popcnt"))) static uint64_t count_fast(const uint64_t *w, size_t n)
{
    uint64_t k = 0;
    for (size_t i = 0; i < n; i++) k += (uint64_t)__builtin_popcountll(w[i]);
    return k;
}
#endif

static tepui_status open_plain(tepui_network *net, tepui_error *err)
{
    reduced_state *r = reduced_of(net);
    const tepui_cell *c = net->cell;
    int wide = 0;
    for (size_t l = 1; l <= c->depth; l++) wide |= c->width[l] > COINS_MOST;
    r->relu = reduced_tosses_coins(c);
    r->count = count_plain;
#if defined(__GNUC__) && defined(__x86_64__)
    if (__builtin_cpu_supports("popcnt")) r->count = count_fast;
#endif
    if (!wide || !r->relu) return TEPUI_OK;
    r->rng = gsl_rng_alloc(tepui_gsl_rng_threefry);
    return r->rng ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a random number generator");
}

static void close_plain(tepui_network *net)
{
    if (reduced_of(net)->rng) gsl_rng_free(reduced_of(net)->rng);
}

static void open_coins(tepui_network *net)
{
    reduced_state *r = reduced_of(net);
    const tepui_stream wide = stream_of(net, FOR_WIDE);
    r->words = stream_of(net, FOR_COINS);
    r->used = r->held = 0;
    r->left = 0;
    if (r->rng) tepui_gsl_seek(r->rng, &wide);
    if (r->tilted) {
        const tepui_stream live = stream_of(net, FOR_LIVE);
        tilt_begin(r->tilted, &live);
    }
}

/* Twice as many words every time, so that a shallow net draws few; the words do not depend on it. */
static void more_words(reduced_state *r)
{
    r->held = r->held == 0 ? TEPUI_BATCH : r->held < REDUCED_WORDS ? 2 * r->held : REDUCED_WORDS;
    r->used = 0;
    tepui_draw_words(&r->words, r->word, r->held);
}

static uint64_t next_word(reduced_state *r)
{
    if (r->used == r->held) more_words(r);
    return r->word[r->used++];
}

/* Heads among d coins; less than a word of them shares the word with its neighbours. */
static uint64_t heads_of(reduced_state *r, size_t d)
{
    uint64_t k = 0;
    for (size_t words = d / 64; words;) {
        if (r->used == r->held) more_words(r);
        const size_t n = r->held - r->used < words ? r->held - r->used : words;
        k += r->count(r->word + r->used, n);
        r->used += n;
        words -= n;
    }
    const unsigned rest = (unsigned)(d % 64);
    if (!rest) return k;
    if (r->left < rest) {
        r->bits = next_word(r);
        r->left = 64;
    }
    const uint64_t part = r->bits & (((uint64_t)1 << rest) - 1);
    r->bits >>= rest;
    r->left -= rest;
    return k + r->count(&part, 1);
}

/* ln of the mass at k over that at n/2, Binomial(n, 1/2), k far from 0 and n: Stirling's series, as in stat/binomial.c
 */
static double ln_mass(double n, double k)
{
    const double rest = n - k, half = 0.5 * n, off = half - k;
    const double tails =
        k * (elementary_log1p(off / k) - off / k) + rest * (elementary_log1p(-off / rest) + off / rest);
    const double series = 1 / (6 * half) - 1 / (12 * k) - 1 / (12 * rest) -
                          (1 / (180 * half * half * half) - 1 / (360 * k * k * k) - 1 / (360 * rest * rest * rest));
    return tails + series - 0.5 * (elementary_log1p(-off / half) + elementary_log1p(off / half));
}

/* Binomial(n, 1/2), n > COINS_MOST: W. Hormann, The generation of binomial random variates, J. Stat. Comput. Simul. 46,
   101 (1993), algorithm BTRS. Beyond n/4 from the middle the law has less than exp(-n/8). */
static size_t draw_binomial(gsl_rng *rng, double n)
{
    const double spread = sqrt(0.25 * n), b = 1.15 + 2.53 * spread, a = -0.0873 + 0.0248 * b + 0.005;
    const double alpha = (2.83 + 5.1 / b) * spread, sure = 0.92 - 4.2 / b;
    for (;;) {
        const double u = gsl_rng_uniform(rng) - 0.5, v = gsl_rng_uniform(rng), us = 0.5 - fabs(u);
        const double k = floor((2 * a / us + b) * u + 0.5 * n + 0.5);
        if (us >= 0.07 && v <= sure) return (size_t)k;
        if (!(fabs(k - 0.5 * n) < 0.25 * n)) continue;
        if (elementary_log(v * alpha / (a / (us * us) + b)) <= ln_mass(n, k) - ln_mass(n, floor(0.5 * n + 0.5)))
            return (size_t)k;
    }
}

static size_t draw_live(tepui_network *net, size_t l)
{
    const tepui_cell *c = net->cell;
    if (l > c->depth) return c->outputs;
    if (!reduced_of(net)->relu) return c->width[l];
    if (c->width[l] > COINS_MOST) return draw_binomial(reduced_of(net)->rng, (double)c->width[l]);
    return heads_of(reduced_of(net), c->width[l]);
}

typedef struct {
    tepui_stream normal, uniform, again_normal, again_uniform;
    double x[TEPUI_BATCH], u[TEPUI_BATCH]; /* for second tries */
    size_t used;
} chi_source;

static void open_chi(const tepui_network *net, chi_source *c, uint32_t first)
{
    c->normal = stream_of(net, first);
    c->uniform = stream_of(net, first + 1);
    c->again_normal = stream_of(net, first + 2);
    c->again_uniform = stream_of(net, first + 3);
    c->used = TEPUI_BATCH;
}

/* Marsaglia and Tsang's test in full: d v has the law Gamma(d + 1/3). */
static int is_accepted(double d, double x, double u, double *v)
{
    const double t = 1 + x / sqrt(9 * d);
    if (t <= 0) return 0;
    *v = t * t * t;
    return elementary_log(u) < 0.5 * x * x + d * (1 - *v + elementary_log(*v));
}

static double try_again(chi_source *c, double k)
{
    const double d = 0.5 * k - 1.0 / 3;
    double v;
    do {
        if (c->used == TEPUI_BATCH) {
            tepui_draw_normal(&c->again_normal, c->x, TEPUI_BATCH);
            tepui_draw_uniform(&c->again_uniform, c->u, TEPUI_BATCH);
            c->used = 0;
        }
        c->used++;
    } while (!is_accepted(d, c->x[c->used - 1], c->u[c->used - 1], &v));
    return 2 * d * v;
}

/* The compiler makes no vectors of sqrt, which may set errno. */
static void take_roots(double *x, size_t n)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 2 <= n; i += 2) _mm_storeu_pd(x + i, _mm_sqrt_pd(_mm_loadu_pd(x + i)));
#endif
    for (; i < n; i++) x[i] = sqrt(x[i]);
}

/* The full test is rarely made. It asks log u < 3 d (log(1 + y) - y + y^2/2 - y^3/3), y = x / sqrt(9 d), and for
   |y| <= 1/2 the right side is at least -3/2 d y^4, so u < 1 - 3/2 d y^4 will do; elsewhere u < 1 - 0.0331 x^4 will
   (Marsaglia and Tsang).
   out[i] ~ chi2 with k[i] degrees; k = 0 gives 0. Layer i has number i of the streams; rejected ones try elsewhere. */
static void draw_chi(chi_source *c, const double *k, size_t n, double *out)
{
    double x[CHUNK], u[CHUNK], d[CHUNK], root[CHUNK], sure[CHUNK];
    tepui_draw_normal(&c->normal, x, n);
    tepui_draw_uniform(&c->uniform, u, n);
    for (size_t i = 0; i < n; i++) {
        d[i] = 0.5 * (k[i] < 2 ? 2 : k[i]) - 1.0 / 3;
        root[i] = 9 * d[i];
    }
    take_roots(root, n);
    for (size_t i = 0; i < n; i++) {
        const double y = x[i] / root[i], t = 1 + y, y4 = y * y * (y * y);
        const double far = t > 0 ? 0.0331 * 81 * d[i] * d[i] * y4 : 2;
        out[i] = 2 * d[i] * (t * t * t);
        sure[i] = 1 - (fabs(y) <= 0.5 ? 1.5 * d[i] * y4 : far) - u[i];
    }
    for (size_t i = 0; i < n; i++) {
        double v;
        if (k[i] < 2)
            out[i] = k[i] > 0 ? x[i] * x[i] : 0;
        else if (!(sure[i] > 0) && !is_accepted(0.5 * k[i] - 1.0 / 3, x[i], u[i], &v))
            out[i] = try_again(c, k[i]);
    }
}

/* --- forward and tangent */

static inline int in_range(double s)
{
    return s >= SCALED_LOW && s <= SCALED_HIGH;
}

/* An exact power of two that brings the square s near 1; 0 for zero. */
static int shift_of(double s)
{
    return s == 0 || !isfinite(s) ? 0 : ilogb(s) / 2;
}

static scaled_square tidy(scaled_square q)
{
    if (in_range(q.s)) return q;
    const int k = shift_of(q.s);
    return (scaled_square){ldexp(q.s, -2 * k), q.e + k};
}

typedef struct {
    scaled_square a;      /* |a_l|^2 */
    double along, across; /* of the tangent, times 2^e */
    int64_t e;
    chi_source size, side;
    tepui_stream mixed;
} front;

static void step_sizes(tepui_network *net, front *f, size_t l, size_t n, const double *s)
{
    const double *sigma = net->cell->sigma + l;
    scaled_square a = f->a;
    for (size_t i = 0; i < n; i++) {
        a.s *= sigma[i] * sigma[i] * s[i];
        if (!in_range(a.s)) a = tidy(a);
        net->forward[l + i] = a;
    }
    f->a = a;
}

static void step_tangents(tepui_network *net, front *f, size_t l, size_t n, const double *k, const double *s)
{
    double side[CHUNK], r[CHUNK], mixed[CHUNK];
    for (size_t i = 0; i < n; i++) side[i] = k[i] - 1;
    draw_chi(&f->side, side, n, r);
    tepui_draw_normal(&f->mixed, mixed, n);
    for (size_t i = 0; i < n; i++) {
        const double sigma = net->cell->sigma[l + i];
        f->along = sigma * (f->along * sqrt(s[i]) + f->across * mixed[i]);
        f->across = sigma * f->across * sqrt(r[i]);
        double square = f->along * f->along + f->across * f->across;
        if (!in_range(square)) {
            const int shift = shift_of(square);
            f->along = ldexp(f->along, -shift);
            f->across = ldexp(f->across, -shift);
            f->e += shift;
            square = f->along * f->along + f->across * f->across;
        }
        net->tangents[l + i] = (scaled_square){square, f->e};
    }
}

/* Live units of layers l .. l + n - 1, or to the first dead one; returns how many have some. */
static size_t draw_units(tepui_network *net, size_t l, size_t n, double *k)
{
    for (size_t i = 0; i < n; i++) {
        const size_t live = draw_live(net, l + i);
        if (live == 0) return i;
        k[i] = (double)live;
        if (l + i > net->depth) break; /* read-out */
        reduced_of(net)->live[l + i] = (uint32_t)live;
        if (net->needs & TEPUI_NEEDS_SLOPES) net->live[l + i] = k[i] / (double)net->cell->width[l + i];
    }
    return n;
}

/* Degrees of freedom of the tilted sizes: x^theta times the density of chi2_K is that of chi2_{K + 2 theta}. */
static size_t draw_tilted(tepui_network *net, size_t l, size_t n, double *k)
{
    tilt_units(reduced_of(net)->tilted, l, n, k);
    for (size_t i = 0; i < n; i++) k[i] += 2 * net->cell->tilt;
    return n;
}

/* From layer l on nothing is left. */
static void die(tepui_network *net, size_t l)
{
    for (; l <= net->depth + 1; l++) {
        net->forward[l] = (scaled_square){0.0, 0};
        if (net->tangent) net->tangents[l] = (scaled_square){0.0, 0};
        if (l > net->depth) break;
        reduced_of(net)->live[l] = 0;
        net->live[l] = 0;
    }
}

static tepui_status all_layers(tepui_network *net, front *f)
{
    double k[CHUNK], s[CHUNK];
    if (reduced_of(net)->relu && f->a.s == 0) {
        die(net, 1);
        return TEPUI_OK;
    }
    for (size_t l = 1; l <= net->layers;) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        const size_t rest = net->layers - l + 1, wanted = rest < CHUNK ? rest : CHUNK;
        const size_t n = reduced_of(net)->tilted ? draw_tilted(net, l, wanted, k) : draw_units(net, l, wanted, k);
        draw_chi(&f->size, k, n, s);
        step_sizes(net, f, l, n, s);
        if (net->tangent) step_tangents(net, f, l, n, k, s);
        l += n;
        if (n < wanted) {
            die(net, l);
            return TEPUI_OK;
        }
    }
    if (net->layers == net->depth) {
        net->forward[net->depth + 1] = net->forward[net->depth];
        if (net->tangent) net->tangents[net->depth + 1] = net->tangents[net->depth];
    }
    return TEPUI_OK;
}

/* The tangent's part along the input, and the norm of the rest. Without an input any direction is as good. */
static void split_tangent(tepui_network *net, front *f, const double *x, size_t n)
{
    const double size = sqrt(f->a.s), along = size > 0 ? net->kernel->dot(net->in, x, n) / size : 0;
    double *rest = net->work;
    for (size_t i = 0; i < n; i++) rest[i] = net->in[i] - (size > 0 ? along / size * x[i] : 0);
    f->along = along;
    f->across = n == 1 && size > 0 ? 0 : sqrt(net->kernel->sumsq(rest, n));
    f->e = 0;
    net->tangents[0] = (scaled_square){net->kernel->sumsq(net->in, n), 0};
}

static tepui_status draw_input(tepui_network *net, front *f)
{
    const tepui_cell *c = net->cell;
    int64_t e = 0;
    const tepui_status st = tepui_dataset_points(c->data, &net->stream, c->inputs, c->outputs, net->x,
                                                 net->backward ? net->y : NULL, net->work);
    if (st != TEPUI_OK) return st;
    double *x = reduced_of(net)->x;
    memcpy(x, net->x, c->inputs * sizeof *x);
    f->a = net->forward[0] = rows_square(net->kernel, x, c->inputs, &e);
    if (net->backward) network_draw_direction(net, TEPUI_FOR_DIRECTION_OUT, net->out_dir, c->outputs);
    if (!net->tangent) return TEPUI_OK;
    network_draw_direction(net, TEPUI_FOR_DIRECTION_IN, net->in, c->inputs);
    split_tangent(net, f, x, c->inputs);
    return TEPUI_OK;
}

/* A single output is a Gaussian: its size was drawn as a norm, here is the sign. */
static void set_output(tepui_network *net)
{
    const scaled_square size = net->forward[net->depth + 1];
    tepui_stream s = stream_of(net, FOR_SIGN);
    double sign;
    tepui_draw_sign(&s, &sign, 1);
    net->f[0] = sign * sqrt(size.s);
    net->f_exponent[0] = size.e;
}

/* --- backward */

/* |B_l|^2 for layers l, l - 1, ..., l - n + 1 from that of l + 1, and the gradient of f of their weights. */
static scaled_square step_back(tepui_network *net, chi_source *chi, scaled_square b, size_t l, size_t n,
                               scaled_square *gradient)
{
    const scaled_square f = net->forward[net->depth + 1];
    double k[CHUNK], c[CHUNK];
    for (size_t i = 0; i < n; i++) k[i] = (double)reduced_of(net)->live[l - i] - 1;
    draw_chi(chi, k, n, c);
    for (size_t i = 0; i < n; i++, l--) {
        const double sigma = net->cell->sigma[l + 1];
        const scaled_square a = net->forward[l], along = tidy((scaled_square){f.s / a.s, f.e - a.e});
        b = tidy(scaled_plus(along, (scaled_square){sigma * sigma * c[i] * b.s, b.e}));
        gradient[l] = scaled_times(b, net->forward[l - 1]);
    }
    return b;
}

/* Gradients of f, for whichever of the two is asked for. */
static tepui_status output_gradients(tepui_network *net, scaled_square *gradient)
{
    const size_t L = net->depth;
    chi_source chi;
    scaled_square b = {1.0, 0};
    if (net->forward[L].s == 0) {
        memset(gradient, 0, (net->layers + 1) * sizeof *gradient);
        return TEPUI_OK;
    }
    open_chi(net, &chi, FOR_BACK);
    gradient[L + 1] = net->forward[L];
    for (size_t l = L; l >= 1;) {
        if (net->stop && flag_is_up(net->stop)) return TEPUI_INTERRUPTED;
        const size_t n = l < CHUNK ? l : CHUNK;
        b = step_back(net, &chi, b, l, n, gradient);
        l -= n;
    }
    network_gradient_total(net, gradient);
    return TEPUI_OK;
}

/* The loss of a single output: its gradients are those of the output times d loss / d f. */
static void loss_gradients(tepui_network *net, const scaled_square *of_output)
{
    double g;
    int64_t e;
    network_loss_rows(net, &g, &e);
    const scaled_square factor = rows_square(net->kernel, &g, 1, &e);
    for (size_t l = 0; l <= net->layers; l++) net->gradient[0][l] = tidy(scaled_times(factor, tidy(of_output[l])));
}

static tepui_status all_backward(tepui_network *net)
{
    scaled_square *of_output = net->gradient[1] ? net->gradient[1] : net->gradient[0];
    const tepui_status st = output_gradients(net, of_output);
    if (st == TEPUI_OK && net->gradient[0]) loss_gradients(net, of_output);
    return st;
}

tepui_status reduced_sample(tepui_network *net)
{
    const tepui_cell *c = net->cell;
    front f;
    tepui_status st;
    tepui_stream_sample(&net->stream, &c->key, net->sample, NULL);
    open_coins(net);
    open_chi(net, &f.size, FOR_SIZE);
    open_chi(net, &f.side, FOR_ACROSS);
    f.mixed = stream_of(net, FOR_ALONG);
    TEPUI_TRY(draw_input(net, &f));
    TEPUI_TRY(all_layers(net, &f));
    if (c->readout == TEPUI_READOUT_DENSE && c->outputs == 1) set_output(net);
    if (net->backward) TEPUI_TRY(all_backward(net));
done:
    return st;
}

static const struct tepui_sampler_engine engine = {
    .lay_out = reduced_lay_out,
    .open = open_plain,
    .close = close_plain,
    .sample = reduced_sample,
};

const tepui_sampler_type tepui_sampler_reduced = {
    .kind = {.name = "reduced",
             .doc = "the exact law of norms from chi-squared numbers, no matrices: O(1) a layer",
             .source = "docs/theory/wide-nets.md#n1, #n2, #n4, #n6"},
    .shows = REDUCED_SHOWS,
    .apart = REDUCED_APART,
    .obstacle = reduced_obstacle,
    .keyed = 1,
    .work = reduced_work,
    .engine = &engine,
};

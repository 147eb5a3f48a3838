/* exact.c -- distribution of a sum of independent logarithms by inversion of its transform (see theory.h).

   On the line Re s = c the rule with step h leaves a relative error exp(-2 pi abs(c)/h) from the pole at 0; c keeps
   away from the ends of the strip by at least abs(c), which bounds the other aliases likewise.

   Where X has a largest value the transform may fall too slowly for that, as a power of s or not at all. It is then
   analytic off the negative axis, and below the top exp((top - x) s) falls to the left: the line is bent into the
   parabola s = mu (1 + i t)^2, t = h (k + 1/2). For top - x in [T/2, T] N nodes with h = sqrt(17)/N, mu = pi/(4 h T)
   leave an error of the order of exp(-2 pi/h) (Weideman and Trefethen, Parabolic and hyperbolic contours for computing
   the Bromwich integral, Math. Comp. 76, 2007), so that one set of nodes serves every octave. Its precision is
   absolute; it is trusted where fewer nodes say the same, as they do unless many poles lie close. */
#include "mellin.h"
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_PER_POLE 6.0   /* exp(-2 pi 6) = 4e-17 */
#define STEPS_PER_SPREAD 0.6 /* the next alias is 2 pi / 0.6 = 10 standard deviations away: exp(-55) */
#define NEGLIGIBLE 1e-17
#define NEGLIGIBLE_WHERE_BOUNDED 1e-14 /* what falls as a power of s is not worth more */
#define MOST_NODES 400000u
#define CIRCLE 64u
#define FARTHEST 10000   /* steps of two standard deviations: a quantile is nearer, whatever is wrong ends */
#define SHORT_LINE 1000u /* nodes from which on parabolas are faster */
#define PARABOLA 32      /* exp(-2 pi 32/sqrt(17)) = 7e-22; rounding is magnified by exp(pi 32/(4 sqrt(17))) = 440 */
#define FEWER 30
#define DOUBTFUL 1e-11
#define LEAST_OCTAVE (-110)
#define OCTAVES 140

/* Nodes of an octave, twice; value[k] = exp(K(s) - s top)/s ds/(2 pi i), twice its real part to be summed. */
typedef struct {
    double complex s[PARABOLA + FEWER], value[PARABOLA + FEWER];
} octave;

/* Nodes s_k = c + i k h; value[k] = exp(K(s_k) - K(c)) / s_k. */
typedef struct {
    double c, h, top; /* top = K(c) */
    size_t nodes, most;
    double complex *value;
    int failed;
} contour;

struct tepui_exact {
    double offset, factor, alive;
    tepui_term *term;
    size_t terms;
    double kappa[5];
    int ready;
    contour side[2]; /* left, right of 0 */
    octave *parabola[OCTAVES];
};

tepui_status tepui_exact_new(double offset, double factor, tepui_exact **out, tepui_error *err)
{
    *out = calloc(1, sizeof **out);
    if (!*out) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a distribution");
    (*out)->offset = offset;
    (*out)->factor = factor;
    (*out)->alive = 1;
    return TEPUI_OK;
}

static void forget_octaves(tepui_exact *e)
{
    for (int k = 0; k < OCTAVES; k++) {
        free(e->parabola[k]);
        e->parabola[k] = NULL;
    }
}

static void forget(tepui_exact *e)
{
    forget_octaves(e);
    for (int k = 0; k < 2; k++) {
        free(e->side[k].value);
        e->side[k] = (contour){0};
    }
    e->ready = 0;
}

void tepui_exact_free(tepui_exact *e)
{
    if (!e) return;
    forget(e);
    free(e->term);
    free(e);
}

static int same(const tepui_term *a, const tepui_term *b)
{
    return a->kind == b->kind && a->dof == b->dof && a->scale == b->scale && a->lambda == b->lambda &&
           a->power == b->power;
}

tepui_status tepui_exact_add(tepui_exact *e, const tepui_term *term, tepui_error *err)
{
    forget(e);
    e->alive *= pow(mellin_alive(term), (double)term->times);
    for (size_t i = 0; i < e->terms; i++)
        if (same(&e->term[i], term)) {
            e->term[i].times += term->times;
            return TEPUI_OK;
        }
    tepui_term *more = realloc(e->term, (e->terms + 1) * sizeof *more);
    if (!more) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a distribution");
    e->term = more;
    e->term[e->terms++] = *term;
    return TEPUI_OK;
}

double tepui_exact_low(const tepui_exact *e)
{
    double low = -INFINITY;
    for (size_t i = 0; i < e->terms; i++) low = fmax(low, mellin_low(&e->term[i]) / e->factor);
    return low;
}

double tepui_exact_high(const tepui_exact *e)
{
    double high = INFINITY;
    for (size_t i = 0; i < e->terms; i++) high = fmin(high, mellin_high(&e->term[i]) / e->factor);
    return high;
}

double tepui_exact_atom(const tepui_exact *e)
{
    double ln_alive = 0;
    for (size_t i = 0; i < e->terms; i++) ln_alive += (double)e->term[i].times * log(mellin_alive(&e->term[i]));
    return -expm1(ln_alive);
}

/* K(s) = ln E (exp(s X); alive) */
static double complex ln_transform(const tepui_exact *e, double complex s)
{
    double complex sum = s * e->offset;
    for (size_t i = 0; i < e->terms; i++) sum += (double)e->term[i].times * mellin_ln(&e->term[i], s * e->factor);
    return sum;
}

static double ln_alive(const tepui_exact *e)
{
    double sum = 0;
    for (size_t i = 0; i < e->terms; i++) sum += (double)e->term[i].times * log(mellin_alive(&e->term[i]));
    return sum;
}

double tepui_exact_ln_moment(const tepui_exact *e, double s)
{
    return creal(ln_transform(e, s));
}

/* kappa_n = K^(n)(0) by Cauchy's formula on a circle: the trapezoidal rule with 64 nodes is exact to rounding while
   the radius is half the distance to the nearest singularity. */
static void cumulants_of(const tepui_term *t, double kappa[5])
{
    const double reach = fmin(0.5 * fmin(-mellin_low(t), mellin_high(t)), 1.5);
    double before = 0;
    for (int n = 0; n < 5; n++) kappa[n] = 0;
    for (unsigned k = 0; k < CIRCLE; k++) {
        const double complex w = cexp(2 * M_PI * I * (k + 0.5) / CIRCLE);
        double complex power = 1;
        double complex value = mellin_ln(t, reach * w);
        value -= 2 * M_PI * I * round((cimag(value) - before) / (2 * M_PI)); /* the branch that is continuous */
        before = cimag(value);
        double factorial = 1, r = 1;
        for (int n = 0; n < 5; n++) {
            if (n > 0) {
                power *= w;
                factorial *= n;
                r *= reach;
            }
            kappa[n] += creal(value / power) * factorial / r / CIRCLE;
        }
    }
}

double tepui_exact_top(const tepui_exact *e, double *probability)
{
    double top = e->offset, ln_p = -ln_alive(e);
    for (size_t i = 0; i < e->terms; i++) {
        const double times = (double)e->term[i].times;
        top += times * e->factor * mellin_top(&e->term[i]);
        ln_p += times * mellin_ln_at_top(&e->term[i]);
    }
    if (probability) *probability = top < INFINITY ? exp(ln_p) : 0;
    return top;
}

static void prepare(tepui_exact *e)
{
    double power = 1;
    if (e->ready) return;
    for (int n = 0; n < 5; n++) e->kappa[n] = 0;
    for (size_t i = 0; i < e->terms; i++) {
        double kappa[5];
        cumulants_of(&e->term[i], kappa);
        for (int n = 1; n < 5; n++) e->kappa[n] += (double)e->term[i].times * kappa[n];
    }
    for (int n = 1; n < 5; n++) {
        power *= e->factor;
        e->kappa[n] *= power;
    }
    e->kappa[1] += e->offset;
    e->ready = 1;
}

void tepui_exact_cumulants(const tepui_exact *e, double kappa[5])
{
    tepui_exact copy = *e;
    prepare(&copy);
    for (int n = 0; n < 5; n++) kappa[n] = copy.kappa[n];
}

/* sqrt(K''(c)), the spread of the law tilted by exp(c X) */
static double tilted_spread(const tepui_exact *e, double c, double margin)
{
    const double step = 0.02 * margin, middle = tepui_exact_ln_moment(e, c);
    const double second = tepui_exact_ln_moment(e, c + step) + tepui_exact_ln_moment(e, c - step) - 2 * middle;
    return sqrt(fmax(second, 0)) / step;
}

static int is_bounded(const tepui_exact *e)
{
    return tepui_exact_top(e, NULL) < INFINITY;
}

/* Whether the transform stays large up to where the nodes run out. */
static int falls_slowly(const tepui_exact *e, const contour *line, double copies, size_t most)
{
    const double complex s = line->c + I * line->h * (double)most;
    return copies * creal(ln_transform(e, s)) - line->top > log(NEGLIGIBLE_WHERE_BOUNDED);
}

/* Nodes of `copies` independent copies' sum until the integrand is negligible; c != 0 inside the strip. */
static void contour_make(const tepui_exact *e, double c, double copies, size_t most, contour *line)
{
    size_t room = 256, small = 0;
    const double negligible = is_bounded(e) ? NEGLIGIBLE_WHERE_BOUNDED : NEGLIGIBLE;
    const double margin = c > 0 ? fmin(c, tepui_exact_high(e) - c) : fmin(-c, c - tepui_exact_low(e));
    const double spread = sqrt(copies) * tilted_spread(e, c, margin);
    *line = (contour){.c = c, .h = fmin(margin / STEPS_PER_POLE, STEPS_PER_SPREAD / spread), .most = most, .failed = 1};
    line->top = copies * creal(ln_transform(e, c));
    line->value = malloc(room * sizeof *line->value);
    if (!line->value) tepui_miss_memory();
    if (is_bounded(e) && falls_slowly(e, line, copies, most)) return;
    while (line->value && line->nodes < most && small < 8) {
        if (line->nodes == room) {
            double complex *more = realloc(line->value, (room *= 2) * sizeof *more);
            if (!more) tepui_miss_memory();
            if (!more) return;
            line->value = more;
        }
        const double complex s = c + I * (double)line->nodes * line->h;
        const double complex v = cexp(copies * ln_transform(e, s) - line->top) / s;
        line->value[line->nodes++] = v;
        small = cabs(v) * fabs(c) < negligible ? small + 1 : 0;
    }
    line->failed = small < 8;
}

/* ln of the line's constant and the sum at x: tail = exp(ln_size) * sum */
static double contour_sum(const contour *line, double x, int density)
{
    const double complex turn = cexp(-I * line->h * x);
    double complex at = 1;
    double sum = 0;
    for (size_t k = 0; k < line->nodes; k++) {
        double complex v = line->value[k] * at;
        if (density) v *= line->c + I * (double)k * line->h;
        sum += k == 0 ? 0.5 * creal(v) : creal(v);
        at *= turn;
        if (k % 64 == 63) at = cexp(-I * line->h * x * (double)(k + 1)); /* rounding does not pile up */
    }
    return line->failed ? NAN : sum * line->h / M_PI;
}

static void draw_line(tepui_exact *e, int right, size_t most)
{
    const double wanted = 1 / sqrt(e->kappa[2]);
    free(e->side[right].value);
    const double c = fmin(wanted, 0.5 * (right ? tepui_exact_high(e) : -tepui_exact_low(e)));
    contour_make(e, right ? c : -c, 1.0, most, &e->side[right]);
}

/* The lines used for the bulk: one standard deviation from 0, well inside the strip. */
static const contour *bulk_line(tepui_exact *e, int right)
{
    if (!e->side[right].value) draw_line(e, right, is_bounded(e) ? SHORT_LINE : MOST_NODES);
    return &e->side[right];
}

/* P(X > x) (right) or P(X <= x) (left), given life, from the bulk lines */
static double bulk_tail(tepui_exact *e, double x, int right)
{
    const contour *line = bulk_line(e, right);
    const double p = (right ? 1 : -1) * contour_sum(line, x, 0) * exp(line->top - line->c * x - ln_alive(e));
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

/* K(s) - s top */
static double complex ln_share(const tepui_exact *e, double complex s)
{
    double complex sum = 0;
    for (size_t i = 0; i < e->terms; i++) sum += (double)e->term[i].times * mellin_ln_share(&e->term[i], s * e->factor);
    return sum;
}

static void fill_parabola(const tepui_exact *e, double T, int nodes, double complex *s, double complex *value)
{
    const double h = sqrt(17.0) / nodes, mu = M_PI / (4 * h * T);
    for (int k = 0; k < nodes; k++) {
        const double complex root = 1 + I * h * (k + 0.5);
        s[k] = mu * root * root;
        value[k] = cexp(ln_share(e, s[k]) - ln_alive(e)) * (2 * mu * h / M_PI) * root / s[k];
    }
}

static const octave *octave_of(tepui_exact *e, double below)
{
    const int k = ilogb(below) - LEAST_OCTAVE, at = k < 0 ? 0 : k < OCTAVES ? k : OCTAVES - 1;
    if (e->parabola[at]) return e->parabola[at];
    octave *o = e->parabola[at] = malloc(sizeof *o);
    if (!o) tepui_miss_memory();
    if (!o) return NULL;
    const double T = ldexp(1, at + LEAST_OCTAVE + 1);
    fill_parabola(e, T, PARABOLA, o->s, o->value);
    fill_parabola(e, T, FEWER, o->s + PARABOLA, o->value + PARABOLA);
    return o;
}

static double parabola_sum(const octave *o, int first, int nodes, double below, int density)
{
    double sum = 0;
    for (int k = first; k < first + nodes; k++)
        sum += creal(o->value[k] * cexp(o->s[k] * below) * (density ? o->s[k] : 1));
    return sum;
}

/* P(X > x), or the density, given life; NaN where the two parabolas differ */
static double by_parabola(tepui_exact *e, double x, int density)
{
    const double below = fmax(tepui_exact_top(e, NULL) - x, ldexp(1, LEAST_OCTAVE));
    const octave *o = octave_of(e, below);
    if (!o) return NAN;
    const double value = parabola_sum(o, 0, PARABOLA, below, density);
    if (density) return fmax(0, value);
    const double other = parabola_sum(o, PARABOLA, FEWER, below, density);
    return fabs(value - other) < DOUBTFUL ? fmin(fmax(value, 0), 1) : NAN;
}

/* Where K(c) - c x is least on the side of 0 that is asked for: golden section, for a rough minimum serves. */
static double saddle(const tepui_exact *e, double x, int upper)
{
    const double golden = 0.6180339887498949, unit = 1 / sqrt(e->kappa[2]);
    const double high = tepui_exact_high(e);
    double a = upper ? 0 : tepui_exact_low(e), b = upper ? high : 0;
    if (b == INFINITY)
        for (b = unit; tepui_exact_ln_moment(e, 2 * b) - 2 * b * x < tepui_exact_ln_moment(e, b) - b * x;) b *= 2;
    if (upper && high == INFINITY) b *= 2;
    for (int i = 0; i < 30; i++) {
        const double p = b - golden * (b - a), q = a + golden * (b - a);
        if (tepui_exact_ln_moment(e, p) - p * x < tepui_exact_ln_moment(e, q) - q * x)
            b = q;
        else
            a = p;
    }
    return 0.5 * (a + b);
}

/* By parabolas of its own: absolute precision, better than none */
static double parabola_tail(tepui_exact e, double x, int upper)
{
    memset(e.parabola, 0, sizeof e.parabola);
    const double p = by_parabola(&e, x, 0);
    forget_octaves(&e);
    return upper ? p : 1 - p;
}

static double line_tail(const tepui_exact *e, double copies, double x, int upper)
{
    tepui_exact copy = *e;
    contour line;
    copy.ready = 0;
    prepare(&copy);
    const double least = 0.5 / sqrt(copies * copy.kappa[2]), low = tepui_exact_low(e), high = tepui_exact_high(e);
    if (x >= tepui_exact_top(e, NULL)) return upper ? 0 : 1;
    double c = fmax(fabs(saddle(&copy, x, upper)), least);
    if (c > 0.99 * (upper ? high : -low)) c = 0.99 * (upper ? high : -low);
    contour_make(&copy, upper ? c : -c, copies, MOST_NODES, &line);
    const double tail = (upper ? 1 : -1) * contour_sum(&line, copies * x, 0) *
                        exp(line.top - line.c * copies * x - copies * ln_alive(e));
    free(line.value);
    if (line.failed && copies == 1 && is_bounded(e)) return parabola_tail(copy, x, upper);
    return tail < 0 ? 0 : tail > 1 ? 1 : tail;
}

double tepui_exact_cdf(tepui_exact *e, double x)
{
    prepare(e);
    if (isnan(x)) return NAN;
    if (x >= tepui_exact_top(e, NULL)) return 1;
    const int right = x > e->kappa[1];
    if (bulk_line(e, right)->failed && is_bounded(e)) {
        const double above = by_parabola(e, x, 0);
        if (!isnan(above)) return 1 - above;
        if (e->side[right].most < MOST_NODES) draw_line(e, right, MOST_NODES);
    }
    return right ? 1 - bulk_tail(e, x, 1) : bulk_tail(e, x, 0);
}

double tepui_exact_density(tepui_exact *e, double x)
{
    prepare(e);
    if (x >= tepui_exact_top(e, NULL)) return 0;
    const contour *line = bulk_line(e, x > e->kappa[1]);
    if (line->failed && is_bounded(e)) return by_parabola(e, x, 1);
    return fmax(0, contour_sum(line, x, 1) * exp(line->top - line->c * x - ln_alive(e)));
}

double tepui_exact_tail(const tepui_exact *e, double x, int upper)
{
    return line_tail(e, 1.0, x, upper);
}

double tepui_exact_mean_tail(const tepui_exact *e, uint64_t n, double x, int upper)
{
    return line_tail(e, (double)n, x, upper);
}

/* Bisection kept by safe Newton steps; the bracket grows from the normal quantile. */
double tepui_exact_quantile(tepui_exact *e, double p)
{
    prepare(e);
    if (!(p > 0 && p < 1)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
    const double sd = sqrt(e->kappa[2]);
    double x = e->kappa[1] + sd * gsl_cdf_ugaussian_Pinv(p), low = x - sd, high = x + sd;
    for (int i = 0; i < FARTHEST && tepui_exact_cdf(e, low) > p; i++) low -= 2 * sd;
    for (int i = 0; i < FARTHEST && tepui_exact_cdf(e, high) < p; i++) high += 2 * sd;
    for (int i = 0; i < 200 && high - low > 1e-15 * (fabs(low) + fabs(high)); i++) {
        const double F = tepui_exact_cdf(e, x), slope = tepui_exact_density(e, x);
        if (isnan(F)) return NAN;
        if (fabs(F - p) < 1e-15) break;
        if (F < p)
            low = x;
        else
            high = x;
        const double next = slope > 0 ? x - (F - p) / slope : low;
        x = next > low && next < high ? next : 0.5 * (low + high);
    }
    return x;
}

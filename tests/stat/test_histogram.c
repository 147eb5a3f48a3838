/* Histograms: exact edges, the level rule, and a state that depends on nothing but the set of values. */
#include "shared.h"
#include "test.h"
#include <float.h>

/* --- oracle: the definition in stat.h, by comparison with edges only */

static double edge(double w, int64_t k)
{
    return (double)k * w;
}

/* k with edge(k) <= v < edge(k+1), by walking from the quotient */
static int64_t oracle_bin(double w, double v)
{
    int64_t k = (int64_t)floor(v / w);
    while (v < edge(w, k)) k--;
    while (v >= edge(w, k + 1)) k++;
    return k;
}

static int fits(double base, int level, double lo, double hi)
{
    const double w = ldexp(base, -level);
    if (fmax(fabs(lo), fabs(hi)) / w >= 0x1p+50) return 0;
    const int64_t bins = oracle_bin(w, hi) - oracle_bin(w, lo) + 1;
    return bins <= (level > 0 ? TEPUI_FINE_BINS : TEPUI_MOST_BINS);
}

static int oracle_level(double base, double lo, double hi)
{
    int level = TEPUI_FINEST_LEVEL;
    while (!fits(base, level, lo, hi)) level--;
    return level;
}

static void check_against_oracle(const tepui_histogram *h, const double *x, size_t n)
{
    double lo = INFINITY, hi = -INFINITY;
    uint64_t under = 0, over = 0, in = 0;
    for (size_t i = 0; i < n; i++) {
        under += x[i] < h->low;
        over += x[i] >= h->high;
        if (x[i] < h->low || x[i] >= h->high) continue;
        lo = fmin(lo, x[i]);
        hi = fmax(hi, x[i]);
        in++;
    }
    CHECK(h->under == under && h->over == over);
    if (!in) {
        CHECK(h->bins == 0);
        return;
    }
    const int level = oracle_level(h->base, lo, hi);
    const double w = ldexp(h->base, -level);
    const int64_t first = oracle_bin(w, lo);
    CHECK(h->level == level && tepui_histogram_width(h) == w);
    CHECK(h->first == first && (int64_t)h->bins == oracle_bin(w, hi) - first + 1);
    CHECK(h->minimum == lo && h->maximum == hi);
    if (test_failures) return;
    uint64_t *count = calloc(h->bins, sizeof *count);
    for (size_t i = 0; i < n; i++)
        if (x[i] >= h->low && x[i] < h->high) count[oracle_bin(w, x[i]) - first]++;
    CHECK(memcmp(count, h->count, h->bins * sizeof *count) == 0);
    free(count);
}

/* --- families of values */

enum { NORMAL, SPREAD, WIDE, TIGHT, SINGLE, REPEATED, DENORMAL, EDGES, HUGE_ONE, ATOMS, NEGATIVE, OUTLIERS, KINDS };

static double draw(gsl_rng *r, int kind, double base)
{
    const double u = gsl_rng_uniform(r) - 0.5, sign = u < 0 ? -1 : 1;
    switch (kind) {
    case NORMAL:
        return gsl_ran_gaussian(r, 3) - 10;
    case SPREAD:
        return 2e4 * u;
    case WIDE:
        return sign * pow(10, 616 * gsl_rng_uniform(r) - 308);
    case TIGHT:
        return 1 + 1e-15 * u;
    case SINGLE:
        return 12.345;
    case REPEATED:
        return 0.3 * (double)below(r, 4);
    case DENORMAL:
        return sign * (double)below(r, 100) * 5e-324;
    case EDGES:
        return base * (double)((long)below(r, 600) - 300);
    case HUGE_ONE:
        return below(r, 20) ? u : sign * 1e300;
    case ATOMS:
        return below(r, 2) ? 0.0 : -0.0;
    case NEGATIVE:
        return -exp(gsl_ran_gaussian(r, 2));
    default:
        return below(r, 50) ? gsl_ran_gaussian(r, 1) : gsl_ran_cauchy(r, 1e3);
    }
}

static const double bases[] = {0.05, 0.1, 1.0 / 3, 1, 1e-6, 0x1p-4, 1e6};
enum { BASES = sizeof bases / sizeof *bases };

static void shuffle(gsl_rng *r, double *x, size_t n)
{
    gsl_ran_shuffle(r, x, n, sizeof *x);
}

static void init(tepui_histogram *h, double base, double low, double high)
{
    CHECK(tepui_histogram_init(h, base, low, high) == TEPUI_OK);
}

static void check_same(const tepui_histogram *a, const tepui_histogram *b)
{
    CHECK(a->level == b->level && a->bins == b->bins && (a->bins == 0 || a->first == b->first));
    CHECK(a->under == b->under && a->over == b->over);
    CHECK(a->bins == 0 || (a->minimum == b->minimum && a->maximum == b->maximum));
    if (a->bins == b->bins && a->bins) CHECK(memcmp(a->count, b->count, a->bins * sizeof *a->count) == 0);
}

/* A random binary tree of merges over random parts, each added in random blocks. */
static void grow_tree(gsl_rng *r, tepui_histogram *h, const double *x, size_t n, int depth)
{
    if (depth == 0 || n < 2 || below(r, 4) == 0) {
        for (size_t i = 0, m; i < n; i += m) {
            m = 1 + below(r, 64);
            m = m < n - i ? m : n - i;
            CHECK(tepui_histogram_add(h, x + i, m, 1) == TEPUI_OK);
        }
        return;
    }
    const size_t cut = below(r, n + 1);
    tepui_histogram right;
    init(&right, h->base, h->low, h->high);
    grow_tree(r, h, x, cut, depth - 1);
    grow_tree(r, &right, x + cut, n - cut, depth - 1);
    CHECK(tepui_histogram_merge(h, &right) == TEPUI_OK);
    tepui_histogram_free(&right);
}

/* --- cases */

static void order_does_not_matter(void)
{
    enum { N = 600 };
    gsl_rng *r = seeded(21);
    double x[N];
    for (int t = 0; t < 60 * KINDS; t++) {
        const int kind = t % KINDS;
        const double base = bases[below(r, BASES)];
        const size_t n = 1 + below(r, t % 5 ? N : 5);
        double low = -INFINITY, high = INFINITY;
        tepui_histogram a, b;
        for (size_t i = 0; i < n; i++) x[i] = draw(r, kind, base);
        if (t % 3 == 0) low = x[0], high = x[n - 1] > low ? x[n - 1] : INFINITY;
        init(&a, base, low, high);
        init(&b, base, low, high);
        CHECK(tepui_histogram_add(&a, x, n, 1) == TEPUI_OK);
        check_against_oracle(&a, x, n);
        shuffle(r, x, n);
        grow_tree(r, &b, x, n, 6);
        check_same(&a, &b);
        tepui_histogram_free(&a);
        tepui_histogram_free(&b);
        if (test_failures) {
            fprintf(stderr, "  kind %d base %g n %zu\n", kind, base, n);
            break;
        }
    }
    gsl_rng_free(r);
}

/* A value equal to an edge belongs to the bin on its right, the double before it to the bin on its left. */
static void edges(void)
{
    gsl_rng *r = seeded(22);
    for (int t = 0; t < 2000; t++) {
        const double base = t % 2 ? bases[below(r, BASES)] : exp(gsl_ran_gaussian(r, 5));
        const int64_t k = (int64_t)below(r, t % 3 ? 1000 : 100000000) - (t % 3 ? 500 : 50000000);
        tepui_histogram h;
        init(&h, base, -INFINITY, INFINITY);
        /* two values so far apart that the level is 0 */
        const double pair[] = {edge(base, k), edge(base, k + 60000)};
        const double before[] = {nextafter(pair[0], -INFINITY), nextafter(pair[1], -INFINITY)};
        CHECK(tepui_histogram_add(&h, pair, 2, 1) == TEPUI_OK);
        CHECK(h.level == 0 && h.first == k && h.bins == 60001 && h.count[0] == 1 && h.count[60000] == 1);
        CHECK(tepui_histogram_add(&h, before, 2, 1) == TEPUI_OK);
        CHECK(h.first == k - 1 && h.bins == 60002 && h.count[0] == 1 && h.count[60000] == 1 && h.count[60001] == 1);
        tepui_histogram_free(&h);
        if (test_failures) {
            fprintf(stderr, "  base %.17g k %lld\n", base, (long long)k);
            break;
        }
    }
    gsl_rng_free(r);
}

static void level_rule(void)
{
    const struct {
        double base, lo, hi;
        int level;
    } want[] = {
        {1, 0, 0, 48},                 /* one value at 0: the finest there is */
        {1, 0, 1023.5, 0},             /* 1024 bins of width 1 */
        {1, 0, 511.5, 1},              /* 1024 of width 1/2 */
        {1, 0, 512, 0},                /* 1025 of width 1/2 are too many */
        {1, 0, 65535.5, 0},            /* never coarser than base ... */
        {1, 0, 65536, -1},             /* ... unless that needs more than 65536 */
        {1, -0.5, 0.5, 9},             /* 1025 at level 10, 513 at level 9 */
        {1, 0x1p+40, 0x1p+40, 9},      /* index 2^50 at level 10 is too large */
        {1, -DBL_MAX, DBL_MAX, -1009}, /* range 2^1025: indices -2^15 .. 2^15 - 1 */
    };
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        tepui_histogram h;
        const double x[] = {want[k].lo, want[k].hi};
        init(&h, want[k].base, -INFINITY, INFINITY);
        CHECK(tepui_histogram_add(&h, x, 2, 1) == TEPUI_OK);
        CHECK_NEAR(h.level, want[k].level, 0);
        CHECK(h.count[0] + (h.bins > 1 ? h.count[h.bins - 1] : 0) == 2);
        tepui_histogram_free(&h);
    }
}

static void limits(void)
{
    const double x[] = {-1, -0x1p-1074, 0, 0.5, 1 - 0x1p-53, 1, 2};
    tepui_histogram h;
    init(&h, 0.25, 0, 1);
    CHECK(tepui_histogram_add(&h, x, 7, 1) == TEPUI_OK);
    CHECK(h.under == 2 && h.over == 2 && h.minimum == 0 && h.maximum == 1 - 0x1p-53);
    check_against_oracle(&h, x, 7);
    tepui_histogram_free(&h);
    init(&h, 0.25, 10, 11); /* nothing inside */
    CHECK(tepui_histogram_add(&h, x, 7, 1) == TEPUI_OK);
    CHECK(h.under == 7 && h.bins == 0);
    tepui_histogram_free(&h);
    tepui_histogram_free(NULL);
}

static void refusals(void)
{
    const double bad[] = {0, -1, NAN, INFINITY, 1e-300, 1e300};
    tepui_histogram a, b;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(tepui_histogram_init(&a, bad[i], -INFINITY, INFINITY) == TEPUI_BAD_INPUT);
    CHECK(tepui_histogram_init(&a, 1, 2, 2) == TEPUI_BAD_INPUT);
    CHECK(tepui_histogram_init(&a, 1, NAN, 2) == TEPUI_BAD_INPUT);
    init(&a, 1, 0, 1);
    init(&b, 2, 0, 1);
    CHECK(tepui_histogram_merge(&a, &b) == TEPUI_INTERNAL);
    init(&b, 1, 0, 2);
    CHECK(tepui_histogram_merge(&a, &b) == TEPUI_INTERNAL);
}

/* 1e5 values of an expanding walk: the room grows geometrically and nothing is lost on the way. */
static void growth(void)
{
    enum { N = 100000 };
    double *x = malloc(N * sizeof *x);
    tepui_histogram h;
    size_t rooms = 0, room = 0;
    init(&h, 0.05, -INFINITY, INFINITY);
    for (size_t i = 0; i < N; i++) {
        x[i] = (i % 2 ? 1 : -1) * pow(1.0003, (double)i);
        CHECK(tepui_histogram_add(&h, x + i, 1, 1) == TEPUI_OK);
        rooms += h.room != room;
        room = h.room;
    }
    CHECK(rooms < 40); /* log(65536)/log(1.5) = 27 at most, as the window never exceeds 65536 bins */
    check_against_oracle(&h, x, N);
    tepui_histogram_free(&h);
    free(x);
}

static const test_case cases[] = {
    {"order_does_not_matter", order_does_not_matter},
    {"edges", edges},
    {"level_rule", level_rule},
    {"limits", limits},
    {"refusals", refusals},
    {"growth", growth},
};
TEST_MAIN(cases)

/* test_optimizer.c -- every optimizer, schedule and escape of the registries: known answers, and for optimizers what
   optimizer.h promises of all: lanes on their own, any unit, states brought along, metrics. */
#include "common.h"
#include <float.h>
#include <tepui/escape.h>
#include <tepui/schedule.h>

typedef void check_one(const tepui_kind *k);

static void on_all(const tepui_family *family, check_one *check)
{
    for (const void *const *k = family->kinds; *k; k++) {
        const int before = test_failures;
        check(*k);
        if (test_failures > before) fprintf(stderr, "  (in %s)\n", ((const tepui_kind *)*k)->name);
    }
}

static int is_one_of(const char *name, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(name, *words) == 0) return 1;
    return 0;
}

/* --- optimizers */

/* Four steps of a dozen roundings each of numbers near 1, here and there. */
static void known_answers_of(const tepui_kind *k)
{
    const struct tepui_optimizer_kat *a = ((const tepui_optimizer_type *)k)->kat;
    CHECK(a && a->origin);
    for (; a && a->origin; a++) {
        bench b;
        double g[N];
        open_bench(&b, k->name);
        b.s.n = LANES;
        for (int i = 0; i < N; i++) b.theta[i] = 1;
        for (int t = 0; t < 4 && !isnan(a->g[t]); t++) {
            for (int i = 0; i < N; i++) g[i] = i < LANES ? a->g[t] : 0;
            take(&b, g);
        }
        for (int j = 0; j < LANES; j++) CHECK_NEAR(b.theta[j], a->theta, 1e-14);
        CHECK(b.theta[LANES] == 1); /* n is kept to */
    }
}

static void known_answers(void)
{
    on_all(&tepui_family_optimizer, known_answers_of);
}

/* A trajectory at its own rate, unit and step. Units of 2^-40 to 2^30: some lanes below thresholds, some above. */
static void place(bench *b, int j, int from)
{
    b->rate[j] = 0.01 * (1 + from);
    b->unit[j] = ldexp(1, 10 * from - 40);
    b->count[j] = 3 * from % 5;
    for (int i = 0; i < N; i += LANES) b->theta[i + j] = sin(1 + i + from), b->noise[i + j] = cos(1 + i + from);
}

static void step_lane(bench *b, int lane, int t)
{
    double g[N];
    gradient(t, g);
    for (int i = 0; lane >= 0 && i < N; i++) g[i] = g[i - i % LANES + lane];
    take(b, g);
}

static void check_lane(const bench *all, const bench *alone, int lane)
{
    for (int i = lane; i < N; i += LANES)
        for (int j = 0; j < LANES; j++) {
            const int at = i - lane + j;
            CHECK(same_bits(&all->theta[i], &alone->theta[at], sizeof(double)));
            CHECK(same_bits(&all->d[i], &alone->d[at], sizeof(double)));
            for (int k = 0; k < TEPUI_MOST_STATES; k++)
                CHECK(same_bits(&all->state[k][i], &alone->state[k][at], sizeof(double)));
        }
    for (int k = 0; k < TEPUI_MOST_SCALARS; k++) CHECK(all->scalar[k][lane] == alone->scalar[k][0]);
}

static void lanes_are_independent_of(const tepui_kind *k)
{
    bench all, alone;
    for (int lane = 0; lane < LANES; lane++) {
        open_bench(&all, k->name);
        open_bench(&alone, k->name);
        for (int j = 0; j < LANES; j++) place(&all, j, j), place(&alone, j, lane);
        for (int t = 1; t <= 30; t++) {
            step_lane(&all, -1, t);
            step_lane(&alone, lane, t);
            check_lane(&all, &alone, lane);
        }
    }
}

static void lanes_are_independent(void)
{
    on_all(&tepui_family_optimizer, lanes_are_independent_of);
}

static void step_in_unit(bench *b, int t, int e)
{
    double g[N];
    gradient(t, g);
    for (int i = 0; i < N; i++) g[i] = ldexp(g[i], -e);
    for (int j = 0; j < LANES; j++) b->unit[j] = ldexp(1, e);
    take(b, g);
}

static void bring_along(bench *b, int from, int to)
{
    for (size_t k = 0; k < b->t->states; k++)
        for (int i = 0; i < N; i++) b->state[k][i] = ldexp(b->state[k][i], b->t->degree[k] * (from - to));
}

/* Powers of two commute with rounding: every bit is the same, and the unit may change on the way. */
static void units_do_not_matter_of(const tepui_kind *k)
{
    for (int e = -300; e <= 300; e += 600) {
        bench one, other;
        open_bench(&one, k->name);
        open_bench(&other, k->name);
        random_numbers(one.theta, N, 1), random_numbers(other.theta, N, 1);
        random_numbers(one.noise, N, 2), random_numbers(other.noise, N, 2);
        for (int t = 1; t <= 40; t++) {
            const int now = t <= 20 ? e : -e;
            if (t == 21) bring_along(&other, e, -e);
            step_in_unit(&one, t, 0);
            step_in_unit(&other, t, now);
            CHECK(same_bits(one.theta, other.theta, sizeof one.theta));
            for (int i = 0; i < N; i++) CHECK(ldexp(other.d[i], now * other.t->metric_degree) == one.d[i]);
        }
    }
}

static void units_do_not_matter(void)
{
    on_all(&tepui_family_optimizer, units_do_not_matter_of);
}

/* No decay, no push: what is left is the gradient's. */
static void open_still(bench *b, const char *name, double epsilon)
{
    open_bench(b, name);
    set(b, "weight_decay", 0);
    set(b, "radius", 0);
    if (epsilon >= 0) set(b, "epsilon", epsilon);
    random_numbers(b->theta, N, 3);
}

static void zero_gradients_move_nothing_of(const tepui_kind *k)
{
    const double epsilon[] = {-1, 0}, unit[] = {1, 0, 0x1p-1000, 0x1p1000}, zero[N] = {0};
    for (int e = 0; e < 2; e++)
        for (int u = 0; u < 4; u++) {
            bench b;
            double before[N];
            open_still(&b, k->name, epsilon[e]);
            memcpy(before, b.theta, sizeof before);
            for (int j = 0; j < LANES; j++) b.unit[j] = unit[u];
            for (int t = 1; t <= 12; t++) take(&b, zero);
            CHECK(same_bits(before, b.theta, sizeof before));
            for (int i = 0; i < N; i++) CHECK(!isnan(b.d[i]));
        }
}

static void zero_gradients_move_nothing(void)
{
    on_all(&tepui_family_optimizer, zero_gradients_move_nothing_of);
}

/* One gradient, then none for so long that every mean has rounded to 0 or to the least number. */
static void means_may_fade_away_of(const tepui_kind *k)
{
    const double zero[N] = {0};
    double g[N];
    bench b;
    open_still(&b, k->name, 0);
    set(&b, "beta2", 0.5), set(&b, "alpha", 0.5), set(&b, "beta1", 0.5), set(&b, "mu", 0.5);
    gradient(1, g);
    take(&b, g);
    for (int t = 0; t < 3000; t++) take(&b, zero);
    for (int i = 0; i < N; i++) CHECK(isfinite(b.theta[i]) && !isnan(b.d[i]));
}

static void means_may_fade_away(void)
{
    on_all(&tepui_family_optimizer, means_may_fade_away_of);
}

static void take_at_unit(bench *b, const char *name, double epsilon, double unit, double start)
{
    double g[N];
    open_still(b, name, epsilon);
    for (int i = 0; i < N; i++) b->theta[i] = start;
    for (int j = 0; j < LANES; j++) b->unit[j] = unit;
    gradient(1, g);
    take(b, g);
}

/* Of gradients around 2^-2000, with epsilon nothing is left but directions. */
static void rounded_to_zero_with_epsilon_of(const tepui_kind *k)
{
    static const char *const free_of_size[] = {"signsgd", "normalised_gd", NULL};
    bench b;
    take_at_unit(&b, k->name, -1, 0, 1);
    for (int i = 0; i < N && !is_one_of(k->name, free_of_size); i++) CHECK(b.theta[i] == 1);
}

static void rounded_to_zero_with_epsilon(void)
{
    on_all(&tepui_family_optimizer, rounded_to_zero_with_epsilon_of);
}

/* Without epsilon the first step is one of directions: sqrt(v) is |g| after adam's correction, sqrt(0.01) |g| of
   rmsprop; nadam adds a tenth of mu(2)/(1 - mu(1) mu(2)), from the formula. A few roundings of the rate. */
static void rounded_to_zero_without_epsilon(void)
{
    const double mu1 = 0.9 * (1 - 0.5 * pow(0.96, 0.004)), mu2 = 0.9 * (1 - 0.5 * pow(0.96, 0.008));
    const struct {
        const char *name;
        double step;
    } rules[] = {{"adagrad", 1},
                 {"rmsprop", 10},
                 {"adam", 1},
                 {"amsgrad", 1},
                 {"adamw", 1},
                 {"signsgd", 1},
                 {"nadam", 1 + 0.1 * mu2 / (1 - mu1 * mu2)}};
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        bench b;
        take_at_unit(&b, rules[r].name, 0, 0, 0);
        for (int i = 0; i < N; i++) CHECK_NEAR(b.theta[i], copysign(0.1 * rules[r].step, -b.g[i]), 1e-14);
    }
    bench b;
    take_at_unit(&b, "normalised_gd", 0, 0, 0);
    for (int j = 0; j < LANES; j++) CHECK_NEAR(hypot(b.theta[j], b.theta[j + LANES]), 0.1, 1e-16);
}

/* A unit of infinity is one of 2^300: epsilon and thresholds are nothing against it. */
static void rounded_to_infinity_of(const tepui_kind *k)
{
    bench b, large, half;
    take_at_unit(&b, k->name, -1, INFINITY, 0);
    take_at_unit(&large, k->name, -1, 0x1p300, 0);
    take_at_unit(&half, k->name, -1, 0x1p299, 0);
    const int far = large.theta[0] == 2 * half.theta[0]; /* in proportion to the gradient */
    CHECK(far || same_bits(large.theta, half.theta, sizeof half.theta));
    for (int i = 0; i < N; i++) {
        CHECK(far ? isinf(b.theta[i]) : same_bits(&b.theta[i], &large.theta[i], sizeof(double)));
        CHECK(signbit(b.theta[i]) != signbit(b.g[i]));
    }
}

static void rounded_to_infinity(void)
{
    on_all(&tepui_family_optimizer, rounded_to_infinity_of);
}

/* Without momentum, decay and pushes every rule moves by rate g / D. Two roundings of each. */
static void metric_divides_the_step_of(const tepui_kind *k)
{
    bench b;
    double before[N], g[N];
    open_still(&b, k->name, -1);
    set(&b, "mu", 0), set(&b, "beta1", 0);
    for (int j = 0; j < LANES; j++) b.unit[j] = ldexp(1, 3 * j - 12);
    for (int t = 1; t <= 30; t++) {
        memcpy(before, b.theta, sizeof before);
        gradient(t, g);
        take(&b, g);
        for (int i = 0; i < N; i++) {
            const double u = b.unit[i % LANES], D = b.d[i] * (b.t->metric_degree ? u : 1);
            const double step = g[i] == 0 ? 0 : 0.1 * g[i] * u / D;
            CHECK_NEAR(b.theta[i], before[i] - step, 4 * DBL_EPSILON * (fabs(before[i]) + 2 * fabs(step)));
        }
    }
}

static void metric_divides_the_step(void)
{
    on_all(&tepui_family_optimizer, metric_divides_the_step_of);
}

/* Norms of 2^-10 (lanes 0 to 3) and 2^10 in units of 2^-1, threshold 2^-11: pushes in steps 1, 4, 7, ... of the first
   half. Whole numbers of 2^-20, so that every sum is exact. */
static void perturbations(void)
{
    bench b;
    double g[N] = {0}, want[N] = {0};
    open_bench(&b, "perturbed_gd(threshold=0.00048828125, radius=0.25, interval=3)");
    for (int j = 0; j < LANES; j++) {
        b.rate[j] = b.unit[j] = 0.5;
        g[j] = j < 4 ? 0x1p-10 : 0x1p10;
    }
    for (int i = 0; i < N; i++) b.noise[i] = ldexp(i + 1, -8);
    for (int t = 1; t <= 10; t++) {
        take(&b, g);
        for (int i = 0; i < N; i++) {
            want[i] -= 0.25 * g[i];
            if (i % LANES < 4 && t % 3 == 1) want[i] += 0.25 * b.noise[i];
            CHECK(b.theta[i] == want[i]);
        }
        for (int j = 0; j < LANES; j++) CHECK(b.scalar[0][j] == (j < 4 ? t - (t - 1) % 3 : 0));
    }
}

/* The norm is compared as it is, not in units; one just above the threshold is not pushed. */
static void perturbations_know_the_unit(void)
{
    bench b;
    double g[N] = {0};
    open_bench(&b, "perturbed_gd(threshold=1, radius=1)");
    for (int i = 0; i < N; i++) b.noise[i] = 1;
    const double norm[LANES] = {1, 1, 4, 1024, 0, 1024, 1.25, 1};
    const double unit[LANES] = {1, 2, 0.25, 0, 0, INFINITY, 1, 0x1p-900};
    for (int j = 0; j < LANES; j++) b.unit[j] = unit[j], g[j] = norm[j];
    take(&b, g);
    for (int j = 0; j < LANES; j++) CHECK(b.scalar[0][j] == (j != 1 && j != 5 && j != 6));
}

/* --- schedules: a few roundings of numbers up to 1 */

static void schedule_of(const tepui_kind *k)
{
    const tepui_schedule_type *t = (const tepui_schedule_type *)k;
    const tepui_choice c = choose(&tepui_family_schedule, k->name);
    CHECK(t->kat && t->kat->origin);
    for (const struct tepui_schedule_kat *a = t->kat; a && a->origin; a++)
        CHECK_NEAR(t->factor(a->t, a->steps, c.value), a->factor, 4 * DBL_EPSILON);
    for (double step = 0; step < 50; step++) {
        const double f = t->factor(step, 50, c.value);
        CHECK(f >= 0 && f <= 1);
    }
}

static void schedules(void)
{
    on_all(&tepui_family_schedule, schedule_of);
}

/* origin: the formulas at the heads of the files */
static void schedules_with_parameters(void)
{
    const struct {
        const char *text;
        double t, steps, factor;
    } known[] = {{"warmup(4)", 0, 9, 0.25},    {"warmup(4)", 2, 9, 0.75},      {"warmup(4)", 3, 9, 1},
                 {"warmup(1)", 0, 9, 1},       {"cosine(0.5)", 0, 4, 1},       {"cosine(0.5)", 2, 4, 0.75},
                 {"cosine(1)", 3, 4, 1},       {"step(3, 0.5)", 2, 9, 1},      {"step(3, 0.5)", 3, 9, 0.5},
                 {"step(3, 0.5)", 8, 9, 0.25}, {"step(1, 0.5)", 5, 9, 0.03125}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const tepui_choice c = choose(&tepui_family_schedule, known[i].text);
        const tepui_schedule_type *t = c.type;
        CHECK_NEAR(t->factor(known[i].t, known[i].steps, c.value), known[i].factor, 4 * DBL_EPSILON);
    }
}

/* --- escapes; origin: their definitions */

static const struct {
    const char *text;
    tepui_escape_view view; /* loss, plateau, distance, growth */
    int reached;
} escape_of[] = {
    {"loss", {0.51, 1, 9, 9}, 0},      {"loss", {1, 2, 0, NAN}, 1},        {"loss", {NAN, 1, 0, NAN}, 0},
    {"loss(0.1)", {0.11, 1, 0, 9}, 0}, {"loss(0.1)", {0.1, 1, 0, NAN}, 1}, {"output", {0, 1, 0.49, 9}, 0},
    {"output", {1, 1, 0.5, NAN}, 1},   {"output(3)", {0, 1, 2.9, 9}, 0},   {"output(3)", {1, 1, 3, NAN}, 1},
    {"output", {0, 1, NAN, 9}, 0},     {"curvature", {0, 1, 9, 1.9}, 0},   {"curvature", {1, 1, 0, 2}, 1},
    {"curvature", {0, 1, 9, NAN}, 0},  {"curvature(5)", {0, 1, 9, 4}, 0},  {"curvature(5)", {1, 1, 0, INFINITY}, 1},
};
enum { ESCAPES = sizeof escape_of / sizeof *escape_of };

static void is_in_the_table(const tepui_kind *k)
{
    int rows[2] = {0};
    for (int i = 0; i < ESCAPES; i++)
        if (choose(&tepui_family_escape, escape_of[i].text).type == k) rows[escape_of[i].reached]++;
    CHECK(rows[0] && rows[1]);
    const tepui_escape_type *t = (const tepui_escape_type *)k;
    CHECK(!!t->needs_curvature == (strcmp(k->name, "curvature") == 0));
    CHECK(!!t->needs_plateau == (strcmp(k->name, "loss") == 0));
}

static void escapes(void)
{
    for (int i = 0; i < ESCAPES; i++) {
        const tepui_choice c = choose(&tepui_family_escape, escape_of[i].text);
        const tepui_escape_type *t = c.type;
        if (!!t->reached(&escape_of[i].view, c.value) == escape_of[i].reached) continue;
        fprintf(stderr, "row %d, %s\n", i, escape_of[i].text);
        test_failures++;
    }
    on_all(&tepui_family_escape, is_in_the_table);
}

static const test_case cases[] = {
    {"known_answers", known_answers},
    {"lanes_are_independent", lanes_are_independent},
    {"units_do_not_matter", units_do_not_matter},
    {"zero_gradients_move_nothing", zero_gradients_move_nothing},
    {"means_may_fade_away", means_may_fade_away},
    {"rounded_to_zero_with_epsilon", rounded_to_zero_with_epsilon},
    {"rounded_to_zero_without_epsilon", rounded_to_zero_without_epsilon},
    {"rounded_to_infinity", rounded_to_infinity},
    {"metric_divides_the_step", metric_divides_the_step},
    {"perturbations", perturbations},
    {"perturbations_know_the_unit", perturbations_know_the_unit},
    {"schedules", schedules},
    {"schedules_with_parameters", schedules_with_parameters},
    {"escapes", escapes},
};
TEST_MAIN(cases)

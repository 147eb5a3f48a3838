/* test_escape.c -- escape times: the tests that the laws of their own forms bring (ranks, slopes with an allowance),
   what verify says of files made from the laws and of files with planted faults, and the rows of `tepui escape`. */
#include "test.h"
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <tepui/tepui.h>
#include <verdict/sweep.h>

/* --- the allowance of slopes */

static double slope_change(const sweep_point *p, size_t n, const double *shift)
{
    sweep_point moved[8];
    for (size_t i = 0; i < n; i++) moved[i] = p[i], moved[i].y += shift[i];
    return sweep_fit(moved, n, 0).slope - sweep_fit(p, n, 0).slope;
}

/* Never exceeded by shifts within the allowance, attained by the worst of all 2^n of full size. */
static void leverage_is_the_exact_bound(void)
{
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    for (int trial = 0; trial < 200; trial++) {
        const size_t n = 3 + gsl_rng_uniform_int(g, 6);
        sweep_point p[8];
        double shift[8], worst = 0;
        for (size_t i = 0; i < n; i++)
            p[i] = (sweep_point){.x = (double)i * 4 + gsl_rng_uniform(g),
                                 .y = gsl_ran_gaussian(g, 1),
                                 .error = 0.05 + gsl_rng_uniform(g),
                                 .left = gsl_rng_uniform(g)};
        const double bound = sweep_leverage(p, n);
        for (int k = 0; k < 200; k++) {
            for (size_t i = 0; i < n; i++) shift[i] = p[i].left * (2 * gsl_rng_uniform(g) - 1);
            CHECK(fabs(slope_change(p, n, shift)) <= bound + 1e-12);
        }
        for (unsigned bits = 0; bits < 1u << n; bits++) {
            for (size_t i = 0; i < n; i++) shift[i] = bits >> i & 1 ? p[i].left : -p[i].left;
            worst = fmax(worst, slope_change(p, n, shift));
        }
        CHECK_NEAR(worst / bound, 1, 1e-10);
    }
    gsl_rng_free(g);
}

/* --- rank correlations */

enum { MOST = 2000 };
static double time_of[MOST], rate_of[MOST];

/* Normal pairs with rank correlation rho: Pearson's is 2 sin(pi rho/6) (Pearson 1907). */
static void pairs(gsl_rng *g, size_t n, double rho)
{
    const double r = 2 * sin(M_PI * rho / 6);
    for (size_t i = 0; i < n; i++) {
        time_of[i] = gsl_ran_gaussian(g, 1);
        rate_of[i] = r * time_of[i] + sqrt(1 - r * r) * gsl_ran_gaussian(g, 1);
    }
}

/* p of the law "at most `bound`"; -1: refused, with the reason. */
static double rank_p(size_t n, double bound, const char **why, tepui_test_result *out)
{
    const tepui_prediction law = {.form = TEPUI_PREDICTS_RANK, .rank = bound};
    tepui_evidence e = {.count = n, .raw = time_of, .raws = n, .other = rate_of};
    tepui_test_result t[TEPUI_MOST_TESTS];
    const char *reason;
    for (size_t i = 0; i < n; i++) e.infinite += time_of[i] == INFINITY;
    const size_t made = tepui_verify_tests(&law, &e, t, why ? why : &reason);
    if (made && out) *out = t[0];
    return made ? t[0].p : -1;
}

/* At the bound itself p is uniform but for what Fisher's z leaves out: 4,000 files of 256 pairs, a share 0.05 and
   0.001 below these levels, within 5 standard deviations and a tenth of it; below the bound it seldom is small at all.
 */
static void ranks_at_the_bound_seldom_fail(void)
{
    enum { FILES = 4000, PAIRS = 256 };
    static const double bound[] = {-0.5, -0.75, -0.9};
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    for (int k = 0; k < 3; k++) {
        double below[3] = {0, 0, 0};
        for (int f = 0; f < FILES; f++) {
            pairs(g, PAIRS, bound[k]);
            const double p = rank_p(PAIRS, bound[k], NULL, NULL);
            below[0] += p < 0.05;
            below[1] += p < 0.001;
            below[2] += p < 1e-4;
        }
        CHECK(below[0] < 1.1 * 200 + 5 * sqrt(200) && below[0] > 0.75 * 200);
        CHECK(below[1] < 1.1 * 4 + 5 * sqrt(4));
        CHECK(below[2] <= 4);
    }
    gsl_rng_free(g);
}

static void ranks_above_the_bound_fail(void)
{
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    tepui_test_result t;
    pairs(g, 256, -0.95);
    CHECK(rank_p(256, -0.75, NULL, &t) > 0.99 && strcmp(t.name, "rank") == 0 && t.samples == 256);
    CHECK(t.predicted == -0.75 && t.low < -0.95 && t.high > -0.95 && t.low < t.observed && t.observed < t.high);
    gsl_ran_shuffle(g, rate_of, 256, sizeof *rate_of);
    CHECK(rank_p(256, -0.75, NULL, NULL) < 1e-20);
    CHECK(rank_p(256, -0.5, NULL, NULL) < 1e-9); /* the weakest bound, 8 weights */
    pairs(g, 256, 0.95);                         /* the sign of the correlation turned */
    CHECK(rank_p(256, -0.5, NULL, NULL) < 1e-100);
    pairs(g, 256, -0.5);
    CHECK(rank_p(256, -0.75, NULL, NULL) < 1e-6);
    for (int i = 0; i < 256; i++) rate_of[i] = -time_of[i];
    CHECK(rank_p(256, -0.75, NULL, NULL) == 1);
    for (int i = 0; i < 256; i++) rate_of[i] = time_of[i];
    CHECK(rank_p(256, -0.75, NULL, NULL) == 0);
    for (int i = 0; i < 256; i++) rate_of[i] = 1; /* no ranks: refused, with the reason */
    const char *why = "";
    CHECK(rank_p(256, -0.75, &why, NULL) == -1 && strstr(why, "no ranks"));
    gsl_rng_free(g);
}

static void ranks_that_cannot_be_told(void)
{
    const tepui_prediction law = {.form = TEPUI_PREDICTS_RANK, .rank = -0.75};
    tepui_test_result t[TEPUI_MOST_TESTS];
    const char *why = "";
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    pairs(g, 400, -0.95);
    for (int i = 0; i < 400; i++) time_of[i] = time_of[i] > 0.6744897501960817 ? INFINITY : time_of[i]; /* a quarter */
    int censored = 0;
    for (int i = 0; i < 400; i++) censored += time_of[i] == INFINITY;
    for (int i = 0; censored > 100; i++) censored -= time_of[i] == INFINITY, time_of[i] = fmin(time_of[i], 1);
    for (int i = 0; censored < 100; i++)
        censored += time_of[i] > 0 && time_of[i]<INFINITY, time_of[i] = time_of[i]> 0 ? INFINITY : time_of[i];
    CHECK(rank_p(400, -0.75, &why, NULL) > 0.9); /* one hundred of four hundred */
    for (int i = 0; censored == 100; i++) censored += time_of[i] < INFINITY, time_of[i] = INFINITY;
    CHECK(rank_p(400, -0.75, &why, NULL) == -1 && strstr(why, "quarter"));
    pairs(g, 400, -0.95);
    tepui_evidence e = {.count = 400, .raw = time_of, .raws = 400};
    CHECK(tepui_verify_tests(&law, &e, t, &why) == 0 && strstr(why, "output.raw"));
    e.other = rate_of;
    e.raw = NULL;
    CHECK(tepui_verify_tests(&law, &e, t, &why) == 0 && strstr(why, "output.raw"));
    CHECK(rank_p(19, -0.75, &why, NULL) == -1 && strstr(why, "too few"));
    CHECK(rank_p(20, -0.75, &why, NULL) > 0.5);
    CHECK(rank_p(0, -0.75, &why, NULL) == -1 && strstr(why, "too few"));
    for (int i = 0; i < 390; i++) (i % 2 ? time_of : rate_of)[i] = NAN; /* ten pairs are left */
    CHECK(rank_p(400, -0.75, &why, NULL) == -1 && strstr(why, "too few"));
    pairs(g, 400, -0.95);
    for (int i = 0; i < 300; i++) rate_of[3 * (i % 100)] = NAN;
    tepui_test_result some;
    CHECK(rank_p(400, -0.75, &why, &some) > 0.9 && some.samples == 300);
    gsl_rng_free(g);
}

/* --- files: what verify says of them */

static const char chain[] =
    "seed: 1\ngrid: {depth: [8, 12, 16, 20, 24, 28, 32], width: 1, activation: linear, init: lecun, "
    "law: uniform}\ndata: {source: sphere, targets: one}\nreadout: none\ndynamics: {rate: 0.01, "
    "steps: 1000000}\nobservables: [escape_time, escape_rate]\nsamples: 256\noutput: {raw: 256}\n";
static const char equal[] =
    "seed: 1\ngrid: {depth: [4, 6], width: 1, activation: linear, init: lecun, law: rademacher, "
    "gain: 0.7}\ndata: {source: sphere, targets: one}\nreadout: none\ndynamics: {rate: 0.01, "
    "steps: 100000}\nobservables: [escape_time]\nsamples: 2000\noutput: {raw: 2000}\n";

typedef struct {
    const char *law, *text, *optimizer;
    double stretch; /* of the law's medians over depth: what a longer chain would do */
    double slope;   /* added per layer */
    double bend;    /* added at depths alternately with either sign */
    double share;   /* that escapes (C8), or is not censored */
    double rho;     /* rank correlation with the rate */
    long off;       /* steps by which C8's are off, from either bound */
} fault;
static const fault honest = {.stretch = 1, .share = 1, .rho = -0.97, .optimizer = "gd"};

/* One sample, given what the law predicts for the cell. Of a chain `stretch` times as deep the median of -ln|f| is
   larger by 1 - ln sqrt(3) for every weight (uniform ones). */
static double sample_of(gsl_rng *g, const fault *f, const tepui_prediction *p, double L, size_t i, size_t n)
{
    if ((double)i >= f->share * (double)n) return INFINITY;
    if (p->form == TEPUI_PREDICTS_ATOMS) {
        const double least = ceil(exp(p->value[1] - p->slack) - 1e-6), most = floor(exp(p->value[1] + p->slack) + 1e-6);
        return log(f->off < 0 ? least + (double)f->off : f->off > 0 ? most + (double)f->off : i % 2 ? least : most);
    }
    if (p->form == TEPUI_PREDICTS_RANK) return gsl_ran_gaussian(g, 1);
    return p->median + 1.3 + (f->slope + (f->stretch - 1) * (1 - 0.5 * log(3))) * L +
           f->bend * ((size_t)L % 8 ? 1 : -1) + gsl_ran_gaussian(g, 1);
}

static void fill(gsl_rng *g, const fault *f, const tepui_law_type *law, const tepui_experiment *e, tepui_cell_state *s,
                 size_t cell)
{
    static double x[MOST], y[MOST], never[MOST];
    const size_t n = e->samples;
    const double r = 2 * sin(M_PI * f->rho / 6), L = (double)e->cells[cell].depth;
    tepui_prediction p;
    CHECK(law->predict(&e->cells[cell], TEPUI_COMPONENT_ESCAPE, &p, NULL) == TEPUI_OK);
    for (size_t i = 0; i < n; i++) {
        x[i] = sample_of(g, f, &p, L, i, n);
        y[i] = r * (isfinite(x[i]) ? x[i] : 2) + sqrt(1 - r * r) * gsl_ran_gaussian(g, 1);
        never[i] = INFINITY;
    }
    for (size_t o = 0; o < e->observable_count; o++)
        for (size_t k = 0; k < s->component_count[o]; k++) {
            const long c = s->component[o][k];
            const double *v = c == TEPUI_COMPONENT_ESCAPE ? x : c == TEPUI_COMPONENT_DIVERGENCE ? never : y;
            CHECK(tepui_accumulator_fold(&s->accumulator[o][k], v, n, 1) == TEPUI_OK);
        }
    s->samples = n;
    s->done = 1;
}

/* A published file, its law by name; returns the failures, or -1 where all lines are refused. */
static int verdict_of(const fault *f, unsigned long seed, tepui_verdict_line *first)
{
    char optimizer[64];
    const char *const set[] = {optimizer, NULL};
    const tepui_law_type *const laws[] = {tepui_kind_find(&tepui_family_law, f->law), NULL};
    tepui_experiment *e = NULL;
    tepui_state *s = NULL;
    tepui_result *r = NULL;
    tepui_verification *v = NULL;
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(g, seed);
    snprintf(optimizer, sizeof optimizer, "dynamics.optimizer=%s", f->optimizer);
    CHECK(tepui_experiment_parse(f->text, "planted", set, &e, NULL) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
    CHECK(tepui_state_alloc(e, &s, NULL) == TEPUI_OK);
    for (size_t c = 0; c < e->cell_count; c++) fill(g, f, laws[0], e, &s->cell[c], c);
    CHECK(tepui_store_publish(s, "test-escape.h5", NULL) == TEPUI_OK);
    CHECK(tepui_result_open("test-escape.h5", &r, NULL) == TEPUI_OK);
    CHECK(tepui_verify(r, e, &(tepui_verify_options){.laws = laws}, &v, NULL) == TEPUI_OK);
    const int out = v->refusals == v->lines ? -1 : (int)v->failures;
    if (first) *first = v->line[0];
    CHECK(remove("test-escape.h5") == 0);
    tepui_verification_free(v);
    tepui_result_free(r);
    tepui_state_free(s);
    tepui_experiment_free(e);
    gsl_rng_free(g);
    return out;
}

static fault of(const char *law)
{
    fault f = honest;
    f.law = law;
    f.text = strcmp(law, "C8") ? chain : equal;
    if (strcmp(law, "C8") == 0) f.share = 0.5;
    if (strcmp(law, "E2") == 0) f.optimizer = "signsgd";
    return f;
}

/* At 1e-4 a file one in ten thousand times: of 80, none. */
static void files_of_the_laws_hold(void)
{
    static const char *const law[] = {"C8", "E1", "E1r", "E2"};
    for (int k = 0; k < 4; k++)
        for (unsigned long seed = 1; seed <= 20; seed++) {
            fault f = of(law[k]);
            if (k >= 1 && k != 2) f.bend = (seed % 3) * (k == 1 ? 0.2 : 0.1); /* within the allowance */
            CHECK(verdict_of(&f, seed, NULL) == 0);
        }
}

/* Medians of 256 samples of spread 1 are known to 0.08, the slope over 8 ... 32 to 0.004; E1 allows 0.5 a median, 0.054
   a layer, E2 0.25 + ln B. */
static void faults_in_slopes_are_caught(void)
{
    tepui_verdict_line line;
    fault f = of("E1");
    CHECK(verdict_of(&f, 1, &line) == 0 && line.cells == 7 && strcmp(line.test, "slope") == 0);
    CHECK(fabs(line.observed - line.predicted) < 0.02 && line.predicted > 0.25 && line.predicted < 0.4);
    f.stretch = 1.5; /* a layer more per two layers: 0.22 a layer too steep */
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f = of("E1");
    f.slope = -line.predicted; /* constant times */
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f = of("E1");
    f.slope = 0.08;
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f.slope = -0.08;
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f.slope = 0.05; /* within what may be left */
    CHECK(verdict_of(&f, 1, NULL) == 0);
    f = of("E2"); /* gd's times, with B = 1, 1.2 and 10 */
    f.slope = 0.3;
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f.optimizer = "adam(epsilon=0)";
    CHECK(verdict_of(&f, 1, NULL) == 1);
    f.optimizer = "rmsprop(0.99, 0)";
    CHECK(verdict_of(&f, 1, NULL) == -1); /* steps of 0.1 are long beside tau */
    f.slope = 0.06;
    f.optimizer = "signsgd";
    CHECK(verdict_of(&f, 1, NULL) == 1);
}

static void faults_in_ranks_are_caught(void)
{
    fault f = of("E1r");
    tepui_verdict_line line;
    CHECK(verdict_of(&f, 1, &line) == 0 && line.cells == 1 && line.predicted == 4.0 / 16 - 1);
    f.rho = 0; /* 16 to 32 weights */
    CHECK(verdict_of(&f, 1, NULL) == 5);
    f.rho = 0.97;
    CHECK(verdict_of(&f, 1, NULL) == 5);
    f.rho = -0.5; /* not above -0.75 */
    CHECK(verdict_of(&f, 1, NULL) == 5);
    f = of("E1r");
    f.share = 0.7;
    CHECK(verdict_of(&f, 1, &line) == -1 && strstr(line.why, "quarter"));
    f.share = 0.8;
    CHECK(verdict_of(&f, 1, NULL) == 0);
}

/* 2,000 samples: 60 % are 9 standard deviations from a half. */
static void faults_of_equal_weights_are_caught(void)
{
    fault f = of("C8");
    tepui_verdict_line line;
    CHECK(verdict_of(&f, 1, &line) == 0);
    f.off = -1; /* a step fewer than the bound; one more than the other */
    CHECK(verdict_of(&f, 1, &line) == 2 && line.observed == 0 && line.predicted == 0.5);
    f.off = 1;
    CHECK(verdict_of(&f, 1, NULL) == 2);
    f = of("C8");
    f.share = 0.6;
    CHECK(verdict_of(&f, 1, NULL) == 2);
    f.share = 0.4;
    CHECK(verdict_of(&f, 1, NULL) == 2);
    f.share = 1;
    CHECK(verdict_of(&f, 1, NULL) == 2);
    f.share = 0.52; /* 1.8 standard deviations */
    CHECK(verdict_of(&f, 1, NULL) == 0);
}

/* --- rows of `tepui escape`: a result made by hand. Two optimizers, two depths, three rates. */

enum { CELLS = 12, RAW = 6 };
static struct {
    tepui_result r;
    tepui_column column[4];
    tepui_result_observable o[2];
    char *depth[CELLS], *rate[CELLS], *optimizer[CELLS], *width[CELLS], *times[2], *ends[1];
    double depth_number[CELLS], rate_number[CELLS], probability[2];
    uint64_t count[2 * CELLS], zero[2 * CELLS], nan[2 * CELLS], infinite[2 * CELLS];
    double quantile[4 * CELLS], low[4 * CELLS], high[4 * CELLS], time_raw[2 * CELLS * RAW], rate_raw[CELLS * RAW];
} h;

static const double rates[] = {0.1, 0.01, 0.001};

/* Cells: optimizer slowest, then rate, then depth from the deepest; component 0 is the divergence. */
static void make_result(void)
{
    static char *depth[] = {"8", "4"}, *rate[] = {"0.1", "0.01", "0.001"}, *optimizer[] = {"gd", "adam"};
    memset(&h, 0, sizeof h);
    h.times[0] = (char *)"divergence", h.times[1] = (char *)"escape", h.ends[0] = (char *)"lambda_min";
    for (size_t i = 0; i < CELLS; i++) {
        h.optimizer[i] = optimizer[i / 6];
        h.rate[i] = rate[i / 2 % 3], h.rate_number[i] = rates[i / 2 % 3];
        h.depth[i] = depth[i % 2], h.depth_number[i] = i % 2 ? 4 : 8;
        h.width[i] = depth[i % 2];
        for (int k = 0; k < 2; k++) h.count[2 * i + (size_t)k] = RAW;
        h.infinite[2 * i] = RAW; /* nothing diverges */
        for (int k = 0; k < 4; k++)
            h.quantile[4 * i + (size_t)k] = h.low[4 * i + (size_t)k] = h.high[4 * i + (size_t)k] = NAN;
        h.quantile[4 * i + 3] = 5;
        h.low[4 * i + 3] = 4;
        h.high[4 * i + 3] = 6;
        for (size_t k = 0; k < RAW; k++)
            h.time_raw[(2 * i + 1) * RAW + k] = (double)k, h.rate_raw[i * RAW + k] = -(double)k;
    }
    h.column[0] = (tepui_column){.name = (char *)"depth", .text = h.depth, .number = h.depth_number};
    h.column[1] = (tepui_column){.name = (char *)"width", .text = h.width};
    h.column[2] = (tepui_column){.name = (char *)"optimizer", .is_text = 1, .text = h.optimizer};
    h.column[3] = (tepui_column){.name = (char *)"rate", .text = h.rate, .number = h.rate_number};
    h.probability[0] = 0.1, h.probability[1] = 0.5;
    h.o[0] = (tepui_result_observable){.name = (char *)"escape_time",
                                       .components = 2,
                                       .component = h.times,
                                       .samples = RAW,
                                       .count = h.count,
                                       .zero = h.zero,
                                       .nan = h.nan,
                                       .infinite = h.infinite,
                                       .quantile = h.quantile,
                                       .quantile_low = h.low,
                                       .quantile_high = h.high,
                                       .raw = h.time_raw};
    h.o[1] = (tepui_result_observable){
        .name = (char *)"escape_rate", .components = 1, .component = h.ends, .samples = RAW, .raw = h.rate_raw};
    h.r = (tepui_result){.cells = CELLS,
                         .columns = 4,
                         .observables = 2,
                         .probabilities = 2,
                         .column = h.column,
                         .observable = h.o,
                         .probability = h.probability};
}

static size_t rows_of(const char *keep, tepui_escape_row *row)
{
    size_t n;
    CHECK(tepui_escape_rows(&h.r, keep, row, &n, NULL) == TEPUI_OK);
    return n;
}

#define MEDIAN(cell) h.quantile[4 * (cell) + 3]
#define DIVERGED(cell, n) h.infinite[2 * (cell)] = RAW - (n)

static void rows_are_groups_by_depth(void)
{
    tepui_escape_row row[CELLS];
    make_result();
    CHECK(rows_of(NULL, row) == 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK(row[i].group == (i < 2 ? 0 : 6) && row[i].depth == (i % 2 ? 8 : 4));
        CHECK(row[i].first == row[i].group + (i % 2 ? 0 : 1));
        CHECK(row[i].rates == 3 && row[i].stable == 3);
        CHECK(row[i].cell == row[i].first + 4 && row[i].rate == 0.001); /* equal medians: the smallest rate */
        CHECK(row[i].median == 5 && row[i].low == 4 && row[i].high == 6 && row[i].escaped == 1);
        CHECK(row[i].rank.value == 1 && row[i].rank.points == RAW && row[i].rank.low < 1);
    }
}

static void the_rate_with_the_least_median_is_taken(void)
{
    tepui_escape_row row[CELLS];
    make_result();
    MEDIAN(2) = 3;
    MEDIAN(1) = 2;
    MEDIAN(3) = INFINITY, MEDIAN(5) = INFINITY;
    MEDIAN(6) = MEDIAN(8) = MEDIAN(10) = INFINITY;
    MEDIAN(7) = NAN, MEDIAN(11) = NAN;
    CHECK(rows_of(NULL, row) == 4);
    CHECK(row[1].cell == 2 && row[0].cell == 1 && row[0].rate == 0.1 && row[1].rate == 0.01);
    CHECK(row[3].cell == 10 && row[3].median == INFINITY); /* all beyond the limit: the smallest rate */
    CHECK(row[2].cell == 9 && row[2].median == 5);         /* medians that are not there */
}

static void rates_that_diverge_are_left_out(void)
{
    tepui_escape_row row[CELLS];
    make_result();
    MEDIAN(0) = 1, MEDIAN(2) = 2, MEDIAN(4) = 3;
    DIVERGED(0, 1);
    CHECK(rows_of(NULL, row) == 4);
    CHECK(row[1].cell == 2 && row[1].stable == 2 && row[1].rates == 3);
    DIVERGED(2, RAW);
    DIVERGED(4, 1);
    CHECK(rows_of(NULL, row) == 4);
    CHECK(row[1].cell == SIZE_MAX && row[1].stable == 0 && row[1].rates == 3 && row[1].depth == 8);
    CHECK(isnan(row[1].rate) && isnan(row[1].median) && isnan(row[1].low) && isnan(row[1].high));
    CHECK(isnan(row[1].escaped) && isnan(row[1].rank.value));
    make_result();
    MEDIAN(3) = 1;
    h.count[6] = h.infinite[6] = h.count[7] = 0; /* not sampled yet: nothing is known of it */
    CHECK(rows_of(NULL, row) == 4 && row[0].cell == 5 && row[0].stable == 2);
}

static void cells_left_out_are_not_there(void)
{
    tepui_escape_row row[CELLS];
    char keep[CELLS] = {0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0};
    make_result();
    MEDIAN(0) = 1;
    CHECK(rows_of(keep, row) == 3);
    CHECK(row[0].group == 2 && row[0].depth == 4 && row[0].first == 3 && row[0].rates == 1 && row[0].cell == 3);
    CHECK(row[1].group == 2 && row[1].depth == 8 && row[1].first == 2 && row[1].rates == 2 && row[1].cell == 4);
    CHECK(row[2].group == 9 && row[2].rates == 1);
    memset(keep, 0, sizeof keep);
    CHECK(rows_of(keep, row) == 0);
}

/* Shares count what is censored; ranks take the samples that both have, and those that are numbers. */
static void shares_and_ranks(void)
{
    tepui_escape_row row[CELLS];
    make_result();
    h.infinite[2 * 5 + 1] = 2, h.nan[2 * 5 + 1] = 1;
    h.time_raw[11 * RAW + 5] = h.time_raw[11 * RAW + 4] = INFINITY; /* ties at the end: (5, 6) share 5.5 */
    CHECK(rows_of(NULL, row) == 4);
    CHECK_NEAR(row[0].escaped, 0.5, 1e-15);
    CHECK_NEAR(row[0].rank.value, 17 / sqrt(17 * 17.5), 1e-12);
    h.rate_raw[5 * RAW] = NAN;
    CHECK(rows_of(NULL, row) == 4 && row[0].rank.points == 5);
    make_result();
    h.count[2 * 5 + 1] = 4; /* the rest has not been drawn: whatever stands there */
    h.time_raw[11 * RAW + 4] = -7;
    h.time_raw[11 * RAW + 5] = -8;
    CHECK(rows_of(NULL, row) == 4 && row[0].rank.points == 4 && row[0].rank.value == 1);
    h.o[0].raw = NULL;
    CHECK(rows_of(NULL, row) == 4 && isnan(row[0].rank.value) && row[0].rank.points == 0 && row[0].median == 5);
    make_result();
    h.o[1].samples = 3, h.o[1].raw = h.rate_raw; /* another stride: cell i begins at 3 i */
    for (size_t i = 0; i < 3 * CELLS; i++) h.rate_raw[i] = -(double)(i % 3);
    CHECK(rows_of(NULL, row) == 4 && row[0].rank.points == 3 && row[0].rank.value == 1);
    h.r.observables = 1;
    CHECK(rows_of(NULL, row) == 4 && isnan(row[0].rank.value));
}

static void files_that_cannot_tell(void)
{
    tepui_escape_row row[CELLS];
    size_t n;
    tepui_error err = {""};
    make_result();
    h.probability[1] = 0.9;
    CHECK(tepui_escape_rows(&h.r, NULL, row, &n, &err) == TEPUI_BAD_INPUT && strstr(err.text, "output.probabilities") &&
          n == 0);
    make_result();
    h.o[0].name = (char *)"path_loss";
    err.text[0] = '\0';
    CHECK(tepui_escape_rows(&h.r, NULL, row, &n, &err) == TEPUI_BAD_INPUT && strstr(err.text, "escape_time") && n == 0);
    make_result();
    h.times[0] = (char *)"elsewhere";
    err.text[0] = '\0';
    CHECK(tepui_escape_rows(&h.r, NULL, row, &n, &err) == TEPUI_BAD_INPUT && strstr(err.text, "divergence") && n == 0);
}

static const test_case cases[] = {
    {"leverage_is_the_exact_bound", leverage_is_the_exact_bound},
    {"ranks_at_the_bound_seldom_fail", ranks_at_the_bound_seldom_fail},
    {"ranks_above_the_bound_fail", ranks_above_the_bound_fail},
    {"ranks_that_cannot_be_told", ranks_that_cannot_be_told},
    {"files_of_the_laws_hold", files_of_the_laws_hold},
    {"faults_in_slopes_are_caught", faults_in_slopes_are_caught},
    {"faults_in_ranks_are_caught", faults_in_ranks_are_caught},
    {"faults_of_equal_weights_are_caught", faults_of_equal_weights_are_caught},
    {"rows_are_groups_by_depth", rows_are_groups_by_depth},
    {"the_rate_with_the_least_median_is_taken", the_rate_with_the_least_median_is_taken},
    {"rates_that_diverge_are_left_out", rates_that_diverge_are_left_out},
    {"cells_left_out_are_not_there", cells_left_out_are_not_there},
    {"shares_and_ranks", shares_and_ranks},
    {"files_that_cannot_tell", files_that_cannot_tell},
};
TEST_MAIN(cases)

/* homes.c -- see homes.h. */
#include "homes.h"
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Alternatives of a field, divided by "|". */
typedef struct {
    const char *of[FIELDS];
} recipe;

static const recipe base = {{[DEPTH] = "3",
                             [WIDTH] = "3|4|\"2 + 3*layer\"",
                             [ACTIVATION] = "linear",
                             [INIT] = "lecun|he",
                             [LAW] = "gaussian",
                             [GAIN] = "1|1.3",
                             [SIGMA_B] = "0",
                             [BIAS] = "gaussian",
                             [ARCHITECTURE] = "plain",
                             [TILT] = "0.95",
                             [SOURCE] = "sphere|gaussian",
                             [POINTS] = "1",
                             [DIMENSION] = "3|5",
                             [OUTPUTS] = "1|2",
                             [TARGETS] = "none",
                             [NORMALISE] = "unit",
                             [RESAMPLE] = "default",
                             [READOUT] = "dense",
                             [SAMPLER] = "full",
                             [LOSS] = "output",
                             [DYNAMICS] = "",
                             [OBSERVABLES] = "forward_norm",
                             [SAMPLES] = "1000"}};

/* Where a step leads. */
static const recipe away = {
    {[WIDTH] = "1|2|3|5|\"1 + layer\"|40",
     [ACTIVATION] = "linear|relu|tanh|leaky_relu|hard_tanh|sin|gelu|elu",
     [LAW] =
         "gaussian|uniform|rademacher|laplace|sparse(p=0.3)|sparse(p=0.1)|student_t(nu=5)|truncated_normal|orthogonal",
     [GAIN] = "0.5|0.9|1.5",
     [SIGMA_B] = "0.3|1",
     [BIAS] = "gaussian|rademacher|laplace",
     [SOURCE] = "sphere|gaussian|orthonormal|hdf5, file: law-search-line.h5|hdf5, file: law-search-positive.h5|"
                "hdf5, file: law-search-equal.h5|hdf5, file: law-search-any.h5",
     [POINTS] = "1|2|3|6|8",
     [DIMENSION] = "1|2|3|8|40",
     [OUTPUTS] = "1|2|3|8",
     [TARGETS] = "none|gaussian|zero|one|one_hot",
     [NORMALISE] = "unit|none|standard",
     [RESAMPLE] = "true|false",
     [READOUT] = "dense|none",
     [LOSS] = "output|mse|cross_entropy"}};

/* Steps of architectures: a word in its place, in all units or in the first one only. */
static const char *const layers[][2] = {{"dense", "dense(gain=2)"},
                                        {"dense", "dense(gain=2)"},
                                        {"(epsilon=0)", ""},
                                        {"residual[", "residual(alpha=0.5, learned=1)["},
                                        {"residual[", "residual(alpha=0.3)["},
                                        {", activation", ""},
                                        {"activation, ", ""},
                                        {"activation", "tanh"},
                                        {"activation", "relu"},
                                        {"dense", "dense, affine"},
                                        {"dense", "weight_norm"},
                                        {"dense", "dense, activation, dense"},
                                        {"dense", "dense, batch_norm"},
                                        {"dense", "dense, layer_norm(epsilon=0)"},
                                        {"dense", "dense, rms_norm(epsilon=0)"},
                                        {"dense", "dense, dropout"},
                                        {"rms_norm", "layer_norm"},
                                        {"batch_norm", "rms_norm"}};

#define NORMS "forward_norm, jacobian_vector_norm, output_gradient_norm"
#define WHOLE "hessian_norm, hessian_trace, hessian_block_norm"
#define BRANCH                                                                                                         \
    "[residual[dense(gain=2)]; residual[dense] *]|[residual(alpha=0.5)[dense]; residual[dense] *]|"                    \
    "[residual[dense]]|[residual[activation, dense]]|[residual[dense, activation]]|[residual(alpha=-0.4)[dense]]"
#define BATCH "[dense, batch_norm(epsilon=0), activation]"
#define TURN                                                                                                           \
    "[dense, rms_norm(epsilon=0)]|[dense, layer_norm(epsilon=0)]|[dense, activation, rms_norm(epsilon=0)]|"            \
    "[dense, layer_norm(epsilon=0), activation]"
#define CHAIN [WIDTH] = "1", [DIMENSION] = "1", [SOURCE] = "sphere"
#define NARROW "1|2|3" /* widths and dimensions where more would be slow */
#define PLATEAU CHAIN, [TARGETS] = "one", [READOUT] = "none", [LOSS] = "mse", [INIT] = "lecun"
#define DEEP "[16, 20, 24]"

/* What a home does not say is as in `base`. */
static const recipe homes[] = {
    {{[OBSERVABLES] = NORMS, [OUTPUTS] = "1"}},
    {{[OBSERVABLES] = NORMS, [ACTIVATION] = "relu", [OUTPUTS] = "1"}},
    {{[OBSERVABLES] = NORMS, [DEPTH] = "[2, 4, 8]", [WIDTH] = "4|8", [ACTIVATION] = "linear|relu"}},
    {{[OBSERVABLES] = "weighted_norm2, weighted_norm4",
      [ACTIVATION] = "linear|relu",
      [SAMPLER] = "tilted|full",
      [TILT] = "0.95|1.95",
      [SOURCE] = "sphere",
      [READOUT] = "none",
      [WIDTH] = "6|10"}},
    {{[OBSERVABLES] = "weighted_norm4",
      [ACTIVATION] = "linear|relu",
      [SOURCE] = "sphere",
      [READOUT] = "none",
      [WIDTH] = "6|10",
      [DEPTH] = "1|2",
      [SAMPLES] = "4000",
      [LAW] = "gaussian|uniform|rademacher|truncated_normal|laplace|sparse(p=0.5)"}},
    {{[OBSERVABLES] = "hessian_trace",
      [ACTIVATION] = "linear|relu",
      [WIDTH] = "6|10",
      [DEPTH] = "1|2",
      [LOSS] = "mse",
      [TARGETS] = "gaussian",
      [SAMPLES] = "4000"}},
    {{[OBSERVABLES] = "lyapunov_exponent, lyapunov_covariance, jacobian_moment",
      [ACTIVATION] = "linear|relu",
      [READOUT] = "none"}},
    {{[OBSERVABLES] = "lyapunov_exponent, lyapunov_covariance, jacobian_moment", [READOUT] = "none"}},
    {{[OBSERVABLES] = "jacobian_moment",
      [ACTIVATION] = "linear|relu",
      [READOUT] = "none",
      [LAW] = "gaussian|orthogonal|orthogonal"}},
    {{[OBSERVABLES] = "jacobian_vector_norm, angle_gap",
      [POINTS] = "2",
      [DEPTH] = "[3, 6, 9]",
      [WIDTH] = "32|48",
      [ACTIVATION] = "relu|tanh|erf|sin|hard_tanh",
      [SOURCE] = "orthonormal|gaussian",
      [DIMENSION] = "40",
      [READOUT] = "none",
      [SAMPLES] = "150",
      [SIGMA_B] = "0|0.3"}},
    {{[OBSERVABLES] = "jacobian_vector_norm",
      [DEPTH] = "[3, 6, 9]",
      [WIDTH] = "32|48",
      [ACTIVATION] = "relu|tanh|erf|sin|hard_tanh",
      [DIMENSION] = "40",
      [SAMPLES] = "150",
      [SIGMA_B] = "0|0.3",
      [LAW] = "gaussian|rademacher|uniform|sparse(p=0.1)"}},
    {{CHAIN, [OBSERVABLES] = NORMS, [DEPTH] = "3|8|20"}},
    {{CHAIN, [OBSERVABLES] = NORMS, [DEPTH] = "3|8|20", [LAW] = "uniform"}},
    {{CHAIN, [OBSERVABLES] = NORMS, [DEPTH] = "2|3", [ACTIVATION] = "relu"}},
    {{CHAIN, [OBSERVABLES] = WHOLE, [DEPTH] = "4|6", [OUTPUTS] = "1", [TARGETS] = "zero", [LOSS] = "mse"}},
    {{CHAIN, [OBSERVABLES] = "hollowness, negative_fraction", [DEPTH] = DEEP, [LAW] = "gaussian|uniform",
      [GAIN] = "0.5|0.6|1", [TARGETS] = "gaussian", [LOSS] = "mse", [OUTPUTS] = "1", [READOUT] = "none",
      [SAMPLES] = "300"}},
    {{CHAIN, [OBSERVABLES] = "negative_fraction", [DEPTH] = "2|3|6", [LAW] = "gaussian|uniform",
      [TARGETS] = "gaussian|zero", [LOSS] = "mse|output", [OUTPUTS] = "1"}},
    {{PLATEAU, [LAW] = "uniform|uniform|gaussian", [GAIN] = "1", [OBSERVABLES] = "escape_time, escape_rate",
      [DEPTH] = "[13, 15, 17]", [DYNAMICS] = "optimizer: gd, rate: 0.05, steps: 2000", [SAMPLES] = "48"}},
    {{PLATEAU, [LAW] = "uniform|uniform|gaussian", [GAIN] = "1", [OBSERVABLES] = "escape_time, escape_rate",
      [DEPTH] = "[12, 16, 20]",
      [DYNAMICS] = "optimizer: adam(epsilon=0), rate: 0.004, steps: 800|"
                   "optimizer: signsgd, rate: 0.004, steps: 800|"
                   "optimizer: gd, rate: 0.05, steps: 2000, escape: loss(0.999)|"
                   "optimizer: signsgd, rate: 0.004, steps: 800, escape: loss(0.9)",
      [SAMPLES] = "48"}},
    {{PLATEAU, [DEPTH] = "3|4|6", [LAW] = "rademacher", [GAIN] = "0.5|0.6|0.8", [OBSERVABLES] = "escape_time",
      [DYNAMICS] = "optimizer: gd, rate: 0.05, steps: 1500", [SAMPLES] = "100"}},
    {{[WIDTH] = "2",
      [DIMENSION] = "2",
      [DEPTH] = "[10, 14, 18]",
      [TARGETS] = "one",
      [LOSS] = "mse",
      [GAIN] = "1",
      [INIT] = "lecun",
      [SOURCE] = "sphere",
      [OBSERVABLES] = "escape_time",
      [SAMPLES] = "48",
      [DYNAMICS] = "optimizer: gd, rate: 0.02, steps: 1000"}},
    {{[OBSERVABLES] = WHOLE,
      [ACTIVATION] = "relu|leaky_relu|linear",
      [POINTS] = "1|3",
      [TARGETS] = "gaussian|one_hot",
      [LOSS] = "mse|cross_entropy",
      [DEPTH] = "2",
      [WIDTH] = "3",
      [OUTPUTS] = "2",
      [SAMPLES] = "100",
      [ARCHITECTURE] = "plain|[dense, activation]|[residual[dense, activation]]|residual(branch=2)"}},
    {{[OBSERVABLES] = WHOLE, [ACTIVATION] = "relu|linear", [DEPTH] = "2|3", [SAMPLES] = "500"}},
    {{[OBSERVABLES] = WHOLE,
      [ACTIVATION] = "relu|linear",
      [DEPTH] = "2|3",
      [TARGETS] = "gaussian",
      [LOSS] = "mse",
      [OUTPUTS] = "1",
      [SAMPLES] = "500"}},
    {{[OBSERVABLES] = "hessian_rank",
      [POINTS] = "8|12",
      [TARGETS] = "gaussian",
      [LOSS] = "mse",
      [DEPTH] = "1|2",
      [WIDTH] = "2|3",
      [OUTPUTS] = "2|3",
      [READOUT] = "dense|none",
      [SAMPLES] = "60"}},
    {{[OBSERVABLES] = "hessian_norm",
      [DEPTH] = DEEP,
      [WIDTH] = "1",
      [DIMENSION] = "1|2",
      [TARGETS] = "gaussian",
      [LOSS] = "mse",
      [READOUT] = "none",
      [SAMPLES] = "200"}},
    {{[OBSERVABLES] = "hessian_norm",
      [DEPTH] = "[32, 40, 48]",
      [WIDTH] = "2",
      [DIMENSION] = "2",
      [OUTPUTS] = "2",
      [TARGETS] = "one_hot",
      [LOSS] = "cross_entropy",
      [READOUT] = "none",
      [SAMPLES] = "100"}},
    {{[OBSERVABLES] = NORMS, [ARCHITECTURE] = BRANCH, [WIDTH] = "4|6", [DIMENSION] = "0", [OUTPUTS] = "1"}},
    {{[OBSERVABLES] = NORMS, [ARCHITECTURE] = BRANCH, [WIDTH] = "4|6", [DIMENSION] = "0", [OUTPUTS] = "1"}},
    {{[OBSERVABLES] = "forward_norm",
      [ACTIVATION] = "relu",
      [WIDTH] = "48",
      [DIMENSION] = "0",
      [SOURCE] = "sphere",
      [ARCHITECTURE] = "[residual(power=0.5)[activation, dense]]|[residual(power=0.5)[dense, activation]]",
      [SAMPLES] = "300"}},
    {{[OBSERVABLES] = NORMS,
      [ARCHITECTURE] = BATCH,
      [POINTS] = "6|8",
      [WIDTH] = "40",
      [DIMENSION] = "40",
      [DEPTH] = "[2, 4, 6]",
      [ACTIVATION] = "linear|relu",
      [SOURCE] = "orthonormal",
      [READOUT] = "none",
      [SAMPLES] = "80"}},
    {{[OBSERVABLES] = "representation_rank, forward_norm",
      [ARCHITECTURE] = BATCH,
      [POINTS] = "4",
      [WIDTH] = "40",
      [DIMENSION] = "8",
      [DEPTH] = "2|5",
      [SOURCE] = "orthonormal",
      [READOUT] = "none",
      [SAMPLES] = "80"}},
    {{[OBSERVABLES] = "forward_norm",
      [ARCHITECTURE] = "[dense, batch_norm(epsilon=0)]|" BATCH,
      [POINTS] = "2|3|8",
      [WIDTH] = "3|6",
      [SOURCE] = "sphere|gaussian|orthonormal",
      [DIMENSION] = "8",
      [SAMPLES] = "300"}},
    {{[OBSERVABLES] = NORMS,
      [ARCHITECTURE] = TURN,
      [WIDTH] = "3|6|42",
      [ACTIVATION] = "linear|relu",
      [DEPTH] = "2|4",
      [OUTPUTS] = "1",
      [SOURCE] = "sphere",
      [SAMPLES] = "500"}},
    {{[OBSERVABLES] = NORMS,
      [LAW] = "orthogonal",
      [ACTIVATION] = "linear|relu",
      [WIDTH] = "3|6|\"8 - 2*layer\"|40",
      [OUTPUTS] = "1",
      [SAMPLES] = "500"}},
};
static uint64_t state;

size_t homes_count(void)
{
    return sizeof homes / sizeof *homes;
}

size_t homes_with(int field, const char *alternative)
{
    size_t i = 0;
    while (!homes[i].of[field] || !strstr(homes[i].of[field], alternative)) i++;
    return i;
}

void homes_begin(uint64_t from)
{
    state = from;
}

/* SplitMix64 (Steele, Lea, Flood 2014) */
static size_t below(size_t n)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (size_t)((z ^ z >> 31) % n);
}

static void choose(const char *list, char out[WORDS])
{
    size_t n = 1;
    for (const char *s = list; *s; s++) n += *s == '|';
    for (size_t i = below(n); i > 0; i--) list = strchr(list, '|') + 1;
    snprintf(out, WORDS, "%.*s", (int)strcspn(list, "|"), list);
}

/* Every place of a word; 0 where there is none, or no room. */
static int replace(const char *text, const char *word, const char *by, char *out, size_t size)
{
    const char *at;
    size_t n = 0, found = 0;
    for (; (at = strstr(text, word)) != NULL; text = at + strlen(word), found++) {
        n += (size_t)snprintf(out + n, size - n, "%.*s%s", (int)(at - text), text, by);
        if (n >= size) return 0;
    }
    return found > 0 && snprintf(out + n, size - n, "%s", text) < (int)(size - n);
}

static int another_layer(const char *text, char *out, size_t size)
{
    int found = 0;
    for (int attempts = 0; !found && attempts < 16; attempts++) {
        const char *const *rule = layers[below(sizeof layers / sizeof *layers)];
        found = replace(text, rule[0], rule[1], out, size);
    }
    return found;
}

/* Another layer, in all units or in the first one alone. */
static void step_architecture(char text[WORDS])
{
    char other[WORDS], both[4 * WORDS];
    if (strcmp(text, "plain") == 0) strcpy(text, "[dense, activation]");
    if (text[0] != '[' || strchr(text, ';') || !another_layer(text, other, sizeof other)) return;
    const size_t n = strlen(text);
    if (below(2))
        snprintf(both, sizeof both, "%s", other);
    else
        snprintf(both, sizeof both, "%.*s; %.*s *]", (int)strlen(other) - 1, other, (int)n - 2, text + 1);
    if (strlen(both) < WORDS) strcpy(text, both);
}

static void step(choice *c)
{
    static const int open[] = {WIDTH,        ACTIVATION,   LAW,      LAW,     GAIN,   SIGMA_B,   ARCHITECTURE,
                               ARCHITECTURE, ARCHITECTURE, SOURCE,   SOURCE,  POINTS, DIMENSION, OUTPUTS,
                               TARGETS,      NORMALISE,    RESAMPLE, READOUT, LOSS};
    const int composed = c->of[ARCHITECTURE][0] == '[',
              f = composed && below(2) ? ARCHITECTURE : open[below(sizeof open / sizeof *open)];
    if (f == ARCHITECTURE) {
        step_architecture(c->of[f]);
        return;
    }
    const int slow = c->of[DYNAMICS][0] || strstr(c->of[OBSERVABLES], "hessian") || strstr(c->of[DEPTH], "[16");
    choose(slow && (f == WIDTH || f == DIMENSION) ? NARROW : away.of[f], c->of[f]);
    if (f == SIGMA_B) choose(away.of[BIAS], c->of[BIAS]);
    if (f == SOURCE) choose(away.of[POINTS], c->of[POINTS]);
}

/* Rank correlations need the rates beside the times. */
void homes_thin(choice *c)
{
    char one[WORDS];
    size_t n = 1;
    const char *at = c->of[OBSERVABLES];
    if (strstr(at, "escape_rate")) return;
    for (const char *s = at; *s; s++) n += *s == ',';
    for (n = below(n); n > 0; n--) at = strchr(at, ',') + 2;
    snprintf(one, sizeof one, "%.*s", (int)strcspn(at, ","), at);
    strcpy(c->of[OBSERVABLES], one);
}

#define FEW 60 /* laws refuse to be tested with fewer */

static int samples_of(const choice *c, double times)
{
    const int own = atoi(c->of[SAMPLES]), n = (int)(times * own);
    return n >= FEW ? n : own < FEW && times <= 1 ? own : FEW;
}

/* Settings that nothing reads are refused: the default stands in their place. */
static const char *read_by(int somebody, const char *text, const char *fallback)
{
    return somebody ? text : fallback;
}

void homes_write(const choice *c, uint64_t seed, double times, char out[HOMES_TEXT])
{
    const char *units = c->of[ARCHITECTURE];
    const int bends = units[0] != '[' || strstr(units, "activation"), biased = strcmp(c->of[SIGMA_B], "0") != 0;
    const int dense = strcmp(c->of[READOUT], "dense") == 0;
    const int drawn = strncmp(c->of[SOURCE], "hdf5", 4) != 0, samples = samples_of(c, times);
    int n = snprintf(out, HOMES_TEXT, "seed: %llu\n", (unsigned long long)seed);
    n += snprintf(out + n, HOMES_TEXT - n,
                  "grid: {depth: %s, width: %s, activation: %s, init: %s, law: '%s', gain: %s, sigma_b: %s, bias: %s, "
                  "architecture: '%s', tilt: %s}\n",
                  c->of[DEPTH], c->of[WIDTH], read_by(bends, c->of[ACTIVATION], "relu"), c->of[INIT], c->of[LAW],
                  c->of[GAIN], c->of[SIGMA_B], read_by(biased, c->of[BIAS], "gaussian"), units, c->of[TILT]);
    n += snprintf(out + n, HOMES_TEXT - n, "data: {source: %s, points: %s, targets: %s", c->of[SOURCE], c->of[POINTS],
                  c->of[TARGETS]);
    n += drawn
             ? snprintf(out + n, HOMES_TEXT - n, ", dimension: %s, outputs: %s, resample: %s}\n", c->of[DIMENSION],
                        read_by(dense, c->of[OUTPUTS], "1"),
                        strcmp(c->of[RESAMPLE], "true") ? c->of[RESAMPLE] : "default")
             : snprintf(out + n, HOMES_TEXT - n, ", normalise: %s, resample: %s}\n", c->of[NORMALISE], c->of[RESAMPLE]);
    n += snprintf(out + n, HOMES_TEXT - n, "readout: %s\nsampler: %s\nloss: %s\n", c->of[READOUT], c->of[SAMPLER],
                  c->of[LOSS]);
    if (c->of[DYNAMICS][0]) n += snprintf(out + n, HOMES_TEXT - n, "dynamics: {%s}\n", c->of[DYNAMICS]);
    snprintf(out + n, HOMES_TEXT - n, "observables: [%s]\nsamples: %d\noutput: {raw: %d, layers: 16}\n",
             c->of[OBSERVABLES], samples, samples);
}

void homes_draw(size_t at, choice *c)
{
    const recipe *home = &homes[at];
    static const int steps[] = {0, 1, 1, 1, 2, 2};
    for (int f = 0; f < FIELDS; f++) choose(home->of[f] ? home->of[f] : base.of[f], c->of[f]);
    for (int s = steps[below(sizeof steps / sizeof *steps)]; s > 0; s--) step(c);
}

/* --- data files: 8 points in 4 dimensions */

static const char *const files[] = {"law-search-line.h5", "law-search-positive.h5", "law-search-equal.h5",
                                    "law-search-any.h5"};

static void write_points(const char *path, const double x[8][4])
{
    const hsize_t dims[2] = {8, 4};
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                space = H5Screate_simple(2, dims, NULL);
    const hid_t set = H5Dcreate2(file, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) < 0) abort();
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
}

void homes_write_files(void)
{
    double line[8][4], positive[8][4], equal[8][4], any[8][4];
    for (int p = 0; p < 8; p++)
        for (int i = 0; i < 4; i++) {
            line[p][i] = (p - 3.5) * (i + 1);
            equal[p][i] = 1 + i;
            positive[p][i] = 0.1 + (double)below(1000) / 100;
            any[p][i] = ((double)below(1000) - 499.5) / 100;
        }
    write_points(files[0], line);
    write_points(files[1], positive);
    write_points(files[2], equal);
    write_points(files[3], any);
}

void homes_remove_files(void)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) remove(files[i]);
}

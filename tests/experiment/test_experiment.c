/* test_experiment.c -- good experiments give the plan they say; bad ones one clear message with line, key and advice.
 */
#include "test.h"
#include <stdlib.h>
#include <tepui/tepui.h>

static tepui_status plan(const char *text, const char *const *overrides, tepui_experiment **e, tepui_error *err)
{
    err->text[0] = '\0';
    tepui_status st = tepui_experiment_parse(text, "x.yaml", overrides, e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(*e, err);
    if (st != TEPUI_OK) {
        tepui_experiment_free(*e);
        *e = NULL;
    }
    return st;
}

#define FOLLOWED "data: {points: 4, targets: gaussian}\nobservables: [path_loss]\n"

/* Where the message must begin, and a part of it. */
static const struct {
    const char *text, *start, *part;
} bad[] = {
    {"", "x.yaml:1: ", "nothing"},
    {"seed: 1\ntitle: \"a\\0b\"\n", "x.yaml:2: ", "NUL"},
    {"data: {file: nosuch.h5}\n", "x.yaml:1: data.file: ", "no effect"},
    {"data: {source: hdf5, file: f, labels: l}\n", "x.yaml:1: data.labels: ", "idx"},
    {"data: {source: idx, file: f, dataset: l}\n", "x.yaml:1: data.dataset: ", "hdf5"},
    {"data: {labels_dataset: l}\n", "x.yaml:1: data.labels_dataset: ", "hdf5"},
    {"data: {source: fashion-mnist, dimension: 5}\n", "x.yaml:1: data.dimension: ", "synthetic"},
    {"data: {source: sphere, normalise: unit}\n", "x.yaml:1: data.normalise: ", "data set"},
    {"data: {source: fashion-mnist, outputs: 5}\n", "x.yaml:1: data.outputs: ", "no effect"},
    {"precision: {probability: 0.25}\n", "x.yaml:1: precision.probability: ", "half_width"},
    {"precision: {observable: gradient_norm}\n", "x.yaml:1: precision.observable: ", "half_width"},
    {"- 1\n- 2\n", "x.yaml:1: ", "key: value"},
    {"seed: [1\n", "x.yaml:", "not YAML"},
    {"seed: 1\nsede: 2\n", "x.yaml:2: ", "did you mean 'seed'"},
    {"grid: {dept: 3}\n", "x.yaml:1: ", "unknown key 'grid.dept'; did you mean 'depth'"},
    {"grid: {sigma_w: 1}\n", "x.yaml:1: ", "unknown key 'grid.sigma_w'; did you mean 'gain'"},
    {"grid:\n  depth: 2\n  frobnicate: 3\n", "x.yaml:3: ", "known: depth, width"},
    {"seed: 1\nseed: 2\n", "x.yaml:2: seed: ", "twice"},
    {"seed: -1\n", "x.yaml:1: seed: ", "from 0"},
    /* YAML that says two things, or that other readers read otherwise */
    {"seed: 1\n---\nseed: 2\n", "x.yaml:2: ", "second document"},
    {"seed: 1\n...\nseed: 2\n", "x.yaml:", "document"},
    {"seed: 1\n--- [\n", "x.yaml:", "not YAML"},
    {"grid: {activation: {kind: relu, kind: tanh}}\n", "x.yaml:1: ", "kind: the key is given twice"},
    {"grid: {activation: {kind: leaky_relu, a: 0.1, a: 0.2}}\n", "x.yaml:1: ", "a: the key is given twice"},
    {"grid: {depth: 2}\ngrid: {width: 3}\n", "x.yaml:2: ", "grid: the key is given twice"},
    {"grid: {depth: 2}\ngrid.depth: 3\n", "x.yaml:2: grid.depth: ", "twice"},
    {"x: &a {depth: 3}\ngrid:\n  <<: *a\n", "x.yaml:3: ", "merge keys"},
    {"grid: {activation: {<<: {a: 1}, kind: relu}}\n", "x.yaml:1: ", "merge keys"},
    {"seed: !!int 3\n", "x.yaml:1: ", "tags are not read"},
    {"grid: !mine {depth: 2}\n", "x.yaml:1: ", "tags are not read"},
    {"seed: 0x10\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 010\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 0o10\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 1_000\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 1:30\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 18446744073709551616\n", "x.yaml:1: seed: ", "to 18446744073709551615"},
    {"seed: 1e400\n", "x.yaml:1: seed: ", "whole number"},
    {"seed: 25e-1\n", "x.yaml:1: seed: ", "whole number"},
    {"grid: {gain: 0x1p3}\n", "x.yaml:1: grid.gain: ", "a number"},
    {"grid: {gain: 1_0.5}\n", "x.yaml:1: grid.gain: ", "a number"},
    {"grid: {gain: .nan}\n", "x.yaml:1: grid.gain: ", "a number"},
    {"grid: {gain: 1e-400}\n", "x.yaml:1: grid.gain: ", "a number"},
    {"output: {range: [0, 1e999]}\n", "x.yaml:1: output.range: ", "a number"},
    {"grid: {width: 0x10}\n", "x.yaml:1: grid.width: ", "expression"},
    {"grid: {width: 010}\n", "x.yaml:1: grid.width: ", "decimal"},
    {"grid: {width: '[0.5]', depth: 1}\n", "x.yaml:1: grid.width: ", "whole numbers"},
    {"grid: {width: '[-3]', depth: 1}\n", "x.yaml:1: grid.width: ", "whole numbers"},
    {"grid: {width: '[1e30]', depth: 1}\n", "x.yaml:1: grid.width: ", "whole numbers"},
    {"grid: {activation: leaky_relu(0x1)}\n", "x.yaml:1: grid.activation: ", "expected"},
    {"grid: {activation: leaky_relu(1_0)}\n", "x.yaml:1: grid.activation: ", "expected"},
    {"grid: {activation: leaky_relu(007)}\n", "x.yaml:1: grid.activation: ", "decimal"},
    {"title: ~\n", "x.yaml:1: title: ", "null is no value"},
    {"data: {source: idx, file: null}\n", "x.yaml:1: data.file: ", "null is no value"},
    {"grid: &g {depth: *g}\n", "x.yaml:1: ", "mapping"},
    {"grid: {depth: &l [1, *l]}\n", "x.yaml:1: ", "list"},
    {"seed: 1\ntitle: \"a\\0b\"\n", "x.yaml:2: ", "NUL"},
    {"seed: 1\ntitle: \xff\xfe\n", "x.yaml:2: ", "not YAML"},
    {"seed: 1\n\tsamples: 2\n", "x.yaml:", "not YAML"},
    {"seed: many\n", "x.yaml:1: seed: ", "whole number"},
    {"grid: {depth: -3}\n", "x.yaml:1: grid.depth: ", "'-3' is not allowed: a whole number from 1"},
    {"grid: {depth: 0}\n", "x.yaml:1: grid.depth: ", "from 1"},
    {"grid: {depth: 2.5}\n", "x.yaml:1: grid.depth: ", "whole number"},
    {"grid: {depth: []}\n", "x.yaml:1: grid.depth: ", "empty"},
    {"grid: {depth: [2, 2]}\n", "x.yaml:1: grid.depth: ", "twice"},
    {"grid: {depth: {a: 1}}\n", "x.yaml:1: grid.depth: ", "mapping"},
    {"grid: {depth: [[1, 2]]}\n", "x.yaml:1: grid.depth: ", "list"},
    {"grid: 7\n", "x.yaml:1: grid: ", "keys and values"},
    {"grid: {width: 0}\n", "x.yaml:1: grid.width: ", "at least 1"},
    {"grid: {width: -4}\n", "x.yaml:1: grid.width: ", "at least 1"},
    {"grid:\n  depth: [3, 1]\n  width: depth-1\n", "x.yaml:3: grid.width: ", "gives 0 at depth 1"},
    {"grid: {width: depth-depth}\n", "x.yaml:1: grid.width: ", "gives 0"},
    {"grid: {width: sqrt(depht)}\n", "x.yaml:1: grid.width: ", "unknown word"},
    {"grid: {width: 2*}\n", "x.yaml:1: grid.width: ", "missing"},
    {"grid: {width: \"1/0\"}\n", "x.yaml:1: grid.width: ", "1e7"},
    {"grid: {depth: 3, width: [[4, 4]]}\n", "x.yaml:1: grid.width: ", "2 entries, the depth is 3"},
    {"grid: {depth: 2, width: [[4, 0]]}\n", "x.yaml:1: grid.width: ", "from 1"},
    {"grid: {activation: rellu}\n", "x.yaml:1: grid.activation: ", "did you mean 'relu'"},
    {"grid: {activation: leaky_relu(b=1)}\n", "x.yaml:1: grid.activation: ", "unknown parameter 'b'"},
    {"grid: {activation: {slope: 1}}\n", "x.yaml:1: grid.activation: ", "kind: NAME"},
    {"grid: {law: student_t(2)}\n", "x.yaml:1: grid.law: ", "must lie in"},
    {"grid: {init: median, activation: tanh}\n", "x.yaml:1: grid.init: ", "median"},
    {"grid: {gain: 0}\n", "x.yaml:1: grid.gain: ", "above 0"},
    {"grid: {sigma_b: -0.1}\n", "x.yaml:1: grid.sigma_b: ", "from 0"},
    {"grid: {bias: orthogonal}\n", "x.yaml:1: grid.bias: ", "matrices"},
    {"grid: {architecture: resnest}\n", "x.yaml:1: grid.architecture: ", "did you mean 'resnet'"},
    {"grid: {architecture: resnet}\n", "x.yaml:1: grid.architecture: ", "batch_norm, in unit 1): needs data.points"},
    /* 665103 x 2774385 x 9996871 is 4889 modulo 2^64; 2^21 layers of 2^43 weights are 2^64, and so on */
    {"grid: {depth: 1, architecture: '[reshape(665103, 2774385, 9996871), flatten, dense]'}\ndata: {dimension: 4889}\n",
     "x.yaml:1: grid.architecture: ", "features for 665103 x 2774385 x 9996871"},
    {"grid: {depth: 1, architecture: '[reshape(1, 1000000, 1), conv1d(10000000, 10000), flatten, dense]'}\n"
     "data: {dimension: 1000000, points: 1000000}\n",
     "x.yaml:1: grid.architecture: ", "more numbers than can be counted"},
    {"grid: {depth: 200000, width: 8388608}\n", "x.yaml:1: grid.width: ", "more weights than can be counted"},
    {"loss: cross_entropy\nreadout: dense\n", "x.yaml:1: loss: ", "of one class is 0"},
    {"grid: {width: 1}\nloss: cross_entropy\n", "x.yaml:2: loss: ", "a last width of at least 2"},
    {"generator: slatec\n", "x.yaml:1: generator: ", "eight different seeds"},
    {"generator: mt19938\n", "x.yaml:1: generator: ", "mt19937"},
    {"data: {source: fashion}\n", "x.yaml:1: data.source: ", "did you mean 'fashion-mnist'"},
    {"data: {source: idx}\n", "data.file: ", "needs a file"},
    {"data: {source: idx, file: /nowhere}\n", "/nowhere: ", "cannot be opened"},
    {"data: {source: hdf5, file: /dev/null}\n", "/dev/null: ", "is a device"},
    {"data: {points: 0}\n", "x.yaml:1: data.points: ", "from 1"},
    {"data: {source: orthonormal, points: 4, dimension: 3}\n", "data.points: ", "4 orthonormal points in 3"},
    {"data: {targets: data}\n", "x.yaml:1: data.targets: ", "no targets of its own"},
    {"data: {normalise: max}\n", "x.yaml:1: data.normalise: ", "one of: standard"},
    {"loss: mae\n", "x.yaml:1: loss: ", "unknown loss"},
    {"readout: sparse\n", "x.yaml:1: readout: ", "dense"},
    {"observables: [gradient]\n", "x.yaml:1: observables: ", "did you mean 'gradient_norm'"},
    {"observables: []\n", "x.yaml:1: observables: ", "empty"},
    {"observables: [angle]\n", "x.yaml:1: observables: ", "data.points of at least 2"},
    {"samples: 0\n", "x.yaml:1: samples: ", "from 1"},
    {"samples: [1, 2]\n", "x.yaml:1: samples: ", "not a list"},
    {"precision: {probability: 1}\n", "x.yaml:1: precision.probability: ", "below 1"},
    {"precision: {observable: angle, half_width: 1}\n", "x.yaml:1: precision.observable: ", "not among"},
    {"time: 8 hours\n", "x.yaml:1: time: ", "8h"},
    {"time: -3\n", "x.yaml:1: time: ", "8h"},
    {"output: {probabilities: [0.5, 0.25]}\n", "x.yaml:1: output.probabilities: ", "increase"},
    {"output: {probabilities: [0]}\n", "x.yaml:1: output.probabilities: ", "above 0"},
    {"output: {bin_width: 0}\n", "x.yaml:1: output.bin_width: ", "from 1e-12"},
    {"output: {range: [1, 0]}\n", "x.yaml:1: output.range: ", "smaller one first"},
    {"output: {allow_nan: maybe}\n", "x.yaml:1: output.allow_nan: ", "one of: true, false"},
    {"output: {layers: 0}\n", "x.yaml:1: output.layers: ", "from 1"},
    /* dynamics */
    {"dynamics: {rate: 0.1}\n", "x.yaml:1: dynamics.rate: ", "no observable follows"},
    {"seed: 1\ndynamics:\n  steps: 7\n", "x.yaml:3: dynamics.steps: ", "no observable follows"},
    {"dynamics: {optimizer: [gd, adam]}\n", "x.yaml:1: dynamics.optimizer: ", "no observable follows"},
    {"dynamics: {batch: 1}\nobservables: [gradient_norm]\n", "x.yaml:1: dynamics.batch: ", "no observable follows"},
    {FOLLOWED "dynamics: {steps: 10, record: 11}\n", "x.yaml:3: dynamics.record: ", "10 steps"},
    {FOLLOWED "dynamics: {optimizer: adam, batch: 5}\n", "x.yaml:3: dynamics.batch: ", "5 from 4 points"},
    {FOLLOWED "dynamics: {optimizer: sgd}\n", "x.yaml: dynamics.batch: ", "sgd needs a minibatch"},
    {FOLLOWED "dynamics: {optimizer: sgd, batch: 4}\n", "x.yaml:3: dynamics.batch: ", "less than data.points (4)"},
    {FOLLOWED "dynamics:\n  optimizer: [gd, sgd]\n  batch: [2, 4]\n", "x.yaml:5: dynamics.batch: ", "sgd needs"},
    {FOLLOWED "dynamics: {batch: 2}\n", "x.yaml:3: dynamics.batch: ", "gd takes the gradient over all points"},
    {FOLLOWED "dynamics: {batch: -1}\n", "x.yaml:3: dynamics.batch: ", "from 0"},
    {FOLLOWED "dynamics: {rate: 0}\n", "x.yaml:3: dynamics.rate: ", "above 0"},
    {FOLLOWED "dynamics: {rate: -0.1}\n", "x.yaml:3: dynamics.rate: ", "above 0"},
    {FOLLOWED "dynamics: {rate: [0.1, 0.1]}\n", "x.yaml:3: dynamics.rate: ", "twice"},
    {FOLLOWED "dynamics: {steps: 0}\n", "x.yaml:3: dynamics.steps: ", "from 1"},
    {FOLLOWED "dynamics: {steps: [10, 20]}\n", "x.yaml:3: dynamics.steps: ", "not a list"},
    {FOLLOWED "dynamics: {divergence: 0.5}\n", "x.yaml:3: dynamics.divergence: ", "from 1"},
    {FOLLOWED "dynamics: {optimizer: adm}\n", "x.yaml:3: dynamics.optimizer: ", "did you mean 'adam'"},
    {FOLLOWED "dynamics: {optimizer: adam(beta=1)}\n", "x.yaml:3: dynamics.optimizer: ", "unknown parameter 'beta'"},
    {FOLLOWED "dynamics: {optimizer: adam(beta1=1)}\n", "x.yaml:3: dynamics.optimizer: ", "must lie in"},
    {FOLLOWED "dynamics: {schedule: warm}\n", "x.yaml:3: dynamics.schedule: ", "unknown schedule"},
    {FOLLOWED "dynamics: {escape: losses}\n", "x.yaml:3: dynamics.escape: ", "did you mean 'loss'"},
    {FOLLOWED "dynamics: {escape: [loss, output]}\n", "x.yaml:3: dynamics.escape: ", "not a list"},
    {FOLLOWED "dynamics: {speed: 3}\n", "x.yaml:3: ", "unknown key 'dynamics.speed'"},
    {"observables: [path_loss]\nloss: output\n", "x.yaml: dynamics.escape: ", "needs a loss that is above 0"},
    {"observables: [path_loss]\n", "x.yaml: dynamics.escape: ", "output or curvature"},
    {"data: {targets: zero}\nobservables: [path_loss]\ndynamics: {escape: loss(0.1)}\n",
     "x.yaml:3: dynamics.escape: ", "targets other than zero"},
    {FOLLOWED "sampler: reduced\n", "x.yaml:3: sampler: ", "no law for path_loss"},
    {"data: {source: fashion-mnist}\ndynamics: {rate: 1}\n", "x.yaml:2: dynamics.rate: ", "no observable follows"},
};

/* Axes of dynamics are crossed with everything, depth and width like; what an optimizer does not look at makes no cell
   of its own, and all start from the same nets. */
static void dynamics_make_cells(void)
{
    tepui_experiment *e;
    tepui_error err;
    const char crossed[] = FOLLOWED "grid: {depth: [1, 2], activation: [relu, tanh], gain: [1, 2], vary: one}\n"
                                    "dynamics: {optimizer: [gd, adam], rate: [0.1, 0.2]}\n";
    CHECK(plan(crossed, NULL, &e, &err) == TEPUI_OK);
    CHECK(e && e->cell_count == 2 * 3 * 4);
    for (size_t i = 0; e && i < e->cell_count; i++) {
        CHECK(e->cells[i].alias_of == i);
        CHECK(memcmp(&e->cells[i].key, &e->cells[i / 4 * 4].key, sizeof e->cells[i].key) == 0);
    }
    tepui_experiment_free(e);
    const char batches[] = FOLLOWED "dynamics: {optimizer: [gd, adam], batch: [0, 2, 4]}\n";
    const size_t alias[] = {0, 0, 0, 3, 4, 3}; /* gd takes all points, and 4 are all */
    CHECK(plan(batches, NULL, &e, &err) == TEPUI_OK);
    CHECK(e && e->cell_count == 6);
    for (size_t i = 0; e && i < 6; i++) CHECK(e->cells[i].alias_of == alias[i]);
    tepui_experiment_free(e);
    CHECK(plan(FOLLOWED "dynamics: {steps: 30, escape: output}\n", NULL, &e, &err) == TEPUI_OK);
    CHECK(e && e->cells[0].dynamics.record == 30 && e->cells[0].dynamics.steps == 30);
    tepui_experiment_free(e);
    CHECK(plan("observables: [escape_time]\nloss: output\ndynamics: {escape: curvature}\n", NULL, &e, &err) ==
          TEPUI_OK);
    tepui_experiment_free(e);
    CHECK(plan("dynamics: {rate: 0.01, optimizer: gd, steps: 10000}\n", NULL, &e, &err) == TEPUI_OK); /* the defaults */
    CHECK(e && !e->cells[0].dynamics.follows);
    tepui_experiment_free(e);
}

static void bad_experiments_are_told_so(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        tepui_experiment *e;
        tepui_error err;
        const tepui_status st = plan(bad[i].text, NULL, &e, &err);
        const int good = st == TEPUI_BAD_INPUT && strncmp(err.text, bad[i].start, strlen(bad[i].start)) == 0 &&
                         strstr(err.text, bad[i].part);
        if (!good) fprintf(stderr, "%sgives %d: %s\n", bad[i].text, (int)st, err.text);
        CHECK(good);
        tepui_experiment_free(e);
    }
}

/* --- settings without effect */

#define BARE "observables: [forward_norm]\nreadout: none\ngrid: {depth: 1, architecture: '[activation]', "
#define DENSE "observables: [forward_norm]\nreadout: none\ngrid: {depth: 1, architecture: '[dense, activation]', "
#define FILES "data: {file: f, points: 2, source: "
#define TIMES "data: {points: 4, targets: gaussian}\nobservables: [escape_time]\n"

/* Every field of the schema: an experiment in which it is read by nobody, part of the message, and one with the same
   setting that is read. good NULL: it is read, or what it asks for is done, in every experiment (part says why). Files
   are not there, so that experiments with files are parsed only. From the design's section 6 and the pages of kinds. */
static const struct {
    const char *key, *idle, *part, *good;
} effects[] = {
    {"title", NULL, "for people", NULL},
    {"seed", NULL, "root of all numbers", NULL},
    {"generator", NULL, "all samples are drawn", NULL},
    {"plugins", NULL, "tests/cli/plugins.sh, which makes some", NULL},
    {"grid.depth", NULL, "every net has it", NULL},
    {"grid.width", "grid: {depth: 1, width: 5, architecture: '[dense(3), activation]'}\ndata: {dimension: 2}\n",
     "layers without a width", "grid: {depth: 1, width: 5, architecture: '[dense(3), activation]'}\n"},
    {"grid.width", "data: {dimension: 4}\ngrid: {depth: 1, width: [5, 6], architecture: '[conv2d(2), activation]'}\n",
     "layers without a width",
     "data: {dimension: 4}\ngrid: {depth: 1, width: [5, 6], architecture: ['[conv2d(2), activation]', plain]}\n"},
    {"grid.activation", "grid: {activation: tanh, architecture: '[dense, relu]'}\n", "layers named activation",
     "grid: {activation: tanh, architecture: ['[dense, relu]', '[dense, activation]']}\n"},
    {"grid.activation", "grid: {activation: [relu, tanh], architecture: ['[dense]', plain], vary: one}\n",
     "layers named activation", "grid: {activation: [relu, tanh], architecture: [plain, '[dense]'], vary: one}\n"},
    {"grid.activation", "grid: {activation: linear, architecture: '[dense, relu]'}\n", "layers named activation",
     "grid: {activation: linear, architecture: '[dense, layer_norm]'}\n"},
    {"grid.init", BARE "init: xavier}\n", "weight matrices", DENSE "init: xavier}\n"},
    {"grid.law", BARE "law: uniform}\n", "weight matrices", DENSE "law: uniform}\n"},
    {"grid.gain", BARE "gain: 2}\n", "weight matrices", DENSE "gain: 2}\n"},
    {"grid.bias", "grid: {bias: uniform}\n", "sigma_b above 0", "grid: {bias: uniform, sigma_b: [0, 1]}\n"},
    {"grid.bias", "grid: {bias: [gaussian, uniform], sigma_b: [0, 1], vary: one}\n", "sigma_b above 0",
     "grid: {bias: [gaussian, uniform], sigma_b: [1, 0], vary: one}\n"},
    {"grid.bias", BARE "bias: uniform, sigma_b: 1}\n", "layers with biases", DENSE "bias: uniform, sigma_b: 1}\n"},
    {"grid.sigma_b", BARE "sigma_b: 1}\n", "layers with biases", DENSE "sigma_b: 1}\n"},
    {"grid.architecture", NULL, "every net has it", NULL},
    {"grid.tilt", "grid: {tilt: 1}\n", "only sampler: tilted has a tilt",
     "grid: {depth: 2, tilt: 1}\nreadout: none\nsampler: tilted\nobservables: [weighted_norm2]\n"},
    {"grid.vary", NULL, "one list at a time: done where there is one list", NULL},
    {"data.source", NULL, "every net has inputs", NULL},
    {"data.points", NULL, "as many inputs", NULL},
    {"data.dimension", FILES "idx, dimension: 5}\n", "synthetic", "data: {dimension: 5}\n"},
    {"data.outputs", "data: {outputs: 2}\n", "readout: dense", "data: {outputs: 2}\nreadout: dense\n"},
    {"data.outputs", "data: {outputs: 2, targets: gaussian}\nreadout: none\n", "readout: dense",
     "data: {outputs: 2, targets: gaussian}\n"},
    {"data.outputs", FILES "idx, labels: l, outputs: 2}\n", "not the data set's",
     FILES "idx, targets: gaussian, outputs: 2}\n"},
    {"data.targets", NULL, "may stand unused", NULL},
    {"data.file", "data: {file: f}\n", "idx, hdf5 or cifar10", FILES "idx}\n"},
    {"data.file", "data: {source: fashion-mnist, file: f}\n", "idx, hdf5 or cifar10", FILES "hdf5}\n"},
    {"data.labels", FILES "hdf5, labels: l}\n", "idx", FILES "idx, labels: l}\n"},
    {"data.labels", FILES "idx, labels: l, targets: one}\n", "data.targets: data", FILES "idx, labels: l}\n"},
    {"data.labels", FILES "idx, labels: l, targets: none}\n", "data.targets: data",
     FILES "idx, labels: l, targets: data}\n"},
    {"data.dataset", FILES "idx, dataset: z}\n", "hdf5", FILES "hdf5, dataset: z}\n"},
    {"data.labels_dataset", FILES "idx, labels_dataset: z}\n", "hdf5", FILES "hdf5, labels_dataset: z}\n"},
    {"data.labels_dataset", FILES "hdf5, labels_dataset: z, targets: zero}\n", "data.targets: data",
     FILES "hdf5, labels_dataset: z}\n"},
    {"data.normalise", "data: {normalise: unit}\n", "a data set", FILES "hdf5, normalise: unit}\n"},
    {"data.shape", NULL, "says what inputs are; may stand unused", NULL},
    {"data.resample", NULL, "inputs are fresh or not", NULL},
    {"readout", NULL, "there is one or not", NULL},
    {"sampler", NULL, "every sample has one; auto is full where nothing else applies", NULL},
    {"loss", NULL, "may stand unused", NULL},
    {"dynamics.optimizer", "dynamics: {optimizer: adam}\n", "no observable follows",
     TIMES "dynamics: {optimizer: adam}\n"},
    {"dynamics.rate", "dynamics: {rate: 1}\n", "no observable follows", TIMES "dynamics: {rate: 1}\n"},
    {"dynamics.schedule", "dynamics: {schedule: cosine}\n", "no observable follows",
     TIMES "dynamics: {schedule: cosine}\n"},
    {"dynamics.batch", "dynamics: {batch: 1}\n", "no observable follows",
     TIMES "dynamics: {batch: 1, optimizer: adam}\n"},
    {"dynamics.batch", TIMES "dynamics: {batch: 1}\n", "over all points",
     TIMES "dynamics: {batch: 1, optimizer: [gd, adam]}\n"},
    {"dynamics.batch_from", "dynamics: {batch_from: data}\n", "no observable follows",
     "data: {source: idx, file: f, labels: l}\nobservables: [path_loss]\ndynamics: {optimizer: sgd, batch: 1, "
     "batch_from: data}\n"},
    {"data.held_out", "data: {held_out: 1}\n", "a data set has",
     "data: {source: idx, file: f, labels: l, held_out: 1}\n"},
    {"dynamics.escape", "dynamics: {escape: output}\n", "no observable follows", TIMES "dynamics: {escape: output}\n"},
    {"dynamics.steps", "dynamics: {steps: 7}\n", "no observable follows", TIMES "dynamics: {steps: 7}\n"},
    {"dynamics.record", "dynamics: {record: 7}\n", "no observable follows", FOLLOWED "dynamics: {record: 7}\n"},
    {"dynamics.record", TIMES "dynamics: {record: 7}\n", "path observables", FOLLOWED "dynamics: {record: 7}\n"},
    {"dynamics.divergence", "dynamics: {divergence: 7}\n", "no observable follows",
     TIMES "dynamics: {divergence: 7}\n"},
    {"observables", NULL, "all are measured", NULL},
    {"eigensolver", "eigensolver: gsl\n", "whole spectra",
     "eigensolver: gsl\ngrid: {depth: 2, width: 3}\nobservables: [hessian_spectrum]\n"},
    {"eigensolver", "eigensolver: gsl\ngrid: {depth: 2, width: 1}\nobservables: [hessian_spectrum]\n", "no chains",
     "eigensolver: gsl\ngrid: {depth: 2, width: [1, 2]}\nobservables: [hessian_spectrum]\n"},
    {"eigensolver", "eigensolver: gsl\ngrid: {depth: 2, width: 400}\nobservables: [hessian_extreme]\n", "whole spectra",
     "eigensolver: gsl\ngrid: {depth: 2, width: 400}\nobservables: [ntk_extreme]\n"},
    {"eigensolver", "eigensolver: gsl\ndynamics: {escape: curvature}\nobservables: [path_lambda_max]\n",
     "whole spectra", "eigensolver: gsl\ndynamics: {escape: curvature}\nobservables: [path_lambda_max, ntk_extreme]\n"},
    {"samples", NULL, "as many are drawn", NULL},
    {"precision.probability", "precision: {probability: 0.25}\n", "precision.half_width",
     "precision: {probability: 0.25, half_width: 1}\n"},
    {"precision.half_width", NULL, "samples until it is reached", NULL},
    {"precision.observable", "precision: {observable: gradient_norm}\n", "precision.half_width",
     "precision: {observable: gradient_norm, half_width: 1}\n"},
    {"time", NULL, "a limit", NULL},
    {"output.probabilities", NULL, "every observable has quantiles", NULL},
    {"output.bin_width", NULL, "every observable has a histogram", NULL},
    {"output.raw", NULL, "a limit", NULL},
    {"output.range", NULL, "every observable has a histogram", NULL},
    {"output.layers", NULL, "a limit", NULL},
    {"output.allow_nan", NULL, "a permission", NULL},
};

static void settings_without_effect_are_refused(void)
{
    tepui_field_info field[128];
    tepui_experiment *e;
    tepui_error err;
    const size_t fields = tepui_experiment_fields(NULL), rows = sizeof effects / sizeof *effects;
    CHECK(fields <= 128);
    tepui_experiment_fields(field);
    for (size_t f = 0; f < fields; f++) {
        size_t found = 0;
        for (size_t i = 0; i < rows; i++) found += strcmp(effects[i].key, field[f].path) == 0;
        if (!found) fprintf(stderr, "nothing says whether %s has an effect\n", field[f].path);
        CHECK(found > 0);
    }
    for (size_t i = 0; i < rows; i++) {
        char key[64];
        if (!effects[i].good) continue;
        snprintf(key, sizeof key, ": %s: ", effects[i].key);
        const int refused = plan(effects[i].idle, NULL, &e, &err) == TEPUI_BAD_INPUT &&
                            strncmp(err.text, "x.yaml:", 7) == 0 && strstr(err.text, key) &&
                            strstr(err.text, effects[i].part);
        if (!refused) fprintf(stderr, "%sgives: %s\n", effects[i].idle, err.text);
        CHECK(refused);
        tepui_experiment_free(e);
        const int files = strstr(effects[i].good, "file:") != NULL;
        err.text[0] = '\0';
        const tepui_status st = files ? tepui_experiment_parse(effects[i].good, "x.yaml", NULL, &e, &err)
                                      : plan(effects[i].good, NULL, &e, &err);
        if (st != TEPUI_OK) fprintf(stderr, "%sgives: %s\n", effects[i].good, err.text);
        CHECK(st == TEPUI_OK);
        tepui_experiment_free(e);
    }
}

static void overrides_are_checked_and_named(void)
{
    tepui_experiment *e;
    tepui_error err;
    const char *good[] = {"grid.depth=[2, 4]", "samples=7", NULL}, *unknown[] = {"grid.dept=1", NULL};
    const char *wrong[] = {"grid.depth=-1", NULL}, *shape[] = {"grid.depth", NULL};
    CHECK(plan("grid: {depth: 3}\n", good, &e, &err) == TEPUI_OK);
    CHECK(e && e->cell_count == 2 && e->cells[1].depth == 4 && e->samples == 7);
    tepui_experiment_free(e);
    CHECK(plan("seed: 1\n", unknown, &e, &err) == TEPUI_BAD_INPUT &&
          strstr(err.text, "--set: unknown key 'grid.dept'"));
    CHECK(plan("seed: 1\n", wrong, &e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "--set: grid.depth"));
    CHECK(plan("seed: 1\n", shape, &e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "KEY=VALUE"));
}

/* The example of the design: depth/4 at depth 1 is rounded up to 1; equal cells are found. */
static void the_example_grid_unfolds(void)
{
    tepui_experiment *e;
    tepui_error err;
    const char *text =
        "title: Vanishing gradients\nseed: 2021\ngrid:\n  depth: [1, 2, 4, 8, 16, 32, 64, 128]\n"
        "  width: [1, sqrt(depth), depth/4, depth, 4*depth, 64]\n  activation: relu\n  init: [he, xavier]\n"
        "  law: gaussian\n  architecture: plain\ndata: {source: gaussian, points: 1}\nloss: mse\n"
        "observables: [forward_norm, gradient_norm, jacobian_vector_norm]\nsamples: 10000\n"
        "output: {probabilities: [0.05, 0.25, 0.5, 0.75, 0.95], bin_width: 0.05, raw: 100000}\n";
    CHECK(plan(text, NULL, &e, &err) == TEPUI_OK);
    if (!e) return;
    CHECK(e->cell_count == 96);
    const tepui_cell *c = &e->cells[12 * 7 + 2 * 1]; /* depth 128, width sqrt(depth) = 11.3, rounded up */
    CHECK(c->depth == 128 && c->width[1] == 12 && c->width[128] == 12 && c->inputs == 12);
    CHECK(e->cells[4].width[1] == 1); /* depth 1, depth/4 */
    CHECK(e->cells[0].alias_of == 0 && e->cells[2].alias_of == 0 && e->cells[4].alias_of == 0);
    /* last axis fastest: init changes first */
    CHECK(strcmp(((const tepui_kind *)e->cells[0].scale.type)->name, "he") == 0);
    CHECK(strcmp(((const tepui_kind *)e->cells[1].scale.type)->name, "xavier") == 0);
    /* targets: a loss that needs them takes Gaussian ones of the output's size, without a read-out */
    CHECK(c->targets == TEPUI_TARGETS_GAUSSIAN && c->readout == TEPUI_READOUT_NONE && c->outputs == 12);
    /* He: 2/fan_in */
    CHECK_NEAR(c->sigma[5], sqrt(2.0 / 12), 1e-16);
    tepui_experiment_free(e);
}

/* All pairs while there is room, else those of evenly spread numbers, ends included; none where one matrix has no
   covariance. Names read back. */
static void pairs_of_components(void)
{
    tepui_experiment *e;
    tepui_error err;
    long k[300];
    char name[24];
    CHECK(plan("grid: {depth: [1, 2], width: 20}\nreadout: none\nobservables: [lyapunov_covariance]\n", NULL, &e,
               &err) == TEPUI_OK);
    if (!e) return;
    const tepui_observable_type *t = e->observables[0];
    CHECK(tepui_observable_components(t, &e->cells[0], 300, k) == 0);
    CHECK(tepui_observable_components(t, &e->cells[1], 300, k) == 210);
    CHECK(k[0] == TEPUI_COMPONENT_PAIR(1, 1) && k[1] == TEPUI_COMPONENT_PAIR(2, 1) &&
          k[209] == TEPUI_COMPONENT_PAIR(20, 20));
    CHECK(tepui_observable_components(t, &e->cells[1], 7, k) == 6); /* of 1, 11, 20 */
    CHECK(k[5] == TEPUI_COMPONENT_PAIR(20, 20) && k[3] == TEPUI_COMPONENT_PAIR(20, 1));
    CHECK(tepui_observable_components(t, &e->cells[1], 1, k) == 1);
    tepui_component_name(TEPUI_COMPONENT_PAIR(20, 1), name);
    CHECK(strcmp(name, "20,1") == 0 && tepui_component_number(name) == TEPUI_COMPONENT_PAIR(20, 1));
    tepui_component_name(TEPUI_COMPONENT_BLOCK(2, 20, 1), name);
    CHECK(strcmp(name, "R 20,1") == 0 && tepui_component_number(name) == TEPUI_COMPONENT_BLOCK(2, 20, 1));
    CHECK(tepui_component_number("17") == 17);
    tepui_experiment_free(e);
}

static void settings_of_kinds_are_axes(void)
{
    tepui_experiment *e;
    tepui_error err;
    CHECK(plan("grid:\n  activation: [relu, {kind: leaky_relu, a: [0.1, 0.2]}, elu(a=2)]\n  sigma_b: [0, 0.5]\n"
               "  width: [[3, 4, 5], layer+1]\n  depth: 3\n",
               NULL, &e, &err) == TEPUI_OK);
    if (!e) {
        fprintf(stderr, "%s\n", err.text);
        return;
    }
    CHECK(e->cell_count == 16);
    CHECK(e->cells[0].width[3] == 5 && e->cells[15].width[1] == 2 && e->cells[15].width[3] == 4);
    CHECK(e->cells[2].activation.value[0] == 0.1 && e->cells[4].activation.value[0] == 0.2);
    tepui_experiment_free(e);
}

/* Values by hand: 2^53 + 1 is no double; a number is what its digits say, at any length; CRLF, a byte order mark and
   aliases change nothing. */
static void numbers_are_exact_at_any_length(void)
{
    static const struct {
        const char *text;
        uint64_t seed;
    } good[] = {{"9007199254740993", 9007199254740993u},
                {"18446744073709551615", UINT64_MAX},
                {"1844674407370955161.5e1", UINT64_MAX},
                {"+7", 7},
                {"1e3", 1000},
                {"2.50e1", 25},
                {"30000e-4", 3},
                {"0.0", 0},
                {"\"12\"", 12},
                {"5\r", 5},
                {"1000000000000000000000000000000000000000000000000000000000000000000000e-60", 1000000000}};
    char text[400], zeros[201];
    tepui_experiment *e;
    tepui_error err;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(text, sizeof text, "\xef\xbb\xbfseed: %s\ngrid: {depth: &d 2, width: *d}\n", good[i].text);
        CHECK(plan(text, NULL, &e, &err) == TEPUI_OK && e->seed == good[i].seed && e->cells[0].width[1] == 2);
        if (!e) fprintf(stderr, "%s\n", err.text);
        char *stored = e ? strdup(e->canonical) : NULL;
        tepui_experiment_free(e);
        CHECK(stored && plan(stored, NULL, &e, &err) == TEPUI_OK && e->seed == good[i].seed);
        if (stored) tepui_experiment_free(e);
        free(stored);
    }
    memset(zeros, '0', 200);
    zeros[200] = '\0';
    snprintf(text, sizeof text,
             "grid: {activation: {kind: leaky_relu, a: 1.%se-2}, gain: 3.%se-1}\n"
             "output: {range: [-.inf, +.inf]}\n",
             zeros + 140, zeros + 140);
    CHECK(plan(text, NULL, &e, &err) == TEPUI_OK);
    CHECK(e && e->cells[0].activation.value[0] == 0.01 && e->cells[0].gain == 0.3 && e->range_high == INFINITY);
    tepui_experiment_free(e);
    snprintf(text, sizeof text, "grid: {activation: leaky_relu(1.%se-2)}\n", zeros);
    CHECK(plan(text, NULL, &e, &err) == TEPUI_OK && e->cells[0].activation.value[0] == 0.01);
    tepui_experiment_free(e);
}

/* Random damage to good experiments: each ends as an experiment or as one line, never otherwise. */
static void damaged_experiments_end_cleanly(void)
{
    static const char *const seed_text[] = {
        "title: a\nseed: 12\ngrid:\n  depth: &d [2]\n  width: [sqrt(depth), [3, 4]]\n  activation: {kind: leaky_relu, "
        "a: [0.1, 0.2]}\ndata: {points: 2, targets: one}\n",
        "grid: {architecture: ['[dense, batch_norm, activation]', residual], depth: 2, law: student_t(5)}\n"
        "output: {range: [-.inf, 1e3]}\ntime: 1h30m\ndata: {points: 3}\n"};
    static const char bytes[] = "{}[]:,-&*!|>'\"%@`#?~<.\n\t\r 0123456789eEx_()\xef\xbb\xbf\xff\x01\x7f";
    uint64_t state = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    size_t good = 0;
    for (int i = 0; i < 2; i++) {
        tepui_experiment *e = NULL;
        tepui_error err = {""};
        if (plan(seed_text[i], NULL, &e, &err) != TEPUI_OK) fprintf(stderr, "%s\n", err.text);
        CHECK(e != NULL);
        tepui_experiment_free(e);
    }
    for (int i = 0; i < 3000; i++) {
        char text[512];
        tepui_experiment *e = NULL;
        tepui_error err = {""};
        snprintf(text, sizeof text, "%s", seed_text[i % 2]);
        for (int k = 0; k <= i % 4; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            text[state % strlen(text)] = bytes[(state >> 32) % (sizeof bytes - 1)];
        }
        const tepui_status st = plan(text, NULL, &e, &err);
        good += st == TEPUI_OK;
        const int clean = st == TEPUI_OK ? e != NULL : st == TEPUI_BAD_INPUT && err.text[0];
        if (!clean) fprintf(stderr, "%s\ngives %d: %s\n", text, (int)st, err.text);
        CHECK(clean);
        tepui_experiment_free(e);
    }
    CHECK(good > 30 && good < 2970); /* both ends are reached */
}

/* 100,000 brackets, and an alias repeated where nothing is read. */
static void deep_and_wide_documents_are_refused(void)
{
    tepui_experiment *e;
    tepui_error err;
    char *text = malloc(200100), *at;
    memset(text, '[', 100000);
    text[100000] = '\0';
    CHECK(plan(text, NULL, &e, &err) == TEPUI_BAD_INPUT &&
          strstr(err.text, "x.yaml: lists and mappings more than 64 deep"));
    at = text + sprintf(text, "grid: {depth: [");
    for (int i = 1; i < 20000; i++) at += sprintf(at, "%d, ", i);
    sprintf(at, "1]}\n");
    CHECK(plan(text, NULL, &e, &err) == TEPUI_BAD_INPUT && strstr(err.text, "more than 10000 values"));
    at = text + sprintf(text, "a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) at += sprintf(at, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    sprintf(at, "seed: *a39\n");
    CHECK(plan(text, NULL, &e, &err) == TEPUI_BAD_INPUT);
    free(text);
}

/* Every loss with all targets on a synthetic source: what is taken, or refused (NULL). Design: mse takes any numbers,
   cross_entropy takes labels, output needs none. */
static void losses_take_the_targets_they_can(void)
{
    static const char *const losses[] = {"mse", "cross_entropy", "output"};
    static const char *const words[] = {"default", "none", "gaussian", "zero", "one", "one_hot", "data"};
    static const int want[3][7] = {
        {TEPUI_TARGETS_GAUSSIAN, TEPUI_TARGETS_GAUSSIAN, TEPUI_TARGETS_GAUSSIAN, TEPUI_TARGETS_ZERO, TEPUI_TARGETS_ONE,
         TEPUI_TARGETS_ONE_HOT, -1},
        {TEPUI_TARGETS_ONE_HOT, TEPUI_TARGETS_ONE_HOT, -1, -1, -1, TEPUI_TARGETS_ONE_HOT, -1},
        {TEPUI_TARGETS_NONE, TEPUI_TARGETS_NONE, TEPUI_TARGETS_GAUSSIAN, TEPUI_TARGETS_ZERO, TEPUI_TARGETS_ONE,
         TEPUI_TARGETS_ONE_HOT, -1}};
    static const char *const sources[] = {"gaussian", "sphere", "orthonormal"};
    for (int s = 0; s < 3; s++)
        for (int l = 0; l < 3; l++)
            for (int t = 0; t < 7; t++) {
                char text[256];
                tepui_experiment *e;
                tepui_error err;
                snprintf(text, sizeof text,
                         "grid: {width: 4}\ndata: {source: %s, outputs: 3, targets: %s}\nreadout: dense\nloss: %s\n",
                         sources[s], words[t], losses[l]);
                const tepui_status st = plan(text, NULL, &e, &err);
                const int got = st == TEPUI_OK ? (int)e->cells[0].targets : -1;
                if (got != want[l][t]) fprintf(stderr, "%s gives %d: %s\n", text, got, err.text);
                CHECK(got == want[l][t] && (st == TEPUI_OK || st == TEPUI_BAD_INPUT));
                tepui_experiment_free(e);
            }
}

static void canonical_text_reads_back(void)
{
    const char *text[] = {
        "title: 'a \"quoted\" \\ title'\ngrid: {depth: [1, 2], width: [sqrt(depth), [3]], depth: 1}\n",
        "grid: {depth: [1, 2], width: [\"2*depth\", 7], law: [student_t(3), sparse(0.25)], gain: 1.1}\n"
        "title: 'a \"quoted\" \\ title'\ntime: 1h30m\noutput: {range: [-100, 1e3], raw: 5}\nsamples: 1e6\n",
        "seed: 1\n"};
    for (size_t i = 1; i < 3; i++) {
        tepui_experiment *a, *b;
        tepui_error err = {""};
        CHECK(tepui_experiment_parse(text[i], "a", NULL, &a, &err) == TEPUI_OK);
        if (!a) return;
        CHECK(tepui_experiment_parse(a->canonical, "b", NULL, &b, &err) == TEPUI_OK);
        if (!b) fprintf(stderr, "%s\n%s\n", err.text, a->canonical);
        CHECK(b && strcmp(a->canonical, b->canonical) == 0);
        tepui_experiment_free(a);
        tepui_experiment_free(b);
    }
}

static char *canonical(const char *text)
{
    tepui_experiment *e;
    tepui_error err = {""};
    CHECK(tepui_experiment_parse(text, "x", NULL, &e, &err) == TEPUI_OK);
    char *copy = e ? strdup(e->canonical) : strdup("");
    tepui_experiment_free(e);
    return copy;
}

/* --- texts of any characters */

static uint64_t draw(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
    return *x >> 33;
}

/* Code points of every plane, with those that YAML or terminals treat in their own way often; no NUL, no newline. */
static unsigned long code_point(uint64_t *x)
{
    static const unsigned long odd[] = {
        1,   7,   8,   9,   0xd, 0x1b,   0x1f,   0x7f,   0x80,   0x85,   0x9b,   0xa0,    ' ',     '"',      '\\', '\'',
        '#', ':', '%', '{', ']', 0x2028, 0x2029, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f600, 0x10ffff, '\t', '-'};
    const unsigned long wide[] = {0x80, 0x800, 0x10000, 0x110000};
    if (draw(x) % 2) return odd[draw(x) % (sizeof odd / sizeof *odd)];
    const unsigned long c = draw(x) % wide[draw(x) % 4];
    return c == 0 || c == '\n' || (c >= 0xd800 && c < 0xe000) ? 'a' : c;
}

static size_t utf8(unsigned long c, char *out)
{
    if (c < 0x80) return out[0] = (char)c, 1;
    const size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((0xf00u >> n & 0xff) | c);
    return n;
}

/* The same random text twice: as YAML, every character escaped by its number, and as UTF-8. */
static void random_text(uint64_t *x, char *yaml, char *plain)
{
    const size_t n = 1 + draw(x) % 40;
    for (size_t i = 0; i < n; i++) {
        const unsigned long c = code_point(x);
        yaml += sprintf(yaml, "\\U%08lx", c);
        plain += utf8(c, plain);
    }
    *plain = '\0';
}

static void texts_of_any_characters_read_back(void)
{
    enum { FIELDS = 4, ROUNDS = 3000 };
    static const char *const shape[FIELDS] = {"title: \"%s\"\n", "data: {source: idx, file: \"%s\", labels: l}\n",
                                              "data: {source: idx, file: f, labels: \"%s\"}\n",
                                              "data: {source: hdf5, file: f, dataset: \"%s\"}\n"};
    uint64_t x = 1;
    for (size_t i = 0; i < ROUNDS; i++) {
        char yaml[512], plain[256], text[640];
        tepui_experiment *a = NULL, *b = NULL;
        tepui_error err = {""};
        random_text(&x, yaml, plain);
        snprintf(text, sizeof text, shape[i % FIELDS], yaml);
        CHECK(tepui_experiment_parse(text, "a", NULL, &a, &err) == TEPUI_OK);
        if (!a) continue;
        const char *const field[FIELDS] = {a->title, a->data.file, a->data.labels_file, a->data.dataset};
        CHECK(strcmp(field[i % FIELDS], plain) == 0);
        CHECK(tepui_experiment_parse(a->canonical, "b", NULL, &b, &err) == TEPUI_OK);
        CHECK(b && strcmp(a->canonical, b->canonical) == 0);
        tepui_experiment_free(a);
        tepui_experiment_free(b);
    }
}

/* --- comparing */

/* Every field that matters is refused by name; samples may grow; title, time, allow_nan and names of data are free. One
   row for every field there is: what it is changed to, and from what where the default has no such field. */
static void resuming_another_experiment_names_the_field(void)
{
#define IDX "source: idx, file: f, labels: l"
#define HDF5 "source: hdf5, file: f"
#define FOLLOWS "data: {points: 4, targets: gaussian}\nobservables: [path_loss]\n"
    static const struct {
        const char *field, *change, *from, *named; /* from: NULL: the default; named: another field speaks first */
    } c[] = {
        {"seed", "seed: 2", NULL, NULL},
        {"generator", "generator: taus2", NULL, NULL},
        {"grid.depth", "grid: {depth: 3}", NULL, NULL},
        {"grid.width", "grid: {width: 3}", NULL, NULL},
        {"grid.activation", "grid: {activation: tanh}", NULL, NULL},
        {"grid.init", "grid: {init: xavier}", NULL, NULL},
        {"grid.law", "grid: {law: uniform}", NULL, NULL},
        {"grid.gain", "grid: {gain: 2}", NULL, NULL},
        {"grid.bias", "grid: {bias: uniform}", NULL, NULL},
        {"grid.sigma_b", "grid: {sigma_b: 1}", NULL, NULL},
        {"grid.architecture", "grid: {architecture: pre_norm}", NULL, NULL},
        {"grid.tilt", "grid: {tilt: 1}", NULL, NULL},
        {"grid.vary", "grid: {vary: one}", NULL, NULL},
        {"data.source", "data: {source: sphere}", NULL, NULL},
        {"data.points", "data: {points: 2}", NULL, NULL},
        {"data.dimension", "data: {dimension: 2}", NULL, NULL},
        {"data.outputs", "data: {outputs: 2}\nreadout: dense", "readout: dense", NULL},
        {"data.targets", "data: {targets: zero}", NULL, NULL},
        {"data.normalise", "data: {" IDX ", normalise: unit}", "data: {" IDX "}", NULL},
        {"data.shape", "data: {dimension: 4, shape: [2, 2]}", "data: {dimension: 4}", NULL},
        {"data.resample", "data: {resample: false}", NULL, NULL},
        {"readout", "readout: dense", NULL, NULL},
        {"sampler", "sampler: reduced", NULL, NULL},
        {"loss", "loss: mse", NULL, "data.targets"},
        {"loss", "loss: cross_entropy\ndata: {targets: one_hot, outputs: 2}",
         "loss: mse\ndata: {targets: one_hot, outputs: 2}", NULL},
        {"dynamics.optimizer", FOLLOWS "dynamics: {optimizer: adam}", FOLLOWS, NULL},
        {"dynamics.rate", FOLLOWS "dynamics: {rate: 0.02}", FOLLOWS, NULL},
        {"dynamics.schedule", FOLLOWS "dynamics: {schedule: cosine}", FOLLOWS, NULL},
        {"dynamics.batch", FOLLOWS "dynamics: {batch: 2}", FOLLOWS, NULL},
        {"dynamics.batch_from", FOLLOWS "dynamics: {batch_from: data}", FOLLOWS, NULL},
        {"data.held_out", "data: {" IDX ", held_out: 1}", "data: {" IDX "}", NULL},
        {"dynamics.escape", FOLLOWS "dynamics: {escape: output}", FOLLOWS, NULL},
        {"dynamics.steps", FOLLOWS "dynamics: {steps: 20}", FOLLOWS, NULL},
        {"dynamics.record", FOLLOWS "dynamics: {record: 20}", FOLLOWS, NULL},
        {"dynamics.divergence", FOLLOWS "dynamics: {divergence: 20}", FOLLOWS, NULL},
        {"observables", "observables: [forward_norm]", NULL, NULL},
        {"eigensolver", "eigensolver: gsl", NULL, NULL},
        {"samples", "samples: 9999", "samples: 10000", NULL},
        {"precision.half_width", "precision: {half_width: 1}", NULL, NULL},
        {"precision.probability", "precision: {half_width: 1, probability: 0.25}", "precision: {half_width: 1}", NULL},
        {"precision.observable", "precision: {half_width: 1, observable: gradient_norm}", "precision: {half_width: 1}",
         NULL},
        {"output.probabilities", "output: {probabilities: [0.5]}", NULL, NULL},
        {"output.bin_width", "output: {bin_width: 1}", NULL, NULL},
        {"output.raw", "output: {raw: 1}", NULL, NULL},
        {"output.range", "output: {range: [0, 1]}", NULL, NULL},
        {"output.layers", "output: {layers: 3}", NULL, NULL}};
    /* plugins: tests/cli/plugins.sh, which makes some */
    static const char *const free_fields[] = {"title",       "time",         "output.allow_nan",    "data.file",
                                              "data.labels", "data.dataset", "data.labels_dataset", "plugins"};
    tepui_field_info field[128];
    char what[1024];
    const size_t fields = tepui_experiment_fields(NULL);
    CHECK(fields <= 128);
    tepui_experiment_fields(field);
    for (size_t f = 0; f < fields; f++) {
        size_t rows = 0;
        for (size_t i = 0; i < sizeof c / sizeof *c; i++) rows += strcmp(c[i].field, field[f].path) == 0;
        for (size_t i = 0; i < sizeof free_fields / sizeof *free_fields; i++)
            rows += strcmp(free_fields[i], field[f].path) == 0;
        if (!rows) fprintf(stderr, "no row changes %s\n", field[f].path);
        CHECK(rows > 0);
    }
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        char *old = canonical(c[i].from ? c[i].from : "samples: 10000\n"), *now = canonical(c[i].change);
        const char *name = c[i].named ? c[i].named : c[i].field;
        const int differs = tepui_experiment_difference(old, now, what, sizeof what);
        const int named = strncmp(what, name, strlen(name)) == 0 && what[strlen(name)] == ':';
        const int both = strstr(what, " in the file, ") && strstr(what, " now");
        if (!differs || !named || !both) fprintf(stderr, "%s: %s\n", c[i].change, what);
        CHECK(differs && named && both);
        free(now);
        free(old);
    }
    char *old = canonical("samples: 10000\n");
    char *free_to_change = canonical("samples: 10001\ntitle: other\ntime: 3h\noutput: {allow_nan: true}\n");
    CHECK(tepui_experiment_difference(old, free_to_change, what, sizeof what) == 0 && what[0] == '\0');
    free(free_to_change);
    free(old);
    /* names of data, not what is in them: that the keys of the cells tell (tests/cli/identity.sh) */
    static const char *const places[][2] = {
        {"data: {source: idx, file: f, labels: l}", "data: {source: idx, file: g/f, labels: m}"},
        {"data: {source: hdf5, file: f, labels_dataset: y}",
         "data: {source: hdf5, file: h, dataset: z, labels_dataset: w}"}};
    for (size_t i = 0; i < 2; i++) {
        char *there = canonical(places[i][0]), *here = canonical(places[i][1]);
        CHECK(strcmp(there, here) != 0 && tepui_experiment_difference(there, here, what, sizeof what) == 0);
        free(here);
        free(there);
    }
}

/* 1,000 gains of which the last one differs: both last values stand in the message. */
static void fields_of_any_length_are_compared_to_their_end(void)
{
    char *text[2], *text_of[2], what[1024];
    for (int k = 0; k < 2; k++) {
        size_t size;
        FILE *f = open_memstream(&text[k], &size);
        fputs("grid: {gain: [", f);
        for (int i = 1; i < 1000; i++) fprintf(f, "%d, ", i);
        fprintf(f, "%d]}\n", 1000 + k);
        fclose(f);
        text_of[k] = canonical(text[k]);
    }
    CHECK(tepui_experiment_difference(text_of[0], text_of[1], what, sizeof what) == 1);
    CHECK(strncmp(what, "grid.gain: ", 11) == 0 && strstr(what, "1000 in the file") && strstr(what, "1001 now"));
    CHECK(tepui_experiment_difference(text_of[0], text_of[0], what, sizeof what) == 0);
    for (int k = 0; k < 2; k++) free(text[k]), free(text_of[k]);
}

static void expressions_have_their_values(void)
{
    static const struct {
        const char *text;
        double value;
    } good[] = {{"7", 7},
                {"depth", 16},
                {"4*depth", 64},
                {"depth/4 + layer", 7},
                {"sqrt(depth)", 4},
                {"2^3^2", 512},
                {"-(1-3)*2", 4},
                {"max(depth, 20) - min(1, 2)", 19},
                {"1e2", 100},
                {" ( 1 + 2 ) * 3 ", 9},
                {"ceil(2.1)+floor(2.9)", 5},
                {"8/2/2", 2},
                {"log(exp(3))", 3},
                {"round(2.6)", 3},
                {"10-3-2", 5}};
    const char *wrong[] = {"", "2*", "(1", "1)", "sqrt 4", "min(1)", "foo", "1..2.", "depth depth", "^2", "max(1,2"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double x = 0;
        CHECK(tepui_expression_value(good[i].text, 16, 3, &x, NULL) == TEPUI_OK);
        CHECK_NEAR(x, good[i].value, 1e-14);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double x;
        CHECK(tepui_expression_value(wrong[i], 16, 3, &x, NULL) == TEPUI_BAD_INPUT);
    }
}

/* Bytes changed, removed and doubled at random: never a crash, always one of two answers and a message. */
static void mutilated_experiments_do_no_harm(void)
{
    const char *seed = "title: t\nseed: 3\ngrid:\n  depth: [1, 2]\n  width: [4, sqrt(depth), [3, 3]]\n"
                       "  activation: {kind: leaky_relu, a: [0.1, 0.2]}\n  law: student_t(5)\ndata: {points: 2}\n"
                       "observables: [angle]\nsamples: 10\noutput: {range: [-1, 1], probabilities: [0.5]}\n";
    uint64_t x = 1;
    for (int i = 0; i < 20000; i++) {
        char text[1024];
        size_t n = strlen(seed);
        memcpy(text, seed, n + 1);
        for (int hit = 0; hit < 1 + i % 4; hit++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            const size_t at = (x >> 33) % n;
            const unsigned what = (unsigned)(x >> 60) % 3;
            if (what == 0)
                text[at] = (char)(1 + (x >> 20) % 127);
            else if (what == 1)
                memmove(text + at, text + at + 1, n-- - at);
            else if (n < sizeof text - 2)
                memmove(text + at + 1, text + at, ++n - at);
        }
        tepui_experiment *e = NULL;
        tepui_error err = {""};
        const tepui_status st = tepui_experiment_parse(text, "m", NULL, &e, &err);
        CHECK(st == TEPUI_OK || (st == TEPUI_BAD_INPUT && err.text[0]));
        tepui_experiment_free(e);
    }
}

/* The key holds the physics: not the loss, the observables or the number of samples; all else changes it. */
static void keys_hold_the_physics(void)
{
    const char *base = "grid: {depth: 2, width: 3}\ndata: {targets: one_hot, outputs: 2}\nreadout: dense\n";
    const char *same[] = {"loss: cross_entropy\n", "samples: 3\n", "observables: [forward_norm]\n", "title: x\n"};
    const char *other[] = {"generator: taus2\n", "seed: 9\n"};
    tepui_experiment *a, *b;
    tepui_error err;
    char text[512];
    CHECK(plan(base, NULL, &a, &err) == TEPUI_OK);
    for (size_t i = 0; i < 6; i++) {
        snprintf(text, sizeof text, "%s%s", base, i < 4 ? same[i] : other[i - 4]);
        CHECK(plan(text, NULL, &b, &err) == TEPUI_OK);
        CHECK((memcmp(&a->cells[0].key, &b->cells[0].key, sizeof(tepui_key)) == 0) == (i < 4));
        tepui_experiment_free(b);
    }
    tepui_experiment_free(a);
}

/* The example of every field is read, and is not the default. */
static void examples_are_read(void)
{
    tepui_field_info f[128];
    const size_t n = tepui_experiment_fields(NULL);
    tepui_experiment *plain = NULL;
    tepui_error err = {""};
    tepui_experiment_fields(f);
    CHECK(tepui_experiment_parse("title: \"\"\n", "x.yaml", NULL, &plain, &err) == TEPUI_OK);
    for (size_t i = 0; i < n; i++) {
        char assignment[160];
        const char *set[] = {assignment, NULL};
        tepui_experiment *e = NULL;
        err.text[0] = '\0'; /* the first message stays otherwise */
        snprintf(assignment, sizeof assignment, "%s=%s", f[i].path, f[i].example);
        const tepui_status st = tepui_experiment_parse("title: \"\"\n", "x.yaml", set, &e, &err);
        /* some are read, and then refused where no other setting uses them */
        int idle = st != TEPUI_OK && strstr(err.text, ": has no effect here: ");
        /* the file is not there, and a text from anywhere loads none */
        idle |= st == TEPUI_BAD_INPUT && strcmp(f[i].path, "plugins") == 0 && strstr(err.text, "my_observable.so");
        if (st != TEPUI_OK && !idle) fprintf(stderr, "%s: %s\n", assignment, err.text);
        CHECK(idle || (st == TEPUI_OK && strcmp(e->canonical, plain->canonical) != 0));
        CHECK(strcmp(f[i].example, f[i].fallback) != 0);
        CHECK(f[i].range[0] && strlen(f[i].range) < sizeof f[i].range - 1);
        tepui_experiment_free(e);
    }
    tepui_experiment_free(plain);
}

static const test_case cases[] = {
    {"examples_are_read", examples_are_read},
    {"bad_experiments_are_told_so", bad_experiments_are_told_so},
    {"settings_without_effect_are_refused", settings_without_effect_are_refused},
    {"dynamics_make_cells", dynamics_make_cells},
    {"overrides_are_checked_and_named", overrides_are_checked_and_named},
    {"the_example_grid_unfolds", the_example_grid_unfolds},
    {"pairs_of_components", pairs_of_components},
    {"settings_of_kinds_are_axes", settings_of_kinds_are_axes},
    {"numbers_are_exact_at_any_length", numbers_are_exact_at_any_length},
    {"damaged_experiments_end_cleanly", damaged_experiments_end_cleanly},
    {"deep_and_wide_documents_are_refused", deep_and_wide_documents_are_refused},
    {"losses_take_the_targets_they_can", losses_take_the_targets_they_can},
    {"canonical_text_reads_back", canonical_text_reads_back},
    {"texts_of_any_characters_read_back", texts_of_any_characters_read_back},
    {"fields_of_any_length_are_compared_to_their_end", fields_of_any_length_are_compared_to_their_end},
    {"resuming_another_experiment_names_the_field", resuming_another_experiment_names_the_field},
    {"expressions_have_their_values", expressions_have_their_values},
    {"mutilated_experiments_do_no_harm", mutilated_experiments_do_no_harm},
    {"keys_hold_the_physics", keys_hold_the_physics},
};
TEST_MAIN(cases)

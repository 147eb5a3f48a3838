/* cmd_theory.c -- `tepui theory LAW`: what a law predicts, without any sample; `tepui theory meanfield`: mean_field.c.

   The cell is described as in an experiment file: the options are shorthands for --set grid.KEY=VALUE. The mean field
   has no cell, only an activation and two deviations. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *law, *component, *activation, *sigma_w, *sigma_b, *start;
    const char *set[64]; /* NULL-terminated overrides */
    size_t sets;
} options;

static void add_setting(options *o, struct argp_state *state, char *text)
{
    if (o->sets + 1 >= sizeof o->set / sizeof *o->set) argp_error(state, "too many settings");
    o->set[o->sets++] = text;
}

#define MEAN_FIELD "meanfield"
enum { KEY_INIT_RULE = 0x400, KEY_LAW, KEY_GAIN, KEY_READOUT, KEY_DIGITS, KEY_SIGMA_W, KEY_SIGMA_B, KEY_START };

/* Options that a mean field reads, too, are kept apart until the law is known. */
static int keep_word(options *o, int key, const char *arg)
{
    const struct {
        int key;
        const char **word;
    } kept[] = {{'a', &o->activation},
                {'c', &o->component},
                {KEY_SIGMA_W, &o->sigma_w},
                {KEY_SIGMA_B, &o->sigma_b},
                {KEY_START, &o->start}};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (key == kept[i].key) {
            *kept[i].word = arg;
            return 1;
        }
    return 0;
}

static void end_of_options(options *o, struct argp_state *state)
{
    const int mean_field = o->law && strcmp(o->law, MEAN_FIELD) == 0;
    if (mean_field && (o->sets || o->component))
        argp_error(state, "meanfield takes --activation, --sigma-w, --sigma-b, --start, --format and --digits only");
    if (!mean_field && o->start) argp_error(state, "--start is for meanfield only");
    if (mean_field) return;
    if (o->activation) add_setting(o, state, cli_print("grid.activation=%s", o->activation));
    if (o->sigma_w) add_setting(o, state, cli_print("grid.init=gain(%s)", o->sigma_w));
    if (o->sigma_b) add_setting(o, state, cli_print("grid.sigma_b=%s", o->sigma_b));
}

/* In an experiment "[1, 7]" is an axis of two widths; here, where there is one cell, it is a width for each layer. */
static char *width_setting(const char *arg)
{
    const char *inner = arg + strspn(arg, " \t");
    const int profile = *inner == '[' && inner[1 + strspn(inner + 1, " \t")] != '[';
    return cli_print(profile ? "grid.width=[%s]" : "grid.width=%s", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    static const struct {
        int key;
        const char *path;
    } shorthand[] = {{'L', "grid.depth"},
                     {KEY_LAW, "grid.law"},
                     {KEY_INIT_RULE, "grid.init"},
                     {KEY_GAIN, "grid.gain"},
                     {KEY_READOUT, "readout"}};
    options *o = state->input;
    uint64_t n;
    for (size_t i = 0; i < sizeof shorthand / sizeof *shorthand; i++)
        if (key == shorthand[i].key) {
            add_setting(o, state, cli_print("%s=%s", shorthand[i].path, arg));
            return 0;
        }
    if (keep_word(o, key, arg)) return 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->view;
        return 0;
    case ARGP_KEY_END:
        end_of_options(o, state);
        return 0;
    case 'd':
        add_setting(o, state, width_setting(arg));
        return 0;
    case 's':
        add_setting(o, state, cli_copy(arg));
        return 0;
    case KEY_DIGITS:
        if (!cli_read_count(arg, &n) || n > 17) argp_error(state, "--digits takes 0 to 17, got '%s'", arg);
        o->view.digits = (int)n;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) argp_error(state, "one law only, got '%s' too", arg);
        o->law = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "the id of a law, or meanfield, is needed; `tepui list law' tells the laws");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option argp_options[] = {
    {"depth", 'L', "L", 0, "Number of hidden weight matrices (default 16)", 0},
    {"width", 'd', "D", 0,
     "Width: number, expression in depth and layer, or [list, one per layer] (default 16; 1 for laws of chains)", 0},
    {"activation", 'a', "NAME", 0, "Activation (default: one that the law speaks about; meanfield: tanh)", 0},
    {"init", KEY_INIT_RULE, "NAME", 0, "Scale rule (default: he for relu, lecun otherwise)", 0},
    {"weights", KEY_LAW, "NAME", 0, "Law of the weights (default: one that the law speaks about)", 0},
    {"gain", KEY_GAIN, "G", 0, "Factor on every weight standard deviation (default 1)", 0},
    {"sigma-w", KEY_SIGMA_W, "W", 0,
     "Variance W^2/fan_in of the weights, as --init 'gain(W)' (default for meanfield: 1)", 0},
    {"sigma-b", KEY_SIGMA_B, "B", 0, "Standard deviation of the biases (default 0)", 0},
    {"start", KEY_START, "Q", 0, "meanfield: mean square of pre-activations to start from (default 1)", 0},
    {"readout", KEY_READOUT, "WORD", 0, "none or dense (default: what the law needs)", 0},
    {"component", 'c', "NAME", 0,
     "Layer number, `output', `H', `R 2,1' ... (default: the last layer, or the last that the law speaks about)", 0},
    {"set", 's', "KEY=VALUE", 0, "Any other field of an experiment file", 0},
    {"digits", KEY_DIGITS, "N", 0, "Significant digits; 0: all (default: 6, and 0 for csv and json)", 0},
    {0}};
static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "LAW|meanfield",
    "What a law predicts for a cell: moments and quantiles of ln of its observable. meanfield: fixed points, depth "
    "scales, phase and critical sigma_w of infinitely wide plain nets (--activation, --sigma-w, --sigma-b).",
    children,
    NULL,
    NULL};

/* A cell for which the law may hold, before the options change it: relu or linear, chain or net, deep where it must. */
#define SPHERE "data: {source: sphere}\n"
#define TWO_POINTS "data: {source: sphere, points: 2}\n"
#define BATCH "data: {source: orthonormal, points: 8}\n"
#define GAUSSIAN "data: {source: sphere, targets: gaussian}\n"
#define ONE "data: {source: sphere, targets: one}\n"
#define CHAIN "grid: {activation: linear, init: lecun, width: 1, depth: 16"
static const char *const skeletons[] = {
    "grid: {activation: relu, init: he, width: 16}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 16}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16}\nreadout: dense\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 1}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 1}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 1, law: uniform}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16}\nreadout: dense\nloss: mse\n" GAUSSIAN,
    "grid: {activation: linear, init: lecun, width: 1, depth: 64}\nreadout: none\nloss: mse\n" GAUSSIAN,
    "grid: {activation: linear, init: lecun, width: 4, depth: 64}\nreadout: none\nloss: cross_entropy\n" SPHERE,
    "grid: {activation: linear, init: lecun, width: 16, law: orthogonal}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16, law: orthogonal}\nreadout: none\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 16, law: orthogonal}\nreadout: dense\nloss: output\n" SPHERE,
    "grid: {activation: tanh, init: lecun, width: 64}\nreadout: none\nloss: output\n" TWO_POINTS,
    "grid: {activation: linear, init: lecun, width: 64, architecture: \"[dense, batch_norm(epsilon=0), activation]\"}\n"
    "readout: none\nloss: output\n" BATCH,
    "grid: {activation: relu, init: he, width: 64, architecture: \"[dense, activation, rms_norm(epsilon=0)]\"}\n"
    "readout: dense\nloss: output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 64, architecture: residual(power=0.5)}\nreadout: none\nloss: "
    "output\n" SPHERE,
    "grid: {activation: relu, init: he, width: 64, architecture: \"residual(power=0.5, pre=0)\"}\n"
    "readout: none\nloss: output\n" SPHERE,
    CHAIN "}\nreadout: none\n" ONE,
    CHAIN "}\nreadout: none\ndynamics: {optimizer: adam(epsilon=0), rate: 0.001}\n" ONE,
    CHAIN ", law: rademacher, gain: 0.8}\nreadout: none\n" ONE,
    "grid: {activation: linear, init: lecun, width: 2, depth: 32}\n" ONE,
};
enum { SKELETONS = sizeof skeletons / sizeof *skeletons };

static tepui_status read_cell(const char *skeleton, const tepui_law_type *law, const options *o, tepui_experiment **e,
                              tepui_error *err)
{
    char *text = cli_print("%ssamples: 1\nobservables: [%s]\n", skeleton, law->observable);
    tepui_status st = tepui_experiment_parse(text, "command line", o->set, e, err);
    if (st == TEPUI_OK) st = tepui_experiment_plan(*e, err);
    if (st == TEPUI_OK && (*e)->cell_count != 1)
        st = tepui_fail(err, TEPUI_USAGE,
                        "one cell at a time, these settings make %zu: a list is an axis of a grid (widths of the "
                        "layers by --set: grid.width=[[1, 7]])",
                        (*e)->cell_count);
    free(text);
    return st;
}

/* Pairs and blocks whose numbers are in range; whether they are in order the law says. */
static int there_is(const tepui_observable_type *t, const tepui_cell *c, long k)
{
    const long matrices = (long)c->depth + (c->readout == TEPUI_READOUT_DENSE);
    const long row = k >> 20 & 0xfffff, column = k & 0xfffff, most = t->blocks ? matrices : t->last ? t->last(c) : 0;
    if (k >= TEPUI_COMPONENT_BLOCK(0, 0, 0)) return (t->blocks || t->pairs) && row >= 1 && row <= most && column >= 1;
    if (k == TEPUI_COMPONENT_OUTPUT) return t->has_output && c->readout == TEPUI_READOUT_DENSE;
    if (k == TEPUI_COMPONENT_TOTAL) return t->has_total;
    for (const long *named = t->named; named && *named; named++)
        if (*named == k) return 1;
    return !t->pairs && t->first && t->last && k >= t->first(c) && k <= t->last(c);
}

/* The component asked for, or the last layer, or the last one that the law speaks about. */
static int find_component(const options *o, const tepui_law_type *law, const tepui_experiment *e, long *component,
                          const char **why)
{
    enum { MOST = 64 };
    long have[2 * MOST];
    const tepui_observable_type *t = e->observables[0];
    const tepui_cell *c = &e->cells[0];
    *component = o->component ? tepui_component_number(o->component) : (long)c->depth;
    *why = "there is no such component";
    if (there_is(t, c, *component) && law->applies(c, *component, why)) return 1;
    const char *reason = NULL; /* that of the last component, of those that there are */
    for (size_t k = o->component ? 0 : tepui_observable_components(t, c, MOST, have); k-- > 0; reason = *why)
        if (law->applies(c, have[k], why)) {
            *component = have[k];
            return 1;
        } else if (reason)
            *why = reason;
    return 0;
}

/* Whether the law applies to the skeleton before the options change it: then it is they who are to blame. */
static int is_home(const char *skeleton, const tepui_law_type *law)
{
    const options none = {.law = law->kind.name};
    tepui_experiment *e = NULL;
    long component;
    const char *why;
    const int home =
        read_cell(skeleton, law, &none, &e, NULL) == TEPUI_OK && find_component(&none, law, e, &component, &why);
    tepui_experiment_free(e);
    return home;
}

/* The first skeleton to which the law applies as the options change it; some observables need several points. */
static tepui_status find_cell(const tepui_law_type *law, const options *o, tepui_experiment **e, long *component,
                              tepui_error *err)
{
    const char *why = NULL;
    int home = 0;
    tepui_error first = {""};
    tepui_status failed = TEPUI_OK;
    *component = 0;
    for (size_t i = 0; i < SKELETONS; i++) {
        const char *reason = "";
        tepui_error here = {""};
        const tepui_status st = read_cell(skeletons[i], law, o, e, &here);
        if (st == TEPUI_OK && find_component(o, law, *e, component, &reason)) return TEPUI_OK;
        const int is_at_home = st == TEPUI_OK && !home && is_home(skeletons[i], law);
        if (st == TEPUI_OK && (!why || is_at_home)) why = reason;
        home = home || is_at_home;
        if (st != TEPUI_OK && failed == TEPUI_OK) {
            failed = st;
            first = here;
        }
        tepui_experiment_free(*e);
        *e = NULL;
    }
    if (why) return tepui_fail(err, TEPUI_USAGE, "%s does not apply to this cell: %s", law->kind.name, why);
    *err = first;
    return failed;
}

static void add_row(cli_table *t, const char *name, double x, int digits)
{
    cli_table_cell(t, name);
    cli_table_cell(t, cli_number(x, digits).text);
}

static void add_distribution(cli_table *t, const tepui_prediction *p, int digits)
{
    static const double probability[] = {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};
    add_row(t, "mean of ln, given life", p->mean, digits);
    add_row(t, "variance of ln, given life", p->variance, digits);
    if (!isnan(p->atom)) add_row(t, "dead", p->atom, digits);
    if (p->slack > 0) add_row(t, "distance allowed", p->slack, digits);
    if (p->exact) {
        add_row(t, "ln of the mean square", tepui_exact_ln_moment(p->exact, 2), digits);
        add_row(t, "ln of the mean fourth power", tepui_exact_ln_moment(p->exact, 4), digits);
    }
    for (size_t i = 0; i < sizeof probability / sizeof *probability; i++) {
        char *name = cli_print("quantile %g of ln", probability[i]);
        add_row(t, name, tepui_prediction_quantile(p, probability[i]), digits);
        free(name);
    }
}

/* What a mean rests on: a sample's relative variance, and how many samples bring the error of the average to 1 %. */
static void add_moment(cli_table *t, const tepui_prediction *p, int digits)
{
    add_row(t, p->power == 2 ? "ln of the mean square" : "ln of the mean", p->ln_moment, digits);
    if (isnan(p->ln_spread)) return;
    add_row(t, "log10 of the relative variance of a sample", 2 * p->ln_spread / M_LN10, digits);
    add_row(t, "skewness of a sample", p->skewness, digits);
    add_row(t, "log10 of the samples for an error of 1 %", fmax(0, 4 + 2 * p->ln_spread / M_LN10), digits);
}

static void add_atoms(cli_table *t, const tepui_prediction *p, int digits)
{
    for (size_t i = 0; i < p->atoms; i++) {
        char *name = p->value[i] == -INFINITY  ? cli_copy("dead")
                     : p->value[i] == INFINITY ? cli_copy("never")
                                               : cli_print("probability of %g", p->value[i]);
        add_row(t, name, p->probability[i], digits);
        free(name);
    }
    if (p->slack > 0) add_row(t, "distance allowed", p->slack, digits);
}

static void add_mean(cli_table *t, const tepui_prediction *p, int digits)
{
    add_row(t, "mean", p->mean, digits);
    add_row(t, "standard deviation of a sample", sqrt(p->variance), digits);
    if (p->slack > 0) add_row(t, "distance allowed", p->slack, digits);
}

/* Slopes of medians over depths: nothing is said about the spread. */
static void add_median(cli_table *t, const tepui_prediction *p, int digits)
{
    add_row(t, "ln of the median", p->median, digits);
    if (p->slack > 0) add_row(t, "slope over depths, off by at most", p->slack, digits);
    if (p->left > 0) add_row(t, "distance allowed", p->left, digits);
}

static void print_prediction(const options *o, const tepui_law_type *law, const tepui_experiment *e, long component,
                             const tepui_prediction *p)
{
    char name[24];
    const int exact = o->view.format == CLI_CSV || o->view.format == CLI_JSON;
    const int digits = o->view.digits >= 0 ? o->view.digits : exact ? 0 : 6;
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "prediction");
    cli_table_column(t, CLI_NUMERIC, "value");
    add_row(t, "depth", (double)e->cells[0].depth, 0);
    add_row(t, "width", (double)e->cells[0].width[e->cells[0].depth], 0);
    tepui_component_name(component, name);
    cli_table_cell(t, "component");
    cli_table_cell(t, name);
    if (p->form == TEPUI_PREDICTS_MOMENT)
        add_moment(t, p, digits);
    else if (p->form == TEPUI_PREDICTS_ATOMS)
        add_atoms(t, p, digits);
    else if (p->form == TEPUI_PREDICTS_MEAN)
        add_mean(t, p, digits);
    else if (p->form == TEPUI_PREDICTS_RANK)
        add_row(t, "rank correlation, at most", p->rank, digits);
    else if (law->form == TEPUI_PREDICTS_SLOPE && !p->exact)
        add_median(t, p, digits);
    else
        add_distribution(t, p, digits);
    if (!exact) {
        char *title = cli_print("%s: %s", law->kind.name, law->kind.doc);
        cli_heading(title, 1, o->view.format, stdout);
        free(title);
    }
    cli_table_print(t, o->view.format, stdout);
    cli_table_free(t);
}

/* A number of an option, `otherwise` where it was not given. */
static tepui_status read_number(const char *option, const char *text, double least, double otherwise, double *out,
                                tepui_error *err)
{
    char *end = NULL;
    *out = text ? strtod(text, &end) : otherwise;
    if (!text || (end != text && !*end && *out >= least && *out <= 1e6)) return TEPUI_OK;
    return tepui_fail(err, TEPUI_USAGE, "--%s takes a number from %g to 1e6, got '%s'", option, least, text);
}

static tepui_status mean_field(const options *o, tepui_error *err)
{
    double sigma_w, sigma_b, start;
    tepui_status st;
    TEPUI_TRY(read_number("sigma-w", o->sigma_w, 1e-6, 1, &sigma_w, err));
    TEPUI_TRY(read_number("sigma-b", o->sigma_b, 0, 0, &sigma_b, err));
    TEPUI_TRY(read_number("start", o->start, 1e-6, 1, &start, err));
    TEPUI_TRY(cli_mean_field(o->activation ? o->activation : "tanh", sigma_w, sigma_b, start, &o->view, err));
done:
    return st;
}

int cmd_theory(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st = TEPUI_OK;
    tepui_experiment *e = NULL;
    tepui_prediction p = {0};
    long component;
    options o = {.view = cli_view_default};
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    const int no_cell = strcmp(o.law, MEAN_FIELD) == 0;
    if (no_cell) TEPUI_TRY(mean_field(&o, &err));
    if (no_cell) goto done;
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, o.law);
    if (!law) st = cli_unknown_kind(&err, "law", o.law, &tepui_family_law);
    if (st != TEPUI_OK) goto done;
    TEPUI_TRY(find_cell(law, &o, &e, &component, &err));
    TEPUI_TRY(law->predict(&e->cells[0], component, &p, &err));
    print_prediction(&o, law, e, component, &p);
done:
    if (st != TEPUI_OK) st = (tepui_status)cli_fail("tepui theory", st, "%s", err.text);
    tepui_prediction_clear(&p);
    tepui_experiment_free(e);
    for (size_t i = 0; i < o.sets; i++) free((void *)o.set[i]);
    return st;
}

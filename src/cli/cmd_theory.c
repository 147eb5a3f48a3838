/* cmd_theory.c -- `tepui theory LAW`: what a law predicts, without any sample; `tepui theory meanfield`: mean_field.c.

   A cell is described as in an experiment file: the options are shorthands for --set grid.KEY=VALUE, and lists are
   axes. With --from the cells are those of a result. The mean field has no cell, only an activation and two
   deviations. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *law, *component;
    cli_net net; /* and "start" of a mean field */
    cli_curve curve;
    const char *from, *cell; /* a result, and cells of it */
    cli_cells cells;
} options;

#define MEAN_FIELD "meanfield"
#define MOST_CASES 100000u
enum { KEY_DIGITS = 0x400, KEY_START, KEY_AT, KEY_GRID, KEY_PROBABILITY, KEY_FROM, KEY_CELL };

/* --- settings */

static int in_cell(const char *key)
{
    return strcmp(key, "grid.depth") == 0 || strcmp(key, "grid.width") == 0;
}

static int is_of_mean_field(const char *key)
{
    static const char *const word[] = {"grid.activation", "grid.init", "sigma-w", "grid.sigma_b", "start"};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (strcmp(word[i], key) == 0) return 1;
    return 0;
}

static void check_mean_field(const options *o, struct argp_state *state)
{
    int other = o->component || o->from || o->curve.at || o->curve.grid || o->curve.probability;
    for (size_t i = 0; i < o->net.choices.count; i++) other |= !is_of_mean_field(o->net.choices.choice[i].key);
    if (other)
        argp_error(state,
                   "meanfield takes --activation, --init, --sigma-w, --sigma-b, --start, --format and --digits only");
}

/* What a cell of a file is, the file says. */
static void check_cells(const options *o, struct argp_state *state)
{
    if (!o->from != !o->cell) argp_error(state, "--from FILE and --cell N[,M...] go together");
    for (size_t i = 0; o->from && i < o->net.choices.count; i++)
        if (!in_cell(o->net.choices.choice[i].key))
            argp_error(state, "of a cell of a file only --depth and --width can be changed, not %s",
                       o->net.choices.choice[i].key);
}

static void end_of_options(options *o, struct argp_state *state)
{
    const int curves = (o->curve.at != NULL) + (o->curve.grid > 0) + (o->curve.probability != NULL);
    if (curves > 1) argp_error(state, "one of --at, --grid and --probability only");
    if (cli_choices_find(&o->net.choices, "sigma-w") && cli_choices_find(&o->net.choices, "grid.init"))
        argp_error(state, "--sigma-w is --init 'gain(W)': one of the two only");
    if (o->law && strcmp(o->law, MEAN_FIELD) == 0)
        check_mean_field(o, state);
    else if (cli_choices_find(&o->net.choices, "start"))
        argp_error(state, "--start is for meanfield only");
    check_cells(o, state);
    cli_net_find_profile(&o->net, o->from != NULL);
    if (cli_choices_count(&o->net.choices) > MOST_CASES)
        argp_error(state, "these lists make more than %u combinations", MOST_CASES);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_END:
        end_of_options(o, state);
        return 0;
    case 'c':
        o->component = arg;
        return 0;
    case KEY_START:
        cli_choices_add(&o->net.choices, "start", arg, 1);
        return 0;
    case KEY_AT:
        o->curve.at = arg;
        return 0;
    case KEY_GRID:
        o->curve.grid = cli_count_option("grid", arg, 2, 1000000, state);
        return 0;
    case KEY_PROBABILITY:
        o->curve.probability = arg;
        return 0;
    case KEY_FROM:
        o->from = arg;
        return 0;
    case KEY_CELL:
        o->cell = arg;
        return 0;
    case KEY_DIGITS:
        cli_read_digits(&o->view, arg, state);
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 0) argp_error(state, "one law only, got '%s' too", arg);
        o->law = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "the id of a law, or meanfield, is needed; `tepui list law' lists the laws");
        return EINVAL;
    default:
        return cli_format_argument(key, state, &o->view, &o->net);
    }
}

static const struct argp_option argp_options[] = {
    {"at", KEY_AT, "X,...", 0, "Density, cdf and survival there (ln of a magnitude, as in result files)", 0},
    {"grid", KEY_GRID, "N", 0, "The same at N values between the quantiles 0.0001 and 0.9999 of living samples", 0},
    {"probability", KEY_PROBABILITY, "P,...", 0, "The same at these quantiles", 0},
    {"start", KEY_START, "Q", 0, "meanfield: mean square of pre-activations to start from (default 1)", 0},
    {"component", 'c', "NAME", 0,
     "Layer number, `output', `H', `R 2,1' ... (default: the last layer, or the last that the law covers)", 0},
    {"from", KEY_FROM, "FILE", 0,
     "A result: --cell says of which cells; --depth and --width, lists for all combinations, change one. Data are read "
     "once",
     0},
    {"cell", KEY_CELL, "N,...", 0, "Numbers of cells of that result", 0},
    {"digits", KEY_DIGITS, "N", 0, "Significant digits; 0: all (default: 6, and 0 for csv and json)", 0},
    {0}};
static const struct argp_child children[] = {
    {&cli_format_argp, 0, NULL, 0}, {&cli_net_argp, 0, NULL, 0}, {&cli_plugin_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "LAW|meanfield",
    "What a law predicts for a cell: moments and quantiles of ln of its observable. meanfield: fixed points, depth "
    "scales, phase and critical sigma_w of infinitely wide plain nets (--activation, --init or --sigma-w, --sigma-b).\v"
    "Where an option is a list, [a, b] or a,b, there is a row for every combination.",
    children,
    NULL,
    NULL};

static void add_distribution(cli_facts *f, const tepui_prediction *p, int digits)
{
    static const double probability[] = {0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999};
    cli_facts_number(f, "mean of ln, given life", p->mean, digits);
    cli_facts_number(f, "variance of ln, given life", p->variance, digits);
    if (!isnan(p->atom)) cli_facts_number(f, "dead", p->atom, digits);
    if (p->slack > 0) cli_facts_number(f, "distance allowed", p->slack, digits);
    if (p->exact) {
        cli_facts_number(f, "ln of the mean square", tepui_exact_ln_moment(p->exact, 2), digits);
        cli_facts_number(f, "ln of the mean fourth power", tepui_exact_ln_moment(p->exact, 4), digits);
    }
    for (size_t i = 0; i < sizeof probability / sizeof *probability; i++) {
        char *name = cli_print("quantile %g of ln", probability[i]);
        cli_facts_number(f, name, tepui_prediction_quantile(p, probability[i]), digits);
        free(name);
    }
}

/* What a mean rests on: a sample's relative variance, and how many samples bring the error of the average to 1 %. */
static void add_moment(cli_facts *f, const tepui_prediction *p, int digits)
{
    cli_facts_number(f, p->power == 2 ? "ln of the mean square" : "ln of the mean", p->ln_moment, digits);
    if (isnan(p->ln_spread)) return;
    cli_facts_number(f, "log10 of the relative variance of a sample", 2 * p->ln_spread / M_LN10, digits);
    cli_facts_number(f, "skewness of a sample", p->skewness, digits);
    cli_facts_number(f, "log10 of the samples for an error of 1 %", fmax(0, 4 + 2 * p->ln_spread / M_LN10), digits);
}

static void add_atoms(cli_facts *f, const tepui_prediction *p, int digits)
{
    for (size_t i = 0; i < p->atoms; i++) {
        char *name = p->value[i] == -INFINITY  ? cli_copy("dead")
                     : p->value[i] == INFINITY ? cli_copy("never")
                                               : cli_print("probability of %g", p->value[i]);
        cli_facts_number(f, name, p->probability[i], digits);
        free(name);
    }
    if (p->slack > 0) cli_facts_number(f, "distance allowed", p->slack, digits);
}

static void add_mean(cli_facts *f, const tepui_prediction *p, int digits)
{
    cli_facts_number(f, "mean", p->mean, digits);
    cli_facts_number(f, "standard deviation of a sample", sqrt(p->variance), digits);
    if (p->slack > 0) cli_facts_number(f, "distance allowed", p->slack, digits);
}

/* Slopes of medians over depths: nothing is said about the spread. */
static void add_median(cli_facts *f, const tepui_prediction *p, int digits)
{
    cli_facts_number(f, "ln of the median", p->median, digits);
    if (p->slack > 0) cli_facts_number(f, "slope over depths, off by at most", p->slack, digits);
    if (p->left > 0) cli_facts_number(f, "distance allowed", p->left, digits);
}

static int digits_of(const options *o)
{
    return cli_view_digits_or(&o->view, 6);
}

#define MOST_WIDTHS 64u

/* Widths that are not all the same. */
static void add_profile(cli_facts *f, const tepui_cell *c)
{
    size_t l = 2;
    while (l <= c->depth && c->width[l] == c->width[1]) l++;
    if (l > c->depth) return;
    char *widths = cli_widths(c, MOST_WIDTHS), *list = cli_print("[%s]", widths);
    cli_facts_add(f, "width of each layer", list);
    free(list);
    free(widths);
}

static void add_prediction(cli_facts *f, const tepui_law_type *law, const tepui_cell *c, long component,
                           const tepui_prediction *p, int digits)
{
    char name[24];
    cli_facts_number(f, "depth", (double)c->depth, 0);
    cli_facts_number(f, "width", (double)c->width[c->depth], 0);
    add_profile(f, c);
    tepui_component_name(component, name);
    cli_facts_add(f, "component", name);
    if (p->form == TEPUI_PREDICTS_MOMENT)
        add_moment(f, p, digits);
    else if (p->form == TEPUI_PREDICTS_ATOMS)
        add_atoms(f, p, digits);
    else if (p->form == TEPUI_PREDICTS_MEAN)
        add_mean(f, p, digits);
    else if (p->form == TEPUI_PREDICTS_RANK)
        cli_facts_number(f, "rank correlation, at most", p->rank, digits);
    else if (law->form == TEPUI_PREDICTS_SLOPE && !p->exact)
        add_median(f, p, digits);
    else
        add_distribution(f, p, digits);
}

/* --- combinations */

/* The cell of a file, and of what depth and width it is. */
static void add_cell(cli_facts *f, const cli_cells *cells, size_t number, int all)
{
    const tepui_cell *c = &cells->e->cells[cells->cell[number]];
    cli_facts_number(f, "cell", (double)cells->number[number], 0);
    if (!all) return;
    cli_facts_number(f, "depth", (double)c->depth, 0);
    cli_facts_number(f, "width", (double)c->width[c->depth], 0);
}

/* What tells the combination from the others; depth and width are told in any case. */
static void add_axes(cli_facts *f, const options *o, size_t number, int all)
{
    if (o->from) add_cell(f, &o->cells, number, all);
    for (size_t i = 0; !o->from && i < o->net.choices.count; i++) {
        const cli_choice *c = &o->net.choices.choice[i];
        if (c->values > 1 && (all || !in_cell(c->key)))
            cli_facts_add(f, tepui_field_name(c->key), cli_choices_value(&o->net.choices, number, i));
    }
}

/* Facts about a combination, or rows of its curve. */
static tepui_status predict(const options *o, const tepui_law_type *law, const tepui_cell *c, long component,
                            size_t number, cli_facts *f, cli_table *curve, tepui_error *err)
{
    tepui_status st;
    tepui_prediction p = {0};
    TEPUI_TRY(law->predict(c, component, &p, err));
    add_axes(f, o, number, curve != NULL);
    if (curve)
        TEPUI_TRY(cli_curve_rows(&o->curve, law, &p, (const char *const *)f->text, f->count, digits_of(o), curve, err));
    else
        add_prediction(f, law, c, component, &p, digits_of(o));
done:
    tepui_prediction_clear(&p);
    return st;
}

static tepui_status of_file(const options *o, const tepui_law_type *law, size_t number, cli_facts *f, cli_table *curve,
                            tepui_error *err)
{
    const tepui_cell *c = &o->cells.e->cells[o->cells.cell[number]];
    long component;
    const tepui_status st = cli_law_component(law, c, o->component, &component, err);
    return st == TEPUI_OK ? predict(o, law, c, component, number, f, curve, err) : st;
}

static tepui_status one_case(const options *o, const tepui_law_type *law, size_t number, cli_facts *f, cli_table *curve,
                             tepui_error *err)
{
    tepui_experiment *e = NULL;
    long component;
    if (o->from) return of_file(o, law, number, f, curve, err);
    char **set = cli_net_settings(&o->net, number);
    tepui_status st = cli_law_cell(law, (const char *const *)set, o->component, &e, &component, err);
    if (st == TEPUI_OK) st = predict(o, law, &e->cells[0], component, number, f, curve, err);
    cli_net_free_settings(set);
    tepui_experiment_free(e);
    return st;
}

static void print_table(const options *o, const char *title, const cli_table *t)
{
    cli_heading(title, 1, o->view.format, stdout);
    cli_view_print(&o->view, t);
}

/* Of several combinations those that the law does not speak about have a reason in the place of numbers. */
static void refuse(const options *o, size_t number, cli_facts *f, const char *why)
{
    cli_facts_clear(f);
    add_axes(f, o, number, 1);
    cli_facts_add(f, "refused", why);
}

static cli_table *curve_table(const options *o)
{
    cli_table *t = cli_table_new();
    cli_facts axes = {0};
    add_axes(&axes, o, 0, 1);
    for (size_t i = 0; i < axes.count; i++) cli_table_column(t, CLI_NUMERIC, axes.name[i]);
    cli_facts_clear(&axes);
    cli_curve_columns(&o->curve, t);
    return t;
}

static tepui_status of_law(const options *o, const tepui_law_type *law, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    const size_t n = o->from ? o->cells.count : cli_choices_count(&o->net.choices);
    const int curves = o->curve.at || o->curve.grid || o->curve.probability;
    size_t refused = 0;
    cli_facts *f = cli_alloc(n, sizeof *f);
    cli_table *t = curves ? curve_table(o) : NULL;
    for (size_t i = 0; i < n && st == TEPUI_OK; i++) {
        st = one_case(o, law, i, &f[i], t, err);
        if (st != TEPUI_USAGE || n == 1) continue;
        refuse(o, i, &f[i], err->text);
        refused++;
        st = refused < n ? TEPUI_OK : st;
    }
    if (st == TEPUI_OK) {
        char *title = cli_print("%s: %s", law->kind.name, law->kind.doc);
        if (!t) t = cli_facts_table(f, n);
        print_table(o, title, t);
        free(title);
        if (refused) cli_say("tepui theory", "%zu of %zu combinations are refused", refused, n);
    }
    cli_table_free(t);
    for (size_t i = 0; i < n; i++) cli_facts_clear(&f[i]);
    free(f);
    return st;
}

/* --- the mean field */

/* Of the combination; NULL: not given. */
static const char *word_of(const options *o, const char *key, size_t number)
{
    const cli_choice *c = cli_choices_find(&o->net.choices, key);
    return c ? cli_choices_value(&o->net.choices, number, (size_t)(c - o->net.choices.choice)) : NULL;
}

/* A number of an option, `otherwise` where it was not given. */
static tepui_status read_number(const options *o, const char *key, size_t number, double least, double otherwise,
                                double *out, tepui_error *err)
{
    char *end = NULL;
    const char *text = word_of(o, key, number);
    *out = text ? strtod(text, &end) : otherwise;
    if (!text || (end != text && !*end && *out >= least && *out <= 1e6)) return TEPUI_OK;
    return tepui_fail(err, TEPUI_USAGE, "--%s takes a number from %g to 1e6, got '%s'",
                      strcmp(key, "grid.sigma_b") == 0 ? "sigma-b" : key, least, text);
}

static tepui_status mean_field(const options *o, tepui_error *err)
{
    tepui_status st = TEPUI_OK;
    const size_t n = cli_choices_count(&o->net.choices);
    cli_facts *f = cli_alloc(n, sizeof *f);
    cli_mean_field m = {0};
    for (size_t i = 0; i < n; i++) {
        const char *activation = word_of(o, "grid.activation", i);
        m = (cli_mean_field){.activation = activation ? activation : "tanh", .init = word_of(o, "grid.init", i)};
        TEPUI_TRY(read_number(o, "sigma-w", i, 1e-6, 1, &m.sigma_w, err));
        TEPUI_TRY(read_number(o, "grid.sigma_b", i, 0, 0, &m.sigma_b, err));
        TEPUI_TRY(read_number(o, "start", i, 1e-6, 1, &m.start, err));
        TEPUI_TRY(cli_mean_field_solve(&m, err));
        if (n > 1) add_axes(&f[i], o, i, 1);
        cli_mean_field_facts(&m, digits_of(o), &f[i]);
    }
    char *title = n > 1 ? cli_copy("Mean field: infinite width")
                        : cli_print("Mean field of %s: infinite width, from q = %g", m.activation, m.start);
    cli_table *t = cli_facts_table(f, n);
    const int latex = o->view.format == CLI_LATEX; /* nothing follows a tabular */
    if (n == 1 && latex) cli_mean_field_explain(&m, CLI_LATEX);
    print_table(o, title, t);
    if (n == 1 && !latex) cli_mean_field_explain(&m, o->view.format);
    cli_table_free(t);
    free(title);
done:
    for (size_t i = 0; i < n; i++) cli_facts_clear(&f[i]);
    free(f);
    return st;
}

int cmd_theory(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st = TEPUI_OK;
    options o = {.view = cli_view_default};
    cli_parse(&argp, argc, argv, &o);
    const tepui_law_type *law = tepui_kind_find(&tepui_family_law, o.law);
    if (strcmp(o.law, MEAN_FIELD) == 0)
        st = mean_field(&o, &err);
    else if (!law)
        st = cli_unknown_kind(&err, "law", o.law, &tepui_family_law);
    if (st == TEPUI_OK && law && o.from) st = cli_cells_read(o.from, o.cell, &o.net.choices, &o.cells, &err);
    if (st == TEPUI_OK && law) st = of_law(&o, law, &err);
    if (st != TEPUI_OK) st = (tepui_status)cli_fail("tepui theory", st, "%s", err.text);
    cli_cells_free(&o.cells);
    cli_net_free(&o.net);
    return st;
}

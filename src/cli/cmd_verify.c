/* cmd_verify.c -- `tepui verify FILE`: the laws against the samples of a result file, one line per law and cell; with
   --samples against those of a text file. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    cli_view view;
    const char *file, *laws;
    double false_alarm;
    uint64_t layers;
    int save, strict;
    const char *against, *observable, *component, *samples;
    int are_ln;
    cli_net net;
} options;

enum { KEY_ALARM = 0x300, KEY_LAYERS, KEY_DIGITS, KEY_SAVE, KEY_AGAINST, KEY_STRICT, KEY_SAMPLES, KEY_LN };

static void check_samples(const options *o, struct argp_state *state)
{
    if (o->file) argp_error(state, "--samples stands in the place of FILE, got '%s' too", o->file);
    if (!o->laws && !o->against)
        argp_error(state, "--samples needs --law or --against: what the samples should follow");
    if (o->observable && !o->against) argp_error(state, "-O goes with --against: a law says what it is about");
    if (o->save) argp_error(state, "--save is for result files, not for --samples");
    for (size_t i = 0; i < o->net.choices.count; i++)
        if (o->net.choices.choice[i].values > 1)
            argp_error(state, "%s takes one value for all samples; where cells differ, it is a column",
                       o->net.choices.choice[i].key);
}

static void check_own(options *o, struct argp_state *state)
{
    cli_net_find_profile(&o->net, 0);
    if (o->samples) {
        check_samples(o, state);
        return;
    }
    if (!o->file) argp_error(state, "a result file is needed, or --samples FILE.csv");
    if (o->net.choices.count || o->are_ln) argp_error(state, "--ln and options of a net are for --samples");
    if (!o->against && (o->observable || o->component)) argp_error(state, "-O and -c go with --against");
    if (o->against && o->save) argp_error(state, "--save keeps verdicts of the program's own laws, not of --against");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        return cli_format_argument(key, state, &o->view, &o->net);
    case KEY_SAMPLES:
        o->samples = arg;
        return 0;
    case KEY_LN:
        o->are_ln = 1;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return 0; /* --samples */
    case 'l':
        o->laws = arg;
        return 0;
    case KEY_ALARM:
        o->false_alarm = cli_read_false_alarm(arg, state);
        return 0;
    case KEY_LAYERS:
        o->layers = cli_count_option("layers", arg, 0, 1000000, state);
        return 0;
    case KEY_DIGITS:
        cli_read_digits(&o->view, arg, state);
        return 0;
    case KEY_SAVE:
        o->save = 1;
        return 0;
    case KEY_STRICT:
        o->strict = 1;
        return 0;
    case KEY_AGAINST:
        o->against = arg;
        return 0;
    case 'O':
        o->observable = arg;
        return 0;
    case 'c':
        o->component = arg;
        return 0;
    case ARGP_KEY_END:
        check_own(o, state);
        return 0;
    default:
        return cli_file_argument(key, arg, state, &o->view, &o->file);
    }
}

static const struct argp_option argp_options[] = {
    {"law", 'l', "ID,...", 0, "Only these laws (`tepui list law' lists them); default: all that apply", 0},
    {"false-alarm", KEY_ALARM, "P", 0,
     "Chance that a true law fails anywhere in the file, over all lines (Holm's rule; default 1e-4)", 0},
    {"layers", KEY_LAYERS, "N", 0, "Layers tested per cell, evenly spaced, the last included (default 8)", 0},
    {"digits", KEY_DIGITS, "N", 0, "Significant digits; 0: all (default: 4, and 0 for csv and json)", 0},
    {"save", KEY_SAVE, 0, 0, "Store the verdicts in the file, under /laws/ID", 0},
    {"against", KEY_AGAINST, "LAW", 0, "A law of your own about -O, see below", 0},
    {"observable", 'O', "NAME", 0, "What the law of --against is about (default: the only one of the file)", 0},
    {"component", 'c', "NAME", 0,
     "Its component: a layer number, `total', ..., or `all' for --layers of them (default: total, or the last)", 0},
    {"strict", KEY_STRICT, 0, 0, "Exit status 1, too, where a law is refused in any cell", 0},
    {"samples", KEY_SAMPLES, "FILE.csv", 0, "Samples of your own in the place of FILE, see below", 0},
    {"ln", KEY_LN, 0, 0, "Those samples are natural logarithms, whatever their column is called", 0},
    {0}};
static const struct argp_child children[] = {{&cli_format_argp, 0, NULL, 0},
                                             {&cli_net_argp, 0, "The net behind --samples:", 2},
                                             {&cli_plugin_argp, 0, NULL, 0},
                                             {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE\n--samples FILE.csv",
    "Confront the laws of the theory with the samples of a result file.\v"
    "One line per law and cell (or sweep of depths). Values are of ln of the observable; the interval is the 95 % one "
    "of what was observed. p is the smallest p-value of all tests of the line, times their number. The columns before "
    "p "
    "describe the test with that p-value: mean (of ln, or of a number with a sign), ks (Kolmogorov-Smirnov; the "
    "medians "
    "are shown), chi2, ad (Anderson-Darling, on raw samples), dead (share of exact zeros), never (of infinite ones), "
    "copies (equal raw samples), moment (ln of a mean), P(x) (share of samples equal to x), others (of those that have "
    "no predicted value) or slope (of the median against depth). samples: how many the test uses; for weighted samples "
    "the effective number.\n"
    "observable: what the law is about; allowance: the most by which the law may be off in the tests of the line "
    "(approximations, "
    "not noise). verdict: holds (exact) where every test is, holds (within allowance a), fails, or refused: why.\n"
    "Exit status: 0 all laws hold, 1 some fail, a law of --law was not tested, or none was.\n\n"
    "--against LAW, in place of the laws of the theory (or together with those of --law), is one of\n"
    "  normal(mean=E, variance=E)     lognormal(mean=E, variance=E)\n"
    "  gamma(shape=E, scale=E)        chi2(degrees=E)\n"
    "  beta(a=E, b=E)                 uniform(low=E, high=E)\n"
    "  exponential(mean=E)\n"
    "  slope(depth)=E                 of the median against depth\n"
    "  median <= E, median >= E, quantile(P) <= E, quantile(P) >= E\n"
    "  FILE.csv                       points of a distribution function of the stored value, columns x and cdf\n"
    "with expressions E as of widths, in the numeric columns of /cells (depth, width, ...) and layer. Families take "
    "zero=E, the probability of an exact 0 (default 0: a dead sample refutes the law), and within=E, a distance of "
    "distribution functions that is allowed (then only Kolmogorov-Smirnov tests it). "
    "normal, slopes and bounds are about the value that the file stores: ln of observables stored as ln. The "
    "other families are about the magnitude itself, or its power=E: gamma(shape=width/2, scale=2/width, power=2) of a "
    "norm is about its square; mean and variance of lognormal are of the ln. sign: the share of "
    "samples up to a bound (below a lower one), an exact binomial test. Points of a file are tested at their x only: "
    "ks by the largest distance, point by "
    "the count at the worst one.\n\n"
    "--samples FILE.csv: one number a line, or columns named in the first line. value, or the name of an observable, "
    "holds the samples, ln_value or ln_NAME their natural logarithms. Other columns (depth, width, ...) are "
    "parameters: "
    "lines that agree in them make a cell, and expressions of --against take them. With --law, the law's cell is the "
    "one that they and the options describe, as in `tepui theory'. A 0 is a dead sample; nan is left out, said, and "
    "the exit status is 1. Equal samples are no copies: samples may be in single precision.",
    children,
    NULL,
    NULL};

/* "N1,C2" into kinds; the list lives in *out. */
static tepui_status find_laws(const char *text, const tepui_law_type ***out, tepui_error *err)
{
    size_t n = 0;
    char *copy = cli_copy(text), *rest = NULL;
    tepui_status st = TEPUI_OK;
    *out = cli_alloc(strlen(text) + 2, sizeof **out);
    for (char *word = strtok_r(copy, ", ", &rest); word && st == TEPUI_OK; word = strtok_r(NULL, ", ", &rest)) {
        const tepui_law_type *law = tepui_kind_find(&tepui_family_law, word);
        if (law)
            (*out)[n++] = law;
        else
            st = cli_unknown_kind(err, "law", word, &tepui_family_law);
    }
    if (st == TEPUI_OK && n == 0) st = tepui_fail(err, TEPUI_USAGE, "--law needs the id of a law");
    free(copy);
    return st;
}

/* The law of --against and the component that it is about. */
static tepui_status own_law(const options *o, const tepui_result *r, tepui_verify_options *how, tepui_error *err)
{
    const tepui_result_observable *about;
    tepui_status st = cli_find_observable(r, o->observable, &about, err);
    how->observable = st == TEPUI_OK ? about->name : NULL;
    if (st == TEPUI_OK && o->component && strcmp(o->component, "all") == 0)
        how->component = TEPUI_OWN_LAYERS;
    else if (st == TEPUI_OK)
        st = cli_find_component(about, o->component, &how->component, err);
    return st;
}

static char *cell_text(const tepui_verdict_line *line)
{
    return line->cells > 1 ? cli_print("%zu ... (%zu)", line->cell, line->cells) : cli_print("%zu", line->cell);
}

static const char *column_text(const tepui_result *r, const char *name, const tepui_verdict_line *line)
{
    const tepui_column *c = tepui_result_column(r, name);
    if (!c || (line->cells > 1 && line->verdict == TEPUI_REFUSED)) return "-"; /* its cells differ */
    return line->cells > 1 && strcmp(name, "depth") == 0 ? "sweep" : c->text[line->cell];
}

static void add_line(const options *o, cli_table *t, const tepui_verdict_line *line, const tepui_result *r, int digits)
{
    cli_view view = o->view;
    char *cell = cell_text(line);
    cli_table_cell(t, line->law->kind.name);
    cli_table_cell(t, cell);
    free(cell);
    cli_table_cell(t, column_text(r, "depth", line));
    cli_table_cell(t, column_text(r, "width_expression", line));
    cli_table_cell(t, line->test[0] ? line->test : "-");
    cli_table_cell(t, line->component[0] ? line->component : "-");
    cli_table_cell(t, cli_number(line->predicted, digits).text);
    if (view.format != CLI_LATEX) view.digits = digits;
    cli_estimate_cells(&view, t, (cli_value){line->observed, line->low, line->high, 0});
    cli_table_cell(t, cli_number(line->samples, digits).text);
    cli_table_cell(t, cli_number(line->p, digits ? 2 : 0).text);
    if (line->verdict == TEPUI_REFUSED) {
        char *text = cli_print("refused: %s", line->why);
        cli_table_cell(t, text);
        free(text);
    } else if (line->verdict == TEPUI_HOLDS) {
        char *text = line->allowance > 0 ? cli_print("holds (within allowance %s)", cli_number(line->allowance, 4).text)
                                         : cli_copy("holds (exact)");
        cli_table_cell(t, text);
        free(text);
    } else {
        cli_table_cell(t, tepui_verdict_word[line->verdict]);
    }
    cli_table_cell(t, line->law->observable);
    cli_table_cell(t, cli_number(line->allowance, digits).text);
}

/* Where nothing was tested: which laws would speak, with which observables. On stderr: csv and json stay whole. */
static void print_advice(const tepui_result *r, const tepui_experiment *e, const tepui_law_type **laws, size_t lines)
{
    const void *const *kind = laws ? (const void *const *)laws : tepui_family_law.kinds;
    int said = 0;
    for (; *kind; kind++) {
        const tepui_law_type *law = *kind;
        const int missing = !tepui_result_observable_find(r, law->observable);
        const int other = law->other && !tepui_result_observable_find(r, law->other);
        if ((!missing && !other) || !tepui_verify_would_speak(law, e)) continue;
        if (!said++) fprintf(stderr, "tepui verify: no law was tested; with these observables added some would be:\n");
        fprintf(stderr, "  %s: %s%s%s\n", law->kind.name, missing ? law->observable : "", missing && other ? ", " : "",
                other ? law->other : "");
    }
    if (!said && !laws)
        fprintf(stderr, "tepui verify: no law was tested%s\n", lines ? "" : ", and none covers these cells");
}

static void print_untested(const tepui_verification *v)
{
    if (v->untested)
        fprintf(stderr, "tepui verify: %zu of the laws asked for could not be tested: see the reasons in the lines\n",
                v->untested);
}

static void print_lines(const options *o, const tepui_result *r, const tepui_verification *v)
{
    static const struct {
        const char *name;
        cli_align align;
    } column[] = {{"law", CLI_LEFT},          {"cell", CLI_RIGHT},       {"depth", CLI_RIGHT},
                  {"width", CLI_RIGHT},       {"test", CLI_LEFT},        {"component", CLI_RIGHT},
                  {"predicted", CLI_NUMERIC}, {"observed", CLI_NUMERIC}, {"samples", CLI_NUMERIC},
                  {"p", CLI_NUMERIC},         {"verdict", CLI_LEFT},     {"observable", CLI_LEFT},
                  {"allowance", CLI_NUMERIC}};
    const int exact = o->view.format == CLI_CSV || o->view.format == CLI_JSON;
    const int digits = cli_view_digits_or(&o->view, 4);
    cli_table *t = cli_table_new();
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) {
        if (strcmp(column[k].name, "observed") == 0)
            cli_estimate_columns(&o->view, t, "observed", "low", "high");
        else
            cli_table_column(t, column[k].align, column[k].name);
    }
    for (size_t i = 0; i < v->lines; i++) add_line(o, t, &v->line[i], r, digits);
    char *summary = cli_print("%zu lines, %zu fail, %zu refused; chance that a true law fails anywhere: %s", v->lines,
                              v->failures, v->refusals, cli_number(v->false_alarm, 2).text);
    cli_open_tables(&o->view, stdout);
    if (o->view.format == CLI_LATEX) cli_heading(summary, 0, CLI_LATEX, stdout); /* nothing follows a tabular */
    cli_table_print(t, o->view.format, stdout);
    cli_close_tables(&o->view, stdout);
    if (!exact && o->view.format != CLI_LATEX) printf("\n%s\n", summary);
    free(summary);
    cli_table_free(t);
}

static void print_all(const options *o, const tepui_result *r, const tepui_experiment *e, const tepui_law_type **laws,
                      const tepui_verification *v)
{
    print_lines(o, r, v);
    if (v->tested == 0 && e && !o->against) print_advice(r, e, laws, v->lines);
    print_untested(v);
}

static tepui_status verdict_of(const options *o, const tepui_verification *v)
{
    const int failed = v->failures || v->untested || v->tested == 0 || (o->strict && v->refusals);
    return failed ? TEPUI_FAILED : TEPUI_OK;
}

static tepui_status verify_samples(const options *o, const tepui_law_type **laws, tepui_own *own, tepui_error *err)
{
    tepui_status st;
    tepui_verification *v = NULL;
    cli_samples s = {0};
    const char *quantity = !own ? NULL : o->observable ? o->observable : laws ? laws[0]->observable : "value";
    TEPUI_TRY(cli_samples_read(o->samples, laws, quantity, o->component, &o->net, o->are_ln, &s, err));
    const tepui_verify_options how = {
        laws, o->false_alarm, o->layers, own, quantity, SIZE_MAX, (const tepui_samples_net *const *)s.net};
    TEPUI_TRY(tepui_verify(s.r, NULL, &how, &v, err));
    print_all(o, s.r, NULL, laws, v);
    st = verdict_of(o, v);
    if (cli_samples_count_nan("tepui verify", o->samples, s.r)) st = TEPUI_FAILED;
done:
    tepui_verification_free(v);
    cli_samples_free(&s);
    return st;
}

static tepui_status verify_file(const options *o, const tepui_law_type **laws, tepui_own *own, tepui_error *err)
{
    tepui_status st;
    tepui_result *r = NULL;
    tepui_experiment *e = NULL;
    tepui_verification *v = NULL;
    TEPUI_TRY(cli_open(o->file, TEPUI_READ_ALL, &r, err));
    TEPUI_TRY(cli_plan_result(r, o->file, &e, err));
    tepui_verify_options how = {laws, o->false_alarm, o->layers, own, NULL, SIZE_MAX, NULL};
    if (own) TEPUI_TRY(own_law(o, r, &how, err));
    TEPUI_TRY(tepui_verify(r, e, &how, &v, err));
    print_all(o, r, e, laws, v);
    if (o->save) TEPUI_TRY(tepui_verification_save(v, e, o->file, err));
    st = verdict_of(o, v);
done:
    tepui_verification_free(v);
    tepui_experiment_free(e);
    tepui_result_free(r);
    return st;
}

int cmd_verify(int argc, char **argv)
{
    tepui_error err = {""};
    tepui_status st;
    const tepui_law_type **laws = NULL;
    options o = {.view = cli_view_default};
    tepui_own *own = NULL;
    cli_parse(&argp, argc, argv, &o);
    if (o.against) TEPUI_TRY(tepui_own_read(o.against, &own, &err));
    if (o.laws) TEPUI_TRY(find_laws(o.laws, &laws, &err));
    TEPUI_TRY(o.samples ? verify_samples(&o, laws, own, &err) : verify_file(&o, laws, own, &err));
done:
    if (st != TEPUI_OK && st != TEPUI_FAILED) st = (tepui_status)cli_fail("tepui verify", st, "%s", err.text);
    tepui_own_free(own);
    cli_net_free(&o.net);
    free(laws);
    return st;
}

/* statistic.c -- one number of a cell and component: looked up, with its interval, and as text.

   Observables with transform "ln" hold logarithms of magnitudes. Quantiles and extremes commute with the logarithm, so
   they are shown as magnitudes exp(x). Mean, variance and shape do not: they stay those of the logarithm, over the
   samples that are neither zero nor infinite, and the title says so. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    cli_statistic_kind kind;
} known[] = {
    {"mean", CLI_MEAN},         {"sd", CLI_SD},           {"variance", CLI_VARIANCE}, {"skewness", CLI_SKEWNESS},
    {"kurtosis", CLI_KURTOSIS}, {"minimum", CLI_MINIMUM}, {"maximum", CLI_MAXIMUM},   {"count", CLI_COUNT},
    {"zero", CLI_ZERO},         {"nan", CLI_NAN},         {"infinite", CLI_INFINITE}, {"under", CLI_UNDER},
    {"over", CLI_OVER}};
#define CONFIDENCE 0.95
enum { KNOWN = sizeof known / sizeof *known };

static tepui_status find_probability(const tepui_result *r, double p, cli_statistic *out, tepui_error *err)
{
    char list[640] = "";
    for (size_t i = 0; i < r->probabilities; i++) {
        const size_t used = strlen(list);
        if (r->probability[i] == p) {
            *out = (cli_statistic){.kind = CLI_QUANTILE, .probability = p, .index = i};
            return TEPUI_OK;
        }
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", cli_number(r->probability[i], 0).text);
    }
    return tepui_fail(err, TEPUI_USAGE,
                      "the file has no quantile at probability %s; it has: %s "
                      "(set output.probabilities in the experiment)",
                      cli_number(p, 0).text, list[0] ? list : "none");
}

static tepui_status unknown_statistic(const char *name, tepui_error *err)
{
    const char *words[KNOWN + 5] = {"median", "quantile=P", "below=X", "above=X"};
    for (size_t i = 0; i < KNOWN; i++) words[i + 4] = known[i].name;
    return cli_unknown(err, "statistic", name, words);
}

static tepui_status find_limit(const char *name, cli_statistic *out, tepui_error *err)
{
    char *end;
    errno = 0;
    const double x = strtod(name + 6, &end);
    if (end == name + 6 || *end || isnan(x) || (errno == ERANGE && fabs(x) < 1))
        return tepui_fail(err, TEPUI_USAGE, "%.6sX takes a number%s, got '%.100s'", name,
                          errno == ERANGE ? " that a double can hold (with --log, its natural logarithm)" : "",
                          name + 6);
    *out = (cli_statistic){.kind = *name == 'b' ? CLI_BELOW : CLI_ABOVE, .at = x, .of = name + 6};
    return TEPUI_OK;
}

tepui_status cli_find_statistic(const tepui_result *r, const char *name, cli_statistic *out, tepui_error *err)
{
    if (strcmp(name, "median") == 0) return find_probability(r, 0.5, out, err);
    if (strncmp(name, "quantile=", 9) == 0) {
        char *end;
        const double p = strtod(name + 9, &end);
        if (end == name + 9 || *end || !(p >= 0 && p <= 1))
            return tepui_fail(err, TEPUI_USAGE, "quantile=P takes a probability between 0 and 1, got '%s'", name + 9);
        return find_probability(r, p, out, err);
    }
    if (strncmp(name, "below=", 6) == 0 || strncmp(name, "above=", 6) == 0) return find_limit(name, out, err);
    for (size_t i = 0; i < KNOWN; i++)
        if (strcmp(known[i].name, name) == 0) {
            *out = (cli_statistic){.kind = known[i].kind, .probability = NAN};
            return TEPUI_OK;
        }
    return unknown_statistic(name, err);
}

int cli_statistic_parts(const char *name)
{
    return strncmp(name, "below=", 6) == 0 || strncmp(name, "above=", 6) == 0 ? TEPUI_READ_ALL : TEPUI_READ_STATISTICS;
}

static int is_limit(cli_statistic s)
{
    return s.kind == CLI_BELOW || s.kind == CLI_ABOVE;
}

int cli_statistic_has_interval(cli_statistic s)
{
    return s.kind == CLI_QUANTILE || is_limit(s);
}

tepui_status cli_statistic_meets(cli_statistic *s, const tepui_result_observable *o, int is_log, tepui_error *err)
{
    if (!is_limit(*s) || is_log || strcmp(o->transform, "ln") != 0) return TEPUI_OK;
    if (s->at < 0)
        return tepui_fail(err, TEPUI_USAGE, "%s is a magnitude, and none is below 0: '%s' (with --log, X is ln)",
                          o->name, s->of);
    s->at = log(s->at);
    return TEPUI_OK;
}

static uint64_t infinite(const tepui_result_observable *o, size_t at)
{
    return o->infinite ? o->infinite[at] : 0;
}

/* The smallest magnitude is 0 when there are dead samples, the largest infinite when some are censored; the file's
   extremes are over the others. */
static double minimum(const tepui_result_observable *o, size_t at, int ln)
{
    const int all_infinite = infinite(o, at) > 0 && infinite(o, at) + o->nan[at] == o->count[at];
    return ln && o->zero[at] > 0 ? -INFINITY : all_infinite ? INFINITY : o->minimum[at];
}

static double maximum(const tepui_result_observable *o, size_t at, int ln)
{
    if (infinite(o, at) > 0) return INFINITY;
    const int all_zero = ln && o->zero[at] > 0 && o->zero[at] + o->nan[at] == o->count[at];
    return all_zero ? -INFINITY : o->maximum[at];
}

static cli_value quantile(const tepui_result *r, const tepui_result_observable *o, size_t at, size_t index, int ln)
{
    const size_t q = at * r->probabilities + index;
    return (cli_value){o->quantile[q], o->quantile_low[q], o->quantile_high[q], ln};
}

static cli_value alone(double x, int ln)
{
    return (cli_value){x, NAN, NAN, ln};
}

/* Where a sample gives many numbers they are not independent: no interval, as of quantiles. */
static int many_numbers(const tepui_result *r, const tepui_result_observable *o, size_t at)
{
    for (size_t q = 0; q < r->probabilities; q++)
        if (!isnan(o->quantile_low[at * r->probabilities + q])) return 0;
    return r->probabilities > 0;
}

/* The share of samples <= at (above: > at): between its bounds where `at` is inside a bin, and the interval is that of
   either bound. */
static cli_value share(const tepui_result *r, const tepui_result_observable *o, cli_statistic s, size_t cell, size_t k)
{
    double low, high, unused;
    const tepui_evidence e = tepui_evidence_of(r, o, cell, k);
    const tepui_counted n = tepui_evidence_up_to(&e, s.at);
    if (e.count == 0) return (cli_value){NAN, NAN, NAN, 0};
    tepui_share_interval(n.low, e.count, CONFIDENCE, &low, &unused);
    tepui_share_interval(n.high, e.count, CONFIDENCE, &unused, &high);
    if (many_numbers(r, o, cell * o->components + k)) low = high = NAN;
    const double value = n.value / (double)e.count;
    return s.kind == CLI_BELOW ? (cli_value){value, low, high, 0} : (cli_value){1 - value, 1 - high, 1 - low, 0};
}

cli_value cli_statistic_value(const tepui_result *r, const tepui_result_observable *o, cli_statistic s, size_t cell,
                              size_t component)
{
    const size_t at = cell * o->components + component;
    const int ln = strcmp(o->transform, "ln") == 0;
    if (o->count[at] == 0) return alone(NAN, 0);
    switch (s.kind) {
    case CLI_QUANTILE:
        return quantile(r, o, at, s.index, ln);
    case CLI_MINIMUM:
        return alone(minimum(o, at, ln), ln);
    case CLI_MAXIMUM:
        return alone(maximum(o, at, ln), ln);
    case CLI_MEAN:
        return alone(o->mean[at], 0);
    case CLI_SD:
        return alone(sqrt(o->variance[at]), 0);
    case CLI_VARIANCE:
        return alone(o->variance[at], 0);
    case CLI_SKEWNESS:
        return alone(o->skewness[at], 0);
    case CLI_KURTOSIS:
        return alone(o->kurtosis[at], 0);
    case CLI_COUNT:
        return alone((double)o->count[at], 0);
    case CLI_ZERO:
        return alone((double)(o->zero[at] + (o->origin ? o->origin[at] : 0)), 0);
    case CLI_NAN:
        return alone((double)o->nan[at], 0);
    case CLI_INFINITE:
        return alone((double)infinite(o, at), 0);
    case CLI_UNDER:
        return alone((double)o->under[at], 0);
    case CLI_OVER:
        return alone((double)o->over[at], 0);
    case CLI_BELOW:
    case CLI_ABOVE:
        return share(r, o, s, cell, component);
    }
    return alone(NAN, 0);
}

tepui_median_point cli_median_point(const tepui_result *r, const tepui_result_observable *o, cli_statistic s,
                                    size_t cell, size_t component)
{
    const cli_value v = cli_statistic_value(r, o, s, cell, cli_component_in(o, cell, component));
    return (tepui_median_point){tepui_result_column(r, "depth")->number[cell],
                                tepui_result_column(r, "width")->number[cell], v.value, v.low, v.high};
}

cli_text cli_value_text(cli_value v, int keep_log, int digits)
{
    return v.ln && !keep_log ? cli_magnitude(v.value, digits) : cli_number(v.value, digits);
}

static const char *statistic_name(cli_statistic s)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (known[i].kind == s.kind) return known[i].name;
    return "median";
}

char *cli_statistic_title(const tepui_result_observable *o, cli_statistic s, int keep_log)
{
    const int ln = strcmp(o->transform, "ln") == 0;
    const int of_ln = ln && (keep_log ? s.kind <= CLI_MAXIMUM : s.kind >= CLI_MEAN && s.kind <= CLI_KURTOSIS);
    const char *what = s.kind >= CLI_ZERO && s.kind <= CLI_INFINITE ? " samples" : "";
    if (s.kind == CLI_QUANTILE && s.probability != 0.5)
        return cli_print("quantile %s of %s%s", cli_number(s.probability, 0).text, of_ln ? "ln " : "", o->name);
    if (is_limit(s))
        return cli_print("probability that %s%s %s %s", ln && keep_log ? "ln " : "", o->name,
                         s.kind == CLI_BELOW ? "<=" : ">", s.of);
    return cli_print("%s%s of %s%s", statistic_name(s), what, of_ln ? "ln " : "", o->name);
}

/* own.c -- a law of the user's own: "gamma(shape=width/2, scale=4/width, zero=0.1, within=0.02)", "slope(depth)=E",
   "median <= E", "quantile(0.9) >= E", or a file of points of a distribution function.

   Bounds are tested one-sided by the count of samples on one side of the bound, Binomial at the edge of the
   hypothesis; where the file has bins only, the count is the one that suits the bound best. Points are tested together,
   by the largest distance (Kolmogorov-Smirnov, on the law's side: it is a maximum over fewer points), and one by one by
   counts, times their number. */
#include "own.h"
#include "share.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/experiment.h>
#include <tepui/stat.h>

/* --- text */

static const char *skip(const char *s)
{
    while (isspace((unsigned char)*s)) s++;
    return s;
}

static char *piece(const char *from, const char *to)
{
    from = skip(from);
    while (to > from && isspace((unsigned char)to[-1])) to--;
    char *copy = malloc((size_t)(to - from) + 1);
    if (!copy) return NULL;
    memcpy(copy, from, (size_t)(to - from));
    copy[to - from] = '\0';
    return copy;
}

/* Where the argument that begins at s ends: a comma or bracket outside all brackets. */
static const char *end_of_argument(const char *s)
{
    for (int level = 0; *s; s++) {
        if (level == 0 && (*s == ',' || *s == ')')) return s;
        level += (*s == '(') - (*s == ')');
    }
    return s;
}

/* The text behind WORD, and spaces; NULL where it begins otherwise. */
static const char *after(const char *text, const char *word)
{
    const size_t n = strlen(word);
    if (strncmp(text, word, n) != 0 || isalnum((unsigned char)text[n]) || text[n] == '_') return NULL;
    return skip(text + n);
}

static tepui_status unreadable(const tepui_own *own, const char *why, tepui_error *err)
{
    return tepui_fail(err, TEPUI_USAGE, "cannot read the law '%.200s': %s", own->text, why);
}

static char **slot_of(tepui_own *own, const char *name, size_t n)
{
    const own_family_type *f = &own_family[own->family];
    for (size_t i = 0; i < OWN_ARGUMENTS; i++)
        if (f->argument[i] && strlen(f->argument[i]) == n && strncmp(f->argument[i], name, n) == 0)
            return &own->argument[i];
    if (n == 4 && strncmp(name, "zero", n) == 0) return &own->zero;
    if (n == 6 && strncmp(name, "within", n) == 0) return &own->within;
    if (n == 5 && strncmp(name, "power", n) == 0 && f->of_magnitude) return &own->power;
    return NULL;
}

static tepui_status needs(const tepui_own *own, tepui_error *err)
{
    const own_family_type *f = &own_family[own->family];
    return tepui_fail(err, TEPUI_USAGE,
                      "cannot read the law '%.200s': it is %s(%s=EXPR%s%s%s%s[, zero=EXPR][, within=EXPR])", own->text,
                      f->name, f->argument[0], f->argument[1] ? ", " : "", f->argument[1] ? f->argument[1] : "",
                      f->argument[1] ? "=EXPR" : "", f->of_magnitude ? "[, power=EXPR]" : "");
}

/* s: behind the opening bracket. */
static tepui_status read_arguments(tepui_own *own, const char *s, tepui_error *err)
{
    for (;;) {
        s = skip(s);
        const char *name = s;
        while (isalnum((unsigned char)*s)) s++;
        char **slot = slot_of(own, name, (size_t)(s - name));
        s = skip(s);
        if (!slot || *slot || *s != '=') return needs(own, err);
        const char *end = end_of_argument(s + 1);
        if (!*end) return unreadable(own, "')' is missing", err);
        *slot = piece(s + 1, end);
        if (!*slot) return TEPUI_NO_MEMORY;
        s = end + 1;
        if (*end == ')') break;
    }
    if (*skip(s)) return unreadable(own, "something is left over at its end", err);
    for (size_t i = 0; i < OWN_ARGUMENTS; i++)
        if (own_family[own->family].argument[i] && !own->argument[i]) return needs(own, err);
    return TEPUI_OK;
}

static tepui_status read_expression(tepui_own *own, const char *s, tepui_error *err)
{
    if (!*skip(s)) return unreadable(own, "its expression is missing", err);
    own->bound = piece(s, s + strlen(s));
    return own->bound ? TEPUI_OK : TEPUI_NO_MEMORY;
}

static tepui_status read_slope(tepui_own *own, const char *s, tepui_error *err)
{
    own->form = OWN_SLOPE;
    own->law.form = TEPUI_PREDICTS_SLOPE;
    if (*s == '(' && (s = after(skip(s + 1), "depth")) && *s == ')' && *(s = skip(s + 1)) == '=')
        return read_expression(own, s + 1, err);
    return unreadable(own, "a slope is slope(depth)=EXPR", err);
}

static tepui_status read_bound(tepui_own *own, const char *s, tepui_error *err)
{
    own->form = OWN_BOUND;
    s = skip(s);
    if ((*s == '<' || *s == '>') && s[1] == '=') {
        own->upper = *s == '<';
        return read_expression(own, s + 2, err);
    }
    return unreadable(own, "a bound is 'median <= EXPR', 'median >= EXPR' or the same with quantile(P)", err);
}

static tepui_status read_quantile(tepui_own *own, const char *s, tepui_error *err)
{
    const char *end = *s == '(' ? end_of_argument(s + 1) : s;
    if (*s != '(' || *end != ')' || skip(s + 1) == end)
        return unreadable(own, "quantile(P) needs its probability", err);
    own->share = piece(s + 1, end);
    return own->share ? read_bound(own, end + 1, err) : TEPUI_NO_MEMORY;
}

static tepui_status read_text(tepui_own *own, tepui_error *err)
{
    const char *s = skip(own->text), *rest;
    const size_t n = strlen(own->text);
    if (n > 4 && strcmp(own->text + n - 4, ".csv") == 0) return own_points_read(own, own->text, err);
    for (own->family = 0; own_family[own->family].name; own->family++)
        if ((rest = after(s, own_family[own->family].name)))
            return *rest == '(' ? read_arguments(own, rest + 1, err) : needs(own, err);
    if ((rest = after(s, "slope"))) return read_slope(own, rest, err);
    if ((rest = after(s, "median"))) return read_bound(own, rest, err);
    if ((rest = after(s, "quantile"))) return read_quantile(own, rest, err);
    return unreadable(own,
                      "known: normal, lognormal, gamma, chi2, beta, uniform, exponential, slope(depth)=EXPR, "
                      "median <= EXPR, quantile(P) <= EXPR, FILE.csv with columns x and cdf",
                      err);
}

/* The text chose the cells: it speaks about all of them. */
static int applies(const tepui_cell *c, long component, const char **why)
{
    (void)c, (void)component, (void)why;
    return 1;
}

tepui_status tepui_own_read(const char *text, tepui_own **out, tepui_error *err)
{
    tepui_own *own = calloc(1, sizeof *own);
    *out = NULL;
    if (!own || !(own->text = piece(text, text + strlen(text)))) {
        free(own);
        return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for the law");
    }
    own->law = (tepui_law_type){.kind = {.name = own->text, .doc = own->text, .source = "the command line"},
                                .form = TEPUI_PREDICTS_DISTRIBUTION,
                                .applies = applies};
    const tepui_status st = read_text(own, err);
    if (st == TEPUI_OK)
        *out = own;
    else
        tepui_own_free(own);
    return st == TEPUI_NO_MEMORY ? tepui_fail(err, st, "no memory for the law") : st;
}

void tepui_own_free(tepui_own *own)
{
    if (!own) return;
    for (size_t i = 0; i < OWN_ARGUMENTS; i++) free(own->argument[i]);
    free(own->zero);
    free(own->within);
    free(own->power);
    free(own->bound);
    free(own->share);
    free(own->x);
    free(own->cdf);
    free(own->text);
    free(own);
}

/* --- values in a cell */

typedef struct {
    const tepui_result *r;
    size_t cell;
    long layer;
} context;

static int lookup(const void *of, const char *name, size_t length, double *value)
{
    const context *p = of;
    if (length == 5 && strncmp(name, "layer", length) == 0 && p->layer >= 0) {
        *value = (double)p->layer;
        return 1;
    }
    for (size_t k = 0; k < p->r->columns; k++) {
        const tepui_column *c = &p->r->column[k];
        if (c->is_text || strlen(c->name) != length || strncmp(c->name, name, length) != 0) continue;
        *value = c->number[p->cell];
        return 1;
    }
    return 0;
}

static void list_names(const tepui_result *r, char *out, size_t size)
{
    int n = snprintf(out, size, "an unknown word; known: ");
    for (size_t k = 0; k < r->columns && n > 0 && (size_t)n < size; k++)
        if (!r->column[k].is_text) n += snprintf(out + n, size - (size_t)n, "%s, ", r->column[k].name);
    if (n > 0 && (size_t)n < size) snprintf(out + n, size - (size_t)n, "layer, and functions as in widths");
}

/* Once more, with what is known instead. */
static tepui_status explain(const char *text, const context *p, double *value, tepui_error *err)
{
    char unknown[600];
    tepui_error inner = {""};
    list_names(p->r, unknown, sizeof unknown);
    (void)tepui_expression_in(text, &(tepui_names){lookup, p, unknown}, value, &inner);
    return tepui_fail(err, TEPUI_USAGE, "%s", inner.text);
}

static tepui_status value_of(const char *text, const context *p, double *value, tepui_error *err)
{
    if (tepui_expression_in(text, &(tepui_names){lookup, p, ""}, value, NULL) != TEPUI_OK)
        return explain(text, p, value, err);
    if (!isfinite(*value))
        return tepui_fail(err, TEPUI_USAGE, "'%.100s' has no finite value in cell %zu", text, p->cell);
    return TEPUI_OK;
}

static tepui_status in_range(const char *text, const context *p, const char *name, const char *allowed, int good,
                             double value, tepui_error *err)
{
    if (good) return TEPUI_OK;
    return tepui_fail(err, TEPUI_USAGE, "%s=%.100s is %g in cell %zu: %s", name, text, value, p->cell, allowed);
}

static tepui_status share_of(const tepui_own *own, const context *p, double *share, tepui_error *err)
{
    *share = 0.5;
    if (!own->share) return TEPUI_OK;
    const tepui_status st = value_of(own->share, p, share, err);
    if (st != TEPUI_OK) return st;
    return in_range(own->share, p, "quantile", "it must be between 0 and 1", *share > 0 && *share < 1, *share, err);
}

static tepui_status arguments_of(const tepui_own *own, const context *p, double *value, tepui_error *err)
{
    const own_family_type *f = &own_family[own->family];
    for (size_t i = 0; i < OWN_ARGUMENTS && f->argument[i]; i++) {
        tepui_status st = value_of(own->argument[i], p, &value[i], err);
        if (st == TEPUI_OK)
            st = in_range(own->argument[i], p, f->argument[i], "it must be positive", !f->positive[i] || value[i] > 0,
                          value[i], err);
        if (st != TEPUI_OK) return st;
    }
    return TEPUI_OK;
}

static tepui_status predict_family(const tepui_own *own, const context *p, int ln, tepui_prediction *out,
                                   tepui_error *err)
{
    double value[OWN_ARGUMENTS] = {0}, zero = 0, within = 0, power = 1;
    tepui_status st;
    TEPUI_TRY(arguments_of(own, p, value, err));
    const char *why = own_family_trouble(own->family, value, ln);
    if (why) return tepui_fail(err, TEPUI_USAGE, "%.200s in cell %zu: %s", own->text, p->cell, why);
    if ((own->zero || own->power) && !ln)
        return tepui_fail(err, TEPUI_USAGE, "zero= and power= are for observables stored as ln");
    if (own->zero) TEPUI_TRY(value_of(own->zero, p, &zero, err));
    if (own->within) TEPUI_TRY(value_of(own->within, p, &within, err));
    if (own->zero) TEPUI_TRY(in_range(own->zero, p, "zero", "it must be 0 to 1", zero >= 0 && zero <= 1, zero, err));
    if (own->within)
        TEPUI_TRY(in_range(own->within, p, "within", "it must be from 0 and below 1", within >= 0 && within < 1, within,
                           err));
    if (own->power) TEPUI_TRY(value_of(own->power, p, &power, err));
    if (own->power) TEPUI_TRY(in_range(own->power, p, "power", "it must be positive", power > 0, power, err));
    own_family_predict(own->family, value, ln ? power : 0, out);
    out->slack = within;
    if (ln) out->atom = zero;
    out->median = zero < 1 ? tepui_prediction_quantile(out, 0.5) : -INFINITY;
done:
    return st;
}

static int is_ln(const tepui_result_observable *o)
{
    return strcmp(o->transform, "ln") == 0;
}

tepui_status own_predict(const tepui_own *own, const tepui_result *r, const tepui_result_observable *o, size_t cell,
                         long layer, tepui_prediction *out, tepui_error *err)
{
    const context p = {r, cell, layer};
    double slope;
    *out = (tepui_prediction){.form = own->law.form, .atom = NAN};
    if (own->form == OWN_FAMILY) return predict_family(own, &p, is_ln(o), out, err);
    const tepui_status st = value_of(own->bound, &p, &slope, err);
    if (st == TEPUI_OK) out->median = slope * tepui_result_column(r, "depth")->number[cell];
    return st;
}

tepui_status own_check(const tepui_own *own, const tepui_result *r, const tepui_result_observable *o, size_t cell,
                       long layer, tepui_error *err)
{
    const context p = {r, cell, layer};
    tepui_prediction out;
    double x;
    const tepui_column *depth = tepui_result_column(r, "depth");
    if (own->form == OWN_FAMILY) return predict_family(own, &p, is_ln(o), &out, err);
    if (own->form == OWN_SLOPE && (!depth || depth->is_text))
        return tepui_fail(err, TEPUI_USAGE, "slope(depth) needs a column of numbers 'depth'");
    tepui_status st = own->bound ? value_of(own->bound, &p, &x, err) : TEPUI_OK;
    if (st == TEPUI_OK && own->form == OWN_BOUND) st = share_of(own, &p, &x, err);
    return st;
}

/* --- bounds and points */

static tepui_status bound_test(const tepui_own *own, const context *p, const tepui_evidence *e, tepui_test_result *out,
                               tepui_error *err)
{
    double bound, share;
    tepui_status st = value_of(own->bound, p, &bound, err);
    if (st == TEPUI_OK) st = share_of(own, p, &share, err);
    if (st != TEPUI_OK) return st;
    const double n = (double)e->count;
    const double at_most = (double)tepui_evidence_up_to(e, bound).high;
    const double below = (double)tepui_evidence_up_to(e, nextafter(bound, -INFINITY)).low;
    /* upper: P(X <= bound) >= share, refuted by few of them; lower: P(X >= bound) >= 1 - share */
    const double tail = own->upper ? binomial_up_to(n, share, at_most) : binomial_up_to(n, 1 - share, n - below);
    *out = share_result("sign", tail, share, (own->upper ? at_most : below) / n, n);
    return st;
}

/* Two-sided, at the count between low and high that suits the law best. A share of 0 or 1 leaves no chance: one sample
   beyond it refutes the law. */
static double point_tail(double n, double share, tepui_counted seen)
{
    return binomial_two_sided(n, share, fmin((double)seen.high, fmax((double)seen.low, n * share)));
}

static double distance_at(double n, double share, tepui_counted seen)
{
    return fmax(0, fmax(share - (double)seen.high / n, (double)seen.low / n - share));
}

/* Both show the shares at their worst point. */
static size_t points_tests(const tepui_own *own, const tepui_evidence *e, tepui_test_result *out)
{
    const double n = (double)e->count;
    double farthest = -1, least = 2;
    for (size_t i = 0; i < own->points; i++) {
        const tepui_counted seen = tepui_evidence_up_to(e, own->x[i]);
        const double d = distance_at(n, own->cdf[i], seen), p = point_tail(n, own->cdf[i], seen);
        if (d > farthest) out[0] = share_result("ks", 1, own->cdf[i], seen.value / n, n);
        if (p < least) out[1] = share_result("point", 1, own->cdf[i], seen.value / n, n);
        farthest = fmax(farthest, d);
        least = fmin(least, p);
    }
    out[0].p = tepui_ks_pvalue(farthest, e->count);
    out[1].p = fmin(1, least * (double)own->points);
    return 2;
}

tepui_status own_tests(const tepui_own *own, const tepui_result *r, size_t cell, long layer, const tepui_evidence *e,
                       tepui_test_result *out, size_t *made, tepui_error *err)
{
    const context p = {r, cell, layer};
    if (own->form == OWN_POINTS) {
        *made = e->count > 0 ? points_tests(own, e, out) : 0;
        return TEPUI_OK;
    }
    *made = e->count > 0;
    return *made ? bound_test(own, &p, e, out, err) : TEPUI_OK;
}

/* expression.c -- arithmetic in depth and layer, or in other names, by recursive descent.

   sum = product { (+|-) product }, product = power { (*|/) power }, power = unary [ ^ power ],
   unary = [-|+] unary | atom, atom = number | name | function ( sum [, sum] ) | ( sum ). */
#include <base/elementary.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/experiment.h>

#define DEEPEST 50

typedef struct {
    const char *at;
    const tepui_names *names;
    int level;
    const char *trouble;
} parser;

static double sum(parser *p);

static void skip(parser *p)
{
    while (isspace((unsigned char)*p->at)) p->at++;
}

static int take(parser *p, char c)
{
    skip(p);
    if (*p->at != c) return 0;
    p->at++;
    return 1;
}

static double fail(parser *p, const char *trouble)
{
    if (!p->trouble) p->trouble = trouble;
    p->at += strlen(p->at); /* nothing more is read */
    return NAN;
}

static double min2(double a, double b)
{
    return a < b ? a : b;
}
static double max2(double a, double b)
{
    return a > b ? a : b;
}

static const struct {
    const char *name;
    double (*one)(double);
    double (*two)(double, double);
} functions[] = {
    {"sqrt", sqrt, NULL},   {"log", elementary_log, NULL}, {"exp", elementary_exp, NULL}, {"ceil", ceil, NULL},
    {"floor", floor, NULL}, {"round", round, NULL},        {"min", NULL, min2},           {"max", NULL, max2}};

static double call(parser *p, size_t f)
{
    if (!take(p, '(')) return fail(p, "'(' is missing after a function");
    const double a = sum(p);
    if (functions[f].one) return take(p, ')') ? functions[f].one(a) : fail(p, "')' is missing");
    if (!take(p, ',')) return fail(p, "min and max take two values");
    const double b = sum(p);
    return take(p, ')') ? functions[f].two(a, b) : fail(p, "')' is missing");
}

static double word(parser *p)
{
    const char *start = p->at;
    double x;
    while (isalnum((unsigned char)*p->at) || *p->at == '_') p->at++;
    const size_t n = (size_t)(p->at - start);
    if (p->names->value(p->names->of, start, n, &x)) return x;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        if (strlen(functions[f].name) == n && strncmp(start, functions[f].name, n) == 0) return call(p, f);
    return fail(p, p->names->unknown);
}

static double atom(parser *p)
{
    const char *after;
    skip(p);
    if (take(p, '(')) {
        const double x = sum(p);
        return take(p, ')') ? x : fail(p, "')' is missing");
    }
    if (isalpha((unsigned char)*p->at)) return word(p);
    if (!isdigit((unsigned char)*p->at) && *p->at != '.') return fail(p, "a number, a name or '(' is missing");
    const double x = tepui_read_double(p->at, &after);
    if (after == p->at) return fail(p, "a number in decimal notation is missing");
    p->at = after;
    return x;
}

static double unary(parser *p)
{
    if (++p->level > DEEPEST) return fail(p, "too many signs and brackets");
    const double x = take(p, '-') ? -unary(p) : take(p, '+') ? unary(p) : atom(p);
    p->level--;
    return x;
}

static double power(parser *p)
{
    if (++p->level > DEEPEST) return fail(p, "too many powers");
    const double x = unary(p);
    const double y = take(p, '^') ? elementary_pow(x, power(p)) : x;
    p->level--;
    return y;
}

static double product(parser *p)
{
    double x = power(p);
    for (;;)
        if (take(p, '*'))
            x *= power(p);
        else if (take(p, '/'))
            x /= power(p);
        else
            return x;
}

static double sum(parser *p)
{
    double x = product(p);
    for (;;)
        if (take(p, '+'))
            x += product(p);
        else if (take(p, '-'))
            x -= product(p);
        else
            return x;
}

tepui_status tepui_expression_in(const char *text, const tepui_names *names, double *value, tepui_error *err)
{
    parser p = {text, names, 0, NULL};
    *value = sum(&p);
    skip(&p);
    if (!p.trouble && *p.at) p.trouble = "something is left over at its end";
    if (p.trouble) return tepui_fail(err, TEPUI_BAD_INPUT, "cannot read the expression '%.100s': %s", text, p.trouble);
    return TEPUI_OK;
}

static int depth_or_layer(const void *of, const char *name, size_t length, double *value)
{
    const double *number = of;
    if (length != 5) return 0;
    if (strncmp(name, "depth", length) == 0) return *value = number[0], 1;
    if (strncmp(name, "layer", length) == 0) return *value = number[1], 1;
    return 0;
}

tepui_status tepui_expression_value(const char *text, double depth, double layer, double *value, tepui_error *err)
{
    const double number[2] = {depth, layer};
    const tepui_names names = {depth_or_layer, number,
                               "an unknown word; known: depth, layer, sqrt, log, exp, ceil, floor, round, min, max"};
    return tepui_expression_in(text, &names, value, err);
}

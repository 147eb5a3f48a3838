/* interval.c -- a number with its interval as text, rounded to the uncertainty where nobody asks for digits.

   The last digit printed is the second one of the distance to the nearer end of the interval, and the ends have the
   same last digit. Magnitudes whose ends are more than a factor of 10 apart have two digits each: their interval is one
   of factors. */
#include "cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 8 }; /* decimals of the mantissa: an interval of no length says nothing about digits */

#define LN10 2.302585092994045684
#define USUAL 3 /* digits without an uncertainty */

/* x = mantissa 10^exponent for the whole of a value and its interval. */
typedef struct {
    double part[3];
    int exponent, decimals;
} scaled;

static double mantissa(double x, int ln, double exponent)
{
    return ln ? exp(x - exponent * LN10) : x / pow(10, exponent);
}

/* The distance to the nearer end that is apart from the value. */
static double uncertainty(const double *part)
{
    double least = INFINITY;
    for (int i = 1; i < 3; i++) {
        const double distance = fabs(part[i] - part[0]);
        if (distance > 0 && distance < least) least = distance;
    }
    return least;
}

static double largest(cli_value v, int ln)
{
    if (ln) return v.value / LN10;
    double most = fabs(v.value);
    if (isfinite(v.low)) most = fmax(most, fabs(v.low));
    if (isfinite(v.high)) most = fmax(most, fabs(v.high));
    return log10(most);
}

static int scale(cli_value v, int ln, scaled *s)
{
    const double size = largest(v, ln);
    if (!isfinite(v.value) || !(fabs(size) < 1e9)) return 0;
    for (int carry = 0; carry < 2; carry++) { /* 9.996 may round up to 10.00 */
        const double exponent = floor(size) + carry, x[] = {v.value, v.low, v.high};
        for (int i = 0; i < 3; i++) s->part[i] = mantissa(x[i], ln, exponent);
        const double distance = uncertainty(s->part), place = 1 - floor(log10(distance));
        if (!isfinite(distance) || place > MOST) return 0;
        s->exponent = (int)exponent;
        s->decimals = place > 0 ? (int)place : 0;
        const double unit = pow(10, s->decimals);
        if (fabs(round(s->part[0] * unit) / unit) < 10) break;
    }
    return 1;
}

static cli_text part_text(const scaled *s, int i)
{
    cli_text t;
    const int decimals = s->decimals - s->exponent;
    if (isinf(s->part[i])) return cli_number(s->part[i], USUAL);
    if (s->exponent >= -4 && s->exponent <= 5 && decimals >= 0)
        snprintf(t.text, sizeof t.text, "%.*f", decimals, s->part[i] * pow(10, s->exponent));
    else
        snprintf(t.text, sizeof t.text, "%.*fe%+03d", s->decimals, s->part[i], s->exponent);
    return t;
}

/* Value, low and high as text. */
static void parts(cli_value v, int keep_log, int digits, cli_text out[3])
{
    const int ln = v.ln && !keep_log, factors = ln && v.high - v.low > LN10;
    const double x[] = {v.value, v.low, v.high};
    scaled s;
    const int fits = digits < 0 && !factors && !isnan(v.low) && !isnan(v.high) && scale(v, ln, &s);
    for (int i = 0; i < 3; i++) {
        const cli_value one = {x[i], NAN, NAN, v.ln};
        out[i] = fits ? part_text(&s, i) : cli_value_text(one, keep_log, digits < 0 ? factors ? 2 : USUAL : digits);
    }
}

cli_text cli_rounded_text(cli_value v, int keep_log, int digits)
{
    cli_text part[3];
    parts(v, keep_log, digits, part);
    return part[0];
}

char *cli_interval_text(cli_value v, int keep_log, int digits)
{
    cli_text part[3];
    parts(v, keep_log, digits, part);
    if (isnan(v.low) && isnan(v.high)) return cli_copy(part[0].text);
    return cli_print("%s [%s, %s]", part[0].text, part[1].text, part[2].text);
}

int cli_interval_digits(const cli_view *v)
{
    return v->format == CLI_LATEX && v->digits < 0 ? -1 : cli_view_digits(v);
}

void cli_estimate_columns(const cli_view *v, cli_table *t, const char *value, const char *low, const char *high)
{
    cli_table_column(t, CLI_NUMERIC, value);
    if (v->format == CLI_LATEX) return;
    cli_table_column(t, CLI_NUMERIC, low);
    cli_table_column(t, CLI_NUMERIC, high);
}

void cli_estimate_cells(const cli_view *v, cli_table *t, cli_value x)
{
    if (v->format == CLI_LATEX) {
        char *text = cli_interval_text(x, v->log, cli_interval_digits(v));
        cli_table_cell(t, text);
        free(text);
        return;
    }
    const double part[] = {x.value, x.low, x.high};
    for (int i = 0; i < 3; i++)
        cli_table_cell(t, cli_value_text((cli_value){part[i], NAN, NAN, x.ln}, v->log, cli_view_digits(v)).text);
}

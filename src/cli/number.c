/* number.c -- numbers as text.

   A magnitude is kept as its natural logarithm and may lie far outside the range of doubles: a gradient of
   3.2e-275777 is an ordinary result of a deep chain. exp(x) = 10^t with t = x / ln 10; the integer part of t is the
   exponent, 10^(rest) the mantissa. The double x itself carries a relative error of |x| 2^-53 into exp(x), so no more
   digits than that are printed. */
#include "cli.h"
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LN10L 2.302585092994045684017991454684364208L
#define LN_SAFE 700.0 /* exp() neither overflows nor goes denormal below this */

/* "%#g" keeps trailing zeros, which is wanted, and a trailing point, which is not. */
static void drop_point(char *text)
{
    char *point = strchr(text, '.');
    if (point && !isdigit((unsigned char)point[1])) memmove(point, point + 1, strlen(point));
}

cli_text cli_number(double x, int digits)
{
    cli_text t;
    if (isnan(x))
        strcpy(t.text, "-");
    else if (isinf(x) || x == 0.0)
        strcpy(t.text, x == 0.0 ? "0" : x > 0 ? "inf" : "-inf");
    else if (digits <= 0)
        tepui_print_double(x, t.text, sizeof t.text);
    else {
        snprintf(t.text, sizeof t.text, "%#.*g", digits, x);
        drop_point(t.text);
    }
    return t;
}

/* Digits of exp(ln) that mean something. */
static int digits_known(double ln)
{
    const int lost = (int)ceil(log10(fabs(ln)));
    return lost > 14 ? 1 : 15 - lost;
}

static cli_text far_magnitude(double ln, int digits)
{
    cli_text t;
    const long double power = (long double)ln / LN10L;
    long double exponent = floorl(power), mantissa = powl(10.0L, power - exponent);
    if (digits <= 0 || digits > digits_known(ln)) digits = digits_known(ln);
    snprintf(t.text, sizeof t.text, "%.*Lf", digits - 1, mantissa);
    if (strncmp(t.text, "10", 2) == 0) { /* rounded up to the next power */
        exponent += 1.0L;
        memmove(t.text + 1, t.text + 2, strlen(t.text + 1)); /* "10.00" to "1.00" */
    }
    const size_t n = strlen(t.text);
    snprintf(t.text + n, sizeof t.text - n, "e%+.0Lf", exponent);
    return t;
}

cli_text cli_magnitude(double ln, int digits)
{
    if (isnan(ln)) return cli_number(NAN, digits);
    if (isinf(ln)) return cli_number(ln > 0 ? INFINITY : 0.0, digits);
    if (fabs(ln) < LN_SAFE) return cli_number(exp(ln), digits);
    return far_magnitude(ln, digits);
}

cli_text cli_count(uint64_t n)
{
    cli_text t;
    snprintf(t.text, sizeof t.text, "%llu", (unsigned long long)n);
    return t;
}

cli_text cli_duration(double s)
{
    cli_text t;
    if (!(s >= 0) || isinf(s))
        strcpy(t.text, "unknown");
    else if (s < 59.5)
        snprintf(t.text, sizeof t.text, s < 0.95 ? "%.2g s" : s < 9.95 ? "%.1f s" : "%.0f s", s);
    else if (s < 3599.5)
        snprintf(t.text, sizeof t.text, "%d min %02d s", (int)(s + 0.5) / 60, (int)(s + 0.5) % 60);
    else if (s < 48 * 3600.0)
        snprintf(t.text, sizeof t.text, "%d h %02d min", (int)(s / 60 + 0.5) / 60, (int)(s / 60 + 0.5) % 60);
    else
        snprintf(t.text, sizeof t.text, "%.1f days", s / 86400);
    return t;
}

cli_text cli_bytes(double b)
{
    static const char *const unit[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    cli_text t;
    size_t i = 0;
    while (b >= 999.5 && i + 1 < sizeof unit / sizeof *unit) b /= 1000, i++;
    snprintf(t.text, sizeof t.text, i == 0 || b >= 99.95 ? "%.0f %s" : "%.1f %s", b, unit[i]);
    return t;
}

static double unit_seconds(const char **at)
{
    static const struct {
        char letter;
        double seconds;
    } unit[] = {{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++)
        if (**at == unit[i].letter) {
            ++*at;
            return unit[i].seconds;
        }
    return 0.0;
}

int cli_read_duration(const char *text, double *seconds)
{
    double sum = 0.0;
    const char *at = text;
    while (*at) {
        char *end;
        if (!isdigit((unsigned char)*at) && *at != '.') return 0;
        const double x = strtod(at, &end);
        if (end == at) return 0;
        const int plain = at == text && *end == '\0';
        at = end;
        const double unit = plain ? 1.0 : unit_seconds(&at);
        if (unit == 0.0) return 0;
        sum += x * unit;
    }
    *seconds = sum;
    return sum > 0.0 && isfinite(sum);
}

int cli_read_count(const char *text, uint64_t *n)
{
    char *end;
    if (!isdigit((unsigned char)*text)) return 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (*end || value == ULLONG_MAX) return 0;
    *n = value;
    return 1;
}

char *cli_widths(const tepui_cell *c, size_t most)
{
    char *all = cli_copy("");
    for (size_t l = 1, n, parts = 0; l <= c->depth; l += n, parts++) {
        const size_t width = tepui_unit_size(c, l);
        if (parts == most) return cli_append(all, ", ...");
        for (n = 1; l + n <= c->depth && tepui_unit_size(c, l + n) == width;) n++;
        all = cli_append(all, "%s%zu", parts ? ", " : "", width);
        if (n > 1) all = cli_append(all, " x %zu", n);
    }
    return all;
}

/* The number at the start of text, 0 when there is none. */
size_t cli_number_length(const char *text)
{
    size_t n = text[0] == '-', digits;
    for (digits = 0; isdigit((unsigned char)text[n]) || text[n] == '.'; n++) digits += text[n] != '.';
    if (!digits) return 0;
    if (text[n] == 'e') {
        size_t k = n + 1;
        if (text[k] == '+' || text[k] == '-') k++;
        if (isdigit((unsigned char)text[k])) {
            while (isdigit((unsigned char)text[k])) k++;
            n = k;
        }
    }
    return n;
}

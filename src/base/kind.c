/* kind.c -- looking kinds up by name, and the text form of a kind with its parameters.

   Text form, read by tepui_choice_parse() and written by tepui_choice_print():
       choice   = name [ "(" argument { "," argument } ")" ]
       argument = [ parameter "=" ] number          positional ones first
   Blanks are allowed between all parts. Printed texts carry every parameter and read back to the same choice.
   Numbers are in C notation; the calling program must leave LC_NUMERIC at "C" (libtepui never sets a locale). */
#include "text.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/kind.h>

#define WORD_SIZE (TEPUI_LONGEST_NAME + 1)
#define NUMBER_SIZE 32
#define LIST_SIZE 640 /* "known: ..." part of a message */

/* --- text helpers */

static const char *skip_blanks(const char *s)
{
    while (isspace((unsigned char)*s)) s++;
    return s;
}

static int is_word_character(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Copies the word at s (cut at WORD_SIZE - 1) and returns what follows it and its blanks. */
static const char *read_word(const char *s, char word[WORD_SIZE])
{
    size_t n = 0;
    for (s = skip_blanks(s); is_word_character(*s); s++)
        if (n < WORD_SIZE - 1) word[n++] = *s;
    word[n] = '\0';
    return skip_blanks(s);
}

void tepui_print_double(double x, char *out, size_t size)
{
    if (fabs(x) < 1e15 && x == floor(x)) {
        snprintf(out, size, "%.0f", x); /* 40, not 4e+01 */
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, x);
        if (strtod(out, NULL) == x) return;
    }
}

/* Decimal notation only: what other readers of YAML take for octal (010) or hexadecimal is no number here. */
static size_t decimal_length(const char *s)
{
    const size_t whole = strspn(s, "0123456789"), point = s[whole] == '.';
    const size_t parts = point ? strspn(s + whole + 1, "0123456789") : 0;
    size_t n = whole + point + parts;
    if (whole + parts == 0 || (whole > 1 && s[0] == '0')) return 0;
    if (s[n] == 'e' || s[n] == 'E') {
        const size_t sign = s[n + 1] == '-' || s[n + 1] == '+', digits = strspn(s + n + 1 + sign, "0123456789");
        if (digits) n += 1 + sign + digits;
    }
    return n;
}

double tepui_read_double(const char *text, const char **after)
{
    static const char *const infinite[] = {".inf", ".Inf", ".INF", "inf"};
    const char *s = skip_blanks(text);
    const double sign = *s == '-' ? -1 : 1;
    *after = text;
    if (*s == '-' || *s == '+') s++;
    for (size_t i = 0; i < sizeof infinite / sizeof *infinite; i++)
        if (strncmp(s, infinite[i], strlen(infinite[i])) == 0) {
            *after = s + strlen(infinite[i]);
            return sign * INFINITY;
        }
    const size_t n = decimal_length(s);
    const double x = n ? strtod(s, NULL) : NAN;
    if (isinf(x) || (x == 0 && strcspn(s, "123456789") < strcspn(s, "eE") && strcspn(s, "123456789") < n)) return NAN;
    if (n) *after = s + n;
    return sign * x;
}

int tepui_read_whole(const char *text, uint64_t *value)
{
    const char *s = text + (*text == '+');
    const size_t n = decimal_length(s), mantissa = strcspn(s, "eE");
    uint64_t x = 0;
    if (!n || s[n]) return 0;
    const size_t whole = strspn(s, "0123456789"), end = mantissa < n ? mantissa : n;
    long shift = mantissa < n ? strtol(s + mantissa + 1, NULL, 10) : 0;
    shift = shift > 100000 ? 100000 : shift < -100000 ? -100000 : shift;
    const long places = (long)whole + shift; /* digits before the point, once it is moved */
    long place = 0;
    for (size_t i = 0; i < end; i++) {
        if (s[i] == '.') continue;
        const unsigned digit = (unsigned)(s[i] - '0');
        if (place++ >= places) {
            if (digit) return 0;
        } else if (__builtin_mul_overflow(x, 10, &x) || __builtin_add_overflow(x, digit, &x)) {
            return 0;
        }
    }
    for (; x && place < places; place++)
        if (__builtin_mul_overflow(x, 10, &x)) return 0;
    *value = x;
    return 1;
}

/* --- registry */

static const tepui_kind *kind_of(const tepui_choice *c)
{
    return c->type;
}

const tepui_family *tepui_family_find(const char *name)
{
    for (const tepui_family *const *f = tepui_families; *f; f++)
        if (strcmp((*f)->name, name) == 0) return *f;
    return NULL;
}

const void *tepui_kind_find(const tepui_family *family, const char *name)
{
    for (const void *const *k = family->kinds; *k; k++)
        if (strcmp(((const tepui_kind *)*k)->name, name) == 0) return *k;
    return NULL;
}

size_t tepui_kind_param_count(const tepui_kind *kind)
{
    size_t n = 0;
    while (n < TEPUI_MAX_PARAMS && kind->params[n].name) n++;
    return n;
}

/* --- messages */

static tepui_status fail_kind(const tepui_family *family, const char *word, tepui_error *err)
{
    enum { MOST = 128 };
    const char *words[MOST + 1];
    char text[LIST_SIZE];
    size_t n = 0;
    for (; family->kinds[n] && n < MOST; n++) words[n] = ((const tepui_kind *)family->kinds[n])->name;
    words[n] = NULL;
    tepui_advice(word, words, text, sizeof text);
    return tepui_fail(err, TEPUI_BAD_INPUT, "unknown %s '%s'%s", family->name, word, text);
}

static tepui_status fail_param(const tepui_kind *kind, const char *word, tepui_error *err)
{
    const char *words[TEPUI_MAX_PARAMS + 1];
    char text[LIST_SIZE];
    const size_t n = tepui_kind_param_count(kind);
    if (n == 0) return tepui_fail(err, TEPUI_BAD_INPUT, "'%s' takes no parameters, got '%s'", kind->name, word);
    for (size_t i = 0; i < n; i++) words[i] = kind->params[i].name;
    words[n] = NULL;
    tepui_advice(word, words, text, sizeof text);
    return tepui_fail(err, TEPUI_BAD_INPUT, "unknown parameter '%s' of '%s'%s", word, kind->name, text);
}

static tepui_status fail_range(const tepui_kind *kind, const tepui_param *p, double value, tepui_error *err)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE], got[NUMBER_SIZE];
    tepui_print_double(p->low, low, sizeof low);
    tepui_print_double(p->high, high, sizeof high);
    tepui_print_double(value, got, sizeof got);
    return tepui_fail(err, TEPUI_BAD_INPUT, "parameter %s of '%s' (%s) must %s in %c%s, %s%c, got %s", p->name,
                      kind->name, p->doc, p->whole ? "be a whole number" : "lie", p->low_open ? '(' : '[', low, high,
                      p->high_open ? ')' : ']', got);
}

static tepui_status fail_text(const char *text, const char *at, const char *expected, tepui_error *err)
{
    return tepui_fail(err, TEPUI_BAD_INPUT,
                      "cannot read '%.100s': expected %s at '%.40s'; write name, name(0.1) or name(a=0.1)", text,
                      expected, *at ? at : "the end");
}

/* --- choices */

/* NaN is in no range. */
static int in_range(const tepui_param *p, double x)
{
    if (p->whole && x != floor(x)) return 0;
    return (p->low_open ? x > p->low : x >= p->low) && (p->high_open ? x < p->high : x <= p->high);
}

/* Index of the parameter, or the number of parameters when there is none of that name. */
static size_t param_index(const tepui_kind *kind, const char *name)
{
    const size_t n = tepui_kind_param_count(kind);
    size_t i = 0;
    while (i < n && strcmp(kind->params[i].name, name) != 0) i++;
    return i;
}

static tepui_status set_at(tepui_choice *c, size_t i, double value, tepui_error *err)
{
    const tepui_param *p = &kind_of(c)->params[i];
    if (!in_range(p, value)) return fail_range(kind_of(c), p, value, err);
    c->value[i] = value;
    return TEPUI_OK;
}

tepui_status tepui_choice_set(tepui_choice *c, const char *param, double value, tepui_error *err)
{
    const size_t i = param_index(kind_of(c), param);
    if (i == tepui_kind_param_count(kind_of(c))) return fail_param(kind_of(c), param, err);
    return set_at(c, i, value, err);
}

static void set_defaults(tepui_choice *c, const void *type)
{
    c->type = type;
    for (size_t i = 0; i < TEPUI_MAX_PARAMS; i++)
        c->value[i] = i < tepui_kind_param_count(type) ? kind_of(c)->params[i].fallback : 0.0;
}

/* A reader inside one text: where it is, which argument comes next, which parameters were given. */
typedef struct {
    const char *text, *at;
    size_t position;
    int named, given[TEPUI_MAX_PARAMS];
} reader;

/* Which parameter the argument at r->at sets; moves behind "name =". */
static tepui_status argument_target(reader *r, const tepui_kind *kind, size_t *index, tepui_error *err)
{
    char word[WORD_SIZE];
    const char *after = read_word(r->at, word);
    *index = r->position++;
    if (*after == '=') {
        r->named = 1, r->at = after + 1;
        *index = param_index(kind, word);
        if (*index == tepui_kind_param_count(kind)) return fail_param(kind, word, err);
    } else if (r->named) {
        return fail_text(r->text, r->at, "parameter=number (numbers without a name come first)", err);
    } else if (*index >= tepui_kind_param_count(kind)) {
        return tepui_fail(err, TEPUI_BAD_INPUT, "'%s' takes %zu parameter(s), '%.100s' gives more", kind->name,
                          tepui_kind_param_count(kind), r->text);
    }
    return TEPUI_OK;
}

/* What is no number, or one in another notation or beyond a double. */
static const char *number_wanted(const char *at)
{
    at += *at == '-' || *at == '+';
    return *at == '.' || isdigit((unsigned char)*at) ? "a number in decimal notation, within the range of doubles,"
                                                     : "a number";
}

static tepui_status read_argument(reader *r, tepui_choice *c, tepui_error *err)
{
    size_t i;
    const char *after;
    const tepui_status st = argument_target(r, kind_of(c), &i, err);
    if (st != TEPUI_OK) return st;
    if (r->given[i]++)
        return tepui_fail(err, TEPUI_BAD_INPUT, "parameter %s is given twice in '%.100s'", kind_of(c)->params[i].name,
                          r->text);
    const double value = tepui_read_double(r->at, &after);
    if (after == r->at) return fail_text(r->text, skip_blanks(r->at), number_wanted(skip_blanks(r->at)), err);
    r->at = skip_blanks(after);
    return set_at(c, i, value, err);
}

/* The part in parentheses, r->at behind the "(". */
static tepui_status read_arguments(reader *r, tepui_choice *c, tepui_error *err)
{
    for (;;) {
        const tepui_status st = read_argument(r, c, err);
        if (st != TEPUI_OK) return st;
        if (*r->at == ')') break;
        if (*r->at != ',') return fail_text(r->text, r->at, "',' or ')'", err);
        r->at++;
    }
    r->at = skip_blanks(r->at + 1);
    return TEPUI_OK;
}

tepui_status tepui_choice_parse(const tepui_family *family, const char *text, tepui_choice *out, tepui_error *err)
{
    char word[WORD_SIZE];
    reader r = {.text = text, .at = read_word(text, word)};
    tepui_choice c;
    if (word[0] == '\0') return fail_text(text, r.at, "a name", err);
    const void *type = tepui_kind_find(family, word);
    if (!type) return fail_kind(family, word, err);
    set_defaults(&c, type);
    if (*r.at == '(') {
        r.at++;
        const tepui_status st = read_arguments(&r, &c, err);
        if (st != TEPUI_OK) return st;
    }
    if (*r.at) return fail_text(text, r.at, "the end", err);
    *out = c;
    return TEPUI_OK;
}

/* Adds "a=0.1" to the list of arguments that out ends with. */
static void append_argument(const tepui_choice *c, size_t i, int first, char *out, size_t size)
{
    char number[NUMBER_SIZE];
    tepui_print_double(c->value[i], number, sizeof number);
    text_append(out, size, first ? "(" : ", ");
    text_append(out, size, kind_of(c)->params[i].name);
    text_append(out, size, "=");
    text_append(out, size, number);
}

static void print_choice(const tepui_choice *c, int brief, char *out, size_t size)
{
    size_t printed = 0;
    if (size == 0) return;
    out[0] = '\0';
    text_append(out, size, kind_of(c)->name);
    for (size_t i = 0; i < tepui_kind_param_count(kind_of(c)); i++)
        if (!brief || c->value[i] != kind_of(c)->params[i].fallback) append_argument(c, i, printed++ == 0, out, size);
    if (printed) text_append(out, size, ")");
}

void tepui_choice_print(const tepui_choice *c, char *out, size_t size)
{
    print_choice(c, 0, out, size);
}

void tepui_choice_print_brief(const tepui_choice *c, char *out, size_t size)
{
    print_choice(c, 1, out, size);
}

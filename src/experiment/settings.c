/* settings.c -- values of fields: checked, brought to canonical text, kept with their line. */
#include "settings.h"
#include <base/text.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_SIZE 1024 /* architectures are the longest */
#define MOST_VALUES 10000u

tepui_status settings_init(settings *s, const char *file, tepui_error *err)
{
    *s = (settings){.of = calloc(field_count, sizeof(setting)), .file = file, .err = err};
    return s->of ? TEPUI_OK : tepui_fail(err, TEPUI_NO_MEMORY, "no memory for an experiment");
}

void settings_reset(setting *v)
{
    for (size_t i = 0; i < v->count; i++) free(v->value[i]);
    free(v->value);
    free(v->line);
    *v = (setting){0};
}

void settings_clear(settings *s)
{
    for (size_t i = 0; s->of && i < field_count; i++) settings_reset(&s->of[i]);
    free(s->of);
    s->of = NULL;
}

int duration_parse(const char *text, double *seconds)
{
    const char *at = text;
    *seconds = 0;
    if (strcmp(text, "none") == 0) {
        *seconds = INFINITY;
        return 1;
    }
    while (*at) {
        const char *after;
        const double x = tepui_read_double(at, &after);
        const double unit = *after == 'd' ? 86400 : *after == 'h' ? 3600 : *after == 'm' ? 60 : 1;
        if (after == at || !(x >= 0) || !isfinite(x)) return 0;
        *seconds += x * unit;
        at = *after ? after + 1 : after;
        if (*after && !strchr("dhms", *after)) return 0;
    }
    return at != text && *seconds > 0;
}

/* The whole text as a number. */
static int number_of(const char *text, double *x)
{
    const char *after;
    *x = tepui_read_double(text, &after);
    return after != text && *after == '\0';
}

static tepui_status check_number(const settings *s, const field *f, const char *text, int line, char *out)
{
    double x = NAN;
    uint64_t exact = 0;
    char range[96];
    const int whole = f->type == FIELD_WHOLE, unlimited = f->low == 0 && f->high == 0;
    const int read = whole ? tepui_read_whole(text, &exact) : number_of(text, &x);
    if (whole) x = (double)exact;
    const int ok = read && !isnan(x) &&
                   (unlimited || ((f->flags & FIELD_OPEN_LOW ? x > f->low : x >= f->low) &&
                                  (f->flags & FIELD_OPEN_HIGH ? x < f->high : x <= f->high)));
    field_range(f, range, sizeof range);
    if (!ok)
        return settings_fail(s, f->path, line, "'%.60s' is not allowed: %s%s", text, range,
                             unlimited ? " is needed" : "");
    if (whole)
        snprintf(out, VALUE_SIZE, "%llu", (unsigned long long)exact);
    else
        tepui_print_double(x, out, VALUE_SIZE);
    return TEPUI_OK;
}

static tepui_status check_word(const settings *s, const field *f, const char *text, int line, char *out)
{
    const char *const *words = f->extra;
    char known[96];
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            snprintf(out, VALUE_SIZE, "%s", text);
            return TEPUI_OK;
        }
    const char *near = tepui_nearest(text, words);
    field_range(f, known, sizeof known);
    return settings_fail(s, f->path, line, "'%.60s' is not allowed%s%s%s; one of: %s", text,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "", known);
}

static tepui_status check_kind(const settings *s, const field *f, const char *text, int line, char *out)
{
    tepui_choice c;
    tepui_error err = {""};
    if (tepui_choice_parse(f->extra, text, &c, &err) != TEPUI_OK)
        return settings_fail(s, f->path, line, "%s", err.text);
    tepui_choice_print(&c, out, VALUE_SIZE);
    return TEPUI_OK;
}

/* "[3, 2, 4]" or an expression; its syntax is tried at depth 1, its value when the plan is made. */
static tepui_status check_width(const settings *s, const field *f, const char *text, int line, char *out)
{
    tepui_error err = {""};
    double x;
    snprintf(out, VALUE_SIZE, "%s", text);
    if (strlen(text) >= VALUE_SIZE)
        return settings_fail(s, f->path, line, "a width of more than %d characters", VALUE_SIZE);
    if (text[0] == '[') return TEPUI_OK;
    if (tepui_expression_value(text, 1, 1, &x, &err) != TEPUI_OK)
        return settings_fail(s, f->path, line, "%s", err.text);
    if (number_of(text, &x) && !(x > 0))
        return settings_fail(s, f->path, line, "'%.60s' is not allowed: a width is at least 1", text);
    return TEPUI_OK;
}

static tepui_status check_architecture(const settings *s, const field *f, const char *text, int line, char *out)
{
    tepui_error err = {""};
    if (tepui_architecture_check(text, out, VALUE_SIZE, &err) != TEPUI_OK)
        return settings_fail(s, f->path, line, "%s", err.text);
    if (strlen(out) == VALUE_SIZE - 1)
        return settings_fail(s, f->path, line, "an architecture of %d characters or more, with its parameters' names",
                             VALUE_SIZE - 1);
    return TEPUI_OK;
}

static tepui_status check_duration(const settings *s, const field *f, const char *text, int line, char *out)
{
    double seconds;
    if (!duration_parse(text, &seconds))
        return settings_fail(s, f->path, line, "'%.60s' is not allowed: seconds, 8h, 30m, 1h30m or none", text);
    if (isinf(seconds))
        snprintf(out, VALUE_SIZE, "none");
    else
        tepui_print_double(seconds, out, VALUE_SIZE);
    return TEPUI_OK;
}

static tepui_status check(const settings *s, const field *f, const char *text, int line, char *out)
{
    switch (f->type) {
    case FIELD_WHOLE:
    case FIELD_NUMBER:
        return check_number(s, f, text, line, out);
    case FIELD_CHOICE:
        return check_word(s, f, text, line, out);
    case FIELD_KIND:
    case FIELD_OBSERVABLE:
        return check_kind(s, f, text, line, out);
    case FIELD_WIDTH:
        return check_width(s, f, text, line, out);
    case FIELD_ARCHITECTURE:
        return check_architecture(s, f, text, line, out);
    case FIELD_DURATION:
        return check_duration(s, f, text, line, out);
    case FIELD_PLUGIN:
        return plugins_check(s, text, line, out, VALUE_SIZE);
    default:
        break;
    }
    if (strlen(text) >= VALUE_SIZE || strchr(text, '\n'))
        return settings_fail(s, f->path, line, "one line of less than %d characters is needed", VALUE_SIZE);
    snprintf(out, VALUE_SIZE, "%s", text);
    return TEPUI_OK;
}

tepui_status settings_add(settings *s, size_t f, const char *text, int line)
{
    char out[VALUE_SIZE];
    setting *v = &s->of[f];
    const tepui_status st = check(s, &fields[f], text, line, out);
    if (st != TEPUI_OK) return st;
    if (v->count == MOST_VALUES)
        return settings_fail(s, fields[f].path, line, "more than %u values; split the experiment", MOST_VALUES);
    for (size_t i = 0; i < v->count && !(fields[f].flags & FIELD_REPEATS); i++)
        if (strcmp(v->value[i], out) == 0) return settings_fail(s, fields[f].path, line, "'%.60s' is given twice", out);
    char **value = realloc(v->value, (v->count + 1) * sizeof *value);
    if (value) v->value = value;
    int *lines = realloc(v->line, (v->count + 1) * sizeof *lines);
    if (lines) v->line = lines;
    char *copy = strdup(out);
    if (!value || !lines || !copy) {
        free(copy);
        return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    }
    v->value[v->count] = copy;
    v->line[v->count++] = line;
    return TEPUI_OK;
}

tepui_status settings_default(settings *s)
{
    for (size_t f = 0; f < field_count; f++) {
        char text[VALUE_SIZE];
        if (s->of[f].count || !fields[f].fallback) continue;
        snprintf(text, sizeof text, "%s", fields[f].fallback);
        if (!(fields[f].flags & FIELD_LIST)) {
            const tepui_status st = settings_add(s, f, text, -1);
            if (st != TEPUI_OK) return st;
            continue;
        }
        char *rest = text;
        for (char *word; (word = strsep(&rest, "|"));) {
            const tepui_status st = settings_add(s, f, word, -1);
            if (st != TEPUI_OK) return st;
        }
    }
    return TEPUI_OK;
}

/* --- canonical text: every field, fixed order, sections as blocks, values quoted where YAML might read them otherwise
 */

/* A character of UTF-8 (already checked by the YAML reader) and its length. */
static unsigned long decode(const char *text, size_t *length)
{
    const unsigned char *c = (const unsigned char *)text;
    const size_t n = c[0] < 0x80 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    unsigned long x = n == 1 ? c[0] : c[0] & (0xffu >> (n + 1));
    *length = 1;
    for (; *length < n && (c[*length] & 0xc0) == 0x80; ++*length) x = x << 6 | (c[*length] & 0x3f);
    return x;
}

/* What YAML does not allow bare, takes for the end of a line, or drops. */
static int needs_escape(unsigned long x)
{
    return x < 0x20 || (x >= 0x7f && x <= 0xa0) || x == 0x2028 || x == 0x2029 || x == 0xfeff || x == 0xfffe ||
           x == 0xffff;
}

static void print_quoted(text_buffer *out, const char *words)
{
    size_t n;
    text_put(out, "\"");
    for (const char *c = words; *c; c += n) {
        const unsigned long x = decode(c, &n);
        if (x == '"' || x == '\\')
            text_print(out, "\\%c", (int)x);
        else if (needs_escape(x))
            text_print(out, x < 0x100 ? "\\x%02lx" : "\\u%04lx", x);
        else
            text_bytes(out, c, n);
    }
    text_put(out, "\"");
}

static void print_value(text_buffer *out, const field *f, const char *words)
{
    const int bare = f->type == FIELD_WHOLE || f->type == FIELD_NUMBER || (f->type == FIELD_WIDTH && words[0] == '[');
    if (bare && strcmp(words, "inf") != 0 && strcmp(words, "-inf") != 0) {
        text_put(out, words);
        return;
    }
    print_quoted(out, words);
}

char *settings_canonical(const settings *s)
{
    text_buffer t = {0}, *out = &t;
    char section[32] = "";
    for (size_t i = 0; i < field_count; i++) {
        const field *f = &fields[i];
        const setting *v = &s->of[i];
        const char *dot = strchr(f->path, '.');
        if (!v->count) continue;
        if (dot && strncmp(section, f->path, (size_t)(dot - f->path) + 1) != 0) {
            snprintf(section, sizeof section, "%.*s.", (int)(dot - f->path), f->path);
            text_print(out, "%.*s:\n", (int)(dot - f->path), f->path);
        }
        text_print(out, "%s%s: %s", dot ? "  " : "", dot ? dot + 1 : f->path, f->flags & FIELD_LIST ? "[" : "");
        for (size_t k = 0; k < v->count; k++) {
            if (k) text_put(out, ", ");
            print_value(out, f, v->value[k]);
        }
        text_put(out, f->flags & FIELD_LIST ? "]\n" : "\n");
    }
    return text_take(out);
}

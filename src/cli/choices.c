/* choices.c -- settings of a command line of which some are lists: every list is an axis, the last one fastest.

   A list is [a, b, ...] or a, b, ...; commas inside brackets, parentheses or quotes part nothing. */
#include "cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static char *trimmed(const char *text, size_t n)
{
    while (n && isspace((unsigned char)*text)) text++, n--;
    while (n && isspace((unsigned char)text[n - 1])) n--;
    return cli_print("%.*s", (int)n, text);
}

/* Up to the next comma on this level, or the end. */
static size_t item_length(const char *text)
{
    size_t n = 0;
    int level = 0;
    char quote = 0;
    for (; text[n]; n++) {
        const char c = text[n];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (strchr("([{", c))
            level++;
        else if (strchr(")]}", c))
            level--;
        else if (c == ',' && level == 0)
            break;
    }
    return n;
}

static void add_items(cli_choice *c, const char *text)
{
    for (;; text++) {
        const size_t n = item_length(text);
        c->value = cli_grow(c->value, c->values + 1, sizeof *c->value);
        c->value[c->values++] = trimmed(text, n);
        text += n;
        if (!*text) return;
    }
}

static void split(cli_choice *c, const char *text)
{
    char *all = trimmed(text, strlen(text));
    const size_t n = strlen(all);
    const int bracketed = n > 1 && all[0] == '[' && all[n - 1] == ']' && item_length(all) == n;
    if (bracketed) all[n - 1] = '\0';
    add_items(c, all + bracketed);
    free(all);
}

static void clear(cli_choice *c)
{
    for (size_t i = 0; i < c->values; i++) free(c->value[i]);
    free(c->value);
    free(c->key);
}

cli_choice *cli_choices_find(const cli_choices *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->choice[i].key, key) == 0) return &s->choice[i];
    return NULL;
}

void cli_choices_add(cli_choices *s, const char *key, const char *text, int may_be_list)
{
    cli_choice *there = cli_choices_find(s, key), fresh = {.key = cli_copy(key)};
    if (may_be_list)
        split(&fresh, text);
    else {
        fresh.value = cli_alloc(1, sizeof *fresh.value);
        fresh.value[fresh.values++] = cli_copy(text);
    }
    if (there) {
        clear(there);
    } else {
        s->choice = cli_grow(s->choice, s->count + 1, sizeof *s->choice);
        there = &s->choice[s->count++];
    }
    *there = fresh;
}

void cli_choices_join(cli_choice *c)
{
    char *all = cli_copy("[[");
    for (size_t i = 0; i < c->values; i++) {
        all = cli_append(all, "%s%s", i ? ", " : "", c->value[i]);
        free(c->value[i]);
    }
    c->value[0] = cli_append(all, "]]");
    c->values = 1;
}

size_t cli_choices_count(const cli_choices *s)
{
    size_t n = 1;
    for (size_t i = 0; i < s->count; i++)
        if (__builtin_mul_overflow(n, s->choice[i].values, &n)) return SIZE_MAX;
    return n;
}

const char *cli_choices_value(const cli_choices *s, size_t number, size_t which)
{
    for (size_t i = s->count; i-- > which + 1;) number /= s->choice[i].values;
    return s->choice[which].value[number % s->choice[which].values];
}

void cli_choices_free(cli_choices *s)
{
    for (size_t i = 0; i < s->count; i++) clear(&s->choice[i]);
    free(s->choice);
    *s = (cli_choices){0};
}

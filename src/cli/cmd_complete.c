/* cmd_complete.c -- `tepui complete WORD...`: what the last word may become, one candidate a line; for the shells.

   WORD... is a command line without the program's name, its last word as far as it is typed (perhaps empty). Where that
   word has a "=", the candidates complete what stands after the last one. No candidate: a file is wanted. Kinds, fields
   and laws come from the registries, observables, components, columns and cells from the result that the line names,
   options from the help of the command. */
#include "cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_CELLS 1000 /* a list that nobody reads */

typedef struct {
    char **word;
    int count;
    const char *option, *partial; /* the value of which option is typed (NULL: none), and its beginning */
} line;

static void offer(const line *l, const char *candidate)
{
    if (strncmp(candidate, l->partial, strlen(l->partial)) == 0) puts(candidate);
}

static void offer_words(const line *l, const char *const *words)
{
    for (; words && *words; words++) offer(l, *words);
}

static void offer_kinds(const line *l, const tepui_family *family)
{
    for (size_t i = 0; family && family->kinds[i]; i++) offer(l, ((const tepui_kind *)family->kinds[i])->name);
}

/* --- from the result on the line */

/* NULL: the line names none. */
static tepui_result *result_of(const line *l)
{
    for (int i = 1; i < l->count - 1; i++) {
        struct stat s;
        tepui_error err = {""};
        tepui_result *r = NULL;
        if (l->word[i][0] == '-' || stat(l->word[i], &s) != 0 || !S_ISREG(s.st_mode)) continue;
        if (tepui_result_read(l->word[i], 0, &r, &err) == TEPUI_OK) return r;
    }
    return NULL;
}

static void observables(const line *l)
{
    tepui_result *r = result_of(l);
    if (!r) offer_kinds(l, &tepui_family_observable);
    for (size_t i = 0; r && i < r->observables; i++) offer(l, r->observable[i].name);
    tepui_result_free(r);
}

/* What follows -O or --observable on the line; NULL: nothing. */
static const char *observable_named(const line *l)
{
    for (int i = 1; i < l->count - 1; i++) {
        if (strncmp(l->word[i], "--observable=", 13) == 0) return l->word[i] + 13;
        if (strcmp(l->word[i], "-O") == 0 || strcmp(l->word[i], "--observable") == 0) return l->word[i + 1];
        if (strncmp(l->word[i], "-O", 2) == 0) return l->word[i] + 2;
    }
    return NULL;
}

static void components(const line *l)
{
    tepui_result *r = result_of(l);
    const tepui_result_observable *o = NULL;
    tepui_error err = {""};
    if (r && cli_find_observable(r, observable_named(l), &o, &err) == TEPUI_OK)
        for (size_t i = 0; i < o->components; i++) offer(l, cli_component_shown(o, i));
    offer(l, "last");
    tepui_result_free(r);
}

static void cells(const line *l)
{
    tepui_result *r = result_of(l);
    for (size_t i = 0; r && i < r->cells && i < MOST_CELLS; i++) offer(l, cli_count(i).text);
    tepui_result_free(r);
}

static void columns(const line *l)
{
    tepui_result *r = result_of(l);
    for (size_t i = 0; r && i < r->columns; i++) offer(l, r->column[i].name);
    offer(l, "component");
    tepui_result_free(r);
}

static int is_first(const tepui_column *c, size_t cell)
{
    for (size_t i = 0; i < cell; i++)
        if (strcmp(c->text[i], c->text[cell]) == 0) return 0;
    return 1;
}

static void values_of_column(const line *l, const tepui_result *r, const char *name)
{
    const tepui_column *c;
    tepui_error err = {""};
    if (cli_find_column(r, name, &c, &err) != TEPUI_OK) return;
    for (size_t i = 0; i < r->cells && i < MOST_CELLS; i++)
        if (is_first(c, i)) offer(l, c->text[i]);
}

/* "KEY=" for a key, or values of the key that stands there. key: NULL, or what stands before the last "=" */
static void filters(const line *l, const char *key)
{
    tepui_result *r = result_of(l);
    if (r && key) values_of_column(l, r, key);
    for (size_t i = 0; r && !key && i < r->columns; i++) {
        char *word = cli_print("%s=", r->column[i].name);
        offer(l, word);
        free(word);
    }
    tepui_result_free(r);
}

/* --- from the registries */

static void settings(const line *l, const char *key)
{
    const size_t n = tepui_experiment_fields(NULL);
    tepui_field_info *f = cli_alloc(n, sizeof *f);
    tepui_experiment_fields(f);
    for (size_t i = 0; i < n; i++) {
        char *word = cli_print("%s=", f[i].path);
        if (!key) offer(l, word);
        if (key && strcmp(key, f[i].path) == 0) {
            offer_words(l, f[i].words);
            offer_kinds(l, f[i].family);
        }
        free(word);
    }
    free(f);
}

static void laws(const line *l)
{
    offer_kinds(l, &tepui_family_law);
}

static void formats(const line *l)
{
    static const char *const tables[] = {"text", "csv", "markdown", "latex", "json", NULL};
    static const char *const files[] = {"csv", "json", "npz", NULL};
    offer_words(l, strcmp(l->word[0], "export") == 0 ? files : tables);
}

static void statistics(const line *l)
{
    static const char *const known[] = {"median",   "quantile=", "below=",   "above=",  "mean",    "sd",
                                        "variance", "skewness",  "kurtosis", "minimum", "maximum", "count",
                                        "zero",     "nan",       "infinite", "under",   "over",    NULL};
    offer_words(l, known);
}

static void activations(const line *l)
{
    offer_kinds(l, &tepui_family_activation);
}

static void scales(const line *l)
{
    offer_kinds(l, &tepui_family_scale);
}

static void distributions(const line *l)
{
    offer_kinds(l, &tepui_family_distribution);
}

/* --- options */

/* letter: 0: none; command: NULL: all that have the option */
static const struct {
    const char *name, *command;
    char letter;
    void (*values)(const line *l);
    void (*pairs)(const line *l, const char *key); /* of KEY=VALUE */
} options[] = {
    {"observable", NULL, 'O', observables, NULL},
    {"component", NULL, 'c', components, NULL},
    {"where", NULL, 'w', NULL, filters},
    {"law", NULL, 'l', laws, NULL},
    {"cell", NULL, 0, cells, NULL},
    {"format", NULL, 'f', formats, NULL},
    {"set", "run", 0, NULL, settings},
    {"set", "theory", 's', NULL, settings},
    {"statistic", "table", 's', statistics, NULL},
    {"rows", "table", 'r', columns, NULL},
    {"columns", "table", 'k', columns, NULL},
    {"ignore", "compare", 0, columns, NULL},
    {"activation", "theory", 'a', activations, NULL},
    {"init", "theory", 0, scales, NULL},
    {"weights", "theory", 0, distributions, NULL},
    {"activation", "verify", 'a', activations, NULL},
    {"init", "verify", 0, scales, NULL},
    {"weights", "verify", 0, distributions, NULL},
};
enum { OPTIONS = sizeof options / sizeof *options };

/* The number of the option that a word is, without its value; OPTIONS: of none here. */
static size_t option_of(const line *l, const char *word, size_t length)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (options[i].command && strcmp(options[i].command, l->word[0]) != 0) continue;
        const char letter[] = {'-', options[i].letter, '\0'};
        if (options[i].letter && length == 2 && strncmp(word, letter, 2) == 0) return i;
        if (length > 2 && strncmp(word, "--", 2) == 0 && strlen(options[i].name) == length - 2 &&
            strncmp(word + 2, options[i].name, length - 2) == 0)
            return i;
    }
    return OPTIONS;
}

static void offer_values(line *l, size_t option, const char *value)
{
    const char *equals = strrchr(value, '=');
    l->partial = equals ? equals + 1 : value;
    if (!options[option].pairs) {
        options[option].values(l);
        return;
    }
    char *key = equals ? cli_print("%.*s", (int)(equals - value), value) : NULL;
    options[option].pairs(l, key);
    free(key);
}

/* What this program prints for the command with an option; NULL: nothing. */
static FILE *ask(const char *name, const char *option)
{
    char program[4096];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    for (const char *c = name; *c; c++)
        if (!islower((unsigned char)*c)) return NULL;
    char *command = cli_print("'%s' %s %s 2>/dev/null", program, name, option);
    FILE *answer = strchr(program, '\'') ? NULL : popen(command, "r");
    free(command);
    return answer;
}

/* The options that the help of the command names. */
static void offer_options(const line *l)
{
    char text[512];
    FILE *help = ask(l->word[0], "--help");
    while (help && fgets(text, sizeof text, help)) {
        char *option = strstr(text, "--");
        if (strncmp(text, "  ", 2) != 0 || !option || option - text > 6) continue;
        const size_t length = strcspn(option, "= ,[\n");
        const int takes = option[length] == '=';
        option[length] = takes ? '=' : '\0';
        option[length + (size_t)takes] = '\0';
        offer(l, option);
    }
    if (help) pclose(help);
}

/* The Python package knows them; none where it cannot run. */
static void offer_figures(const line *l)
{
    char text[512];
    FILE *list = ask("plot", "--list");
    while (list && fgets(text, sizeof text, list)) {
        text[strcspn(text, "\n")] = '\0';
        if (islower((unsigned char)text[0])) offer(l, text);
    }
    if (list) pclose(list);
}

/* --- words that are no options */

static void offer_arguments(const line *l)
{
    int before = 0; /* words that are no options, nor the values of some */
    for (int i = 1; i < l->count - 1; i++) before += l->word[i][0] != '-';
    if (strcmp(l->word[0], "list") == 0 && before == 0) {
        for (const tepui_family *const *f = tepui_families; *f; f++) offer(l, (*f)->name);
        offer(l, "field");
    }
    if (strcmp(l->word[0], "plot") == 0 && before == 0) offer_figures(l);
    if (strcmp(l->word[0], "list") == 0 && before == 1) offer_kinds(l, tepui_family_find(l->word[1]));
    if (strcmp(l->word[0], "theory") == 0 && before == 0) {
        laws(l);
        offer(l, "meanfield");
    }
}

int cmd_complete(int argc, char **argv, const char *const *commands)
{
    if (argc < 2) return cli_fail("tepui complete", TEPUI_USAGE, "the words of a command line are needed");
    line l = {.word = argv + 1, .count = argc - 1};
    const char *word = l.word[l.count - 1];
    const size_t length = strcspn(word, "=");
    l.partial = word;
    if (l.count == 1 || (l.count == 2 && strcmp(l.word[0], "help") == 0)) {
        offer_words(&l, commands);
        return TEPUI_OK;
    }
    const char *last = l.word[l.count - 2];
    const size_t own = word[length] ? option_of(&l, word, length) : OPTIONS;
    const size_t before = l.count > 2 ? option_of(&l, last, strlen(last)) : OPTIONS;
    if (own < OPTIONS)
        offer_values(&l, own, word + length + 1);
    else if (before < OPTIONS)
        offer_values(&l, before, word);
    else if (word[0] == '-')
        offer_options(&l);
    else
        offer_arguments(&l);
    return TEPUI_OK;
}

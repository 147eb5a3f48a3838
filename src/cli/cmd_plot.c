/* cmd_plot.c -- `tepui plot FIGURE FILE... -o NAME`: hands over to the Python package in analysis/, which draws.

   The package is that of the source tree where the program runs in one, or the installed one. It asks this program for
   theory and fits. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISSING 69 /* EX_UNAVAILABLE */
#define PARENTS 3  /* folders above the program in which the source tree may begin */

typedef struct {
    char **word; /* for Python, in order */
    size_t words, figures;
    int output, list;
} options;

static void add_word(options *o, const char *text)
{
    o->word = cli_grow(o->word, o->words + 2, sizeof *o->word);
    o->word[o->words++] = cli_copy(text);
    o->word[o->words] = NULL;
}

enum { KEY_OPTION = 0x600, KEY_CELL, KEY_DPI, KEY_CAPTION, KEY_LIST };

static const struct argp_option argp_options[] = {
    {"output", 'o', "NAME", 0, "File to write, .svg, .pdf or .png; of several results NAME-RESULT.svg each", 0},
    {"observable", 'O', "NAME", 0, "What is drawn (default: what the figure is about)", 0},
    {"component", 'c', "NAME", 0, "Layer number, `output', `total', `last' or `hidden'", 0},
    {"law", 'l', "ID", 0, "Law whose curve is drawn (default: one with a verdict in the file)", 0},
    {"cell", KEY_CELL, "N", 0, "Number of a cell; may be repeated", 0},
    {"where", 'w', "KEY=VALUE,...", 0, "Only cells with these values; may be repeated", 0},
    {"option", KEY_OPTION, "NAME=VALUE", 0, "An option of the figure, bins=60 say", 0},
    {"dpi", KEY_DPI, "N", 0, "Dots per inch of a PNG (default 200)", 0},
    {"caption", KEY_CAPTION, 0, 0, "Print the caption, too", 0},
    {"list", KEY_LIST, 0, 0, "Print the figures and what each shows", 0},
    {0}};

static const char *long_name(int key)
{
    for (const struct argp_option *p = argp_options; p->name; p++)
        if (p->key == key) return p->name;
    return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    if (key == KEY_LIST) {
        o->list = 1;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        o->figures++;
        if (arg[0] == '-') argp_error(state, "a figure or a file cannot begin with '-': %s", arg);
        add_word(o, arg);
        return 0;
    }
    if (key == ARGP_KEY_END) {
        if (!o->list && (o->figures < 2 || !o->output))
            argp_error(state, "a figure, a result file and -o NAME are needed; `tepui plot --list' tells the figures");
        return 0;
    }
    if (!long_name(key)) return ARGP_ERR_UNKNOWN;
    o->output |= key == 'o';
    char *word = arg ? cli_print("--%s=%s", long_name(key), arg) : cli_print("--%s", long_name(key));
    add_word(o, word);
    free(word);
    return 0;
}

static const struct argp argp = {
    argp_options,
    parse,
    "FIGURE FILE...",
    "Draw a figure of results, theory over the samples, by the Python package in analysis/.\v"
    "Exit status: 64 unknown figure or suffix, 65 a file that is no result, or nothing to draw "
    "(with what to add to the experiment), 69 Python or a package of it is missing.",
    NULL,
    NULL,
    NULL};

static int is_package(const char *folder)
{
    char *file = cli_print("%s/tepui/__init__.py", folder);
    const int there = access(file, R_OK) == 0;
    free(file);
    return there;
}

/* analysis/ of the source tree in which the program lies, NULL: it lies in none. */
static char *package_of_tree(const char *program)
{
    char *at = cli_copy(program);
    for (int i = 0; i < PARENTS; i++) {
        char *slash = strrchr(at, '/');
        if (!slash) break;
        *slash = '\0';
        char *mark = cli_print("%s/configure.ac", at), *folder = cli_print("%s/analysis", at);
        const int found = access(mark, R_OK) == 0 && is_package(folder);
        free(mark);
        if (found) {
            free(at);
            return folder;
        }
        free(folder);
    }
    free(at);
    return NULL;
}

static void set_path(const char *folder)
{
    const char *before = getenv("PYTHONPATH");
    char *path = before && *before ? cli_print("%s:%s", folder, before) : cli_copy(folder);
    setenv("PYTHONPATH", path, 1);
    free(path);
}

int cmd_plot(int argc, char **argv)
{
    options o = {0};
    char program[4096];
    add_word(&o, "python3");
    add_word(&o, "-m");
    add_word(&o, "tepui");
    add_word(&o, "plot");
    cli_parse(&argp, argc, argv, &o);
    if (o.list) {
        strcpy(o.word[3], "list");
        o.word[4] = NULL;
    }
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    char *folder = package_of_tree(program);
    if (!folder) folder = cli_copy(TEPUI_PYTHON_FOLDER);
    if (!is_package(folder))
        return cli_fail("tepui plot", MISSING,
                        "the Python package `tepui' is not in %s: `make install' in the source tree puts it there",
                        folder);
    set_path(folder);
    setenv("TEPUI", program, 0);
    setenv("MPLBACKEND", "Agg", 0);
    execvp(TEPUI_PYTHON, o.word);
    return cli_fail("tepui plot", MISSING,
                    "%s cannot be started (%s): apt-get install python3 python3-numpy python3-h5py python3-matplotlib",
                    TEPUI_PYTHON, strerror(errno));
}

/* cmd_plot.c -- `tepui plot FIGURE FILE... -o NAME`: a figure, drawn by the Python package in analysis/. */
#include "python.h"

typedef struct {
    cli_words words; /* for Python, in order */
    size_t figures;
    int output, list;
} options;

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
        cli_add_word(&o->words, arg);
        return 0;
    }
    if (key == ARGP_KEY_END) {
        if (!o->list && (o->figures < 2 || !o->output))
            argp_error(state, "a figure, a result file and -o NAME are needed; `tepui plot --list' lists the figures");
        return 0;
    }
    if (key != 'o' && key != 'O' && key != 'c' && key != 'l' && key != 'w' && (key < KEY_OPTION || key > KEY_CAPTION))
        return ARGP_ERR_UNKNOWN;
    o->output |= key == 'o';
    cli_add_option(&o->words, argp_options, key, arg);
    return 0;
}

static const struct argp_child children[] = {{&cli_plugin_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FIGURE FILE...",
    "Draw a figure of results, theory over the samples, by the Python package in analysis/.\v"
    "Exit status: 64 unknown figure or suffix, 65 a file that is no result, or nothing to draw "
    "(with what to add to the experiment), 69 Python or a package of it is missing.",
    children,
    NULL,
    NULL};

int cmd_plot(int argc, char **argv)
{
    options o = {0};
    cli_parse(&argp, argc, argv, &o);
    return o.list ? cli_python("tepui plot", "list", &(cli_words){0}) : cli_python("tepui plot", "plot", &o.words);
}

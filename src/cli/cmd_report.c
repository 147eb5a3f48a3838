/* cmd_report.c -- `tepui report FILE... -o report.html`: one page about results, written by the Python package in
   analysis/. */
#include "python.h"
#include <string.h>

typedef struct {
    cli_words words; /* for Python, in order */
    size_t files;
    int output;
} options;

static const struct argp_option argp_options[] = {
    {"output", 'o', "NAME", 0, "File to write, .html", 0},
    {"title", 't', "TEXT", 0, "Title of the page (default: those of the experiments)", 0},
    {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        o->files++;
        if (arg[0] == '-') argp_error(state, "a file cannot begin with '-': %s", arg);
        cli_add_word(&o->words, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->files || !o->output) argp_error(state, "a result file and -o NAME are needed");
        return 0;
    case 'o': {
        const char *suffix = strrchr(arg, '.');
        if (!suffix || strcmp(suffix, ".html")) argp_error(state, "cannot write '%s': its name must end in .html", arg);
        o->output = 1;
    } /* fall through */
    case 't':
        cli_add_option(&o->words, argp_options, key, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&cli_plugin_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    argp_options,
    parse,
    "FILE...",
    "Write one page about results that needs no network: the headline, the verdicts in the files (`tepui verify "
    "--save'), "
    "figures, tables, the experiment, provenance. A section for each file; the same files give the same bytes.\v"
    "Exit status: 65 a file that is no result, or nothing in it, 69 Python or a package of it is missing.",
    children,
    NULL,
    NULL};

int cmd_report(int argc, char **argv)
{
    options o = {0};
    cli_parse(&argp, argc, argv, &o);
    return cli_python("tepui report", "report", &o.words);
}

/* main.c -- the program: finds the command and hands over. Each command is one file, cmd_NAME.c, with its own --help.
 */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static const cli_command commands[] = {
    {"run", "sample an experiment and write the result file", cmd_run, 0},
    {"status", "progress, rate and time left of a run", cmd_status, 0},
    {"table", "a statistic of an observable as a table", cmd_table, 0},
    {"histogram", "the distribution of an observable in one cell", cmd_histogram, 0},
    {"verify", "the laws of the theory against the samples of a result", cmd_verify, 1},
    {"theory", "what a law predicts, without samples", cmd_theory, 1},
    {"threshold", "how medians vanish with depth, and the width that keeps them", cmd_threshold, 0},
    {"trend", "what becomes of medians with depth: vanishes, stays, explodes", cmd_trend, 0},
    {"escape", "how long optimizers stay on the plateau, at their best learning rate", cmd_escape, 0},
    {"plot", "a figure of results, drawn by the Python package", cmd_plot, 1},
    {"report", "one page about results, with figures and tables", cmd_report, 1},
    {"compare", "two results, cell by cell: do their distributions differ", cmd_compare, 0},
    {"export", "a whole result as csv, json or npz", cmd_export, 0},
    {"replay", "one sample again, in full detail", cmd_replay, 1},
    {"list", "known activations, laws, observables, experiment fields, ...", cmd_list, 1},
    {"bench", "speed of this machine", cmd_bench, 0},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const cli_command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

static int print_help(FILE *out)
{
    fputs("Usage: tepui COMMAND [OPTION...]\n"
          "Monte Carlo simulation of random networks: distributions of gradients and curvature.\n\nCommands:\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++) fprintf(out, "  %-10s  %s\n", commands[i].name, commands[i].summary);
    fputs("\n`tepui help COMMAND' or `tepui COMMAND --help' says more.\n"
          "Exit status: 0 good, 1 a check failed or NaN among the results, 64 wrong usage, 65 bad experiment or data,\n"
          "69 Python or a package of it is missing, 70 internal error, 71 not enough memory, 74 input or output\n"
          "failed, 75 stopped early, can be resumed, 128 + N ended by signal N after the result was saved.\n",
          out);
    return TEPUI_OK;
}

/* Commands of other programs, which are options or other ways here. */
static const char *const elsewhere[][2] = {
    {"resume", "`tepui run --resume EXPERIMENT' resumes a result"},
    {"continue", "`tepui run --resume EXPERIMENT' resumes a result"},
    {"merge",
     "`tepui report' and `tepui plot' take several results; `tepui run --resume' with more samples extends one"},
    {"config", "`tepui list field' explains the experiment file"},
    {"init", "`tepui list field' explains the experiment file"},
};

static int unknown_command(const char *name)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(elsewhere[i][0], name) == 0)
            return cli_fail("tepui", TEPUI_USAGE, "there is no command '%s': %s", name, elsewhere[i][1]);
    const char *words[COMMANDS + 2] = {"help"};
    tepui_error err = {""};
    for (size_t i = 0; i < COMMANDS; i++) words[i + 1] = commands[i].name;
    return cli_fail("tepui", cli_unknown(&err, "command", name, words), "%s", err.text);
}

static int start_command(const char *name, int argc, char **argv)
{
    const cli_command *c = find(name);
    if (!c) return unknown_command(name);
    argv[0] = cli_print("tepui %s", name); /* lives as long as the program: argp shows it */
    if (c->takes_plugins) cli_load_plugins(argc, argv);
    int status = c->run(argc, argv);
    if (tepui_missed_memory() && (status == TEPUI_OK || status == 1))
        status = cli_fail(argv[0], TEPUI_NO_MEMORY, "not enough memory: some numbers are missing");
    free(argv[0]);
    return status;
}

static int help(const char *name)
{
    char option[] = "--help", *argv[] = {NULL, option, NULL};
    return start_command(name, 2, argv);
}

/* For the shells; not among the commands. */
static int complete(int argc, char **argv)
{
    const char *words[COMMANDS + 3] = {NULL};
    for (size_t i = 0; i < COMMANDS; i++) words[i] = commands[i].name;
    words[COMMANDS] = "help";
    words[COMMANDS + 1] = "version";
    return cmd_complete(argc, argv, words);
}

static int is_version(const char *word)
{
    return strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0;
}

/* `tepui version': the release, and what else decides about bits */
static int version(void)
{
    printf("%s\n", cli_version());
    for (const tepui_fact *f = tepui_provenance(); f->name; f++) printf("%-14s  %s\n", f->name, f->value);
    return TEPUI_OK;
}

int main(int argc, char **argv)
{
    cli_start(argv);
    if (argc < 2) return print_help(stderr), TEPUI_USAGE;
    if (is_version(argv[1])) return printf("%s\n", cli_version()), 0;
    if (strcmp(argv[1], "version") == 0) return version();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return print_help(stdout);
    if (strcmp(argv[1], "complete") == 0) return complete(argc - 1, argv + 1);
    if (strcmp(argv[1], "help") == 0) return argc > 2 ? help(argv[2]) : print_help(stdout);
    return start_command(argv[1], argc - 1, argv + 1);
}

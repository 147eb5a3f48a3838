/* python.h -- commands that the Python package in analysis/ carries out. */
#ifndef TEPUI_CLI_PYTHON_H
#define TEPUI_CLI_PYTHON_H
#include "cli.h"

/* Words of a command line. */
typedef struct {
    char **word;
    size_t count;
} cli_words;

void cli_add_word(cli_words *, const char *text);

/* --NAME=ARG of the option with this key (--NAME without ARG). */
void cli_add_option(cli_words *, const struct argp_option *known, int key, const char *arg);

/* Becomes `python3 -m tepui COMMAND WORDS...`; returns the exit status only where that cannot be started. */
int cli_python(const char *who, const char *command, const cli_words *);

#endif

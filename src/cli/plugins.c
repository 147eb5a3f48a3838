/* plugins.c -- --plugin FILE and $TEPUI_PLUGINS: plug-ins that the user names, for commands that compute. A result says
   which it needs; it never makes one run by itself. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

#define VARIABLE "TEPUI_PLUGINS"

static void load(const char *who, const char *path)
{
    tepui_error err = {""};
    const tepui_status st = tepui_plugin_load(path, NULL, NULL, &err);
    if (st != TEPUI_OK) exit(cli_fail(who, st, "%s", err.text));
}

/* So that the programs that this one starts have them, too: figures ask for theory. */
static void pass_on(const char *path)
{
    const char *before = getenv(VARIABLE);
    char *full = realpath(path, NULL),
         *all = cli_print("%s%s%s", before ? before : "", before && *before ? ":" : "", full);
    setenv(VARIABLE, all, 1);
    free(all);
    free(full);
}

void cli_load_plugins(int argc, char **argv)
{
    const char *variable = getenv(VARIABLE);
    char *list = cli_copy(variable ? variable : ""), *rest = NULL;
    for (char *path = strtok_r(list, ":", &rest); path; path = strtok_r(NULL, ":", &rest)) load(argv[0], path);
    free(list);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *path = NULL;
        if (strncmp(argv[i], "--plugin=", 9) == 0) path = argv[i] + 9;
        if (strcmp(argv[i], "--plugin") == 0 && i + 1 < argc) path = argv[++i];
        if (path) load(argv[0], path);
    }
}

enum { KEY_PLUGIN = 0x700 };

/* "--plug FILE" comes here unloaded. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
    if (key != KEY_PLUGIN) return ARGP_ERR_UNKNOWN;
    load(state->name, arg);
    pass_on(arg);
    return 0;
}

static const struct argp_option argp_options[] = {
    {"plugin", KEY_PLUGIN, "FILE", 0, "A plug-in with kinds of your own (docs/plugins.md); may be repeated", 0}, {0}};
const struct argp cli_plugin_argp = {.options = argp_options, .parser = parse};

/* python.c -- hands over to the Python package in analysis/, which draws figures and writes reports.

   The package is that of the source tree where the program runs in one, or the installed one. It asks this program for
   theory and fits. */
#include "python.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MISSING 69 /* EX_UNAVAILABLE */
#define PARENTS 3  /* folders above the program in which the source tree may begin */

void cli_add_word(cli_words *w, const char *text)
{
    w->word = cli_grow(w->word, w->count + 2, sizeof *w->word);
    w->word[w->count++] = cli_copy(text);
    w->word[w->count] = NULL;
}

void cli_add_option(cli_words *w, const struct argp_option *known, int key, const char *arg)
{
    while (known->name && known->key != key) known++;
    char *word = arg ? cli_print("--%s=%s", known->name, arg) : cli_print("--%s", known->name);
    cli_add_word(w, word);
    free(word);
}

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

int cli_python(const char *who, const char *command, const cli_words *w)
{
    char program[4096];
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    char *folder = package_of_tree(program);
    if (!folder) folder = cli_copy(TEPUI_PYTHON_FOLDER);
    if (!is_package(folder))
        return cli_fail(who, MISSING,
                        "the Python package `tepui' is not in %s: `make install' in the source tree puts it there",
                        folder);
    set_path(folder);
    setenv("TEPUI", program, 0);
    setenv("MPLBACKEND", "Agg", 0);
    cli_words all = {0};
    for (const char *const *p = (const char *const[]){"python3", "-m", "tepui", command, NULL}; *p; p++)
        cli_add_word(&all, *p);
    for (size_t i = 0; i < w->count; i++) cli_add_word(&all, w->word[i]);
    execvp(TEPUI_PYTHON, all.word);
    return cli_fail(who, MISSING,
                    "%s cannot be started (%s): apt-get install python3 python3-numpy python3-h5py python3-matplotlib",
                    TEPUI_PYTHON, strerror(errno));
}

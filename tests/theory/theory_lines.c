/* theory_lines.c -- `tepui theory` many times in one process: reads its arguments, tabs between them, one call a line;
   writes what the command prints, errors too, and a line "= STATUS". */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_WORDS 62

int main(int argc, char **argv)
{
    char *line = NULL, name[] = "tepui theory", *word[MOST_WORDS + 2];
    size_t room = 0;
    (void)argc;
    cli_start(argv);
    if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0) return 74;
    while (getline(&line, &room, stdin) > 0) {
        int n = 1;
        word[0] = name;
        for (char *at = strtok(line, "\t\n"); at && n <= MOST_WORDS; at = strtok(NULL, "\t\n")) word[n++] = at;
        word[n] = NULL;
        const int status = cmd_theory(n, word);
        printf("= %d\n", status);
        fflush(stdout);
    }
    free(line);
    return 0;
}

/* message.c -- talking to the user and ending: messages on standard error, a closing check of standard output. */
#include "cli.h"
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define LONGEST 8192 /* message; the rest of a longer one is left out */

/* How many bytes of a character that a terminal would obey: C0 and DEL, or C1 as UTF-8. */
static size_t control_length(const char *text)
{
    const unsigned char c = (unsigned char)text[0], next = (unsigned char)(c ? text[1] : 0);
    return (c && c < 0x20) || c == 0x7f ? 1 : c == 0xc2 && next >= 0x80 && next < 0xa0 ? 2 : 0;
}

/* Without memory of its own: it may be about to say that there is none. */
static void say(const char *command, const char *format, va_list args)
{
    char text[LONGEST];
    vsnprintf(text, sizeof text, format, args);
    fflush(stdout);
    fprintf(stderr, "%s: ", command);
    for (const char *p = text; *p;) {
        size_t n = control_length(p);
        if (n == 0) fputc(*p++, stderr);
        for (; n > 0; n--) fprintf(stderr, "\\x%02x", (unsigned char)*p++);
    }
    fputc('\n', stderr);
}

int cli_fail(const char *command, tepui_status st, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(command, format, args);
    va_end(args);
    return st;
}

void cli_say(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(command, format, args);
    va_end(args);
}

char *cli_visible(const char *text)
{
    char *out = cli_alloc(4 * strlen(text) + 1, 1), *to = out;
    while (*text) {
        size_t n = control_length(text);
        if (n == 0) *to++ = *text++;
        for (; n > 0; n--) to += sprintf(to, "\\x%02x", (unsigned char)*text++);
    }
    return out;
}

void *cli_grow(void *old, size_t count, size_t size)
{
    void *p = size && count > SIZE_MAX / size ? NULL : realloc(old, count * size + 1);
    if (!p) exit(cli_fail("tepui", TEPUI_NO_MEMORY, "no memory for %zu x %zu bytes", count, size));
    return p;
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *options)
{
    const error_t e = argp_parse(argp, argc, argv, 0, NULL, options);
    if (e) exit(cli_fail(argv[0], e == ENOMEM ? TEPUI_NO_MEMORY : TEPUI_INTERNAL, "the options: %s", strerror(e)));
}

void *cli_alloc(size_t count, size_t size)
{
    void *p = cli_grow(NULL, count, size);
    return memset(p, 0, count * size + 1);
}

char *cli_copy(const char *text)
{
    return strcpy(cli_alloc(strlen(text) + 1, 1), text);
}

static char *append(char *text, const char *format, va_list args)
{
    va_list again;
    const size_t had = text ? strlen(text) : 0;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    text = cli_grow(text, had + (size_t)(n < 0 ? 0 : n) + 1, 1);
    text[had] = '\0';
    if (n > 0) vsnprintf(text + had, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}

char *cli_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = append(NULL, format, args);
    va_end(args);
    return text;
}

char *cli_append(char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text = append(text, format, args);
    va_end(args);
    return text;
}

/* What was put together; without memory the program ends. */
char *cli_text_take(text_buffer *t)
{
    char *out = text_take(t);
    if (!out) exit(cli_fail("tepui", TEPUI_NO_MEMORY, "no memory for a text"));
    return out;
}

tepui_status cli_unknown_kind(tepui_error *err, const char *what, const char *word, const tepui_family *family)
{
    size_t n = 0;
    while (family->kinds[n]) n++;
    const char **words = cli_alloc(n + 1, sizeof *words);
    for (size_t i = 0; i < n; i++) words[i] = ((const tepui_kind *)family->kinds[i])->name;
    const tepui_status st = cli_unknown(err, what, word, words);
    free(words);
    return st;
}

tepui_status cli_unknown(tepui_error *err, const char *what, const char *word, const char *const *words)
{
    char advice[640];
    tepui_advice(word, words, advice, sizeof advice);
    return tepui_fail(err, TEPUI_USAGE, "unknown %s '%.100s'%s", what, word, advice);
}

/* A full disk shows at the last flush only, so the last flush is looked at. A reader that went away (EPIPE, where the
   signal is ignored) needs no message. */
void cli_close_output(void)
{
    const int failed = ferror(stdout);
    errno = 0;
    if (fclose(stdout) == 0 && !failed) return;
    if (errno != EPIPE)
        fprintf(stderr, "tepui: cannot write to standard output: %s\n", errno ? strerror(errno) : "write error");
    _exit(TEPUI_IO);
}

/* OpenBLAS starts its threads when the dynamic linker loads it, before main(): setting the variable here comes too
   late, and openblas_set_num_threads() is undone by OpenMP builds of it. More than one BLAS thread inside our own
   workers is slow and changes the last bits of results. So the program starts itself once more with the variable set;
   the process id stays, it costs about 2 ms, and there is no loop because the second start finds it set. The path is
   read from /proc so that ps shows "tepui"; where there is no /proc, nothing happens and the variable is the user's. */
static void restart_with_one_blas_thread(char **argv)
{
    char path[4096];
    const char *now = getenv("OPENBLAS_NUM_THREADS");
    if (now && strcmp(now, "1") == 0) return;
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0 || setenv("OPENBLAS_NUM_THREADS", "1", 1) != 0) return;
    path[n] = '\0';
    execv(path, argv);
}

const char *cli_version(void)
{
    static char text[64];
    snprintf(text, sizeof text, "tepui %s", tepui_version());
    return text;
}

/* A closed standard descriptor would be given to the next file that is opened: a result, say. /dev/null takes its
   place, opened so that its use is still an error (EBADF), and its closing is none. */
static void open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) _exit(TEPUI_IO);
}

void cli_start(char **argv)
{
    open_standard_descriptors();
    restart_with_one_blas_thread(argv);
    gsl_set_error_handler_off();
    argp_program_version = cli_version();
    argp_err_exit_status = EX_USAGE;
    atexit(cli_close_output);
}

/* progress.c -- how far a run is, on standard error: one line redrawn on a terminal and cleared at the end, one line
   a minute elsewhere. Rate and time left are those of this session, not of samples an earlier one took. */
#include "cli.h"
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LINE_EVERY 60.0
#define WIDTH_LEAST 20u
#define WIDTH_MOST 200u
#define BAR_MOST 40u

void cli_progress_init(cli_progress *p, FILE *out, int quiet)
{
    *p = (cli_progress){.out = out, .quiet = quiet, .terminal = isatty(fileno(out)) == 1, .next_line = LINE_EVERY};
}

static size_t terminal_width(FILE *out)
{
    struct winsize w;
    if (ioctl(fileno(out), TIOCGWINSZ, &w) != 0 || w.ws_col == 0) return 80;
    return w.ws_col < WIDTH_LEAST ? WIDTH_LEAST : w.ws_col > WIDTH_MOST ? WIDTH_MOST : w.ws_col;
}

/* "42.1 %  12345 samples/s  3 min 20 s left": per cent of the work, which also tells the time left */
static void figures(char *out, size_t size, const cli_progress *p)
{
    const double seconds = p->now.seconds - p->first.seconds;
    const double rate = seconds > 0 ? (double)(p->now.done - p->first.done) / seconds : 0.0;
    /* never 100 before the end */
    const double percent = p->now.done < p->now.total ? fmin(99.9, 100.0 * p->now.work) : 100.0;
    if (rate <= 0.0 || isnan(p->now.left)) {
        snprintf(out, size, "%5.1f %%", percent);
        return;
    }
    snprintf(out, size, "%5.1f %%  %.20s samples/s  %.24s left", percent, cli_number(rate, 3).text,
             cli_duration(p->now.left).text);
}

/* The bar takes what the figures leave of the line; without room for at least five marks there is none. */
void cli_progress_bar(char *out, size_t size, size_t width, const cli_progress *p)
{
    char text[128], bar[BAR_MOST + 4] = "";
    figures(text, sizeof text, p);
    const size_t used = strlen(text) + 4; /* brackets, blank, and the last column, which may wrap */
    size_t marks = width > used ? width - used : 0;
    if (marks > BAR_MOST) marks = BAR_MOST;
    if (marks >= 5) {
        const size_t full = (size_t)(p->now.work * (double)marks);
        bar[0] = '[';
        memset(bar + 1, '.', marks);
        memset(bar + 1, '#', full > marks ? marks : full);
        memcpy(bar + 1 + marks, "] ", 3);
    }
    snprintf(out, size, "%s%s", bar, text);
    if (strlen(out) >= width) out[width - 1] = '\0';
}

static void draw(cli_progress *p)
{
    char line[WIDTH_MOST + 1];
    cli_progress_bar(line, sizeof line, terminal_width(p->out), p);
    fprintf(p->out, "\r%s\033[K", line);
    fflush(p->out);
    p->drawn = 1;
}

static void write_line(cli_progress *p)
{
    char text[128];
    figures(text, sizeof text, p);
    fprintf(p->out, "tepui run: %llu of %llu samples, %s\n", (unsigned long long)p->now.done,
            (unsigned long long)p->now.total, text + strspn(text, " "));
    fflush(p->out);
    p->next_line = p->now.seconds + LINE_EVERY;
}

void cli_progress_show(void *progress, const tepui_progress *now)
{
    cli_progress *p = progress;
    if (!p->started) p->first = *now;
    p->started = 1;
    p->now = *now;
    if (p->quiet) return;
    if (p->terminal)
        draw(p);
    else if (now->seconds >= p->next_line)
        write_line(p);
}

void cli_progress_clear(cli_progress *p)
{
    if (p->drawn) fputs("\r\033[K", p->out);
    p->drawn = 0;
    fflush(p->out);
}

/* mean_field.c -- `tepui theory meanfield`: fixed points, depth scales and phase of infinitely wide nets. */
#include "cli.h"
#include <math.h>

static void add(cli_table *t, const char *name, const char *text)
{
    cli_table_cell(t, name);
    cli_table_cell(t, text);
}

static void add_number(cli_table *t, const char *name, double x, int digits)
{
    add(t, name, cli_number(x, digits).text);
}

static cli_table *table_of(const tepui_mean_field *f, double sigma_w, double sigma_b, double critical, int digits)
{
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "prediction");
    cli_table_column(t, CLI_NUMERIC, "value");
    add_number(t, "sigma_w", sigma_w, 0);
    add_number(t, "sigma_b", sigma_b, 0);
    add(t, "phase", tepui_phase_word[f->phase]);
    add_number(t, "q*", f->q, digits);
    add_number(t, "chi_1", f->chi_1, digits);
    add_number(t, "c*", f->c, digits);
    add_number(t, "chi at c*", f->chi_c, digits);
    add_number(t, "depth scale of q", f->xi_q, digits);
    add_number(t, "depth scale of c", f->xi_c, digits);
    add_number(t, "depth scale of gradients", f->xi_gradient, digits);
    add_number(t, "critical sigma_w", critical, digits);
    return t;
}

static void say(const char *text, cli_format format)
{
    if (format == CLI_TEXT || format == CLI_MARKDOWN) printf("%s\n", text);
    if (format == CLI_LATEX) cli_heading(text, 1, format, stdout); /* a comment */
}

/* What a reader may miss in the numbers. */
static void explain(const tepui_mean_field *f, const char *no_critical, cli_format format)
{
    if (format == CLI_MARKDOWN) printf("\n");
    if (f->q == 0) say("q* = 0: the mean square dies out.", format);
    if (isinf(f->q)) say("q* is infinite: the mean square grows for ever.", format);
    if (isnan(f->c)) say("No c*: angles stay as they are.", format);
    if (f->xi_gradient < 0) say("A negative depth scale of gradients: they explode.", format);
    if (no_critical[0]) say(no_critical, format);
}

tepui_status cli_mean_field(const char *activation, double sigma_w, double sigma_b, double start, const cli_view *view,
                            tepui_error *err)
{
    const int exact = view->format == CLI_CSV || view->format == CLI_JSON;
    const int digits = view->digits >= 0 ? view->digits : exact ? 0 : 6;
    tepui_choice phi;
    tepui_mean_field f;
    tepui_error no_critical = {""};
    double critical;
    char name[256];
    tepui_status st = tepui_choice_parse(&tepui_family_activation, activation, &phi, err);
    if (st == TEPUI_OK) st = tepui_mean_field_solve(&phi, sigma_w, sigma_b, start, &f, err);
    if (st != TEPUI_OK) return st;
    (void)tepui_mean_field_critical(&phi, sigma_b, &critical, &no_critical); /* none is an answer */
    tepui_choice_print(&phi, name, sizeof name);
    cli_table *t = table_of(&f, sigma_w, sigma_b, critical, digits);
    if (!exact) {
        char *title = cli_print("Mean field of %s: infinite width, from q = %g", name, start);
        cli_heading(title, 1, view->format, stdout);
        free(title);
    }
    cli_table_print(t, view->format, stdout);
    explain(&f, no_critical.text, view->format);
    cli_table_free(t);
    return TEPUI_OK;
}

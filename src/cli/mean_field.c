/* mean_field.c -- `tepui theory meanfield`: fixed points, depth scales and phase of infinitely wide nets. */
#include "cli.h"
#include <math.h>
#include <tepui/scale.h>

#define WIDE 0x1p20 /* widths at which a scale rule is asked for sigma_w, */
#define WIDER 0x1p26
#define SAME 1e-9 /* and may differ by so much of it */

static tepui_status sigma_of_width(const tepui_choice *rule, const tepui_choice *phi, double sigma_b, double width,
                                   double *out, tepui_error *err)
{
    tepui_choice law;
    double variance;
    tepui_status st = tepui_choice_parse(&tepui_family_distribution, "gaussian", &law, err);
    if (st != TEPUI_OK) return st;
    const tepui_scale_site site = {(size_t)width, (size_t)width, &law, phi, sigma_b};
    st = ((const tepui_scale_type *)rule->type)->variance(&site, rule->value, &variance, err);
    *out = sqrt(variance * width);
    return st;
}

/* sigma_w of a scale rule, which has to have a limit of infinite width. */
static tepui_status sigma_of_rule(const char *text, const tepui_choice *phi, double sigma_b, double *out,
                                  tepui_error *err)
{
    tepui_choice rule;
    double wide;
    tepui_status st;
    TEPUI_TRY(tepui_choice_parse(&tepui_family_scale, text, &rule, err));
    TEPUI_TRY(sigma_of_width(&rule, phi, sigma_b, WIDE, &wide, err));
    TEPUI_TRY(sigma_of_width(&rule, phi, sigma_b, WIDER, out, err));
    if (fabs(*out - wide) > SAME * wide)
        st = tepui_fail(err, TEPUI_USAGE,
                        "--init %s has no limit of infinite width: its sigma_w changes with the width", text);
done:
    return st;
}

tepui_status cli_mean_field_solve(cli_mean_field *m, tepui_error *err)
{
    tepui_status st;
    tepui_choice phi;
    TEPUI_TRY(tepui_choice_parse(&tepui_family_activation, m->activation, &phi, err));
    if (m->init) TEPUI_TRY(sigma_of_rule(m->init, &phi, m->sigma_b, &m->sigma_w, err));
    TEPUI_TRY(tepui_mean_field_solve(&phi, m->sigma_w, m->sigma_b, m->start, &m->found, err));
    (void)tepui_mean_field_critical(&phi, m->sigma_b, &m->critical, &m->no_critical); /* none is an answer */
done:
    return st;
}

void cli_mean_field_facts(const cli_mean_field *m, int digits, cli_facts *out)
{
    const tepui_mean_field *f = &m->found;
    cli_facts_number(out, "sigma_w", m->sigma_w, m->init ? digits : 0);
    cli_facts_number(out, "sigma_b", m->sigma_b, 0);
    cli_facts_add(out, "phase", tepui_phase_word[f->phase]);
    cli_facts_number(out, "q*", f->q, digits);
    cli_facts_number(out, "chi_1", f->chi_1, digits);
    cli_facts_number(out, "c*", f->c, digits);
    cli_facts_number(out, "chi at c*", f->chi_c, digits);
    cli_facts_number(out, "depth scale of q", f->xi_q, digits);
    cli_facts_number(out, "depth scale of c", f->xi_c, digits);
    cli_facts_number(out, "depth scale of gradients", f->xi_gradient, digits);
    cli_facts_number(out, "critical sigma_w", m->critical, digits);
}

static void say(const char *text, cli_format format)
{
    if (format == CLI_TEXT || format == CLI_MARKDOWN) printf("%s\n", text);
    if (format == CLI_LATEX) cli_heading(text, 1, format, stdout); /* a comment */
}

void cli_mean_field_explain(const cli_mean_field *m, cli_format format)
{
    const tepui_mean_field *f = &m->found;
    if (format == CLI_MARKDOWN) printf("\n");
    if (f->q == 0) say("q* = 0: the mean square dies out.", format);
    if (isinf(f->q)) say("q* is infinite: the mean square grows for ever.", format);
    if (isnan(f->c)) say("No c*: angles stay as they are.", format);
    if (f->xi_gradient < 0) say("A negative depth scale of gradients: they explode.", format);
    if (m->no_critical.text[0]) say(m->no_critical.text, format);
}

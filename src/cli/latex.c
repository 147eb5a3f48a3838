/* latex.c -- a table as a LaTeX tabular in the style of booktabs, to be read by \input as it is.

   Headers and widths are set in the notation of the field (L layers, width d). A column of intervals is two columns of
   LaTeX, the number and its interval under one header. Spanning rows name the parts of a table that other formats
   print as tables of their own. The preamble needs \usepackage{booktabs}. */
#include "cli.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- text */

static void put_character(char c, FILE *out)
{
    static const struct {
        char c;
        const char *latex;
    } special[] = {{'\\', "\\textbackslash{}"},
                   {'~', "\\textasciitilde{}"},
                   {'^', "\\textasciicircum{}"},
                   {'<', "\\textless{}"},
                   {'>', "\\textgreater{}"},
                   {'|', "\\textbar{}"},
                   {'\n', " "}};
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (special[i].c == c) {
            fputs(special[i].latex, out);
            return;
        }
    if (strchr("&%$#_{}", c)) fputc('\\', out);
    fputc(c, out);
}

static void put_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        const int dots = strncmp(text, "...", 3) == 0;
        if (dots)
            fputs("\\dots{}", out);
        else
            put_character(*text, out);
        text += dots ? 2 : 0;
    }
}

/* --- expressions in depth and layer, as the widths of an experiment file */

typedef struct {
    const char *at;
    text_buffer out;
    int names, bad; /* names: how many there were; a bare number is no formula */
} formula;

static void sum(formula *f);

static void skip(formula *f)
{
    while (isspace((unsigned char)*f->at)) f->at++;
}

static int take(formula *f, char c)
{
    skip(f);
    if (*f->at != c) return 0;
    f->at++;
    return 1;
}

static void need(formula *f, char c)
{
    if (!take(f, c)) f->bad = 1;
}

static const struct {
    const char *name, *open, *close;
} function[] = {{"sqrt", "\\sqrt{", "}"},
                {"log", "\\log(", ")"},
                {"exp", "\\exp(", ")"},
                {"ceil", "\\lceil ", "\\rceil "},
                {"floor", "\\lfloor ", "\\rfloor "},
                {"round", "\\mathrm{round}(", ")"},
                {"min", "\\min(", ")"},
                {"max", "\\max(", ")"}};

static void put_call(formula *f, size_t k)
{
    need(f, '(');
    text_put(&f->out, function[k].open);
    sum(f);
    if (!f->bad && take(f, ',')) {
        text_put(&f->out, ", ");
        sum(f);
    }
    need(f, ')');
    text_put(&f->out, function[k].close);
}

static void put_name(formula *f)
{
    static const struct {
        const char *name, *symbol;
    } variable[] = {{"depth", "L"}, {"layer", "l"}, {"width", "d"}};
    size_t n = 0;
    while (isalnum((unsigned char)f->at[n]) || f->at[n] == '_') n++;
    const char *word = f->at;
    f->at += n;
    f->names++;
    for (size_t i = 0; i < sizeof variable / sizeof *variable; i++)
        if (strlen(variable[i].name) == n && strncmp(word, variable[i].name, n) == 0) {
            text_put(&f->out, variable[i].symbol);
            return;
        }
    for (size_t i = 0; i < sizeof function / sizeof *function; i++)
        if (strlen(function[i].name) == n && strncmp(word, function[i].name, n) == 0) {
            put_call(f, i);
            return;
        }
    f->bad = 1;
}

static int put_digits(formula *f)
{
    const char *start = f->at;
    while (isdigit((unsigned char)*f->at) || *f->at == '.') text_bytes(&f->out, f->at++, 1);
    return f->at > start;
}

static void atom(formula *f)
{
    skip(f);
    if (f->bad) return;
    if (take(f, '(')) {
        text_put(&f->out, "(");
        sum(f);
        need(f, ')');
        text_put(&f->out, ")");
    } else if (isalpha((unsigned char)*f->at)) {
        put_name(f);
    } else if (!put_digits(f)) {
        f->bad = 1;
    }
}

static void factor(formula *f)
{
    if (take(f, '-')) text_put(&f->out, "-");
    atom(f);
    if (f->bad || !take(f, '^')) return;
    text_put(&f->out, "^{");
    factor(f);
    text_put(&f->out, "}");
}

static void product(formula *f)
{
    factor(f);
    while (!f->bad) {
        const char before = f->at[-1];
        if (take(f, '/')) {
            text_put(&f->out, "/");
        } else if (take(f, '*')) {
            skip(f);
            if (!isdigit((unsigned char)before) || !isalpha((unsigned char)*f->at)) text_put(&f->out, "\\cdot ");
        } else {
            return;
        }
        factor(f);
    }
}

static void sum(formula *f)
{
    product(f);
    while (!f->bad) {
        if (take(f, '+'))
            text_put(&f->out, "+");
        else if (take(f, '-'))
            text_put(&f->out, "-");
        else
            return;
        product(f);
    }
}

/* "$4L$" of "4*depth" in fresh memory, NULL where the text is no expression with a name in it. */
static char *formula_text(const char *text)
{
    formula f = {.at = text};
    text_put(&f.out, "$");
    if (*text) sum(&f);
    skip(&f);
    text_put(&f.out, "$");
    char *latex = f.names && !f.bad && !*f.at ? cli_text_take(&f.out) : NULL;
    text_free(&f.out);
    return latex;
}

/* --- symbols */

/* What stands for the name, without dollars; NULL: nothing. */
static const char *symbol(const char *name)
{
    static const struct {
        const char *name, *symbol;
    } known[] = {{"depth", "L"},
                 {"width", "d"},
                 {"kappa", "\\kappa"},
                 {"lambda_min", "\\lambda_{\\min}"},
                 {"-lambda_min", "-\\lambda_{\\min}"},
                 {"lambda_max", "\\lambda_{\\max}"},
                 {"sigma_w", "\\sigma_w"},
                 {"sigma_b", "\\sigma_b"},
                 {"q*", "q^*"},
                 {"c*", "c^*"},
                 {"chi_1", "\\chi_1"},
                 {"x", "x"},
                 {"p", "p"},
                 {"H", "H"},
                 {"G", "G"},
                 {"R", "R"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i].symbol;
    return NULL;
}

/* "R 3,2" and "t=5" */
static int put_component(const char *text, FILE *out)
{
    const size_t n = strlen(text), digits = strspn(text + 2, "0123456789,");
    if (n < 3 || digits != n - 2) return 0;
    if (strchr("HGR", text[0]) && text[1] == ' ')
        fprintf(out, "$%c_{%s}$", text[0], text + 2);
    else if (strncmp(text, "t=", 2) == 0)
        fprintf(out, "$t=%s$", text + 2);
    else
        return 0;
    return 1;
}

static void put_symbol(const char *text, FILE *out)
{
    const char *s = symbol(text);
    if (s)
        fprintf(out, "$%s$", s);
    else if (strlen(text) < 3 || !put_component(text, out))
        put_text(text, out);
}

/* A name or an expression. */
static void put_label(const char *text, FILE *out)
{
    char *set = symbol(text) ? NULL : formula_text(text);
    if (set)
        fputs(set, out);
    else
        put_symbol(text, out);
    free(set);
}

/* "depth \ width" is the corner of a table with rows and columns. */
static void put_header(const char *text, FILE *out)
{
    const char *slash = strstr(text, " \\ ");
    if (!slash) {
        put_label(text, out);
        return;
    }
    char *row = cli_print("%.*s", (int)(slash - text), text);
    put_label(row, out);
    fputs(" $\\backslash$ ", out);
    put_label(slash + 3, out);
    free(row);
}

/* --- numbers */

/* "inf", "-inf": how long, or 0 */
static size_t infinity_length(const char *text)
{
    const size_t n = *text == '-';
    return strncmp(text + n, "inf", 3) == 0 ? n + 3 : 0;
}

/* 1.2e-05 as 1.2\times10^{-5}, between dollars where they are asked for and needed */
static void put_number(const char *text, size_t n, int dollars, FILE *out)
{
    const char *e = memchr(text, 'e', n), *dollar = dollars && (e || *text == '-') ? "$" : "";
    if (e)
        fprintf(out, "%s%.*s\\times10^{%ld}%s", dollar, (int)(e - text), text, strtol(e + 1, NULL, 10), dollar);
    else
        fprintf(out, "%s%.*s%s", dollar, (int)n, text, dollar);
}

/* Numbers wherever they stand, and the text between them. */
static void put_numbers(const char *text, int dollars, FILE *out)
{
    while (*text) {
        const size_t infinite = infinity_length(text), n = infinite ? infinite : cli_number_length(text);
        if (infinite)
            fprintf(out, dollars ? "$%s\\infty$" : "%s\\infty", *text == '-' ? "-" : "");
        else if (n)
            put_number(text, n, dollars, out);
        else
            put_character(*text, out);
        text += n ? n : 1;
    }
}

/* "x [a, b]" in its parts. */
typedef struct {
    char *value, *low, *high;
} interval;

static int read_interval(const char *text, interval *out)
{
    const char *open = strstr(text, " ["), *comma = open ? strstr(open, ", ") : NULL;
    const size_t n = strlen(text);
    if (!comma || text[n - 1] != ']' || strchr(comma + 2, ',')) return 0;
    if (out) {
        out->value = cli_print("%.*s", (int)(open - text), text);
        out->low = cli_print("%.*s", (int)(comma - open - 2), open + 2);
        out->high = cli_print("%.*s", (int)(text + n - 1 - comma - 2), comma + 2);
    }
    return 1;
}

/* "[0.5, 3.2]\times10^{16}" where both ends have that power. */
static void put_ends(const interval *i, FILE *out)
{
    const char *a = strchr(i->low, 'e'), *b = strchr(i->high, 'e');
    fputs("$[", out);
    if (a && b && strcmp(a, b) == 0) {
        fprintf(out, "%.*s, %.*s]\\times10^{%ld}$", (int)(a - i->low), i->low, (int)(b - i->high), i->high,
                strtol(a + 1, NULL, 10));
        return;
    }
    put_numbers(i->low, 0, out);
    fputs(", ", out);
    put_numbers(i->high, 0, out);
    fputs("]$", out);
}

/* --- rows */

typedef struct {
    const cli_table *t;
    char *pair; /* [column]: a number and its interval */
    FILE *out;
} latex_table;

static size_t row_count(const cli_table *t)
{
    return t->columns ? t->cells / t->columns : 0;
}

static void find_pairs(latex_table *s)
{
    const cli_table *t = s->t;
    s->pair = cli_alloc(t->columns + 1, 1);
    for (size_t i = 0; i < t->cells; i++)
        if (t->align[i % t->columns] == CLI_NUMERIC && read_interval(t->cell[i], NULL)) s->pair[i % t->columns] = 1;
}

static void put_pair(const char *text, FILE *out)
{
    interval i;
    if (!read_interval(text, &i)) {
        if (strcmp(text, "-") == 0)
            fputs("--", out);
        else
            put_numbers(text, 1, out);
        fputs(" &", out);
        return;
    }
    put_numbers(i.value, 1, out);
    fputs(" & ", out);
    put_ends(&i, out);
    free(i.value);
    free(i.low);
    free(i.high);
}

/* Columns of widths hold expressions, those of components names. */
static void put_words(const char *header, const char *text, int first, FILE *out)
{
    if (first && strchr("[*", *text) && *text) fputs("{}", out); /* \\[ and \\* are commands */
    if (strncmp(header, "width", 5) == 0)
        put_label(text, out);
    else if (strncmp(header, "component", 9) == 0)
        put_symbol(text, out);
    else
        put_text(text, out);
}

static void put_cell(const latex_table *s, size_t row, size_t k)
{
    const cli_table *t = s->t;
    const char *text = t->cell[row * t->columns + k];
    if (s->pair[k])
        put_pair(text, s->out);
    else if (strcmp(text, "-") == 0)
        fputs("--", s->out);
    else if (t->align[k] == CLI_NUMERIC)
        put_numbers(text, 1, s->out);
    else
        put_words(t->header[k], text, k == 0, s->out);
}

static void put_header_row(const latex_table *s)
{
    for (size_t k = 0; k < s->t->columns; k++) {
        if (k) fputs(" & ", s->out);
        if (s->pair[k]) fputs("\\multicolumn{2}{c}{", s->out);
        put_header(s->t->header[k], s->out);
        if (s->pair[k]) fputc('}', s->out);
    }
    fputs(" \\\\\n\\midrule\n", s->out);
}

/* The text that spans the table before this row. */
static void put_section(const latex_table *s, size_t row)
{
    size_t columns = s->t->columns;
    for (size_t k = 0; k < s->t->columns; k++) columns += (size_t)s->pair[k];
    for (size_t i = 0; i < s->t->sections; i++) {
        if (s->t->section_row[i] != row) continue;
        if (i) fputs("\\midrule\n", s->out);
        fprintf(s->out, "\\multicolumn{%zu}{l}{", columns);
        put_text(s->t->section[i], s->out);
        fputs("} \\\\\n", s->out);
    }
}

void cli_latex_print(const cli_table *t, FILE *out)
{
    latex_table s = {.t = t, .out = out};
    find_pairs(&s);
    fputs("\\begin{tabular}{", out);
    for (size_t k = 0; k < t->columns; k++) fputs(s.pair[k] ? "r@{ }l" : t->align[k] == CLI_LEFT ? "l" : "r", out);
    fputs("}\n\\toprule\n", out);
    put_header_row(&s);
    for (size_t i = 0; i < row_count(t); i++) {
        put_section(&s, i);
        for (size_t k = 0; k < t->columns; k++) {
            if (k) fputs(" & ", out);
            put_cell(&s, i, k);
        }
        fputs(" \\\\\n", out);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", out);
    free(s.pair);
}

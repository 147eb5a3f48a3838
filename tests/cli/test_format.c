/* test_format.c -- numbers and tables as text. Expected magnitudes come from mpmath (40 digits):
   10**frac(x/log(10)) and floor(x/log(10)); escapes from RFC 4180, RFC 8259 and the LaTeX special characters. */
#include "test.h"
#include <cli/cli.h>
#include <math.h>
#include <stdlib.h>

static void check_text(const char *got, const char *want)
{
    CHECK(strcmp(got, want) == 0);
    if (strcmp(got, want) != 0) fprintf(stderr, "    got  \"%s\"\n    want \"%s\"\n", got, want);
}

static void numbers(void)
{
    check_text(cli_number(0.012345, 3).text, "0.0123");
    check_text(cli_number(0.5, 3).text, "0.500");
    check_text(cli_number(123.0, 3).text, "123"); /* no bare point */
    check_text(cli_number(1234.0, 3).text, "1.23e+03");
    check_text(cli_number(0.1, 0).text, "0.1");
    check_text(cli_number(0.0, 3).text, "0");
    check_text(cli_number(NAN, 3).text, "-");
    check_text(cli_number(-INFINITY, 3).text, "-inf");
    check_text(cli_count(UINT64_MAX).text, "18446744073709551615");
}

/* What a terminal would obey is shown in hexadecimal digits, other UTF-8 as it is. */
static void control_characters_are_shown(void)
{
    char *shown = cli_visible("a\x1b[31mred\x7f\r\n\xc2\x9b\xc2\xa0\xc3\xa9");
    check_text(shown, "a\\x1b[31mred\\x7f\\x0d\\x0a\\xc2\\x9b\xc2\xa0\xc3\xa9");
    free(shown);
}

/* mpmath: exp(-4.4) = 0.0122773399030684 */
static void magnitudes_inside_the_range(void)
{
    check_text(cli_magnitude(0.0, 3).text, "1.00");
    check_text(cli_magnitude(-4.4, 3).text, "0.0123");
    check_text(cli_magnitude(-INFINITY, 3).text, "0");
    check_text(cli_magnitude(INFINITY, 3).text, "inf");
    check_text(cli_magnitude(NAN, 3).text, "-");
}

static void magnitudes_far_outside(void)
{
    check_text(cli_magnitude(-750.0, 5).text, "1.9017e-326");
    check_text(cli_magnitude(-635000.0, 8).text, "1.0092330e-275777");
    check_text(cli_magnitude(635000.5, 8).text, "1.6336379e+275777");
    check_text(cli_magnitude(1e6, 6).text, "3.03322e+434294");
    check_text(cli_magnitude(-700.5, 12).text, "5.98019611864e-305");
}

/* ln(9.9996e400) = 400 ln 10 + ln 9.9996: four digits round up to the next power of ten */
static void rounding_carries_into_the_exponent(void)
{
    const double ln = 400.0 * log(10.0) + log(9.9996);
    check_text(cli_magnitude(ln, 4).text, "1.000e+401");
    check_text(cli_magnitude(ln, 1).text, "1e+401");
    check_text(cli_magnitude(ln, 5).text, "9.9996e+400");
}

/* The two ways agree where they meet: relative error below 1e-12 at |x| = 700 (700 * 2^-53 = 8e-14 from x itself). */
static void far_and_near_agree(void)
{
    for (double x = 699.0; x < 701.5; x += 0.125) {
        CHECK_NEAR(strtod(cli_magnitude(x, 12).text, NULL) / exp(x), 1.0, 1e-11);
        CHECK_NEAR(strtod(cli_magnitude(-x, 12).text, NULL) / exp(-x), 1.0, 1e-11);
    }
}

/* No more digits than the double x has: |x| 2^-53 relative, 6e5 leaves 9. */
static void digits_that_mean_nothing_are_not_printed(void)
{
    check_text(cli_magnitude(-635000.0, 0).text, "1.00923298e-275777");
    check_text(cli_magnitude(-635000.0, 17).text, "1.00923298e-275777");
}

static void durations(void)
{
    double s;
    check_text(cli_duration(3.25).text, "3.2 s"); /* round to even */
    check_text(cli_duration(200.0).text, "3 min 20 s");
    check_text(cli_duration(3599.6).text, "1 h 00 min");
    check_text(cli_duration(8 * 3600.0).text, "8 h 00 min");
    check_text(cli_duration(86400.0 * 3).text, "3.0 days");
    check_text(cli_duration(NAN).text, "unknown");
    CHECK(cli_read_duration("8h", &s) && s == 28800.0);
    CHECK(cli_read_duration("1h30m", &s) && s == 5400.0);
    CHECK(cli_read_duration("90", &s) && s == 90.0);
    CHECK(cli_read_duration("1.5d", &s) && s == 129600.0);
    CHECK(!cli_read_duration("", &s) && !cli_read_duration("8x", &s) && !cli_read_duration("-3", &s));
    CHECK(!cli_read_duration("0", &s) && !cli_read_duration("1h30", &s) && !cli_read_duration("nan", &s));
}

static void bytes(void)
{
    check_text(cli_bytes(0).text, "0 B");
    check_text(cli_bytes(1500).text, "1.5 kB");
    check_text(cli_bytes(999999).text, "1.0 MB");
    check_text(cli_bytes(123e9).text, "123 GB");
}

/* --- tables */

static char *printed(const cli_table *t, cli_format format)
{
    static char text[4096];
    FILE *out = tmpfile();
    cli_table_print(t, format, out);
    rewind(out);
    text[fread(text, 1, sizeof text - 1, out)] = '\0';
    fclose(out);
    return text;
}

static cli_table *awkward_table(void)
{
    static const char *const cell[] = {"a,b \"q\"", "1", "1.5e-05 [-2, 0.3]", "50% & {x}_\\|*\n", "-", "3.2e-275777"};
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_LEFT, "na_me");
    cli_table_column(t, CLI_NUMERIC, "4*d");
    cli_table_column(t, CLI_NUMERIC, "v");
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) cli_table_cell(t, cell[i]);
    return t;
}

static void csv(void)
{
    cli_table *t = awkward_table();
    check_text(printed(t, CLI_CSV), "na_me,4*d,v\n\"a,b \"\"q\"\"\",1,\"1.5e-05 [-2, 0.3]\"\n"
                                    "\"50% & {x}_\\|*\n\",,3.2e-275777\n");
    cli_table_free(t);
}

static void markdown(void)
{
    cli_table *t = awkward_table();
    check_text(printed(t, CLI_MARKDOWN), "| na\\_me             | 4\\*d |                 v |\n"
                                         "|--------------------|-----:|------------------:|\n"
                                         "| a,b \"q\"            |    1 | 1.5e-05 [-2, 0.3] |\n"
                                         "| 50% & {x}\\_\\\\\\|\\*  |    - |       3.2e-275777 |\n");
    cli_table_free(t);
}

static void latex(void)
{
    cli_table *t = awkward_table();
    check_text(printed(t, CLI_LATEX), "\\begin{tabular}{lrr@{ }l}\n\\toprule\n"
                                      "na\\_me & 4*d & \\multicolumn{2}{c}{v} \\\\\n\\midrule\n"
                                      "a,b \"q\" & 1 & $1.5\\times10^{-5}$ & $[-2, 0.3]$ \\\\\n"
                                      "50\\% \\& \\{x\\}\\_\\textbackslash{}\\textbar{}*  & -- & "
                                      "$3.2\\times10^{-275777}$ & \\\\\n\\bottomrule\n\\end{tabular}\n");
    cli_table_free(t);
}

/* Widths in the notation of the field, signs and powers as mathematics, parts of the table under spanning rows;
   "\\\\[" would be a command of LaTeX. */
static void latex_of_a_paper(void)
{
    static const char *const row[][4] = {{"4*depth", "R 3,2", "1.2e+16 [0.5e+16, 3.2e+16]", "he"},
                                         {"max(1, 3*depth-20)", "lambda_min", "-", "a ... b"},
                                         {"[3, 4]", "t=5", "-2 [-3, -1.0e-05]", "x"},
                                         {"sqrt(depth)/2", "H", "7", "depth"}};
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_RIGHT, "width \\ depth");
    cli_table_column(t, CLI_LEFT, "component");
    cli_table_column(t, CLI_NUMERIC, "kappa");
    cli_table_column(t, CLI_LEFT, "init");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        if (i % 2 == 0) cli_table_section(t, i ? "b_2" : "a");
        for (size_t k = 0; k < 4; k++) cli_table_cell(t, row[i][k]);
    }
    check_text(printed(t, CLI_LATEX),
               "\\begin{tabular}{rlr@{ }ll}\n\\toprule\n"
               "$d$ $\\backslash$ $L$ & component & \\multicolumn{2}{c}{$\\kappa$} & init \\\\\n\\midrule\n"
               "\\multicolumn{5}{l}{a} \\\\\n"
               "$4L$ & $R_{3,2}$ & $1.2\\times10^{16}$ & $[0.5, 3.2]\\times10^{16}$ & he \\\\\n"
               "$\\max(1, 3L-20)$ & $\\lambda_{\\min}$ & -- & & a \\dots{} b \\\\\n"
               "\\midrule\n\\multicolumn{5}{l}{b\\_2} \\\\\n"
               "{}[3, 4] & $t=5$ & $-2$ & $[-3, -1.0\\times10^{-5}]$ & x \\\\\n"
               "$\\sqrt{L}/2$ & $H$ & 7 & & depth \\\\\n"
               "\\bottomrule\n\\end{tabular}\n");
    cli_table_free(t);
}

static void check_interval(cli_value v, int digits, const char *want)
{
    char *text = cli_interval_text(v, 0, digits);
    check_text(text, want);
    free(text);
}

/* Two digits of the distance to the nearer end; by hand. */
static void rounded_to_the_uncertainty(void)
{
    check_interval((cli_value){1.23456, 1.1, 1.4, 0}, -1, "1.23 [1.10, 1.40]");
    check_interval((cli_value){-0.033912, -0.0405, -0.0273, 0}, -1, "-0.0339 [-0.0405, -0.0273]");
    check_interval((cli_value){0.0312, -0.2, 0.3, 0}, -1, "0.03 [-0.20, 0.30]");
    check_interval((cli_value){9.9964, 9.87, 10.123, 0}, -1, "10.00 [9.87, 10.12]");
    check_interval((cli_value){123456, 121000, 126000, 0}, -1, "1.235e+05 [1.210e+05, 1.260e+05]");
    check_interval((cli_value){log(2.5e-7), log(2.25e-7), log(2.81e-7), 1}, -1, "2.50e-07 [2.25e-07, 2.81e-07]");
    check_interval((cli_value){-635000.0, -635000.5, -634999.5, 1}, -1, "1.01e-275777 [0.61e-275777, 1.66e-275777]");
    check_interval((cli_value){1, 0.5, INFINITY, 0}, -1, "1.00 [0.50, inf]");
}

/* Ends that are factors away, ends at the value, no ends, ends beyond all numbers; and digits asked for. */
static void where_rounding_has_no_meaning(void)
{
    check_interval((cli_value){log(0.0451), log(0.000482), log(0.1132), 1}, -1, "0.045 [0.00048, 0.11]");
    check_interval((cli_value){0.5, 0.5, 0.5, 0}, -1, "0.500 [0.500, 0.500]");
    check_interval((cli_value){1.23456, NAN, NAN, 0}, -1, "1.23");
    check_interval((cli_value){-INFINITY, -INFINITY, -2, 1}, -1, "0 [0, 0.14]");
    check_interval((cli_value){NAN, NAN, NAN, 0}, -1, "-");
    check_interval((cli_value){1.23456, 1.1, 1.4, 0}, 4, "1.235 [1.100, 1.400]");
    check_text(cli_rounded_text((cli_value){1.23456, 1.2, 1.4, 0}, 0, -1).text, "1.235");
}

static void json(void)
{
    cli_table *t = awkward_table();
    check_text(printed(t, CLI_JSON), "[\n  {\"na_me\": \"a,b \\\"q\\\"\", \"4*d\": 1, \"v\": \"1.5e-05 [-2, 0.3]\"},\n"
                                     "  {\"na_me\": \"50% & {x}_\\\\|*\\n\", \"4*d\": null, \"v\": 3.2e-275777}\n]\n");
    cli_table_free(t);
}

static void json_numbers(void)
{
    static const char *const good[] = {"0", "-1", "0.5", "1e+05", "1.25e-275777", "18446744073709551615"};
    static const char *const bad[] = {"", "-", "01", "1.", ".5", "inf", "nan", "1.2.3", "1e", "0x10", "1 2"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK(cli_json_is_number(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!cli_json_is_number(bad[i]));
}

/* JSON has no infinite numbers: strings, as in a text; "inf" and "-inf" are what readers of CSV know. */
static void infinities(void)
{
    static const char *const cell[] = {"inf", "1 [0.5, inf]", "-inf", "inf"};
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_NUMERIC, "x");
    cli_table_column(t, CLI_NUMERIC, "y");
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) cli_table_cell(t, cell[i]);
    check_text(printed(t, CLI_JSON),
               "[\n  {\"x\": \"inf\", \"y\": \"1 [0.5, inf]\"},\n  {\"x\": \"-inf\", \"y\": \"inf\"}\n]\n");
    check_text(printed(t, CLI_CSV), "x,y\ninf,\"1 [0.5, inf]\"\n-inf,inf\n");
    check_text(printed(t, CLI_LATEX),
               "\\begin{tabular}{rr@{ }l}\n\\toprule\n$x$ & \\multicolumn{2}{c}{y} \\\\\n\\midrule\n"
               "$\\infty$ & 1 & $[0.5, \\infty]$ \\\\\n$-\\infty$ & $\\infty$ & \\\\\n"
               "\\bottomrule\n\\end{tabular}\n");
    cli_table_free(t);
}

/* Columns line up counted in characters, not bytes; no blanks at the end of a line. */
static void text(void)
{
    cli_table *t = cli_table_new();
    cli_table_column(t, CLI_RIGHT, "depth");
    cli_table_column(t, CLI_NUMERIC, "\xcf\x83"); /* sigma */
    cli_table_column(t, CLI_LEFT, "note");
    static const char *const cell[] = {"1", "0.25", "x", "128", "-", "\xc3\xa4hm"};
    for (size_t i = 0; i < sizeof cell / sizeof *cell; i++) cli_table_cell(t, cell[i]);
    check_text(printed(t, CLI_TEXT), "depth     \xcf\x83  note\n-----------------\n    1  0.25  x\n  128     -  "
                                     "\xc3\xa4hm\n");
    cli_table_free(t);
}

static void progress_bar(void)
{
    char line[256];
    cli_progress p = {.now = {.done = 250, .total = 1000, .work = 0.25, .seconds = 10.0, .left = 30.0}};
    cli_progress_bar(line, sizeof line, 80, &p); /* 250 in 10 s: 25/s */
    check_text(line, "[##########..............................]  25.0 %  25.0 samples/s  30 s left");
    CHECK(strlen(line) < 80);
    cli_progress_bar(line, sizeof line, 20, &p);
    CHECK(strlen(line) == 19);
    p.first = (tepui_progress){.done = 200}; /* from an earlier session: 5/s */
    p.now.left = 150.0;
    cli_progress_bar(line, sizeof line, 80, &p);
    CHECK(strstr(line, " 25.0 %  5.00 samples/s  2 min 30 s left") != NULL);
    p.now.left = NAN; /* nothing finished yet */
    cli_progress_bar(line, sizeof line, 80, &p);
    CHECK(strstr(line, " 25.0 %") != NULL && !strstr(line, "left"));
    p.now = (tepui_progress){.done = 999999, .total = 1000000, .work = 1.0, .seconds = 1};
    cli_progress_bar(line, sizeof line, 80, &p);
    CHECK(strstr(line, " 99.9 %") != NULL); /* 100 only at the end */
    p = (cli_progress){.quiet = 0};
    cli_progress_bar(line, sizeof line, 80, &p);
    CHECK(strstr(line, "nan") == NULL);
}

/* Not a terminal: nothing in the first minute, then one line a minute; nothing at all when quiet. */
static void progress_lines(void)
{
    char text[512];
    for (int quiet = 0; quiet < 2; quiet++) {
        FILE *out = tmpfile();
        cli_progress p;
        cli_progress_init(&p, out, quiet);
        for (int t = 0; t <= 125; t += 5)
            cli_progress_show(&p, &(tepui_progress){(uint64_t)(10 * t), 10000, 1e-3 * t, t, 1000.0 - t});
        cli_progress_clear(&p);
        rewind(out);
        text[fread(text, 1, sizeof text - 1, out)] = '\0';
        fclose(out);
        check_text(text, quiet ? ""
                               : "tepui run: 600 of 10000 samples, 6.0 %  10.0 samples/s  15 min 40 s left\n"
                                 "tepui run: 1200 of 10000 samples, 12.0 %  10.0 samples/s  14 min 40 s left\n");
    }
}

static void journal_fields(void)
{
    const char *line = "{\"time\": 1760000000.5, \"event\":\"publish\", \"samples_total\": 5000, \"samples\" : 7}";
    CHECK(cli_journal_field(line, "time") == 1760000000.5);
    CHECK(cli_journal_field(line, "samples") == 7.0);
    CHECK(cli_journal_field(line, "samples_total") == 5000.0);
    CHECK(isnan(cli_journal_field(line, "sam")));
    CHECK(isnan(cli_journal_field("{\"time\": ", "time")));
    CHECK(isnan(cli_journal_field("", "time")));
}

static const test_case cases[] = {
    {"numbers", numbers},
    {"control_characters_are_shown", control_characters_are_shown},
    {"magnitudes_inside_the_range", magnitudes_inside_the_range},
    {"magnitudes_far_outside", magnitudes_far_outside},
    {"rounding_carries_into_the_exponent", rounding_carries_into_the_exponent},
    {"far_and_near_agree", far_and_near_agree},
    {"digits_that_mean_nothing_are_not_printed", digits_that_mean_nothing_are_not_printed},
    {"durations", durations},
    {"bytes", bytes},
    {"csv", csv},
    {"markdown", markdown},
    {"latex", latex},
    {"latex_of_a_paper", latex_of_a_paper},
    {"rounded_to_the_uncertainty", rounded_to_the_uncertainty},
    {"where_rounding_has_no_meaning", where_rounding_has_no_meaning},
    {"json", json},
    {"json_numbers", json_numbers},
    {"infinities", infinities},
    {"text", text},
    {"progress_bar", progress_bar},
    {"progress_lines", progress_lines},
    {"journal_fields", journal_fields},
};
TEST_MAIN(cases)

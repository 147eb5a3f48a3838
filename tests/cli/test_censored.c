/* test_censored.c -- what the commands make of infinite samples: a file of four depths with 0, 20, 98 and 160 of 200
   samples beyond the limit, made by hand, read by the commands themselves; what is JSON must be so to Python's reader
   without its own words for infinity (left out where there is no Python). */
#include "test.h"
#include <cli/cli.h>
#include <stdlib.h>
#include <unistd.h>

enum { CELLS = 4, SAMPLES = 200 };
static const int infinite[CELLS] = {0, 20, 98, 160};
static char folder[] = "test-censored-XXXXXX", output[1 << 16];

static const char text[] = "title: censored\ngrid: {depth: [1, 2, 4, 8], width: 3}\ndata: {targets: gaussian}\n"
                           "observables: [forward_norm, gradient_norm]\nsamples: 200\n";

/* ln of depth and a little; the median of the living lies below that of all. */
static void fold(tepui_accumulator *a, int infinities)
{
    double x[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) x[i] = i < infinities ? INFINITY : 0.001 * i;
    CHECK(tepui_accumulator_fold(a, x, SAMPLES, 1) == TEPUI_OK);
}

static void make_file(void)
{
    tepui_experiment *e = NULL;
    tepui_state *s = NULL;
    CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    CHECK(tepui_experiment_parse(text, "censored", NULL, &e, NULL) == TEPUI_OK);
    CHECK(tepui_experiment_plan(e, NULL) == TEPUI_OK);
    tepui_observable_type censoring = *e->observables[0];
    censoring.censors = 1;
    e->observables[0] = &censoring;
    CHECK(tepui_state_alloc(e, &s, NULL) == TEPUI_OK);
    for (size_t i = 0; i < CELLS; i++)
        for (size_t o = 0; o < 2; o++)
            for (size_t k = 0; k < s->cell[i].component_count[o]; k++)
                fold(&s->cell[i].accumulator[o][k], o == 0 ? infinite[i] : 0);
    for (size_t i = 0; i < CELLS; i++) s->cell[i].samples = SAMPLES, s->cell[i].done = 1;
    CHECK(tepui_store_publish(s, "c.h5", NULL) == TEPUI_OK);
    tepui_state_free(s);
    tepui_experiment_free(e);
}

/* Runs a command on the file; its standard output goes to `out` and into output[]. */
static int status_of(int (*command)(int, char **), const char *options)
{
    char line[256], *argv[32], *rest = NULL;
    int argc = 0;
    snprintf(line, sizeof line, "tepui c.h5 %s", options);
    for (char *w = strtok_r(line, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) argv[argc++] = w;
    argv[argc] = NULL;
    fflush(stdout);
    const int kept = dup(STDOUT_FILENO);
    CHECK(freopen("out", "w", stdout) != NULL);
    const int status = command(argc, argv);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    FILE *f = fopen("out", "r");
    output[fread(output, 1, sizeof output - 1, f)] = '\0';
    fclose(f);
    return status;
}

static void run(int (*command)(int, char **), const char *options)
{
    CHECK(status_of(command, options) == TEPUI_OK);
}

static int has(const char *words)
{
    if (strstr(output, words)) return 1;
    fprintf(stderr, "'%s' is not in:\n%s\n", words, output);
    return 0;
}

/* Strictly JSON: Infinity and NaN, which Python would take, are refused. */
static void check_json(void)
{
    if (system("python3 -c '' 2>/dev/null") != 0) return;
    CHECK(system("python3 -c 'import json, sys; json.load(open(\"out\"), parse_constant=lambda x: sys.exit(1))'") == 0);
}

static void tables(void)
{
    run(cmd_table, "-O forward_norm -i");
    CHECK(has("1.22 [1.20, inf]") && has("inf [inf, inf]"));
    run(cmd_table, "-O forward_norm -i -f csv");
    CHECK(has("8,inf,inf,inf\n"));
    run(cmd_table, "-O forward_norm -f markdown");
    CHECK(has("|  inf |"));
    run(cmd_table, "-O forward_norm -i -f latex");
    CHECK(has("$\\infty$ & $[\\infty, \\infty]$"));
    run(cmd_table, "-O forward_norm -f json");
    CHECK(has("\"value\": \"inf\", \"low\": \"inf\", \"high\": \"inf\", \"ln\": \"inf\""));
    check_json();
    run(cmd_table, "-O forward_norm -f json --log");
    check_json();
}

static void counts(void)
{
    run(cmd_table, "-O forward_norm -s infinite -f csv");
    CHECK(strcmp(output, "depth,width=3\n1,0\n2,20\n4,98\n8,160\n") == 0);
    run(cmd_table, "-O forward_norm -s nan -f csv");
    CHECK(strcmp(output, "depth,width=3\n1,0\n2,0\n4,0\n8,0\n") == 0);
    run(cmd_table, "-O gradient_norm -s infinite -f csv");
    CHECK(strcmp(output, "depth,width=3\n1,0\n2,0\n4,0\n8,0\n") == 0);
    run(cmd_table, "-O forward_norm -s infinite");
    CHECK(has("infinite samples of forward_norm"));
}

static void histograms(void)
{
    run(cmd_histogram, "-O forward_norm --cell 3 -f csv");
    CHECK(has("\nover,,,0,\ninfinite,,,160,\nnan,,,0,\n"));
    run(cmd_histogram, "-O forward_norm --cell 3");
    CHECK(has("infinite"));
    run(cmd_histogram, "-O forward_norm --cell 3 -f json");
    CHECK(has("{\"part\": \"infinite\", \"ln_low\": null, \"ln_high\": null, \"count\": 160, \"density\": null}"));
    check_json();
    run(cmd_histogram, "-O gradient_norm --cell 3 -f csv");
    CHECK(strstr(output, "infinite") == NULL);
}

/* Depths 4 and 8 reach infinity: two known medians fix nothing. */
static void fits(void)
{
    run(cmd_trend, "-O forward_norm");
    CHECK(has("(2 of 4)") && has("inf [-, inf]") && has("undecided"));
    run(cmd_trend, "-O forward_norm -f csv");
    CHECK(has("forward_norm,last,ln,4,2,1,8,") && has(",inf,") && has(",undecided\n"));
    run(cmd_trend, "-O forward_norm -f json");
    CHECK(has("\"change\": \"inf\", \"change_low\": null, \"change_high\": \"inf\""));
    check_json();
    run(cmd_trend, "-O forward_norm -f latex");
    CHECK(has("$\\infty$ & $[-, \\infty]$"));
    run(cmd_threshold, "-O forward_norm -f json");
    check_json();
}

static void others(void)
{
    run(cmd_status, "-f json");
    check_json();
    CHECK(status_of(cmd_verify, "-l N2 -f json") == TEPUI_FAILED); /* the cell without: made by hand */
    CHECK(has("refused: some samples are censored"));
    check_json();
}

static void leave(void)
{
    CHECK(unlink("c.h5") == 0 && unlink("out") == 0 && chdir("..") == 0 && rmdir(folder) == 0);
}

static const test_case cases[] = {
    {"make_file", make_file}, {"tables", tables}, {"counts", counts}, {"histograms", histograms},
    {"fits", fits},           {"others", others}, {"leave", leave},
};
TEST_MAIN(cases)

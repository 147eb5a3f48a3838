/* bench.h -- the net of the first cell of an experiment's text. */
#ifndef TEPUI_TESTS_CURVATURE_BENCH_H
#define TEPUI_TESTS_CURVATURE_BENCH_H
#include "test.h"
#include <tepui/tepui.h>

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
} bench;

static int open_bench(bench *b, const char *text, unsigned needs)
{
    tepui_error err = {""};
    *b = (bench){NULL, NULL};
    if (tepui_experiment_parse(text, "test", NULL, &b->e, &err) == TEPUI_OK &&
        tepui_experiment_plan(b->e, &err) == TEPUI_OK)
        tepui_network_alloc(&b->e->cells[0], needs, &b->net, &err);
    CHECK(b->net != NULL);
    if (!b->net) fprintf(stderr, "%s\n%s\n", err.text, text);
    return b->net != NULL;
}

static void close_bench(bench *b)
{
    if (b->net) tepui_network_free(b->net);
    if (b->e) tepui_experiment_free(b->e);
}

#endif

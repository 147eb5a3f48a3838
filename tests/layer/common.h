/* common.h -- what the tests of layers share: a net from its experiment, and numbers to move it by. */
#ifndef TEPUI_TESTS_LAYER_COMMON_H
#define TEPUI_TESTS_LAYER_COMMON_H
#include "test.h"
#include "unread.h"
#include <network/composed.h>
#include <stdlib.h>
#include <tepui/tepui.h>

typedef struct {
    tepui_experiment *e;
    tepui_cell *c;
    tepui_network *net;
    size_t P;
} bench;

/* Formulas of the cross-entropy hold for any targets, experiments take labels only: the cell gets its loss afterwards.
 */
static inline int plan_bench(bench *b, const char *with_loss)
{
    static const char softmax[] = "loss: cross_entropy";
    tepui_error err = {""};
    char text[2048];
    *b = (bench){0};
    snprintf(text, sizeof text, "%s", with_loss);
    char *loss = strstr(text, "targets: gaussian") ? strstr(text, softmax) : NULL;
    if (loss) memcpy(loss, "loss: mse          ", sizeof softmax - 1);
    const tepui_status st = plan_read_settings(text, &b->e, &err);
    if (st != TEPUI_OK) {
        fprintf(stderr, "%s\n%s\n", err.text, text);
        test_failures++;
        tepui_experiment_free(b->e);
        b->e = NULL;
        return 0;
    }
    b->c = &b->e->cells[0];
    if (loss) tepui_choice_parse(&tepui_family_loss, "cross_entropy", &b->c->loss, NULL);
    b->P = tepui_parameters(b->c);
    return 1;
}

/* The key decides the draws: set by hand, they outlive changes of the canonical text. */
static inline int open_bench(bench *b, const char *text, unsigned needs, uint64_t key)
{
    tepui_error err = {""};
    if (!plan_bench(b, text)) return 0;
    if (key) b->c->key = tepui_key_make(key, "tests/layer");
    const int good = tepui_network_alloc(b->c, needs, &b->net, &err) == TEPUI_OK;
    CHECK(good);
    return good;
}

static inline void close_bench(bench *b)
{
    tepui_network_free(b->net);
    tepui_experiment_free(b->e);
    *b = (bench){0};
}

static inline double *numbers(size_t n)
{
    double *v = calloc(n ? n : 1, sizeof *v);
    if (!v) abort();
    return v;
}

/* Uniform on [-1/2, 1/2), xorshift64 (Marsaglia 2003). */
static inline void random_vector(double *v, size_t n, uint64_t seed)
{
    uint64_t bits = 88172645463325252u + seed * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < n; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        v[i] = (double)(bits >> 11) * 0x1p-53 - 0.5;
    }
}

static inline double norm(const double *v, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += v[i] * v[i];
    return sqrt(s);
}

static inline double inner(const double *a, const double *b, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}

static inline double distance(const double *a, const double *b, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++) s += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(s);
}

static inline void unscale(double *v, size_t n, int64_t e)
{
    for (size_t i = 0; i < n; i++) v[i] = scaled_shift(v[i], e);
}

/* out = (H, G or R) v as plain doubles */
static inline void product(bench *b, tepui_part part, const double *v, double *out)
{
    int64_t e;
    CHECK(tepui_network_hessian_product(b->net, part, v, out, &e) == TEPUI_OK);
    unscale(out, b->P, e);
}

static inline void loss_gradient(bench *b, double *g)
{
    int64_t e;
    CHECK(tepui_network_loss_gradient(b->net, g, &e) == TEPUI_OK);
    unscale(g, b->P, e);
}
#endif

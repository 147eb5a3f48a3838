/* samples.c -- samples of many experiments as JSON, for oracle.py, through the public API alone.

   Standard input: experiments without the line `observables`, each ended by a line "...". Standard output, one line
   each: what the sample is (matrices, biases, masks, points, targets, directions) and every observable, asked for
   alone, with a half of the others and with all. Numbers that depend on the company are listed apart, bit for bit. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/tepui.h>

#define MOST 128
#define TEXT 65536

typedef struct {
    tepui_experiment *e;
    tepui_network *net;
    tepui_follower *follower;
} asked;

/* Values of one observable: all components, one after another. */
typedef struct {
    size_t count;
    double *value;
} numbers;

static void put_number(double x)
{
    if (isnan(x))
        fputs("NaN", stdout);
    else if (isinf(x))
        fputs(x > 0 ? "Infinity" : "-Infinity", stdout);
    else
        printf("%.17g", x);
}

static void put_numbers(const double *x, size_t n)
{
    putchar('[');
    for (size_t i = 0; i < n; i++) {
        if (i) putchar(',');
        put_number(x[i]);
    }
    putchar(']');
}

/* Runs of equal numbers, and how long each of them is. */
static void put_runs(const char *name, const double *x, size_t n)
{
    size_t *length = calloc(n + 1, sizeof *length), runs = 0;
    double *first = calloc(n + 1, sizeof *first);
    if (!length || !first) exit(71);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || memcmp(x + i, x + i - 1, sizeof *x) != 0) first[runs++] = x[i];
        length[runs - 1]++;
    }
    printf("\"%s\":", name);
    put_numbers(first, runs);
    printf(",\"%s_runs\":[", name);
    for (size_t i = 0; i < runs; i++) printf("%s%zu", i ? "," : "", length[i]);
    putchar(']');
    free(length);
    free(first);
}

static void put_values(const char *name, const numbers *a)
{
    if (a->count > 1000) {
        put_runs(name, a->value, a->count);
    } else {
        printf("\"%s\":", name);
        put_numbers(a->value, a->count);
    }
}

static void put_text(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') putchar('\\');
        if (*s == '\n')
            fputs("\\n", stdout);
        else
            putchar(*s);
    }
    putchar('"');
}

static double *room(size_t n)
{
    double *x = calloc(n ? n : 1, sizeof *x);
    if (!x) exit(71);
    return x;
}

/* --- one sample with a list of observables */

static void drop(asked *a)
{
    tepui_follower_free(a->follower);
    tepui_network_free(a->net);
    tepui_experiment_free(a->e);
    memset(a, 0, sizeof *a);
}

static unsigned needs_of(const tepui_experiment *e)
{
    unsigned needs = 0;
    for (size_t i = 0; i < e->observable_count; i++) needs |= e->observables[i]->needs;
    return needs;
}

/* The text without its line on dynamics, which may be there only where something follows trajectories. */
static const char *at_rest(const char *text)
{
    static char out[TEXT];
    const char *line = strstr(text, "\ndynamics:"), *end = line ? strchr(line + 1, '\n') : NULL;
    if (!end) return text;
    snprintf(out, sizeof out, "%.*s%s", (int)(line - text), text, end);
    return out;
}

static tepui_status sample(asked *a, const char *text, const char *list, tepui_error *err)
{
    tepui_status st;
    if (!strstr(list, "path_") && !strstr(list, "escape_time")) text = at_rest(text);
    const char *const overrides[] = {list, NULL};
    memset(a, 0, sizeof *a);
    TEPUI_TRY(tepui_experiment_parse(text, "experiment", overrides, &a->e, err));
    TEPUI_TRY(tepui_experiment_plan(a->e, err));
    const tepui_cell *c = &a->e->cells[0];
    TEPUI_TRY(tepui_network_alloc(c, needs_of(a->e), &a->net, err));
    if (c->dynamics.follows) {
        TEPUI_TRY(tepui_follower_alloc(a->net, needs_of(a->e), 1, &a->follower, err));
        tepui_follower_begin(a->follower, 0, 1);
        TEPUI_TRY(tepui_follower_go(a->follower, NULL, NULL));
    }
    TEPUI_TRY(tepui_network_sample(a->net, 0, NULL));
done:
    if (st != TEPUI_OK) drop(a);
    return st;
}

static numbers measure(const asked *a, const tepui_observable_type *t)
{
    const tepui_cell *c = &a->e->cells[0];
    const size_t n = tepui_observable_components(t, c, SIZE_MAX, NULL), each = tepui_observable_values(t, c);
    long *component = calloc(n ? n : 1, sizeof *component);
    numbers out = {n * each, room(n * each)};
    if (!component) exit(71);
    tepui_observable_components(t, c, SIZE_MAX, component);
    for (size_t k = 0; k < n; k++) {
        tepui_observable_measure(t, a->net, component[k], out.value + k * each);
    }
    free(component);
    return out;
}

/* --- what the sample is */

static void put_matrix(tepui_network *net, size_t m)
{
    const tepui_cell *c = tepui_network_cell(net);
    const tepui_matrix_shape s = tepui_matrix_shape_of(c, m);
    double *w = room(s.rows * s.cols), *b = room(s.biases);
    if (tepui_network_weights(net, m, w) != TEPUI_OK) exit(70);
    if (s.biases && tepui_network_biases(net, m, b) != TEPUI_OK) exit(70);
    printf("{\"rows\":%zu,\"cols\":%zu,\"sigma\":%.17g,\"w\":", s.rows, s.cols, s.sigma);
    put_numbers(w, s.rows * s.cols);
    fputs(",\"b\":", stdout);
    put_numbers(b, s.biases);
    putchar('}');
    free(w);
    free(b);
}

static void put_sample(tepui_network *net, int plateau)
{
    const tepui_cell *c = tepui_network_cell(net);
    const double *v, *u = tepui_network_directions(net, &v), *mask;
    printf("\"inputs\":%zu,\"outputs\":%zu,\"points\":%zu,\"depth\":%zu,\"parameters\":%zu,\"width\":[", c->inputs,
           c->outputs, c->points, c->depth, tepui_parameters(c));
    for (size_t l = 0; l <= c->depth; l++) printf("%s%zu", l ? "," : "", c->width[l]);
    fputs("],\"x\":", stdout);
    put_numbers(tepui_network_inputs(net), c->points * c->inputs);
    fputs(",\"y\":", stdout);
    put_numbers(tepui_network_targets(net), c->targets == TEPUI_TARGETS_NONE ? 0 : c->points * c->outputs);
    fputs(",\"u\":", stdout);
    put_numbers(u, c->inputs);
    fputs(",\"v\":", stdout);
    put_numbers(v, c->outputs);
    fputs(",\"ray\":", stdout);
    put_numbers(plateau ? tepui_network_random_ray(net) : NULL, plateau ? tepui_parameters(c) : 0);
    fputs(",\"matrices\":[", stdout);
    for (size_t m = 1; m <= tepui_matrix_count(c); m++) {
        if (m > 1) putchar(',');
        put_matrix(net, m);
    }
    fputs("],\"masks\":[", stdout);
    for (size_t k = 0, n; (n = tepui_network_mask(net, k, &mask)) > 0; k++) {
        if (k) putchar(',');
        put_numbers(mask, n);
    }
    putchar(']');
}

static void put_components(const asked *a, const tepui_observable_type *t)
{
    const tepui_cell *c = &a->e->cells[0];
    const size_t n = tepui_observable_components(t, c, SIZE_MAX, NULL);
    long *component = calloc(n ? n : 1, sizeof *component);
    char name[24];
    if (!component) exit(71);
    tepui_observable_components(t, c, SIZE_MAX, component);
    for (size_t k = 0; k < n; k++) {
        tepui_component_name(component[k], name);
        printf("%s\"%s\"", k ? "," : "", name);
    }
    free(component);
}

/* --- an experiment */

typedef struct {
    const tepui_observable_type *type;
    numbers alone, all;
    int company; /* companies in which the bits differ: 1 a half, 2 all */
    numbers half;
} answer;

static char *list_of(const answer *a, size_t n, const unsigned char *in)
{
    static char text[8192];
    size_t at = (size_t)snprintf(text, sizeof text, "observables=[");
    int first = 1;
    for (size_t i = 0; i < n; i++) {
        if (in && !in[i]) continue;
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", first ? "" : ", ", a[i].type->kind.name);
        first = 0;
    }
    snprintf(text + at, sizeof text - at, "]");
    return first ? NULL : text;
}

static int differ(const numbers *a, const numbers *b)
{
    if (a->count != b->count) return 1;
    for (size_t i = 0; i < a->count; i++)
        if (memcmp(a->value + i, b->value + i, sizeof(double)) != 0 && !(isnan(a->value[i]) && isnan(b->value[i])))
            return 1;
    return 0;
}

static void ask_half(answer *a, size_t n, const char *text, const unsigned char *in)
{
    asked s;
    tepui_error err = {""};
    const char *list = list_of(a, n, in);
    if (!list || sample(&s, text, list, &err) != TEPUI_OK) return;
    for (size_t i = 0; i < n; i++)
        if (in[i]) a[i].half = measure(&s, a[i].type);
    drop(&s);
}

static void put_answers(const asked *s, answer *a, size_t n)
{
    fputs(",\"observables\":{", stdout);
    for (size_t i = 0; i < n; i++) {
        printf("%s\"%s\":{\"ln\":%d,\"components\":[", i ? "," : "", a[i].type->kind.name,
               a[i].type->transform == TEPUI_TRANSFORM_LN);
        put_components(s, a[i].type);
        fputs("],", stdout);
        put_values("value", &a[i].all);
        if (differ(&a[i].alone, &a[i].all)) putchar(','), put_values("alone", &a[i].alone);
        if (a[i].half.value && differ(&a[i].half, &a[i].all)) putchar(','), put_values("half", &a[i].half);
        putchar('}');
    }
    putchar('}');
}

static void experiment(const char *text, uint64_t number)
{
    answer a[MOST] = {0};
    size_t n = 0;
    unsigned char in[MOST] = {0}, out[MOST] = {0};
    asked s;
    tepui_error err = {""};
    printf("{\"refused\":{");
    int first = 1;
    for (const void *const *k = tepui_family_observable.kinds; *k && n < MOST; k++) {
        a[n].type = *k;
        const char *list = list_of(a + n, 1, NULL);
        if (sample(&s, text, list, &err) == TEPUI_OK) {
            a[n].alone = measure(&s, a[n].type);
            drop(&s);
            n++;
            continue;
        }
        printf("%s\"%s\":", first ? "" : ",", a[n].type->kind.name);
        put_text(err.text);
        first = 0;
    }
    putchar('}');
    uint64_t coin = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < n; i++) {
        coin = (coin ^ coin >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
        in[i] = coin >> 63;
        out[i] = !in[i];
    }
    ask_half(a, n, text, in);
    ask_half(a, n, text, out);
    if (n == 0)
        fputs(",\"error\":\"no observable\"}\n", stdout);
    else if (sample(&s, text, list_of(a, n, NULL), &err) != TEPUI_OK) {
        fputs(",\"error\":", stdout);
        put_text(err.text);
        fputs("}\n", stdout);
    } else {
        for (size_t i = 0; i < n; i++) a[i].all = measure(&s, a[i].type);
        putchar(',');
        put_sample(s.net, (needs_of(s.e) & TEPUI_NEEDS_PLATEAU) != 0);
        put_answers(&s, a, n);
        fputs("}\n", stdout);
        drop(&s);
    }
    for (size_t i = 0; i < n; i++) free(a[i].alone.value), free(a[i].all.value), free(a[i].half.value);
}

int main(void)
{
    static char text[TEXT];
    char *line = NULL;
    size_t size = 0, at = 0;
    uint64_t number = 0;
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    while (getline(&line, &size, stdin) > 0) {
        if (strcmp(line, "...\n") == 0) {
            experiment(text, number++);
            fflush(stdout);
            at = 0;
            text[0] = 0;
            continue;
        }
        at += (size_t)snprintf(text + at, sizeof text - at, "%s", line);
        if (at >= sizeof text) return 64;
    }
    free(line);
    return 0;
}

/* test_torch.c -- loss, gradients and Hessian-vector products of random compositions against those of PyTorch's
   autograd, which torch_check.py printed: the same nets, put together there from the same text.

   `test_torch --write` prints every net, at its start and at other parameters, and what is computed here for
   torch_check.py to compare entry by entry. */
#include "common.h"
#include "compositions.h"
#include "reads.h"
#include "torch_reference.h"
#include <curvature/moved.h>

#define NETS (sizeof compositions / sizeof *compositions)
#define NEEDS (TEPUI_NEEDS_FORWARD | TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE)

static int open_net(bench *b, size_t k, unsigned more)
{
    if (!open_bench(b, compositions[k], NEEDS | more, k + 1)) return 0;
    CHECK(tepui_network_sample(b->net, 0, NULL) == TEPUI_OK);
    return 1;
}

static void put(const char *key, const double *x, size_t n)
{
    printf("%s", key);
    for (size_t i = 0; i < n; i++) printf(" %.17g", x[i]);
    printf("\n");
}

static void put_choice(const char *key, const tepui_choice *choice)
{
    char text[256];
    tepui_choice_print(choice, text, sizeof text);
    printf("%s %s\n", key, text);
}

static void put_cell(const tepui_cell *c, size_t k)
{
    printf("case %zu\narchitecture %s\ndepth %zu\nwidth", k, c->architecture, c->depth);
    for (size_t l = 1; l <= c->depth; l++) printf(" %zu", c->width[l]);
    printf("\npoints %zu\noutputs %zu\ngain %.17g\nsigma_b %.17g\n", c->points, c->outputs, c->gain, c->sigma_b);
    printf("readout %s\n", c->readout == TEPUI_READOUT_DENSE ? "dense" : "none");
    put_choice("activation", &c->activation);
    put_choice("init", &c->scale);
    put_choice("loss", &c->loss);
}

static void put_numbers(bench *b)
{
    const tepui_cell *c = b->c;
    const tepui_composition *m = c->composition;
    double room[4096];
    for (size_t i = 1; i <= m->matrices; i++) {
        const tepui_layer *t = &m->layer[m->matrix[i]];
        CHECK(t->rows * t->cols <= 4096 && tepui_network_weights(b->net, i, room) == TEPUI_OK);
        put("weights", room, t->rows * t->cols);
        if (!(c->sigma_b > 0) || !t->biases) continue;
        CHECK(tepui_network_biases(b->net, i, room) == TEPUI_OK);
        put("biases", room, t->biases);
    }
    for (size_t i = 1; i <= m->count; i++)
        if (strcmp(m->layer[i].type->kind.name, "dropout") == 0)
            put("masks", b->net->composed->node[i].room, m->layer[i].room);
    put("x", tepui_network_inputs(b->net), c->points * c->inputs);
    put("y", tepui_network_targets(b->net), c->points * c->outputs);
}

static void put_results(bench *b, uint64_t seed)
{
    const double loss = tepui_network_loss(b->net);
    double *v = numbers(b->P), *out = numbers(b->P + 4096);
    random_vector(v, b->P, seed);
    put("v", v, b->P);
    put("loss_value", &loss, 1);
    for (size_t i = 0; i < b->c->points * b->c->outputs; i++)
        out[i] = tepui_network_output(b->net, i / b->c->outputs, i % b->c->outputs);
    put("f", out, b->c->points * b->c->outputs);
    loss_gradient(b, out);
    put("gradient", out, b->P);
    product(b, TEPUI_HESSIAN, v, out);
    put("Hv", out, b->P);
    product(b, TEPUI_GAUSS_NEWTON, v, out);
    put("Gv", out, b->P);
    free(v), free(out);
}

/* theta + 0.3 |theta| r / |r| */
static void move(bench *b, uint64_t seed)
{
    double *r = numbers(b->P), *g = numbers(b->P);
    size_t count;
    int64_t e;
    double *theta = network_open(b->net, &count);
    random_vector(r, b->P, seed + 1000);
    const double h = 0.3 * norm(theta, b->P) / norm(r, b->P);
    for (size_t i = 0; i < b->P; i++) theta[i] += h * r[i];
    CHECK(network_again(b->net, g, &e) == TEPUI_OK);
    put("theta", theta, b->P);
    free(r), free(g);
}

static int write_nets(void)
{
    for (size_t k = 0; k < NETS; k++) {
        bench b;
        for (int moves = 0; moves < 2; moves++) {
            if (!open_net(&b, k, moves ? TEPUI_NEEDS_PATH : 0)) continue;
            put_cell(b.c, k);
            put_numbers(&b);
            if (moves) move(&b, k);
            put_results(&b, k);
            close_bench(&b);
        }
    }
    return test_failures != 0;
}

static void near(size_t k, const char *what, double got, double want, double scale)
{
    /* torch_check.py's tolerance, and why */
    if (fabs(got - want) <= 1e-10 * scale) return;
    fprintf(stderr, "net %zu, %s: %.17g, torch says %.17g\n%s", k, what, got, want, compositions[k]);
    test_failures++;
}

static void compare(bench *b, size_t k)
{
    double *v = numbers(b->P), *out = numbers(b->P);
    const double loss = torch_reference[k].loss, *unit = torch_reference[k].unit;
    double all = 0;
    random_vector(v, b->P, k);
    near(k, "loss", tepui_network_loss(b->net), loss, fabs(loss));
    for (size_t l = 1; l <= b->net->layers; l++) all = hypot(all, unit[l - 1]);
    for (size_t l = 1; l <= b->net->layers; l++)
        near(k, "gradient of a unit", exp(tepui_network_ln_gradient(b->net, l)), unit[l - 1], all);
    product(b, TEPUI_HESSIAN, v, out);
    const double scale = torch_reference[k].Hv + 1e-6 * all;
    near(k, "v.Hv", inner(v, out, b->P), torch_reference[k].vHv, scale * norm(v, b->P));
    near(k, "|Hv|", norm(out, b->P), torch_reference[k].Hv, scale);
    product(b, TEPUI_GAUSS_NEWTON, v, out);
    near(k, "|Gv|", norm(out, b->P), torch_reference[k].Gv, torch_reference[k].Gv + 1e-6 * all);
    free(v), free(out);
}

static void random_compositions_agree_with_torch(void)
{
    CHECK(sizeof torch_reference / sizeof *torch_reference == NETS);
    for (size_t k = 0; k < NETS; k++) {
        bench b;
        if (!open_net(&b, k, 0)) continue;
        compare(&b, k);
        close_bench(&b);
    }
}

static const test_case cases[] = {{"random_compositions_agree_with_torch", random_compositions_agree_with_torch}};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--write") == 0) return write_nets();
    return test_main(cases, 1, argc, argv);
}

/* cell.c -- what determines the law of a cell's samples: its scales, its canonical text, its random key. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tepui/cell.h>
#include <tepui/source.h>

const char *const tepui_sampler_word[] = {"full", "reduced", "tilted"};

static tepui_status set_sigmas(tepui_cell *c, tepui_error *err)
{
    const tepui_scale_type *rule = c->scale.type;
    const tepui_choice linear = {tepui_kind_find(&tepui_family_activation, "linear"), {0}};
    const size_t layers = c->depth + (c->readout == TEPUI_READOUT_DENSE);
    c->sigma = calloc(c->depth + 2, sizeof *c->sigma);
    if (!c->sigma) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a net of depth %zu", c->depth);
    for (size_t l = 1; l <= layers; l++) {
        const int hidden = l <= c->depth;
        const tepui_scale_site site = {c->width[l - 1], hidden ? c->width[l] : c->outputs, &c->distribution,
                                       hidden ? &c->activation : &linear, hidden ? c->sigma_b : 0};
        double variance;
        if (l > 2 && hidden && c->width[l] == c->width[l - 1] && c->width[l - 1] == c->width[l - 2]) {
            c->sigma[l] = c->sigma[l - 1]; /* the same site again; l > 2 keeps the input layer apart */
            continue;
        }
        const tepui_status st = rule->variance(&site, c->scale.value, &variance, err);
        if (st != TEPUI_OK) return st;
        c->sigma[l] = sqrt(variance) * c->gain;
        if (!(c->sigma[l] > 0) || !isfinite(c->sigma[l]))
            return tepui_fail(err, TEPUI_BAD_INPUT, "the scale rule gives the variance %g at layer %zu", variance, l);
    }
    return TEPUI_OK;
}

/* Widths as runs "784 64x128": short however deep the net is. */
static void print_widths(FILE *out, const tepui_cell *c)
{
    for (size_t l = 0; l <= c->depth;) {
        size_t n = 1;
        while (l + n <= c->depth && c->width[l + n] == c->width[l]) n++;
        fprintf(out, " %zux%zu", c->width[l], n);
        l += n;
    }
}

static void print_sigmas(FILE *out, const tepui_cell *c)
{
    for (size_t l = 1; l <= c->depth + 1;) {
        size_t n = 1;
        while (l + n <= c->depth + 1 && c->sigma[l + n] == c->sigma[l]) n++;
        fprintf(out, " %.17gx%zu", c->sigma[l], n);
        l += n;
    }
}

static void print_choice(FILE *out, const char *name, const tepui_choice *choice)
{
    char text[256];
    tepui_choice_print(choice, text, sizeof text);
    fprintf(out, "\n%s %s", name, text);
}

/* Physics only: what is observed, how often, and which loss is taken do not change the draws. The scale enters
   through its variances, so that two rules that agree give the same cell. */
static char *canonical_text(const tepui_cell *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    fprintf(out, "architecture %s\ndepth %zu\nwidths", c->architecture, c->depth);
    print_widths(out, c);
    fprintf(out, "\nsigmas");
    print_sigmas(out, c);
    print_choice(out, "activation", &c->activation);
    print_choice(out, "law", &c->distribution);
    if (c->sigma_b > 0) {
        print_choice(out, "bias", &c->bias);
        fprintf(out, "\nsigma_b %.17g", c->sigma_b);
    }
    fprintf(out, "\nreadout %d outputs %zu targets %d\ngenerator %s\n", (int)c->readout, c->outputs, (int)c->targets,
            c->generator);
    if (c->sampler == TEPUI_SAMPLER_REDUCED) fputs("sampler reduced\n", out); /* full says nothing: older keys stay */
    if (c->sampler == TEPUI_SAMPLER_TILTED) fprintf(out, "sampler tilted %.17g\n", c->tilt);
    fputs(tepui_dataset_identity(c->data), out);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

tepui_status tepui_cell_resolve(tepui_cell *c, uint64_t seed, tepui_error *err)
{
    const tepui_status st = set_sigmas(c, err);
    if (st != TEPUI_OK) return st;
    c->canonical = canonical_text(c);
    if (!c->canonical) return tepui_fail(err, TEPUI_NO_MEMORY, "no memory for a cell");
    c->key = tepui_key_make(seed, c->canonical);
    return TEPUI_OK;
}

size_t tepui_parameters(const tepui_cell *c)
{
    size_t n = c->readout == TEPUI_READOUT_DENSE ? c->outputs * c->width[c->depth] : 0;
    for (size_t l = 1; l <= c->depth; l++) n += c->width[l] * c->width[l - 1];
    return n;
}

void tepui_cell_clear(tepui_cell *c)
{
    free(c->width);
    free(c->sigma);
    free(c->canonical);
    c->width = NULL;
    c->sigma = NULL;
    c->canonical = NULL;
}

/* effect.c -- settings that no cell reads are refused: of layers that are not there, of biases that are not drawn.

   unused.c asks the settings alone; these need the cells. A value of an axis passes if one cell with this value reads
   it. As in unused.c the default passes: the experiment in a result file spells every key out. */
#include "settings.h"
#include <ensemble/composition.h>
#include <stdlib.h>
#include <tepui/curvature.h>
#include <tepui/source.h>

typedef struct {
    const char *path;
    int axis; /* AXES: one value for all cells */
    int (*reads)(const tepui_cell *c, unsigned needs);
    const char *who;
} reader;

/* The first width is also the dimension of synthetic inputs without one. */
static int reads_width(const tepui_cell *c, unsigned needs)
{
    (void)needs;
    return composition_takes_width(c) || (!c->data->rows && !c->data->spec.dimension);
}

/* "linear" is also true of a net in which no layer applies an activation. */
static int reads_activation(const tepui_cell *c, unsigned needs)
{
    const int linear = tepui_activation_has_slopes(&c->activation, 1, 1);
    (void)needs;
    if (composition_takes_activation(c)) return 1;
    for (size_t k = 1; linear && k <= composition_count(c); k++)
        if (composition_layer(c, k).type->applies) return 0;
    return linear;
}

static int has_matrices(const tepui_cell *c, unsigned needs)
{
    (void)needs;
    return tepui_matrix_count(c) > 0;
}

static int has_biases(const tepui_cell *c)
{
    for (size_t m = 1; m <= tepui_matrix_count(c); m++)
        if (tepui_matrix_shape_of(c, m).biases) return 1;
    return 0;
}

static int reads_bias(const tepui_cell *c, unsigned needs)
{
    (void)needs;
    return c->sigma_b > 0 && has_biases(c);
}

static int reads_sigma_b(const tepui_cell *c, unsigned needs)
{
    (void)needs;
    return !(c->sigma_b > 0) || has_biases(c);
}

static int solves_eigenproblems(const tepui_cell *c, unsigned needs)
{
    return tepui_quantities_take(needs) & TEPUI_TAKES_EIGENVALUES || tepui_hessian_rows(c, needs) > 0;
}

static const reader readers[] = {
    {"grid.width", AXIS_WIDTH, reads_width, "layers without a width of their own read"},
    {"grid.activation", AXIS_ACTIVATION, reads_activation, "layers named activation apply"},
    {"grid.init", AXIS_INIT, has_matrices, "weight matrices have"},
    {"grid.law", AXIS_LAW, has_matrices, "weight matrices have"},
    {"grid.gain", AXIS_GAIN, has_matrices, "weight matrices have"},
    {"grid.bias", AXIS_BIAS, reads_bias, "layers with biases and grid.sigma_b above 0 read"},
    {"grid.sigma_b", AXIS_SIGMA_B, reads_sigma_b, "layers with biases read"},
    {"eigensolver", AXES, solves_eigenproblems, "observables of whole spectra (of nets that are no chains) read"},
};

static void note_cells(const settings *s, const tepui_experiment *e, const reader *r, unsigned needs, char *read)
{
    const size_t cells = axes_cells(s);
    for (size_t i = 0, k = 0; i < cells && k < e->cell_count; i++) {
        if (!axes_wanted(s, i)) continue;
        const tepui_cell *c = &e->cells[k++];
        char *mine = &read[r->axis == AXES ? 0 : axis_position(s, i, (size_t)r->axis)];
        if (!*mine) *mine = r->reads(c, needs) != 0;
    }
}

static tepui_status check(const settings *s, const tepui_experiment *e, const reader *r, unsigned needs)
{
    const setting *v = setting_of(s, r->path);
    tepui_status st = TEPUI_OK;
    if (setting_is_default(s, r->path)) return TEPUI_OK;
    char *read = calloc(v->count, 1);
    if (!read) return tepui_fail(s->err, TEPUI_NO_MEMORY, "no memory for an experiment");
    note_cells(s, e, r, needs, read);
    for (size_t i = 0; st == TEPUI_OK && i < v->count; i++)
        if (!read[i]) st = settings_refuse_unread(s, r->path, v->line[i], r->who);
    free(read);
    return st;
}

tepui_status settings_check_effects(const settings *s, const tepui_experiment *e, unsigned needs)
{
    tepui_status st = TEPUI_OK;
    for (size_t i = 0; st == TEPUI_OK && i < sizeof readers / sizeof *readers; i++)
        st = check(s, e, &readers[i], needs);
    return st;
}

/* curvature.c -- what second derivatives begin with; see curvature.h. */
#include "composed.h"

const char *const tepui_part_word[] = {"H", "G", "R"};

void curvature_take_roots(tepui_network *net)
{
    const tepui_loss_type *loss = net->cell->loss.type;
    const size_t q = net->cell->outputs, n = net->points;
    composed_state *s = net->composed;
    for (size_t p = 0; loss->root && p < n; p++) {
        double *root = s->root + p * q * q;
        for (size_t k = 0; k < q; k++) net->residual[k] = tepui_network_output(net, p, k);
        s->sign[p] = loss->root(net->residual, net->y + p * q, q, root);
        net->kernel->scale(root, 1.0 / sqrt((double)n), q * q);
    }
}

static tepui_status run(tepui_network *net)
{
    curvature_take_roots(net);
    return TEPUI_OK;
}

static unsigned kept(const tepui_network *net)
{
    (void)net;
    return KEEP_WEIGHTS | KEEP_DERIVATIVES;
}

const network_engine engine_curvature = {
    .name = "second derivatives",
    .keeps = kept,
    .run = run,
};

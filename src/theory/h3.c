/* h3.c -- how fast the parts of the Hessian vanish. With a loss whose residual tends to -y as f vanishes, every block
   of R is a product of all layers once, every block of G has them twice: over depths, ln norm(R) falls like ln
   norm(a_L) and ln norm(G) like twice that, so that R is what remains and the Hessian becomes hollow (chains: theory
   C6). The number of blocks grows like L^2 and the weights left out of a block vary: between depths that changes ln
   norm by no more than 2 ln L for R, whose slope is at most 2/L, and twice that for G. */
#include "norms.h"
#include <math.h>
#include <tepui/observable.h>

#define DEEP 16u /* L/d from which f is negligible beside y: exp(-8) and less */

static int applies(const tepui_cell *c, long component, const char **why)
{
    size_t widest = 1;
    for (size_t l = 1; l <= c->depth; l++) widest = c->width[l] > widest ? c->width[l] : widest;
    return norms_gaussian_net(c, norms_is(&c->activation, "relu") ? "relu" : "linear", why) &&
           norms_known_input(c, why) && norms_need(norms_is(&c->loss, "mse"), "loss mse only", why) &&
           norms_need(c->targets == TEPUI_TARGETS_GAUSSIAN, "targets: gaussian only", why) &&
           norms_need(c->depth >= DEEP * widest, "depths of at least 16 widths only", why) &&
           norms_need(component == TEPUI_COMPONENT_G || component == TEPUI_COMPONENT_R, "components G and R only", why);
}

static tepui_status predict(const tepui_cell *c, long component, tepui_prediction *p, tepui_error *err)
{
    const double times = component == TEPUI_COMPONENT_G ? 2 : 1;
    tepui_prediction norm = {0};
    const tepui_status st = norms_forward(c, (long)c->depth, &norm, err);
    if (st != TEPUI_OK) return st;
    norms_normal(p, times * norm.mean, times * times * norm.variance, times * 2 / (double)c->depth);
    p->median = times * norm.median;
    tepui_prediction_clear(&norm);
    return TEPUI_OK;
}

const tepui_law_type tepui_law_h3 = {
    .kind =
        {.name = "H3",
         .doc =
             "Vanishing curvature: over depths ln norm(R) falls like ln norm(f) and ln norm(G) twice as fast, within "
             "2/L and 4/L, where L is at least 16 d: a hollow Hessian, a flat saddle",
         .source = "theory C6, H3; Orvieto et al. 2021"},
    .observable = "hessian_norm",
    .form = TEPUI_PREDICTS_SLOPE,
    .applies = applies,
    .predict = predict,
};

/* moved.h (internal) -- a sampled network at other parameters than those it was drawn with: what optimizers need.

   For networks with NETWORK_NEEDS_MOVED and a sample from network_draw_sample() or
   tepui_network_sample(); until the next one. */
#ifndef TEPUI_CURVATURE_MOVED_H
#define TEPUI_CURVATURE_MOVED_H
#include <network/engine.h>

/* The trained parameters, as they were drawn, sigma included, in the order of tepui_network_loss_gradient(); *count of
   them and zeros up to the next multiple of TEPUI_LANES. They stay where they are as long as the network and are to be
   changed in place. */
double *network_open(tepui_network *net, size_t *count);
/* One pass forward and back at the parameters as they are: outputs, net->loss, and g[count] 2^*e, the
   gradient of the loss with point p counting net->share[p] times. Hessian products, gradients and matrices of
   curvature.h are about these parameters from then on, and about the whole loss. What else a sample tells stays that
   of the start. */
tepui_status network_again(tepui_network *net, double *g, int64_t *e);
/* After net->x (and y) were changed: the passes that follow are about those points, until x is changed back. */
void network_take_points(tepui_network *net);
/* The forward half of network_again(): outputs alone. */
tepui_status network_outputs_again(tepui_network *net);

/* Second derivatives where the last pass has left them out. */
tepui_status moved_bend(tepui_network *net);
#endif

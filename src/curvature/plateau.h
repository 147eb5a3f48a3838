/* plateau.h (internal) -- the loss on lines through the initialisation, see plateau.c. */
#ifndef TEPUI_CURVATURE_PLATEAU_H
#define TEPUI_CURVATURE_PLATEAU_H
#include <network/network.h>

/* lay_out: of a whole network, that of its own. */
void plateau_lay_out(tepui_network *net, network_arena *a, void (*lay_out)(tepui_network *, network_arena *));
void plateau_open(tepui_network *net); /* once there is space */
tepui_status plateau_sample(tepui_network *net, uint64_t sample);
double plateau_cost(const tepui_cell *c, double products); /* in operations */
#endif

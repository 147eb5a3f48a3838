/* plateau.h (internal) -- the loss on lines through the initialisation, see plateau.c. */
#ifndef TEPUI_CURVATURE_PLATEAU_H
#define TEPUI_CURVATURE_PLATEAU_H
#include <network/engine.h>

void plateau_open(tepui_network *net); /* once there is space, where it is in use */
#endif

/* inside.h -- windows into the engine of general nets, for tests alone: follow_net.c compiled once more, with doors. */
#ifndef TEPUI_TESTS_DYNAMICS_INSIDE_H
#define TEPUI_TESTS_DYNAMICS_INSIDE_H
#include <tepui/dynamics.h>

const double *inside_theta(const tepui_follower *f); /* of the trajectory under way */
/* Of the step made last: the points' shares, the noise. */
const double *inside_share(const tepui_follower *f);
const double *inside_noise(const tepui_follower *f);
/* The same drawn for step t of the sample that is `index` behind first. */
const double *inside_draw_minibatch(tepui_follower *f, size_t index, uint64_t t);
const double *inside_draw_noise(tepui_follower *f, size_t index, uint64_t t);
#endif

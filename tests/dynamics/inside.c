/* inside.c -- see inside.h. */
#include <dynamics/follow_net.c>
/* own headers last: the engine's names are taken */
#include "inside.h"

const double *inside_theta(const tepui_follower *f)
{
    return ((const net_state *)f->state)->theta;
}

const double *inside_share(const tepui_follower *f)
{
    return ((const net_state *)f->state)->share;
}

const double *inside_noise(const tepui_follower *f)
{
    return ((const net_state *)f->state)->noise;
}

static net_state *at(tepui_follower *f, size_t index, uint64_t t)
{
    net_state *s = f->state;
    s->run.index = index;
    s->run.t = t;
    return s;
}

const double *inside_draw_minibatch(tepui_follower *f, size_t index, uint64_t t)
{
    net_state *s = at(f, index, t);
    draw_minibatch(f);
    return s->share;
}

const double *inside_draw_noise(tepui_follower *f, size_t index, uint64_t t)
{
    net_state *s = at(f, index, t);
    draw_noise(f);
    return s->noise;
}

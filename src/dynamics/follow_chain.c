/* follow_chain.c */
#include "follower.h"

static void *alloc(tepui_follower *f, network_arena *a)
{
    (void)f;
    (void)a;
    return NULL;
}
static void begin(tepui_follower *f)
{
    (void)f;
}
static tepui_status go(tepui_follower *f, tepui_poll poll, void *arg)
{
    (void)f;
    (void)poll;
    (void)arg;
    return TEPUI_FAILED;
}
static size_t save(const tepui_follower *f, void *bytes)
{
    (void)f;
    (void)bytes;
    return 0;
}
static tepui_status resume(tepui_follower *f, const void *bytes, size_t size)
{
    (void)f;
    (void)bytes;
    (void)size;
    return TEPUI_BAD_INPUT;
}

const follow_engine follow_chain = {alloc, begin, go, save, resume};

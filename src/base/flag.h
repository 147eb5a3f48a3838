/* flag.h (internal) -- flags that signal handlers or other threads raise, and loops look at: atomic, order does not
   matter. */
#ifndef TEPUI_BASE_FLAG_H
#define TEPUI_BASE_FLAG_H
#include <signal.h>

static inline int flag_is_up(const volatile sig_atomic_t *flag)
{
    return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

static inline void flag_set(volatile sig_atomic_t *flag, int value)
{
    __atomic_store_n(flag, value, __ATOMIC_RELAXED);
}
#endif

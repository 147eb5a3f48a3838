/* dispatch.c -- the best table for this machine, or the one that TEPUI_SIMD names. */
#include "tables.h"
#include <config.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const tepui_kernels *tepui_kernel_named(const char *name)
{
#ifdef HAVE_AVX512
    if (strcmp(name, "avx512") == 0)
        return __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") ? &kernels_avx512 : NULL;
#endif
#ifdef HAVE_AVX2
    if (strcmp(name, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels_avx2 : NULL;
#endif
    return strcmp(name, "base") == 0 ? &kernels_base : NULL;
}

void tepui_divide(double *x, double by, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] /= by;
}

const tepui_kernels *tepui_kernel(void)
{
    static const char *const order[] = {"avx512", "avx2", "base"};
    const char *forced = getenv("TEPUI_SIMD");
    const tepui_kernels *k = forced ? tepui_kernel_named(forced) : NULL;
    for (size_t i = 0; !k; i++) k = tepui_kernel_named(order[i]);
    return k;
}

const tepui_kernels *tepui_kernel_once(void)
{
    static _Atomic(const tepui_kernels *) known;
    const tepui_kernels *k = atomic_load_explicit(&known, memory_order_relaxed);
    if (k) return k;
    k = tepui_kernel();
    atomic_store_explicit(&known, k, memory_order_relaxed);
    return k;
}

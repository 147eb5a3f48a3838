/* wide.h (internal) -- plain loops, compiled for each instruction set where the compiler can and chosen at run time,
   for what is worth less than a kernel of its own. Element by element, without contraction or reassociation, so that
   all versions return the same bits. */
#ifndef TEPUI_KERNEL_WIDE_H
#define TEPUI_KERNEL_WIDE_H
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <tepui/rng.h>

#ifdef HAVE_TARGET_CLONES
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#define WIDE_INLINE static inline __attribute__((always_inline)) /* else compiled for the default only */
#else
#define WIDE
#define WIDE_INLINE static inline
#endif

/* n, or the next multiple of the lanes. */
static inline size_t lanes_padded(size_t n)
{
    return (n + TEPUI_LANES - 1) / TEPUI_LANES * TEPUI_LANES;
}

/* The eight lanes of trajectories side by side. */
#ifdef _OPENMP
#define LANES(j) _Pragma("omp simd") for (size_t j = 0; j < TEPUI_LANES; j++)
#else
#define LANES(j) for (size_t j = 0; j < TEPUI_LANES; j++)
#endif
#endif

/* update.h (internal) -- loops over eight lanes, compiled for each instruction set where the compiler can. There is no
   contraction and no reassociation, so all versions return the same bits. */
#ifndef TEPUI_OPTIMIZER_UPDATE_H
#define TEPUI_OPTIMIZER_UPDATE_H
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <math.h>
#include <tepui/optimizer.h>

#ifdef HAVE_TARGET_CLONES
#define OPTIMIZER_LANES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define OPTIMIZER_LANES
#endif
#ifdef _OPENMP
#define LANES(j) _Pragma("omp simd") for (size_t j = 0; j < TEPUI_LANES; j++)
#else
#define LANES(j) for (size_t j = 0; j < TEPUI_LANES; j++)
#endif
#endif

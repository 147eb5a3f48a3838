/* avx512.c -- the kernels of body.h for avx512 machines; compiled with that instruction set, entered only where the
 * machine has it. */
#include "tables.h"
#define LANES_HEADER "lanes_avx512.h"
#include "body.h"

const tepui_kernels kernels_avx512 = KERNEL_TABLE("avx512");

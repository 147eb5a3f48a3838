/* avx2.c -- the kernels of body.h for avx2 machines; compiled with that instruction set, entered only where the machine
 * has it. */
#include "tables.h"
#define LANES_HEADER "lanes_avx2.h"
#include "body.h"

const tepui_kernels kernels_avx2 = KERNEL_TABLE("avx2");

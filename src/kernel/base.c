/* base.c -- the kernels of body.h for any machine. */
#include "tables.h"
#define LANES_HEADER "lanes_base.h"
#include "body.h"

const tepui_kernels kernels_base = KERNEL_TABLE("base");

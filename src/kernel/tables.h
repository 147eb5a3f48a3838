/* tables.h -- one table of kernels per instruction set; which exist is decided by configure. */
#ifndef TEPUI_KERNEL_TABLES_H
#define TEPUI_KERNEL_TABLES_H
#include <tepui/kernel.h>

extern const tepui_kernels kernels_base, kernels_avx2, kernels_avx512;
#endif

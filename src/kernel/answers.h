/* answers.h (internal) -- known answers of the kernels: a table that a compiler or a machine got wrong is found before
   anything is computed with it. */
#ifndef TEPUI_KERNEL_ANSWERS_H
#define TEPUI_KERNEL_ANSWERS_H
#include <tepui/kernel.h>
#include <tepui/status.h>

/* The name of a kernel of the table that is wrong, NULL when all are right; a fraction of a millisecond. */
const char *kernel_wrong(const tepui_kernels *kernel);
/* The same for tepui_kernel(), once per process; TEPUI_INTERNAL names the kernel and the table. */
tepui_status kernel_check(tepui_error *err);
#endif

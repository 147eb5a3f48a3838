/* block.c -- see block.h. */
#include "block.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void block_write(char out[TEPUI_UNIT_TEXT], const char *format, ...)
{
    va_list args;
    const size_t used = strlen(out);
    va_start(args, format);
    vsnprintf(out + used, TEPUI_UNIT_TEXT - used, format, args);
    va_end(args);
}

void block_open(char out[TEPUI_UNIT_TEXT], double alpha, double power)
{
    block_write(out, "residual(alpha=%.17g, power=%.17g)[", alpha, power);
}

void block_pairs(char out[TEPUI_UNIT_TEXT], size_t m)
{
    for (size_t k = 0; k < m; k++) block_write(out, "%sdense, activation", k ? ", " : "");
}

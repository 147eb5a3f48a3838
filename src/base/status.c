/* status.c -- error messages that travel with a status. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <tepui/status.h>

static _Atomic int missed;

void tepui_miss_memory(void)
{
    missed = 1;
}

int tepui_missed_memory(void)
{
    return atomic_exchange(&missed, 0);
}

tepui_status tepui_fail(tepui_error *err, tepui_status status, const char *format, ...)
{
    if (err && err->text[0] == '\0') {
        va_list args;
        va_start(args, format);
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

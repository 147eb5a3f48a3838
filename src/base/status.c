/* status.c -- error messages that travel with a status. */
#include <gsl/gsl_errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <tepui/status.h>

static _Atomic int missed;

/* GSL's default handler ends the process where a tail underflows; the library looks at what GSL returns. */
__attribute__((constructor)) static void take_gsl_errors_back(void)
{
    gsl_set_error_handler_off();
}

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

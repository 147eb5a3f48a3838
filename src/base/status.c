/* status.c -- error messages that travel with a status. */
#include <stdarg.h>
#include <stdio.h>
#include <tepui/status.h>

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

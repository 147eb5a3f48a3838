/* setting.c -- what was given for a field, and messages about it. */
#include "settings.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

tepui_status settings_fail(const settings *s, const char *path, int line, const char *format, ...)
{
    char what[768], where[128] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    if (line > 0)
        snprintf(where, sizeof where, "%.100s:%d: ", s->file, line);
    else
        snprintf(where, sizeof where, "%.100s: ", line < 0 ? s->file : "--set");
    return tepui_fail(s->err, TEPUI_BAD_INPUT, "%s%s%s%s", where, path, *path ? ": " : "", what);
}

const setting *setting_of(const settings *s, const char *path)
{
    return &s->of[field_index(path)];
}

const char *setting_text(const settings *s, const char *path)
{
    const setting *v = setting_of(s, path);
    return v->count ? v->value[0] : NULL;
}

double setting_number(const settings *s, const char *path)
{
    return strtod(setting_text(s, path), NULL);
}

int setting_line(const settings *s, const char *path)
{
    const setting *v = setting_of(s, path);
    return v->count ? v->line[0] : -1;
}

/* text.c -- see text.h. */
#include "text.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 128 };

/* Room for n characters more and a zero; 0: there is none. */
static int make_room(text_buffer *t, size_t n)
{
    if (t->failed || n >= SIZE_MAX / 4 - t->length) {
        t->failed = 1;
        return 0;
    }
    if (t->length + n < t->room) return 1;
    const size_t room = 2 * (t->length + n) + FIRST_ROOM;
    char *grown = realloc(t->at, room);
    if (!grown) {
        t->failed = 1;
        return 0;
    }
    t->at = grown;
    t->room = room;
    return 1;
}

void text_bytes(text_buffer *t, const void *bytes, size_t n)
{
    if (!make_room(t, n)) return;
    memcpy(t->at + t->length, bytes, n);
    t->length += n;
    t->at[t->length] = '\0';
}

void text_put(text_buffer *t, const char *words)
{
    text_bytes(t, words, strlen(words));
}

void text_print(text_buffer *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) t->failed = 1;
    if (n < 0 || !make_room(t, (size_t)n)) return;
    va_start(args, format);
    vsnprintf(t->at + t->length, (size_t)n + 1, format, args);
    va_end(args);
    t->length += (size_t)n;
}

char *text_take(text_buffer *t)
{
    text_put(t, "");
    char *out = t->failed ? NULL : t->at;
    if (t->failed) free(t->at);
    *t = (text_buffer){0};
    return out;
}

void text_free(text_buffer *t)
{
    free(t->at);
    *t = (text_buffer){0};
}

void text_append(char *out, size_t size, const char *text)
{
    const size_t used = strlen(out);
    if (used < size) snprintf(out + used, size - used, "%s", text);
}

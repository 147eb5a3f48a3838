/* text.h -- a text that grows. Where memory is missing it fails, and stays failed: text_take() then gives NULL. The
   streams of open_memstream are not used: glibc loses what does not fit, and neither ferror() nor fclose() tells. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
#include <stddef.h>

/* Behind the text in out[size], as much of it as has room. */
void text_append(char *out, size_t size, const char *text);

typedef struct {
    char *at; /* "" or NULL at first; always ended by a zero */
    size_t length, room;
    int failed;
} text_buffer;

void text_bytes(text_buffer *t, const void *bytes, size_t n);
void text_put(text_buffer *t, const char *words);
__attribute__((format(printf, 2, 3))) void text_print(text_buffer *t, const char *format, ...);
char *text_take(text_buffer *t); /* to be freed; NULL: memory was missing. Leaves an empty text. */
void text_free(text_buffer *t);
#endif

/* unread.h -- tests that combine everything with everything write settings that some of their nets do not read, which
   the plan refuses (src/experiment/effect.c): these are taken out of the text, as the message says. */
#ifndef TEPUI_TEST_UNREAD_H
#define TEPUI_TEST_UNREAD_H
#include <string.h>
#include <tepui/tepui.h>

/* Takes "key: value, " or ", key: value" out of a mapping in braces. 0: the message is about something else. */
static inline int drop_unread(char *text, const char *message)
{
    const char *end = strstr(message, ": has no effect here"), *dot = end;
    char key[32];
    while (end && dot > message && *dot != '.') dot--;
    if (!end || dot == message || end - dot > 24) return 0;
    snprintf(key, sizeof key, "%.*s: ", (int)(end - dot - 1), dot + 1);
    char *from = strstr(text, key), *to = from;
    for (int deep = 0; to && *to && (deep > 0 || !strchr(",}", *to)); to++) deep += (*to == '[') - (*to == ']');
    if (!from || from < text + 2) return 0;
    if (*to == ',')
        to += 2;
    else if (from[-2] == ',')
        from -= 2;
    memmove(from, to, strlen(to) + 1);
    return 1;
}

static inline tepui_status plan_read_settings(const char *with_unread, tepui_experiment **e, tepui_error *err)
{
    char text[4096];
    tepui_status st;
    snprintf(text, sizeof text, "%s", with_unread);
    for (;;) {
        err->text[0] = '\0';
        st = tepui_experiment_parse(text, "test", NULL, e, err);
        if (st == TEPUI_OK) st = tepui_experiment_plan(*e, err);
        if (st != TEPUI_BAD_INPUT || !drop_unread(text, err->text)) return st;
        tepui_experiment_free(*e);
        *e = NULL;
    }
}
#endif

/* status.h -- what a library function returns. Library code never prints and never exits. */
#ifndef TEPUI_STATUS_H
#define TEPUI_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* The values are the exit statuses of the program (sysexits.h where it has a word for it). */
typedef enum {
    TEPUI_OK = 0,
    TEPUI_FAILED = 1,       /* a law or check does not hold; NaN among the results */
    TEPUI_USAGE = 64,       /* command line */
    TEPUI_BAD_INPUT = 65,   /* experiment or data */
    TEPUI_INTERNAL = 70,    /* a bug of ours */
    TEPUI_NO_MEMORY = 71,   /* malloc failed, or the plan would not fit */
    TEPUI_IO = 74,          /* file system */
    TEPUI_TRY_AGAIN = 75,   /* stopped early, resumable */
    TEPUI_INTERRUPTED = 130 /* a signal asked to stop; the caller turns it into 128 + signal */
} tepui_status;

/* One clear sentence about what went wrong, owned by the caller; first message wins. */
typedef struct {
    char text[1024];
} tepui_error;

/* Writes the message unless one is there already; returns status, so that
   `return tepui_fail(err, TEPUI_IO, "...")` reads well. err may be NULL. */
tepui_status tepui_fail(tepui_error *err, tepui_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Functions that answer with a number have no status: without memory they answer NaN and say so here. The other one
   tells whether anybody did since it was asked last. */
void tepui_miss_memory(void);
int tepui_missed_memory(void);

/* Jump to the function's single exit on failure. The function has `tepui_status st` and label `done`. */
#define TEPUI_TRY(call)                                                                                                \
    do {                                                                                                               \
        if ((st = (call)) != TEPUI_OK) goto done;                                                                      \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif

/* writer.h (internal) -- the process that writes results. libhdf5 may crash where it misses memory, so no process that
   holds samples calls it. */
#ifndef TEPUI_STORE_WRITER_H
#define TEPUI_STORE_WRITER_H
#include <tepui/store.h>

typedef struct tepui_writer tepui_writer;
tepui_writer *writer_new(void);
void writer_free(tepui_writer *w);

/* Writes the state into an empty file. */
typedef tepui_status (*writer_work)(const tepui_state *s, int fd, tepui_error *err);
/* Starts the process where there is none; best effort. */
void writer_start(const tepui_state *s, writer_work work);
/* Has it written. TEPUI_NO_MEMORY: the process died over it. Where no process can be made, it is written here. */
tepui_status writer_write(const tepui_state *s, writer_work work, int fd, tepui_error *err);
#endif

/* layout.h (internal) -- the groups of schema tepui-2. */
#ifndef TEPUI_STORE_LAYOUT_H
#define TEPUI_STORE_LAYOUT_H
#include "h5.h"
#include <tepui/store.h>

#define LAYOUT_SCHEMA "tepui-2"
#define LAYOUT_BEFORE "tepui-1" /* is read, too */
#define LAYOUT_NOTES "/checkpoint/notes"
#define LAYOUT_NOTES_BEFORE "/notes"
#define LAYOUT_MOST_SAMPLES 9007199254740992.0 /* 2^53 */

/* State of the cell that a row shows: an alias shows the cell it repeats. */
static inline const tepui_cell_state *row_state(const tepui_state *s, size_t cell)
{
    return &s->cell[s->experiment->cells[cell].alias_of];
}

tepui_status layout_root(h5 *f, const tepui_state *s);
tepui_status layout_cells(h5 *f, const tepui_state *s);
tepui_status layout_observable(h5 *f, const tepui_state *s, size_t o); /* observables.c */
tepui_status layout_laws(h5 *f, const tepui_state *s);                 /* laws.c */
tepui_status layout_result(h5 *f, const tepui_state *s);               /* layout.c: what readers show */
void checkpoint_write(h5 *f, const tepui_state *s, tepui_status *st);
tepui_status checkpoint_read(h5 *f, tepui_state *s, tepui_error *err);
/* Between a process and its child, whose state is a copy of this one at some time before. TEPUI_IO: the other is gone.
 */
tepui_status checkpoint_send(const tepui_state *s, int channel);
tepui_status checkpoint_receive(tepui_state *s, int channel);
/* raw.c: total raw samples, row after row of /checkpoint; count[row * stride] of a row. malloc'd; f says what failed.
 */
double *raw_read(h5 *f, const tepui_state *s, const uint64_t *count, size_t stride, size_t total);
/* The scale of cells in a group. */
tepui_status layout_cell_scale(h5 *f, const char *group, size_t cells);
/* Class of a column of /cells: 0: none of ours. */
typedef enum { LAYOUT_UNKNOWN, LAYOUT_NUMBER, LAYOUT_TEXT } layout_class;
layout_class layout_column(const char *name);
/* Whether what was read agrees with itself; complains to f. */
void sound_result(h5 *f, const tepui_result *r); /* sound.c */
tepui_status sound_checkpoint(const tepui_state *s, tepui_error *err);

/* origin.c */
enum { ORIGIN_KEY = 40, ORIGIN_DATA = 512 };
void origin_key(const tepui_cell *c, char out[ORIGIN_KEY]);
void origin_data(const tepui_experiment *e, char out[ORIGIN_DATA]);
tepui_status origin_compare(const tepui_experiment *e, char *const *was, size_t cells, const char *data,
                            const char *path, tepui_error *err);
tepui_status origin_check(h5 *f, const tepui_experiment *e, const char *path, tepui_error *err);
#endif

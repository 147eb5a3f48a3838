/* export.h (internal) -- a whole result for other programs. */
#ifndef TEPUI_CLI_EXPORT_H
#define TEPUI_CLI_EXPORT_H
#include "cli.h"

/* Rows of cell x component x statistic, or of each raw sample. */
void export_rows(const tepui_result *r, int json, int samples, FILE *out);
/* Arrays under the names that they have in the result file, for numpy.load(). */
tepui_status export_npz(const tepui_result *r, int samples, FILE *out, tepui_error *err);
#endif

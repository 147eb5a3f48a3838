/* measure.h (internal) -- an observable measured, with the reason where a function of sample.h refused what it asked
 * for. */
#ifndef TEPUI_OBSERVABLE_MEASURE_H
#define TEPUI_OBSERVABLE_MEASURE_H
#include <tepui/observable.h>

/* tepui_observable_measure(), and why the number is NaN; nothing where that is not known. */
void observable_measure(const tepui_observable_type *t, tepui_network *net, long component, double *out,
                        tepui_error *why);
#endif

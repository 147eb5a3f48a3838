/* root.h (internal) -- the zero of a function between two ends where its signs differ. */
#ifndef TEPUI_BASE_ROOT_H
#define TEPUI_BASE_ROOT_H

/* Brent's method to a relative width of 1e-14 of |x|. NaN where f was not finite somewhere, the signs agree or memory
   is short. f(low) and f(high) may be 0. */
double root_between(double (*f)(double x, void *arg), void *arg, double low, double high);
#endif

/* root.c -- GSL's Brent behind a guard: GSL calls its error handler, which may end the program, for values that are not
   finite and ends without a change of sign; neither reaches it.
   Source: R. P. Brent, Algorithms for minimization without derivatives, 1973, chapter 4. */
#include "root.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#define WIDTH 1e-14
#define MOST_STEPS 200

typedef struct {
    double (*f)(double x, void *arg);
    void *arg;
    int broken;
} guard;

static double guarded(double x, void *arg)
{
    guard *g = arg;
    const double y = g->f(x, g->arg);
    g->broken |= !isfinite(y);
    return g->broken ? 0 : y; /* a root, which ends the search */
}

static double search(gsl_root_fsolver *s, gsl_function *f, double low, double high)
{
    int st = gsl_root_fsolver_set(s, f, low, high);
    for (int i = 0; st == GSL_SUCCESS && i < MOST_STEPS; i++) {
        st = gsl_root_fsolver_iterate(s);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(s), gsl_root_fsolver_x_upper(s), 0, WIDTH) == GSL_SUCCESS)
            break;
    }
    return st == GSL_SUCCESS ? gsl_root_fsolver_root(s) : NAN;
}

double root_between(double (*f)(double x, void *arg), void *arg, double low, double high)
{
    guard g = {f, arg, 0};
    gsl_function function = {guarded, &g};
    const double at_low = guarded(low, &g), at_high = guarded(high, &g);
    if (g.broken) return NAN;
    if (at_low == 0) return low;
    if (at_high == 0) return high;
    if ((at_low < 0) == (at_high < 0)) return NAN;
    gsl_root_fsolver *s = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    const double x = s ? search(s, &function, low, high) : NAN;
    if (s) gsl_root_fsolver_free(s);
    return g.broken ? NAN : x;
}

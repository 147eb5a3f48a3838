/* mellin.h (internal) -- ln E S^s of one term, for complex s in its strip. */
#ifndef TEPUI_THEORY_MELLIN_H
#define TEPUI_THEORY_MELLIN_H
#include <complex.h>
#include <tepui/theory.h>

double complex mellin_ln(const tepui_term *t, double complex s); /* any branch: it is multiplied by whole numbers */
double mellin_alive(const tepui_term *t);                        /* P(S > 0) */
double mellin_high(const tepui_term *t);                         /* and Re s < high */
double mellin_low(const tepui_term *t); /* strip: low < Re s; poles without weight do not count */
/* Terms with a largest value: */
double mellin_top(const tepui_term *t);                                /* of power ln S; INFINITY for the others */
double mellin_ln_at_top(const tepui_term *t);                          /* ln P(it is taken) */
double complex mellin_ln_share(const tepui_term *t, double complex s); /* mellin_ln without s mellin_top */
#endif

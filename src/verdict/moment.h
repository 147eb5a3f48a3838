/* moment.h (internal) -- the mean of exp(X) against its law. */
#ifndef TEPUI_VERDICT_MOMENT_H
#define TEPUI_VERDICT_MOMENT_H
#include <tepui/verdict.h>
/* Twice the tail of Pearson's type III law beyond z standard deviations, on the side where z is. */
double moment_two_sided(double z, double skewness);
size_t moment_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why);
#endif

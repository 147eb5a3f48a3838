/* moment.h (internal) -- the mean of exp(X) against its law. */
#ifndef TEPUI_VERDICT_MOMENT_H
#define TEPUI_VERDICT_MOMENT_H
#include <tepui/verdict.h>
size_t moment_test(const tepui_prediction *law, const tepui_evidence *e, tepui_test_result *out, const char **why);
#endif

/* scale.h -- scale rules ("init"): the variance of the entries of one weight matrix. */
#ifndef TEPUI_SCALE_H
#define TEPUI_SCALE_H
#include <tepui/activation.h>
#include <tepui/distribution.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    size_t fan_in, fan_out;
    const tepui_choice *distribution,
        *activation; /* what the matrix is made of, what follows it (linear for a read-out) */
    double sigma_b;  /* standard deviation of the biases added to its product; 0: none (always for a read-out) */
} tepui_scale_site;

typedef struct {
    tepui_kind kind;
    /* variance of one entry; fails (TEPUI_BAD_INPUT, with the reason) where the rule is not defined */
    tepui_status (*variance)(const tepui_scale_site *site, const double *param, double *variance, tepui_error *err);
} tepui_scale_type;

#ifdef __cplusplus
}
#endif
#endif

/* lecun.c -- variance 1/fan_in, so that E norm2(W x) = norm2(x).
   Source: Y. LeCun, L. Bottou, G. B. Orr, K.-R. Mueller, Efficient BackProp, 1998, eq. 16. */
#include <tepui/scale.h>

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    (void)param, (void)err;
    *out = 1.0 / (double)site->fan_in;
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_lecun = {
    .kind = {.name = "lecun",
             .doc = "variance 1/fan_in: keeps the mean squared norm of linear layers",
             .source = "LeCun, Bottou, Orr, Mueller 1998, eq. 16"},
    .variance = variance,
};

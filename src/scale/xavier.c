/* xavier.c -- variance 2/(fan_in + fan_out) (Glorot): forward and backward mean squared norms at once.
   Source: X. Glorot, Y. Bengio, Understanding the difficulty of training deep networks, AISTATS 2010, eq. 12. */
#include <tepui/scale.h>

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    (void)param, (void)err;
    *out = 2.0 / ((double)site->fan_in + (double)site->fan_out);
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_xavier = {
    .kind = {.name = "xavier",
             .doc = "variance 2/(fan_in + fan_out): a compromise between forward and backward norms",
             .source = "Glorot and Bengio, AISTATS 2010, eq. 12"},
    .variance = variance,
};

/* he.c -- variance 2/fan_in, so that E norm2(relu(W x)) = norm2(x).
   Source: K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015, eq. 10. */
#include <tepui/scale.h>

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    (void)param, (void)err;
    *out = 2.0 / (double)site->fan_in;
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_he = {
    .kind = {.name = "he",
             .doc = "variance 2/fan_in: keeps the mean squared norm of ReLU layers",
             .source = "He, Zhang, Ren, Sun, ICCV 2015, eq. 10"},
    .variance = variance,
};

/* gain.c -- variance g^2/fan_in: sigma_w = g in the notation of mean field theory; g^2 = 2 is he, g = 1 lecun.
   Source: S. S. Schoenholz, J. Gilmer, S. Ganguli, J. Sohl-Dickstein, Deep information propagation, ICLR 2017, eq. 1.
 */
#include <math.h>
#include <tepui/scale.h>

static tepui_status variance(const tepui_scale_site *site, const double *param, double *out, tepui_error *err)
{
    (void)err;
    *out = param[0] * param[0] / (double)site->fan_in;
    return TEPUI_OK;
}

const tepui_scale_type tepui_scale_gain = {
    .kind = {.name = "gain",
             .doc = "variance g^2/fan_in (sigma_w of mean field theory)",
             .source = "Schoenholz, Gilmer, Ganguli, Sohl-Dickstein, ICLR 2017, eq. 1",
             .params = {{.name = "g",
                         .doc = "gain, the standard deviation times sqrt(fan_in)",
                         .fallback = 1,
                         .low = 0,
                         .low_open = 1,
                         .high = 1e150}}},
    .variance = variance,
};

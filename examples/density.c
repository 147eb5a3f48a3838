/* density.c -- an exact distribution: ln of the norm of a Gaussian vector pushed through a linear net of depth 8 and
   width 4 (law N1 of docs/theory/wide-nets.md). C11 and C++11. */
#include <math.h>
#include <stdio.h>
#include <tepui/tepui.h>

int main(void)
{
    const int depth = 8, width = 4;
    tepui_error err = {""};
    tepui_exact *law = NULL;
    /* ln norm = (1/2) sum over layers of ln(chi2_4 / 4) */
    const tepui_term term = {TEPUI_TERM_CHI2, (size_t)width, (size_t)depth, 1.0 / width, 0, 0};
    tepui_status st = tepui_exact_new(0, 0.5, &law, &err);
    if (st == TEPUI_OK) st = tepui_exact_add(law, &term, &err);
    if (st == TEPUI_OK) {
        double kappa[5], sum = 0;
        tepui_exact_cumulants(law, kappa);
        printf("mean %.6f, standard deviation %.6f, median %.6f\n", kappa[1], sqrt(kappa[2]),
               tepui_exact_quantile(law, 0.5));
        for (int i = 0; i <= 520; i++) {
            const double x = -9 + 0.025 * i, density = tepui_exact_density(law, x);
            sum += 0.025 * density;
            if (i % 130 == 0) printf("%6.2f  density %.6f  P(X <= x) %.6f\n", x, density, tepui_exact_cdf(law, x));
        }
        printf("integral of the density %.6f\n", sum);
        if (fabs(sum - 1) > 1e-4) st = TEPUI_FAILED;
    }
    if (err.text[0]) fprintf(stderr, "%s\n", err.text);
    tepui_exact_free(law);
    return st;
}

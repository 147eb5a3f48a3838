/* cross_entropy.c -- softmax cross-entropy of one point, -sum_k y_k log p_k, p = softmax(f); gradient p sum(y) - y.

   With j the largest output and r = sum_{k != j} exp(f_k - f_j): log p_k = f_k - f_j - log1p(r), p_j = 1/(1 + r), and
   p_j S - y_j = (S - y_j) - S r/(1 + r), S = sum y. Neither overflows nor loses the small loss and gradient of a
   confident, correct output. The formulas hold for any targets; experiments let probabilities pass only.
   Source: C. M. Bishop, Pattern recognition and machine learning, 2006, eq. 4.108 and 4.109. */
#include <base/elementary.h>
#include <math.h>
#include <tepui/loss.h>

static size_t largest(const double *f, size_t n)
{
    size_t j = 0;
    for (size_t k = 1; k < n; k++)
        if (f[k] > f[j]) j = k;
    return j;
}

static double value(const double *f, const double *y, const double *v, size_t n, double *gradient)
{
    const size_t j = largest(f, n);
    double rest = 0, others = 0, loss = 0;
    (void)v;
    for (size_t k = 0; k < n; k++) {
        if (k == j) continue;
        rest += elementary_exp(f[k] - f[j]);
        others += y[k];
    }
    const double sum = others + y[j], log_norm = elementary_log1p(rest);
    for (size_t k = 0; k < n; k++) {
        gradient[k] = sum * elementary_exp(f[k] - f[j]) / (1 + rest) - y[k];
        if (y[k] != 0) loss += y[k] * (log_norm - (f[k] - f[j]));
    }
    gradient[j] = others - sum * (rest / (1 + rest));
    return loss;
}

/* Its Hessian S (diag(p) - p p^T) = sum_k S p_k (e_k - p)(e_k - p)^T: column k of the root is sqrt(S p_k) (e_k - p),
   where 1 - p_k is summed from the others. */
static double root(const double *f, const double *y, size_t n, double *S)
{
    const size_t j = largest(f, n);
    double rest = 0, sum = 0;
    for (size_t k = 0; k < n; k++) {
        rest += k == j ? 0 : elementary_exp(f[k] - f[j]);
        sum += y[k];
    }
    for (size_t k = 0; k < n; k++) {
        const double p = elementary_exp(f[k] - f[j]) / (1 + rest), weight = sqrt(fabs(sum) * p);
        for (size_t i = 0; i < n; i++) {
            const double pi = elementary_exp(f[i] - f[j]) / (1 + rest);
            const double others = i == j ? rest / (1 + rest) : 1 - pi;
            S[i * n + k] = weight * (i == k ? others : -pi);
        }
    }
    return sum < 0 ? -1 : 1; /* targets need not be probabilities */
}

const tepui_loss_type tepui_loss_cross_entropy = {
    .kind = {.name = "cross_entropy",
             .doc = "softmax cross-entropy, -sum y log softmax(f), of two classes or more; targets are labels or "
                    "probabilities",
             .source = "Bishop 2006, eq. 4.108"},
    .needs_target = 1,
    .probabilities = 1,
    .value = value,
    .root = root,
};

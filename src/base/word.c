/* word.c -- advice about a word that is none of the known ones: the nearest known word, and what is known.

   tepui_nearest() uses the optimal string alignment distance (insert, delete, replace, swap neighbours), letters
   compared without case: G. Navarro, A guided tour to approximate string matching, ACM Comput. Surv. 33 (2001). */
#include "text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <tepui/kind.h>

#define WORD_SIZE (TEPUI_LONGEST_NAME + 1)

enum { MOST_LISTED = 12, LISTED_OF_MORE = 6 };

/* Words of other programs and papers, and their names here; used where the name here is among the known words. */
static const char *const synonyms[][2] = {
    {"kaiming", "he"},
    {"kaiming_normal", "he"},
    {"he_normal", "he"},
    {"glorot", "xavier"},
    {"glorot_normal", "xavier"},
    {"xavier_normal", "xavier"},
    {"lecun_normal", "lecun"},
    {"swish", "silu"},
    {"identity", "linear"},
    {"id", "linear"},
    {"logistic", "sigmoid"},
    {"sine", "sin"},
    {"ce", "cross_entropy"},
    {"nll", "cross_entropy"},
    {"softmax", "cross_entropy"},
    {"l2", "mse"},
    {"squared", "mse"},
    {"quadratic", "mse"},
    {"normal", "gaussian"},
    {"bernoulli", "rademacher"},
    {"haar", "orthogonal"},
    {"t", "student_t"},
    {"gradient_descent", "gd"},
    {"heavy_ball", "momentum"},
    {"nag", "nesterov"},
    {"bn", "batch_norm"},
    {"ln", "layer_norm"},
    {"wn", "weight_norm"},
    {"fc", "dense"},
    {"linear", "dense"},
    {"conv", "conv2d"},
    {"mlp", "plain"},
    {"feedforward", "plain"},
    {"skip", "residual"},
    {"cifar", "cifar10"},
    {"h5", "hdf5"},
    {"grad_norm", "gradient_norm"},
    {"condition_number", "jacobian_condition"},
    {"singular_values", "jacobian_singular_value"},
    {"eigenvalues", "hessian_spectrum"},
    {"lambda_max", "hessian_extreme"},
    {"lambda_min", "hessian_extreme"},
    {"accuracy", "path_accuracy"},
    {"ntk", "ntk_trace"},
    {"lr", "rate"},
    {"learning_rate", "rate"},
    {"batch_size", "batch"},
    {"layers", "depth"},
    {"neurons", "width"},
    {"hidden", "width"},
    {"sigma_w", "gain"},
    {"weight_std", "gain"},
    {"bias_std", "sigma_b"},
    {"init", "scale"},
    {"nonlinearity", "activation"},
    {"initialization", "init"},
    {"initialisation", "init"},
    {"distribution", "law"},
    {"weights", "distribution"},
    {"theorem", "law"},
    {"dataset", "source"},
    {"simulate", "run"},
    {"sample", "run"},
    {"progress", "status"},
    {"info", "status"},
    {"show", "table"},
    {"median", "table"},
    {"check", "verify"},
    {"test", "verify"},
    {"figure", "plot"},
    {"draw", "plot"},
    {"diff", "compare"},
    {"convert", "export"},
    {"predict", "theory"},
    {"kinds", "list"},
    {"benchmark", "bench"},
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment distance of words shorter than WORD_SIZE; row[k] is row i - k of the table. */
static size_t distance(const char *a, const char *b)
{
    size_t table[3][WORD_SIZE], *row[3] = {table[0], table[1], table[2]};
    const size_t m = strlen(a), n = strlen(b);
    for (size_t j = 0; j <= n; j++) row[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *const reused = row[2];
        row[2] = row[1], row[1] = row[0], row[0] = reused;
        row[0][0] = i;
        for (size_t j = 1; j <= n; j++) {
            const size_t replace = row[1][j - 1] + !same_letter(a[i - 1], b[j - 1]);
            row[0][j] = least(replace, 1 + least(row[1][j], row[0][j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
                row[0][j] = least(row[0][j], row[2][j - 2] + 1);
        }
    }
    return row[0][n];
}

/* At least three letters with which the other word begins: "gauss" is near "gaussian". */
static int is_beginning(const char *word, const char *of)
{
    size_t n = 0;
    while (word[n] && same_letter(word[n], of[n])) n++;
    return n >= 3 && word[n] == '\0';
}

/* SIZE_MAX: one of them is too long for the table. */
static size_t far(const char *word, const char *of)
{
    if (strlen(word) >= WORD_SIZE || strlen(of) >= WORD_SIZE) return SIZE_MAX;
    return is_beginning(word, of) ? 1 : distance(word, of);
}

static const char *synonym(const char *word, const char *const *words)
{
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strcasecmp(synonyms[i][0], word) != 0) continue;
        for (const char *const *w = words; *w; w++)
            if (strcmp(*w, synonyms[i][1]) == 0) return *w;
    }
    return NULL;
}

const char *tepui_nearest(const char *word, const char *const *words)
{
    const size_t length = strlen(word);
    size_t best = 1 + length / 3; /* one slip in a short word, a third of the letters in a long one */
    const char *nearest = synonym(word, words);
    if (nearest || length == 0 || length >= WORD_SIZE) return nearest;
    for (; *words; words++) {
        const size_t d = far(word, *words);
        if (strcmp(word, *words) == 0) continue; /* known, and still not allowed here: it is no advice */
        if (d < best || (d == best && !nearest)) best = d, nearest = *words;
    }
    return best < length ? nearest : NULL; /* nothing in common is not near */
}

/* The nearest words first, equally near ones in their order. */
static void append_nearest(const char *word, const char *const *words, size_t count, char *out, size_t size)
{
    char total[48];
    size_t last = 0, last_at = 0;
    for (size_t k = 0; k < LISTED_OF_MORE; k++) {
        size_t next = SIZE_MAX, at = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            const size_t d = far(word, words[i]);
            const int later = k == 0 || d > last || (d == last && i > last_at);
            if (later && (at == SIZE_MAX || d < next)) next = d, at = i;
        }
        text_append(out, size, words[at]);
        text_append(out, size, ", ");
        last = next, last_at = at;
    }
    snprintf(total, sizeof total, "... (%zu in all)", count);
    text_append(out, size, total);
}

void tepui_advice(const char *word, const char *const *words, char *out, size_t size)
{
    const char *nearest = tepui_nearest(word, words);
    size_t count = 0;
    while (words[count]) count++;
    snprintf(out, size, "; %s%s%sknown: ", nearest ? "did you mean '" : "", nearest ? nearest : "",
             nearest ? "'? " : "");
    if (count > MOST_LISTED) {
        append_nearest(word, words, count, out, size);
        return;
    }
    for (size_t i = 0; words[i]; i++) {
        text_append(out, size, i ? ", " : "");
        text_append(out, size, words[i]);
    }
}

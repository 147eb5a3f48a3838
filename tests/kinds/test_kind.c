/* test_kind.c -- texts of kinds: what is read, what is refused and with which words, what is printed. */
#include "common.h"
#include <tepui/activation.h>
#include <tepui/observable.h>

static void check_refused(const char *text, const char *message)
{
    tepui_choice c = {.type = NULL};
    tepui_error err = {{0}};
    CHECK(tepui_choice_parse(&tepui_family_activation, text, &c, &err) == TEPUI_BAD_INPUT);
    CHECK(c.type == NULL);
    if (!strstr(err.text, message)) {
        fprintf(stderr, "'%s' gave the message \"%s\" without \"%s\"\n", text, err.text, message);
        test_failures++;
    }
}

static void reads_names_and_parameters(void)
{
    const struct {
        const char *text, *name;
        double a;
    } good[] = {{"relu", "relu", 0},
                {" relu ", "relu", 0},
                {"leaky_relu", "leaky_relu", 0.01},
                {"leaky_relu(0.1)", "leaky_relu", 0.1},
                {"leaky_relu ( a = 0.1 )", "leaky_relu", 0.1},
                {"leaky_relu(a=1e-3)", "leaky_relu", 1e-3},
                {"elu(2)", "elu", 2}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const tepui_choice c = choose(&tepui_family_activation, good[i].text);
        CHECK(strcmp(((const tepui_kind *)c.type)->name, good[i].name) == 0);
        CHECK(c.value[0] == good[i].a);
    }
}

static void unknown_words_get_advice(void)
{
    check_refused("rellu", "unknown activation 'rellu'; did you mean 'relu'? known: relu, elu, selu, gelu, silu, ");
    check_refused("ReLU", "did you mean 'relu'?");
    check_refused("leakyrelu", "did you mean 'leaky_relu'?");
    check_refused("leaky", "did you mean 'leaky_relu'?");
    check_refused("tnah", "did you mean 'tanh'?");
    check_refused("qwertyuiop", "unknown activation 'qwertyuiop'; known: ");
    check_refused("leaky_relu(b=1)", "unknown parameter 'b' of 'leaky_relu'; known: a");
    check_refused("relu(1)", "'relu' takes 0 parameter(s)");
    check_refused("relu(a=1)", "'relu' takes no parameters, got 'a'");
}

static void wrong_texts_say_what_was_expected(void)
{
    check_refused("", "expected a name");
    check_refused("leaky_relu(", "expected a number at 'the end'");
    check_refused("leaky_relu()", "expected a number at ')'");
    check_refused("leaky_relu(a=)", "expected a number at ')'");
    check_refused("leaky_relu(nan)", "expected a number at 'nan)'");
    check_refused("leaky_relu(0x1p-2)", "expected ',' or ')' at 'x1p-2)'");
    check_refused("leaky_relu(010)", "expected a number in decimal notation, within the range of doubles, at '010)'");
    check_refused("leaky_relu(-1e999)", "expected a number in decimal notation, within the range of doubles, at '-1e");
    check_refused("leaky_relu(0.1", "expected ',' or ')' at 'the end'");
    check_refused("leaky_relu(0.1) x", "expected the end at 'x'");
    check_refused("relu x", "expected the end at 'x'");
    check_refused("leaky_relu(0.1, 0.2)", "takes 1 parameter(s)");
    check_refused("leaky_relu(0.1, a=0.2)", "given twice");
    check_refused("leaky_relu(a=0.1, 0.2)", "numbers without a name come first");
}

static void ranges_are_enforced(void)
{
    check_refused("leaky_relu(-3)", "parameter a of 'leaky_relu' (slope below 0) must lie in [-1, 1], got -3");
    check_refused("elu(inf)", "must lie in [0, inf), got inf");
    tepui_choice c = choose(&tepui_family_distribution, "student_t");
    tepui_error err = {{0}};
    CHECK(tepui_choice_set(&c, "nu", NAN, &err) == TEPUI_BAD_INPUT && strstr(err.text, "got nan"));
    CHECK(tepui_choice_set(&c, "nu", 2, &err) == TEPUI_BAD_INPUT && strstr(err.text, "(2, 1000000]"));
    CHECK(tepui_choice_set(&c, "nu", 2.5, NULL) == TEPUI_OK && c.value[0] == 2.5);
    CHECK(tepui_choice_set(&c, "mu", 3, NULL) == TEPUI_BAD_INPUT && c.value[0] == 2.5);
}

/* every kind of every family: default text, and the middle of every parameter's range, printed and read back */
static void print_and_parse_round_trip(void)
{
    for (const tepui_family *const *f = tepui_families; *f; f++) {
        CHECK(tepui_family_find((*f)->name) == *f);
        for (const void *const *k = (*f)->kinds; *k; k++) {
            const tepui_kind *kind = *k;
            char text[256];
            CHECK(tepui_kind_find(*f, kind->name) == *k);
            tepui_choice c = choose(*f, kind->name);
            for (size_t i = 0; i < tepui_kind_param_count(kind); i++) {
                const tepui_param *p = &kind->params[i];
                CHECK(c.value[i] == p->fallback);
                const double third = isfinite(p->high) ? p->low + (p->high - p->low) / 3 : p->low + 1.0 / 3;
                const double x = p->whole ? ceil(third) : third;
                CHECK(tepui_choice_set(&c, p->name, x, NULL) == TEPUI_OK);
            }
            tepui_choice_print(&c, text, sizeof text);
            const tepui_choice again = choose(*f, text);
            CHECK(again.type == c.type && memcmp(again.value, c.value, sizeof c.value) == 0);
        }
    }
    CHECK(tepui_family_find("acivation") == NULL);
}

static void every_kind_is_documented(void)
{
    for (const tepui_family *const *f = tepui_families; *f; f++)
        for (const void *const *k = (*f)->kinds; *k; k++) {
            const tepui_kind *kind = *k;
            CHECK(kind->name && kind->doc && *kind->doc && kind->source && *kind->source);
            for (size_t i = 0; i < tepui_kind_param_count(kind); i++) {
                const tepui_param *p = &kind->params[i];
                CHECK(p->doc && *p->doc && p->low < p->high && p->fallback >= p->low && p->fallback <= p->high);
            }
        }
}

static void printing_is_canonical_and_cut_at_the_end(void)
{
    char text[64], small[8] = "#######";
    tepui_choice c = choose(&tepui_family_activation, "leaky_relu(0.1)");
    tepui_choice_print(&c, text, sizeof text);
    CHECK(strcmp(text, "leaky_relu(a=0.1)") == 0);
    tepui_choice_print(&c, small, sizeof small);
    CHECK(strcmp(small, "leaky_r") == 0);
    c = choose(&tepui_family_activation, "relu");
    tepui_choice_print(&c, text, sizeof text);
    CHECK(strcmp(text, "relu") == 0);
}

/* texts: shortest decimals known from the definition (no shorter one reads back); random bit patterns round-trip */
static void doubles_print_shortest(void)
{
    const struct {
        double x;
        const char *text;
    } known[] = {{0.1, "0.1"},   {1.0 / 3, "0.3333333333333333"},    {5e-324, "5e-324"}, {1e22, "1e+22"},
                 {-2.5, "-2.5"}, {0.1 + 0.2, "0.30000000000000004"}, {INFINITY, "inf"},  {64, "64"}};
    char text[40];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        tepui_print_double(known[i].x, text, sizeof text);
        CHECK(strcmp(text, known[i].text) == 0);
    }
    tepui_print_double(NAN, text, sizeof text);
    CHECK(strstr(text, "nan"));
    uint64_t bits = 88172645463325252u; /* xorshift64 (Marsaglia 2003) */
    for (int i = 0; i < 10000; i++) {
        double x;
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        memcpy(&x, &bits, sizeof x);
        tepui_print_double(x, text, sizeof text);
        CHECK(isnan(x) || strtod(text, NULL) == x);
    }
}

static void nearest_word(void)
{
    static const char *const words[] = {"depth", "width", "activation", "init", "law", NULL};
    const char *const cases[][2] = {{"dpeth", "depth"},    {"With", "width"}, {"activaton", "activation"},
                                    {"act", "activation"}, {"lw", "law"},     {"depths", "depth"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = tepui_nearest(cases[i][0], words);
        CHECK(got && strcmp(got, cases[i][1]) == 0);
    }
    CHECK(tepui_nearest("samples", words) == NULL);
    CHECK(tepui_nearest("", words) == NULL);
    CHECK(tepui_nearest("x", words) == NULL);
    char lengthy[200];
    memset(lengthy, 'a', sizeof lengthy - 1), lengthy[sizeof lengthy - 1] = '\0';
    CHECK(tepui_nearest(lengthy, words) == NULL);
    CHECK(tepui_nearest("law", words) == NULL); /* known and refused all the same: not proposed again */
}

static void synonyms_are_known(void)
{
    static const char *const scales[] = {"he", "xavier", NULL}, *const losses[] = {"mse", "cross_entropy", NULL};
    const char *found = tepui_nearest("Kaiming", scales);
    CHECK(found && strcmp(found, "he") == 0);
    CHECK(tepui_nearest("kaiming", losses) == NULL);
    found = tepui_nearest("ce", losses);
    CHECK(found && strcmp(found, "cross_entropy") == 0);
}

static void long_lists_are_cut_to_the_nearest(void)
{
    static const char *const words[] = {"a1", "b1", "c1", "d1", "e1", "f1",      "g1",
                                        "h1", "i1", "j1", "k1", "l1", "bananas", NULL};
    char text[640];
    tepui_advice("banana", words, text, sizeof text);
    CHECK(strcmp(text, "; did you mean 'bananas'? known: bananas, a1, b1, c1, d1, e1, ... (13 in all)") == 0);
    tepui_advice("banana", words + 1, text, sizeof text);
    CHECK(strcmp(text, "; did you mean 'bananas'? known: b1, c1, d1, e1, f1, g1, h1, i1, j1, k1, l1, bananas") == 0);
    tepui_advice("banana", words + 1, text, 20);
    CHECK(strlen(text) == 19);
}

static void every_observable_has_a_formula(void)
{
    for (const void *const *k = tepui_family_observable.kinds; *k; k++) {
        const tepui_observable_type *o = *k;
        const int said = o->formula && o->special && strlen(o->formula) > 8;
        if (!said) fprintf(stderr, "%s has no formula, or does not say what is 0 or NaN\n", o->kind.name);
        CHECK(said);
        CHECK(!o->formula || (strncmp(o->formula, "ln ", 3) == 0) <= (o->transform == TEPUI_TRANSFORM_LN));
        CHECK(!o->special || !o->censors == !strstr(o->special, "infinite"));
    }
}

static const test_case cases[] = {
    {"every_observable_has_a_formula", every_observable_has_a_formula},
    {"reads_names_and_parameters", reads_names_and_parameters},
    {"unknown_words_get_advice", unknown_words_get_advice},
    {"wrong_texts_say_what_was_expected", wrong_texts_say_what_was_expected},
    {"ranges_are_enforced", ranges_are_enforced},
    {"print_and_parse_round_trip", print_and_parse_round_trip},
    {"synonyms_are_known", synonyms_are_known},
    {"long_lists_are_cut_to_the_nearest", long_lists_are_cut_to_the_nearest},
    {"every_kind_is_documented", every_kind_is_documented},
    {"printing_is_canonical_and_cut_at_the_end", printing_is_canonical_and_cut_at_the_end},
    {"doubles_print_shortest", doubles_print_shortest},
    {"nearest_word", nearest_word},
};
TEST_MAIN(cases)

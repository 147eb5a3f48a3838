/* net.c -- a net described by options, for laws: `theory LAW' and `verify --samples'. The options are shorthands for
   --set grid.KEY=VALUE. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

enum { KEY_INIT_RULE = 0x500, KEY_LAW, KEY_GAIN, KEY_READOUT, KEY_SIGMA_W, KEY_SIGMA_B };

static const struct {
    int key;
    const char *name;
} shorthand[] = {{'L', "grid.depth"},      {'d', "grid.width"},           {'a', "grid.activation"},
                 {KEY_LAW, "grid.law"},    {KEY_INIT_RULE, "grid.init"},  {KEY_GAIN, "grid.gain"},
                 {KEY_SIGMA_W, "sigma-w"}, {KEY_SIGMA_B, "grid.sigma_b"}, {KEY_READOUT, "readout"}};
enum { SHORTHANDS = sizeof shorthand / sizeof *shorthand };

static int is_axis(const char *key)
{
    const size_t n = tepui_experiment_fields(NULL);
    tepui_field_info *f = cli_alloc(n, sizeof *f);
    int axis = strcmp(key, "sigma-w") == 0;
    tepui_experiment_fields(f);
    for (size_t i = 0; i < n; i++) axis |= f[i].axis && strcmp(f[i].path, key) == 0;
    free(f);
    return axis;
}

static void add_setting(cli_net *net, struct argp_state *state, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals) argp_error(state, "--set takes KEY=VALUE, got '%s'", text);
    char *key = cli_print("%.*s", (int)(equals - text), text);
    cli_choices_add(&net->choices, key, equals + 1, is_axis(key));
    if (strcmp(key, "grid.width") == 0) net->width = NULL;
    free(key);
}

void cli_net_find_profile(cli_net *net, int of_file)
{
    cli_choice *width = cli_choices_find(&net->choices, "grid.width");
    const cli_choice *depth = cli_choices_find(&net->choices, "grid.depth");
    uint64_t layers;
    for (size_t i = 0; width && i < width->values; i++)
        if (width->value[i][0] == '[') {
            char *profile = cli_print("[%s]", width->value[i]);
            free(width->value[i]);
            width->value[i] = profile;
        }
    if (net->width && !of_file && width && width->values > 1 && depth && depth->values == 1 &&
        cli_read_count(depth->value[0], &layers) && layers == width->values)
        cli_choices_join(width);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    cli_net *net = state->input;
    for (size_t i = 0; i < SHORTHANDS; i++)
        if (key == shorthand[i].key) {
            cli_choices_add(&net->choices, shorthand[i].name, arg, is_axis(shorthand[i].name));
            if (key == 'd') net->width = arg;
            return 0;
        }
    if (key != 's') return ARGP_ERR_UNKNOWN;
    add_setting(net, state, arg);
    return 0;
}

static const struct argp_option argp_options[] = {
    {"depth", 'L', "L", 0, "Number of hidden weight matrices (default 16)", 0},
    {"width", 'd', "D", 0,
     "Width: number, or expression in depth and layer (default 16; 1 for laws of chains). A list of as many as there "
     "are "
     "layers gives each its own, and so does [[a, b]]; other lists are axes",
     0},
    {"activation", 'a', "NAME", 0, "Activation (default: one that the law covers; meanfield: tanh)", 0},
    {"init", KEY_INIT_RULE, "NAME", 0, "Scale rule (default: he for relu, lecun otherwise)", 0},
    {"weights", KEY_LAW, "NAME", 0, "Law of the weights (default: one that the law covers)", 0},
    {"gain", KEY_GAIN, "G", 0, "Factor on every weight standard deviation (default 1)", 0},
    {"sigma-w", KEY_SIGMA_W, "W", 0,
     "Variance W^2/fan_in of the weights, as --init 'gain(W)' (default for meanfield: 1)", 0},
    {"sigma-b", KEY_SIGMA_B, "B", 0, "Standard deviation of the biases (default 0)", 0},
    {"readout", KEY_READOUT, "WORD", 0, "none or dense (default: what the law needs)", 0},
    {"set", 's', "KEY=VALUE", 0, "Any other field of an experiment file", 0},
    {0}};
const struct argp cli_net_argp = {.options = argp_options, .parser = parse};

char **cli_net_settings(const cli_net *net, size_t number)
{
    const cli_choices *s = &net->choices;
    char **out = cli_alloc(s->count + 2, sizeof *out);
    const char *activation = NULL;
    int ruled = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        const char *key = s->choice[i].key, *value = cli_choices_value(s, number, i);
        if (strcmp(key, "grid.activation") == 0) activation = value;
        const int gain = strcmp(key, "sigma-w") == 0;
        ruled |= gain || strcmp(key, "grid.init") == 0;
        out[n++] = gain ? cli_print("grid.init=gain(%s)", value) : cli_print("%s=%s", key, value);
    }
    if (activation && !ruled) out[n++] = cli_print("grid.init=%s", strcmp(activation, "relu") == 0 ? "he" : "lecun");
    return out;
}

void cli_net_free_settings(char **set)
{
    for (size_t i = 0; set[i]; i++) free(set[i]);
    free(set);
}

void cli_net_free(cli_net *net)
{
    cli_choices_free(&net->choices);
    *net = (cli_net){.width = NULL};
}

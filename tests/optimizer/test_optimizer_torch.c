/* test_optimizer_torch.c -- two hundred steps of every optimizer against PyTorch's, whose numbers torch_check.py
   printed to torch_reference.h. Eight trajectories with their own rates at once; theta is compared after some steps.

   `test_optimizer_torch --write` prints gradients, pushes, every theta and the schedules for torch_check.py. */
#include "common.h"
#include "torch_reference.h"
#include <tepui/schedule.h>

enum { STEPS = 200, RECORDS = 4, SCHEDULE_STEPS = 60 };
static const int record[RECORDS] = {1, 2, 10, STEPS};

static const char *const rule[] = {
    "gd",
    "sgd",
    "perturbed_gd(threshold=1, radius=0.1, interval=7)",
    "momentum",
    "momentum(mu=0.5)",
    "nesterov",
    "nesterov(mu=0.99)",
    "adagrad",
    "adagrad(epsilon=0.01)",
    "adagrad(epsilon=0)",
    "rmsprop",
    "rmsprop(alpha=0.9, epsilon=0.01)",
    "rmsprop(epsilon=0)",
    "adam",
    "adam(beta1=0.5, beta2=0.9, epsilon=0.01)",
    "adam(beta1=0)",
    "adam(epsilon=0)",
    "amsgrad",
    "amsgrad(beta1=0.8, beta2=0.9, epsilon=0.001)",
    "adamw",
    "adamw(beta1=0.8, beta2=0.99, epsilon=1e-5, weight_decay=0.5)",
    "radam",
    "radam(beta1=0.8, beta2=0.9, epsilon=0.01)",
    "radam(beta2=0.6)",
    "nadam",
    "nadam(beta1=0.95, beta2=0.99, epsilon=0.001, momentum_decay=0.1)",
    "signsgd",
    "clipped_gd",
    "clipped_gd(threshold=0.01)",
    "clipped_gd(threshold=100)",
    "normalised_gd",
};
enum { RULES = sizeof rule / sizeof *rule };

static const char *const schedule[] = {"constant",    "warmup(2)",    "warmup(25)", "cosine",
                                       "cosine(0.3)", "step(7, 0.5)", "step(20)"};

static void put(const char *key, const double *x, int n)
{
    printf("%s", key);
    for (int i = 0; i < n; i++) printf(" %.17g", x[i]);
    printf("\n");
}

static void push(int t, double noise[N])
{
    random_numbers(noise, N, 77u + 1000u * (uint64_t)t);
}

/* Every other trajectory starts from 0, so that its small numbers are seen. */
static void begin(bench *b, const char *text)
{
    open_bench(b, text);
    random_numbers(b->theta, N, 5);
    for (int i = 0; i < N; i += 2) b->theta[i] = 0;
    for (int j = 0; j < LANES; j++) b->rate[j] = 0.0125 * (1 + j);
}

static void go_on(bench *b, int t)
{
    double g[N];
    gradient(t, g);
    push(t, b->noise);
    take(b, g);
}

static void write_rule(const char *text)
{
    bench b;
    begin(&b, text);
    printf("rule %s\n", text);
    for (int t = 1; t <= STEPS; t++) {
        go_on(&b, t);
        put("theta", b.theta, N);
    }
}

static void write_schedule(const char *text)
{
    const tepui_choice c = choose(&tepui_family_schedule, text);
    double f[SCHEDULE_STEPS];
    for (int t = 0; t < SCHEDULE_STEPS; t++)
        f[t] = ((const tepui_schedule_type *)c.type)->factor(t, SCHEDULE_STEPS, c.value);
    printf("schedule %s\n", text);
    put("factor", f, SCHEDULE_STEPS);
}

static int write_all(void)
{
    bench b;
    begin(&b, "gd");
    put("rate", b.rate, LANES);
    put("start", b.theta, N);
    for (int t = 1; t <= STEPS; t++) {
        gradient(t, b.g);
        push(t, b.noise);
        put("g", b.g, N);
        put("noise", b.noise, N);
    }
    for (int k = 0; k < RULES; k++) write_rule(rule[k]);
    for (size_t k = 0; k < sizeof schedule / sizeof *schedule; k++) write_schedule(schedule[k]);
    return 0;
}

/* torch_check.py's tolerance, and why */
static double tolerance(const char *text)
{
    return strncmp(text, "radam", 5) == 0 ? 1e-10 : 1e-12;
}

static void compare(const char *text, const double (*want)[N])
{
    bench b;
    double most[N];
    begin(&b, text);
    for (int i = 0; i < N; i++) most[i] = fabs(b.theta[i]);
    for (int t = 1, r = 0; t <= STEPS; t++) {
        go_on(&b, t);
        for (int i = 0; i < N; i++) most[i] = fmax(most[i], fabs(b.theta[i]));
        if (t != record[r]) continue;
        for (int i = 0; i < N; i++) CHECK_NEAR(b.theta[i], want[r][i], tolerance(text) * most[i]);
        r++;
    }
}

static void trajectories_agree_with_torch(void)
{
    CHECK(sizeof torch_reference / sizeof *torch_reference == RULES);
    for (int k = 0; k < RULES; k++) {
        const int before = test_failures;
        compare(rule[k], torch_reference[k]);
        if (test_failures > before) fprintf(stderr, "  (in %s)\n", rule[k]);
    }
}

/* A rule that nobody compares would pass unseen. */
static void every_rule_is_compared(void)
{
    for (const void *const *k = tepui_family_optimizer.kinds; *k; k++) {
        int found = 0;
        for (int r = 0; r < RULES; r++) found |= choose(&tepui_family_optimizer, rule[r]).type == *k;
        CHECK(found);
    }
}

static const test_case cases[] = {
    {"trajectories_agree_with_torch", trajectories_agree_with_torch},
    {"every_rule_is_compared", every_rule_is_compared},
};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--write") == 0) return write_all();
    return test_main(cases, sizeof cases / sizeof *cases, argc, argv);
}

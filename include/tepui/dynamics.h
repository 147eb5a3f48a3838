/* dynamics.h -- trajectories of optimizers from sampled networks: until they leave the plateau, diverge, or reach the
   limit of steps; and what is recorded on the way. */
#ifndef TEPUI_DYNAMICS_H
#define TEPUI_DYNAMICS_H
#include <tepui/network.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers recorded at a step, all but the accuracy natural logarithms, -INFINITY for zeros; +INFINITY behind a
   divergence. */
typedef enum {
    TEPUI_PATH_LOSS,
    TEPUI_PATH_GRADIENT,   /* norm of the gradient of the loss over all points */
    TEPUI_PATH_STEP,       /* norm of the step that follows over that of the gradient */
    TEPUI_PATH_MIN,        /* minus the smallest eigenvalue of the Hessian, where it is negative */
    TEPUI_PATH_MAX,        /* the largest, where it is positive */
    TEPUI_PATH_METRIC_MIN, /* the same two of D^(-1/2) H D^(-1/2), D the optimizer's own diagonal */
    TEPUI_PATH_METRIC_MAX,
    TEPUI_PATH_ACCURACY, /* share of the rows held out whose largest output is that of their class */
    TEPUI_PATH_VALUES
} tepui_path_value;

/* What became of one trajectory. */
typedef struct {
    double escape, divergence; /* steps; INFINITY: it did not. One that diverged before does not escape. */
    const double *value;       /* [record][TEPUI_PATH_VALUES] */
} tepui_path;

/* Steps at which a cell's trajectories are recorded: 0, 1, 2, 5, 10, 20, 50, ... and dynamics.record. Returns how many;
   step may be NULL. */
size_t tepui_record_steps(const tepui_cell *c, uint64_t *step);
#define TEPUI_MOST_RECORDS 64u

/* Workspace of one worker beside its network: the trajectories of up to `samples` consecutive samples; its bytes.
   needs: those of the network, which is borrowed until tepui_follower_free(). TEPUI_NO_MEMORY. */
typedef struct tepui_follower tepui_follower;
size_t tepui_follower_memory(const tepui_cell *c, unsigned needs, size_t samples);
tepui_status tepui_follower_alloc(tepui_network *net, unsigned needs, size_t samples, tepui_follower **out,
                                  tepui_error *err);
void tepui_follower_free(tepui_follower *f);
/* Follows samples first .. first + count - 1 from their start. poll(arg) is called every millisecond or so; when it
   returns non-zero the trajectories stand still where they are and the call returns TEPUI_TRY_AGAIN; tepui_follower_go
   goes on. */
typedef int (*tepui_poll)(void *arg);
void tepui_follower_begin(tepui_follower *f, uint64_t first, size_t count);
tepui_status tepui_follower_go(tepui_follower *f, tepui_poll poll, void *arg);
uint64_t tepui_follower_steps(const tepui_follower *f); /* made since then, of all of them together */
/* The state of trajectories that stand still, as bytes; NULL: how many. Taking it up instead of begin() goes on to the
   same bits; TEPUI_BAD_INPUT when it does not fit. */
size_t tepui_follower_save(const tepui_follower *f, void *bytes);
tepui_status tepui_follower_resume(tepui_follower *f, uint64_t first, size_t count, const void *bytes, size_t size);
/* When all have ended: tepui_network_path() of the network is about sample number first + i. */
void tepui_follower_show(tepui_follower *f, size_t i);
tepui_path tepui_network_path(const tepui_network *net);
/* Whether many trajectories are followed at once: a run of samples should be long then. */
int tepui_follower_many(const tepui_cell *c);
/* Operations of a trajectory that runs to the limit, about; 0 where none is followed. */
double tepui_follower_cost(const tepui_cell *c, unsigned needs);

#ifdef __cplusplus
}
#endif
#endif

/* follower.h (internal) -- trajectories under way, and the two engines that move them.

   An engine holds the parameters: follow_net.c those of one net after another, whatever its layers; follow_chain.c
   those of many chains of scalar weights at once, in lanes. Both do at every step t = 0, 1, ... of a trajectory, with
   parameters theta_t:

       loss and gradient at theta_t
       path_look        whether it has diverged or escaped at t
       path_record      what is recorded of step t, if it is one of the recorded ones
       path_over        whether that was all
       theta_{t+1}      by the optimizer, at rate path_rate(t) and in units of the gradient

   The steps themselves differ in nothing but rounding. */
#ifndef TEPUI_DYNAMICS_FOLLOWER_H
#define TEPUI_DYNAMICS_FOLLOWER_H
#include <network/network.h>
#include <tepui/dynamics.h>

/* One trajectory. */
typedef struct {
    size_t index;     /* in the run of samples */
    uint64_t t;       /* steps made */
    uint64_t look;    /* step at which escape: curvature looks next */
    double reference; /* the larger of the losses at the start and on the plateau, or 1 */
    double plateau;   /* loss of a net whose output is 0 */
    double ln_spread; /* ln of the largest |eigenvalue| at the start, for escape: curvature */
    size_t record;    /* next of the recorded steps */
} path_run;

/* What is kept of trajectories that have ended, and of those under way. */
typedef struct path_table {
    size_t samples, records, shown;
    double *escape, *divergence; /* [samples] */
    double *value;               /* [samples][records][TEPUI_PATH_VALUES] */
} path_table;

typedef struct follow_engine {
    void *(*alloc)(struct tepui_follower *f, network_arena *a); /* two passes, as for networks; NULL in the first */
    void (*begin)(struct tepui_follower *f);                    /* from sample f->first on */
    tepui_status (*go)(struct tepui_follower *f, tepui_poll poll, void *arg);
    size_t (*save)(const struct tepui_follower *f, void *bytes);
    tepui_status (*resume)(struct tepui_follower *f, const void *bytes, size_t size);
} follow_engine;
extern const follow_engine follow_net, follow_chain;

struct tepui_follower {
    char *arena;
    tepui_network *net;
    const tepui_cell *cell;
    const tepui_dynamics *d;
    const tepui_optimizer_type *optimizer;
    const tepui_escape_type *escape;
    unsigned needs;
    uint64_t step[TEPUI_MOST_RECORDS]; /* that are recorded */
    uint64_t first;                    /* sample */
    size_t count;                      /* of samples in this run */
    uint64_t made;                     /* steps since begin() or resume(), of all trajectories; engines count */
    path_table table;
    const follow_engine *engine;
    void *state; /* of the engine */
};

/* --- path.c */
/* A trajectory at its start; loss and plateau as in tepui_escape_view. */
void path_begin(const tepui_follower *f, path_run *r, size_t index);
/* Takes notice of a step's loss and distance: returns 1 when the trajectory has diverged (and is over). `finite`: loss
   and gradient are. ln_spread(arg) is called where the escape needs it: ln of the largest |eigenvalue| of the Hessian.
 */
int path_look(tepui_follower *f, path_run *r, double loss, double distance, int finite, double (*ln_spread)(void *),
              void *arg);
/* Where to put what is recorded at this step, NULL where nothing is. */
double *path_record(const tepui_follower *f, const path_run *r);
/* After the record: whether the trajectory ends here; else the engine makes the step and counts r->t on. */
int path_over(const tepui_follower *f, path_run *r);
/* The rest of the records of a trajectory that will never move again: as the one just made. */
void path_rest(const tepui_follower *f, path_run *r);
double path_rate(const tepui_follower *f, const path_run *r); /* of step r->t */
/* The exponent E in which a gradient of about 2^exponent is written: 0 unless doubles get short of range. */
int64_t path_unit(int64_t exponent);
/* The same, or as near to it as the optimizer's states (n numbers each), now in unit 2^from, can follow: a gradient may
   fall by e^1000 in one step, and the means of those before it do not. */
int64_t path_unit_for(const tepui_follower *f, double *const *state, size_t n, size_t stride, int64_t from,
                      int64_t exponent);
/* Brings n numbers of a state of some degree from unit 2^from to 2^to. */
void path_rescale(double *state, size_t n, size_t stride, int degree, int64_t from, int64_t to);
#endif

/* view.h (internal) -- what stands behind tepui_sample. */
#ifndef TEPUI_SAMPLE_VIEW_H
#define TEPUI_SAMPLE_VIEW_H
#include <tepui/dynamics.h>
#include <tepui/sample.h>

struct tepui_sample {
    const tepui_cell *cell;
    tepui_network *net; /* of the needs that were named at first */
    tepui_follower *follower;
    tepui_network *more; /* of what was asked for since; NULL: nothing */
    unsigned needs, more_needs;
    uint64_t number;
    int drawn;
    int borrowed;     /* net belongs to a run: nothing else can be asked for */
    tepui_error *why; /* NULL, or where the first refusal is said, too: callers may not listen */
};

/* What a run's own network shows of its last sample. */
tepui_sample sample_view(tepui_network *net);
/* The network that has computed all of these needs for the present sample. */
tepui_status sample_network(tepui_sample *s, unsigned needs, tepui_network **out, tepui_error *err);
#endif

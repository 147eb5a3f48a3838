/* sampler.h (internal) -- how a sampler lays out, draws and measures the samples of one cell. */
#ifndef TEPUI_NETWORK_SAMPLER_H
#define TEPUI_NETWORK_SAMPLER_H
#include "engine.h"
#include <tepui/sampler.h>

struct tepui_sampler_engine {
    const network_engine *const *engines; /* NULL: none */
    void (*lay_out)(tepui_network *net, network_arena *a);
    /* Once there is space: what is the same for all samples. On failure close() is called all the same. */
    tepui_status (*open)(tepui_network *net, tepui_error *err);
    void (*close)(tepui_network *net);
    tepui_status (*sample)(tepui_network *net); /* number net->sample */
    /* ln of the likelihood ratio of layers 1..l; NULL: 0 */
    double (*ln_ratio)(const tepui_network *net, size_t l);
};
#endif

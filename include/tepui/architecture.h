/* architecture.h -- named architectures: each writes the layers of unit l as text, which composition.c reads. */
#ifndef TEPUI_ARCHITECTURE_H
#define TEPUI_ARCHITECTURE_H
#include <tepui/layer.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    size_t unit, depth; /* l = 1..L */
    size_t width;       /* of the unit: features, or channels of a convolution */
    size_t blocks;      /* units of the net whose input and output have one width: those that can have a skip */
    tepui_shape in;
    int same; /* whether this one is among them */
} tepui_architecture_site;

#define TEPUI_UNIT_TEXT 4096

typedef struct {
    tepui_kind kind;
    /* The layers of a unit, as "dense, activation". NULL: plain, which is no composition. */
    void (*unit)(const double *value, const tepui_architecture_site *site, char out[TEPUI_UNIT_TEXT]);
} tepui_architecture_type;

#ifdef __cplusplus
}
#endif
#endif

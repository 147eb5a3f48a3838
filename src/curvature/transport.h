/* transport.h (internal) -- units of a layer carried through all others; see transported.c. */
#ifndef TEPUI_CURVATURE_TRANSPORT_H
#define TEPUI_CURVATURE_TRANSPORT_H
#include "composed.h"

/* What pairs of points are worth at a layer, and the columns of a unit: x_p (x) what the unit's row becomes, x_p the
   inputs in a basis of their span; unit rows but for their exponents, inner products. */
typedef struct {
    int dense;
    double *x, *g; /* points x inputs seen, points x outputs */
    int64_t *x_exponent, *g_exponent;
    double *xx, *gg;    /* points x points */
    double *coordinate; /* points x rank */
    size_t rank;
} pair_layer;

/* Columns of the units of a layer: xx, exponent and coordinate of pair_layer, and a factor for each row carried, or
   NULL. */
typedef struct {
    const double *xx, *coordinate;
    const int64_t *exponent;
    size_t rank;
    const double *factor;
} transport_share;

/* A column as its rows come by: of the units carried, or of parameter `parameter` of layer k along v. */
typedef struct {
    size_t k, parameter;
    const double *v; /* NULL: units */
    transport_share share[2];
    int shares;
    size_sums sum[3];
} column;

/* Three families of rows, one row for each unit and point: dg of G, dg of R, dx; normalised. */
enum { OF_G, OF_R, OF_M, FAMILIES };

typedef struct {
    double *m;
    int64_t *e; /* of the terms, point by point: with those of the columns, and of x_l or g_l */
    int none;   /* all are zero */
} family;

typedef struct {
    composed_state *net, *batch; /* the net's own passes; those of `units` copies of the points, row p units + i */
    tepui_layer *list;           /* of the copies */
    size_t units, *unit, count;  /* room for so many at once; those under way */
    pair_layer *layer;           /* [count + 1] */
    tepui_rows *gauss;           /* [count + 1]: dgy of G, kept while R is on its way */
    family f[FAMILIES];
    double *ones;                /* [points x points] */
    int64_t *zeros;              /* [points] */
    double *factor;              /* [rows]: of a share */
    double *weight;              /* [2 points]: of a pair */
    double *inner;               /* points x points */
    double *along[2];            /* rows x points */
    tepui_rows own[2];           /* gradients of a layer's parameters, row by row */
    tepui_rows part_g, dg, dx;   /* of one coordinate: of the points */
    double *part[2], *direction; /* of a layer's parameters */
    double *reflection, *tau;
} transport;

/* copies.c: so many units at once */
size_t copies_units(const tepui_network *net);
void copies_lay_out(const tepui_network *net, network_arena *a, transport *s);
void copies_take(const tepui_network *net, transport *s); /* of the sample */

/* entries.c: the squares of what columns have in layer l, of three parts, entry by entry. */
void entries_of_units(tepui_network *net, transport *s, const transport_share *share, size_t l, scaled sum[3]);
void entries_of_parameter(tepui_network *net, transport *s, column *q, size_t l, scaled sum[3]);
void entries_add_trace(column *q, tepui_part part, double x, int64_t e);

/* pairs.c: the same from pairs of points; 0: cannot, or some of them cancel. */
int pairs_of_units(tepui_network *net, transport *s, size_t k, const transport_share *share, size_t l, scaled sum[3]);
#endif

/* layer.h -- layer kinds, and the composition of layers that an architecture stands for.

   A composition is a list of layers, each fed by the one before it; a residual layer adds its branch to an earlier
   output. Layers belong to one of the L hidden units l = 1..L that depth counts, or to the read-out L + 1: observables
   of layer l are about the output of unit l, or about all parameters of unit l. */
#ifndef TEPUI_LAYER_H
#define TEPUI_LAYER_H
#include <stdint.h>
#include <tepui/kind.h>
#include <tepui/rng.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A vector (space 0), a sequence (1) or an image (2); channels are the last, fastest index. */
typedef struct {
    int space;
    size_t height, width, channels; /* 1 where there is no such dimension */
} tepui_shape;
size_t tepui_shape_size(const tepui_shape *s);              /* height * width * channels */
void tepui_shape_print(const tepui_shape *s, char out[64]); /* "784", "28 x 3", "28 x 28 x 1" */

struct tepui_layer_type;
typedef struct tepui_layer {
    /* what passes read comes first */
    const struct tepui_layer_type *type;
    size_t from, skip; /* whose output is its input, and what a residual adds; 0: the data */
    size_t rows, cols; /* of its matrix; this and the next set by type->shape, 0 where there is none */
    size_t own;        /* parameters beside the matrix */
    size_t unit;       /* 1..L, L + 1: the read-out */
    double factor;     /* residual: alpha; matrices: on the standard deviation that the scale rule gives */
    tepui_shape in, out;
    size_t matrix;           /* its number, from 1 */
    size_t biases;           /* how many, where the cell has any; set by type->shape */
    size_t room, scratch;    /* doubles: kept of a sample, and passing ones; set by type->shape */
    size_t bent_room;        /* as room, behind it, and only where second derivatives are asked for */
    size_t slot;             /* 1, 2, ...: outputs with one slot have gradients one after another, never at once */
    double sigma;            /* standard deviation of the entries */
    tepui_choice activation; /* phi of the layers that apply one; type NULL for others */
    double value[TEPUI_MAX_PARAMS];
} tepui_layer;

typedef struct {
    tepui_layer *layer; /* [count + 1]; layer[0] is the data: shapes alone */
    size_t count;
    size_t *matrix, matrices; /* [matrices + 1]: the layer that has matrix m, m = 1, 2, ... */
    size_t *last;  /* [L + 2]: the last layer of unit l; last[0] = 0; last[L + 1]: the read-out, or last[L] */
    int coupled;   /* some layer mixes points */
    size_t widest; /* most features of an output or an input */
    size_t slots;
    tepui_shape
        image; /* the data set's, where a layer reads it as another one than a square of one channel; else space 0 */
    int takes_width, takes_activation; /* some hidden layer has the width, or the activation, of the cell */
} tepui_composition;

/* How a layer sees its sample; src/layer/layer.h. */
typedef struct layer_node layer_node;
/* A vector for each point: m[p * size] 2^e[p]. */
typedef struct {
    double *m;
    int64_t *e;
} tepui_rows;

typedef struct tepui_layer_type {
    tepui_kind kind;
    int applies;    /* it applies the cell's activation, or the one it is named after */
    int branches;   /* it takes a list of layers in brackets */
    int couples;    /* it mixes points */
    int gains;      /* its own parameters are a gain, then a shift, for each channel, as affine's */
    int images;     /* it reads an image: a vector of a data set is the data set's image */
    int straight;   /* piecewise linear in its input, linear in every parameter */
    int normalises; /* takes the size off; value[0] is its epsilon; centres: the mean, too */
    int centres;
    int masks;           /* its room are factors, drawn with the sample: points x features */
    size_t least_points; /* 0: any */
    const char *reason;  /* why it needs that many */
    /* Sets out, rows, cols, own, room, bent_room, scratch from in, value and the width of the unit. A shape that does
       not fit is an error that says which shape is needed. */
    tepui_status (*shape)(tepui_layer *t, size_t width, size_t points, tepui_error *err);
    void (*start)(const tepui_layer *t, double *own); /* values of its own parameters; NULL without */
    void (*draw)(layer_node *n, tepui_stream *s);     /* once per sample, the stream at the layer's own; may be NULL */
    void (*forward)(layer_node *n);                   /* x -> y */
    /* dy = J dx + (d y / d parameters) v; v may be NULL */
    void (*tangent)(layer_node *n, const double *v);
    void (*backward)(layer_node *n, tepui_rows gy, tepui_rows gx); /* gx = J^T gy */
    /* gx += D(J^T gy) along (dx, v) at the kept gy; v may be NULL; NULL: the second derivative is zero */
    void (*bend)(layer_node *n, const double *v, tepui_rows gx);
    /* g 2^(what it returns) = (d y / d parameters)^T gy; NULL without parameters */
    int64_t (*gradient)(layer_node *n, double *g);
    /* Where the square of the gradient's norm takes no gradient: s 4^e, in *s and *e. NULL: it does. */
    void (*gradient_square)(const layer_node *n, double *s, int64_t *e);
    /* the derivative of that along (dx, v): (d y / d parameters)^T dgy, and what bends if `whole`; v may be NULL */
    int64_t (*gradient_tangent)(layer_node *n, const double *v, int whole, double *g);
} tepui_layer_type;

#ifdef __cplusplus
}
#endif
#endif

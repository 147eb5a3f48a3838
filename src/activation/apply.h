/* apply.h -- activations of the library include this; TEPUI_ACTIVATION_FROM is public, for those of other programs. */
#ifndef TEPUI_SRC_ACTIVATION_APPLY_H
#define TEPUI_SRC_ACTIVATION_APPLY_H
#include <tepui/activation.h>
#endif

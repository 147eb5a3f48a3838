/* plain.c -- every unit is a matrix and the activation. No composition is made: src/network does these nets directly.
 */
#include <tepui/architecture.h>

const tepui_architecture_type tepui_architecture_plain = {
    .kind = {.name = "plain", .doc = "a matrix and the activation, L times", .source = "the seed paper"},
};

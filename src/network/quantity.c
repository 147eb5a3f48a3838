/* quantity.c -- see tepui/quantity.h. */
#include <stddef.h>
#include <tepui/quantity.h>

#define ROW(name, takes, doc, cost) {#name, takes, doc, cost},
const tepui_quantity tepui_quantities[TEPUI_QUANTITY_COUNT] = {TEPUI_QUANTITIES(ROW)};
#undef ROW

unsigned tepui_quantities_take(unsigned needs)
{
    unsigned takes = 0;
    for (size_t i = 0; i < TEPUI_QUANTITY_COUNT; i++)
        if (needs >> i & 1) takes |= tepui_quantities[i].takes;
    return takes;
}

const char *tepui_quantities_cost(unsigned needs)
{
    size_t i = TEPUI_QUANTITY_COUNT - 1;
    while (i > 0 && !(needs >> i & 1)) i--;
    return tepui_quantities[i].cost;
}

/* arena.c -- space of a network, in two passes over the code that lays it out. */
#include "network.h"
#include <stdlib.h>
#include <string.h>

#define ROOM_ALIGNMENT 64u

/* Pages that are never touched cost nothing: room for the longest run of an iteration is seldom needed. */
void *network_room(network_arena *a, size_t size)
{
    void *room = calloc(1, size + ROOM_ALIGNMENT);
    const size_t over = (uintptr_t)room % ROOM_ALIGNMENT;
    *a = (network_arena){room ? (char *)room + (ROOM_ALIGNMENT - over) : NULL, 0};
    return room;
}

void *network_take(network_arena *a, size_t count, size_t size)
{
    const size_t at = a->used;
    a->used += (count * size + 63) & ~(size_t)63;
    return a->base ? a->base + at : NULL;
}

void *network_keep(network_arena *a, const void *state, size_t size)
{
    void *kept = network_take(a, 1, size);
    return kept ? memcpy(kept, state, size) : NULL;
}

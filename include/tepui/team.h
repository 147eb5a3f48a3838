/* team.h -- work in pieces that others may help with.

   each() calls piece(arg, i, scratch) once for every i < pieces, in any order, many at once, and returns when all are
   done. A helper brings memory of its own, `scratch` bytes aligned to 64, not cleared; the caller's own pieces get NULL
   and use what the caller has. What a piece computes must not depend on who does it: results belong to the piece, and
   whoever wants their sum folds them afterwards, in a fixed order. A piece calls no each() itself. */
#ifndef TEPUI_TEAM_H
#define TEPUI_TEAM_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*tepui_piece)(void *arg, size_t i, void *scratch);
typedef struct tepui_team {
    void (*each)(struct tepui_team *team, size_t pieces, size_t scratch, tepui_piece piece, void *arg);
} tepui_team;

#ifdef __cplusplus
}
#endif
#endif

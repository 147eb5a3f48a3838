/* team.h (internal) -- pieces of work, shared with a team or, without one, done in order. */
#ifndef TEPUI_BASE_TEAM_H
#define TEPUI_BASE_TEAM_H
#include <tepui/team.h>

static inline void team_each(tepui_team *team, size_t pieces, size_t scratch, tepui_piece piece, void *arg)
{
    if (team)
        team->each(team, pieces, scratch, piece, arg);
    else
        for (size_t i = 0; i < pieces; i++) piece(arg, i, NULL);
}
#endif

#!/bin/sh
# mkrevision.sh SRCDIR VERSION OUT: the git revision of a checkout, or the release, as a C macro.
set -eu
revision="release $2"
if [ -e "$1/.git" ] && git -C "$1" rev-parse HEAD >/dev/null 2>&1; then
    revision=$(git -C "$1" describe --always --dirty --abbrev=12)
fi
line="#define TEPUI_REVISION \"$revision\""
[ -e "$3" ] && [ "$(cat "$3")" = "$line" ] || printf '%s\n' "$line" > "$3"

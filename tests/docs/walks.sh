#!/bin/sh
# walks.sh -- carries out walks of docs/develop/adding.md on a copy of the tree that shares what is built here already.
# TEPUI_TEST_WALKS names them by the last word of their headings (default: activation source); all: every one.
# In any case the files and lines of all walks have to have their places, and new C files have to compile.
srcdir=${srcdir:-.} build=$PWD
[ -f "$build/config.status" ] || { echo "run from the build folder" >&2; exit 99; }
top=$(cd "$srcdir" && pwd) || exit 99
[ "$(dirname "$build")" = "$top" ] || { echo "the build folder is not in the source tree (as in distcheck): skipped"; exit 77; }
for tool in autoconf automake; do
    command -v $tool >/dev/null || { echo "no $tool: skipped"; exit 77; }
done
for python in ${PYTHON3:-python3} /usr/bin/python3; do
    "$python" -c 'import mpmath, numpy' 2>/dev/null && break
    python=
done
[ -n "$python" ] || { echo "no python3 with mpmath and numpy: skipped"; exit 77; }
names=${TEPUI_TEST_WALKS:-activation source}
[ "$names" != all ] || names=
work=$(mktemp -d "${TMPDIR:-/tmp}/tepui-walks.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
# times are kept, so that make builds only what a walk changes; object files of tests are left out
mkdir "$work/tree" "$work/tree/build"
(cd "$top" && tar cf - --exclude=./.git --exclude="./$(basename "$build")" --exclude=autom4te.cache .) | (cd "$work/tree" && tar xf -)
(cd "$build" && tar cf - --exclude='*.h5' --exclude=check-report .) | (cd "$work/tree/build" && tar xf -)
chmod -R u+w "$work/tree"
unset MAKELEVEL MFLAGS MAKE TESTS
export PYTHONDONTWRITEBYTECODE=1 MAKEFLAGS="-j$(nproc 2>/dev/null || echo 2)"
walks="$top/tests/docs/walks.py $top/docs/develop/adding.md"
mkdir "$work/all"
(cd "$top" && tar cf - src include tests docs) | (cd "$work/all" && tar xf -)
mkdir "$work/all/build" && touch "$work/all/before" || exit 99
chmod -R u+w "$work/all"
"$python" $walks apply "$work/all" || exit 1
# shellcheck disable=SC2046 # a list of files without spaces
(cd "$work/all" && ${CC:-cc} -std=c11 -fsyntax-only -Wall -Wextra -Werror -DHAVE_CONFIG_H -D_GNU_SOURCE -I"$build" -I"$build/src" \
    -Iinclude -Isrc $(pkg-config --cflags gsl 2>/dev/null) $(find src -name '*.c' -newer before)) || exit 1
"$python" $walks apply "$work/tree" $names || exit 1
"$python" $walks run "$work/tree" $names

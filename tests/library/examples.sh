#!/bin/sh
# examples.sh -- examples/*.c against an installed tree, as a user builds them: with pkg-config, outside the sources; one
# of them as C++, too. TEPUI_INSTALLED=PREFIX: the tree that is there (make installcheck); else it is installed first.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
command -v pkg-config >/dev/null || { echo "no pkg-config: skipped"; exit 77; }
prefix=${TEPUI_INSTALLED:-}
if [ -z "$prefix" ]; then
    (cd "$build" && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS ${MAKE:-make} install DESTDIR="$tmp/stage" >"$tmp/log" 2>&1) || {
        tail "$tmp/log" >&2
        exit 1
    }
    # the prefix below the stage is where tepui.pc lies
    pc=$(find "$tmp/stage" -name tepui.pc)
    prefix=${pc%/lib*/pkgconfig/tepui.pc}
fi
pc=$(find "$prefix" -name tepui.pc | head -n 1)
[ -n "$pc" ] || { echo "no tepui.pc below $prefix" >&2; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc"):${PKG_CONFIG_PATH:-}
export PKG_CONFIG_PATH OPENBLAS_NUM_THREADS=1
flags() { pkg-config --define-variable=prefix="$prefix" "$@" tepui; }
LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")"):${LD_LIBRARY_PATH:-}
export LD_LIBRARY_PATH
cd "$tmp"
passed=0 wrong=0
try() { # NAME COMPILER SOURCE
    name=$1 compiler=$2 source=$3
    # shellcheck disable=SC2046,SC2086
    if $compiler -Wall -Wextra -Werror $(flags --cflags) $source -o "./$name" $(flags --libs) -lm && "./$name" >"$name.out"; then
        passed=$((passed + 1))
    else
        echo "example $name failed: $(cat "$name.out" 2>/dev/null)" >&2
        wrong=$((wrong + 1))
    fi
    [ -s "$name.out" ] || { echo "example $name printed nothing" >&2; wrong=$((wrong + 1)); }
}
for source in "$srcdir"/examples/*.c; do
    name=$(basename "$source" .c)
    [ "$name" != plugin ] || continue
    try "$name" "${CC:-cc} -std=c11" "$source"
    grep -q "$name.c" "$srcdir/docs/library.md" || { echo "docs/library.md does not name $name.c" >&2; wrong=$((wrong + 1)); }
done
if command -v "${CXX:-c++}" >/dev/null; then
    try density-in-c++ "${CXX:-c++} -std=c++11 -x c++" "$srcdir/examples/density.c"
    cmp density.out density-in-c++.out || wrong=$((wrong + 1))
fi
# a plug-in, in the installed program; without the shared library it is refused
grep -q plugin.c "$srcdir/docs/plugins.md" || { echo "docs/plugins.md does not name plugin.c" >&2; wrong=$((wrong + 1)); }
cp "$srcdir/examples/plugin.yaml" .
[ -n "$(find "$prefix" -name libtepui.so)" ] && want=0 || want=65
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -Wall -Wextra -Werror -shared -fPIC $(flags --cflags) "$srcdir/examples/plugin.c" -o plugin.so &&
    "$prefix/bin/tepui" run plugin.yaml -q && "$prefix/bin/tepui" verify plugin.h5 --plugin plugin.so --strict >plugin.out
got=$?
if [ "$got" = "$want" ]; then
    passed=$((passed + 1))
else
    echo "the plug-in gave status $got in the installed program, not $want" >&2
    wrong=$((wrong + 1))
fi
# the installed program finds its library, and the installed library is the one that was used
"$prefix/bin/tepui" --version >/dev/null || { echo "the installed program does not start" >&2; wrong=$((wrong + 1)); }
[ "$passed" -ge 7 ] || wrong=$((wrong + 1))
echo "$passed passed, $wrong failed"
[ "$wrong" = 0 ]

#!/bin/sh
# check-symbols.sh -- what the shared library exports: exactly the names that public headers declare, all of them with the
# prefix tepui_. Runs in $top_builddir (default: here); a test of `make check`, skipped (77) where no shared library was
# built.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
build=${top_builddir:-.}
library=
for l in "$build"/.libs/libtepui.so "$build"/.libs/libtepui.dylib; do [ -f "$l" ] && library=$l; done
[ -n "$library" ] || { echo "no shared library in $build/.libs: skipped"; exit 77; }

case $library in *.dylib) under=_ dynamic=-g ;; *) under='' dynamic=-D ;; esac
exported=$(${NM:-nm} $dynamic "$library" | sed -nE "s/^[0-9a-fA-F]+ ([A-TV-Zi]) $under([^@]*).*/\1 \2/p" | sed -n 's/^[^A] //p' | sort -u)
[ -n "$exported" ] || { echo "nm shows no symbols in $library" >&2; exit 1; }
declared=$(sh "$srcdir/tools/mksymbols.sh" "$srcdir"/include/tepui/*.h)
[ "$(echo "$declared" | wc -l)" -gt 100 ] || { echo "hardly anything is declared" >&2; exit 1; }

passed=0 wrong=0
complain() {
    echo "$*" >&2
    wrong=$((wrong + 1))
}
for name in $exported; do
    case $name in tepui_*) ;; *) complain "$name is exported and does not start with tepui_"; continue ;; esac
    if echo "$declared" | grep -qx "$name"; then passed=$((passed + 1)); else complain "$name is exported but in no public header"; fi
done
for name in $declared; do
    if echo "$exported" | grep -qx "$name"; then passed=$((passed + 1)); else complain "$name is declared but not exported"; fi
done
echo "$passed passed, $wrong failed"
[ "$wrong" = 0 ]

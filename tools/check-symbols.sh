#!/bin/sh
# check-symbols.sh -- what the shared library exports: only names that start with tepui_; every function and every object
# but the kinds themselves (tepui_FAMILY_KIND) is declared in a public header; every declared function is there.
# Runs in $top_builddir (default: here); a test of `make check`, skipped (77) where no shared library was built.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
build=${top_builddir:-.}
library=
for l in "$build"/.libs/libtepui.so "$build"/.libs/libtepui.dylib; do [ -f "$l" ] && library=$l; done
[ -n "$library" ] || { echo "no shared library in $build/.libs: skipped"; exit 77; }

case $library in *.dylib) under=_ dynamic=-g ;; *) under='' dynamic=-D ;; esac
exported=$(${NM:-nm} $dynamic "$library" | sed -nE "s/^[0-9a-fA-F]+ ([A-TV-Z]) $under([^@]*).*/\1 \2/p" | grep -v '^A ')
[ -n "$exported" ] || { echo "nm shows no symbols in $library" >&2; exit 1; }
words=$(cat "$srcdir"/include/tepui/*.h | sed -e 's,/\*.*\*/,,' | grep -oE '\<tepui_[a-z0-9_]+\>' | sort -u)
# declared functions: a name before ( that is neither a type of a function pointer nor inside a comment
declared=$(cat "$srcdir"/include/tepui/*.h | sed -e 's,/\*.*\*/,,' | grep -v '^ *[/ ]\*' | grep -v '^typedef' |
    grep -oE '\<tepui_[a-z0-9_]+\(' | tr -d '(' | sort -u)

passed=0 wrong=0
complain() {
    echo "$*" >&2
    wrong=$((wrong + 1))
}
while read -r type name; do
    case $name in
    tepui_activation_* | tepui_distribution_* | tepui_scale_* | tepui_layer_* | tepui_architecture_* | tepui_loss_* | tepui_optimizer_* | tepui_schedule_* | tepui_escape_* | tepui_source_* | tepui_observable_* | tepui_law_*)
        [ "$type" = T ] || { passed=$((passed + 1)); continue; } ;;
    tepui_*) ;;
    *) complain "$name is exported and does not start with tepui_"; continue ;;
    esac
    if echo "$words" | grep -qx "$name"; then passed=$((passed + 1)); else complain "$name is exported but in no public header"; fi
done <<END
$exported
END
for name in $declared; do
    if echo "$exported" | grep -q " $name\$"; then passed=$((passed + 1)); else complain "$name is declared but not exported"; fi
done
echo "$passed passed, $wrong failed"
[ "$wrong" = 0 ]

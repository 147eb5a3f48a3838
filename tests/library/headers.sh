#!/bin/sh
# headers.sh -- every public header compiles alone, as C11 and (where there is a compiler) as C++11, without a warning; in
# C++ its functions have C linkage; and every header is installed and reached by tepui.h.
set -eu
srcdir=${srcdir:-.}
include=$srcdir/include
flags="-Wall -Wextra -pedantic-errors -Werror -I$include $(pkg-config --cflags gsl)"
cxx=${CXX:-c++}
command -v "$cxx" >/dev/null || { echo "no C++ compiler $cxx: C++ is left out"; cxx=; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 wrong=0
try() { # WHAT COMMAND...
    what=$1; shift
    if "$@" 2>"$tmp/errors"; then passed=$((passed + 1)); else echo "$what" >&2; cat "$tmp/errors" >&2; wrong=$((wrong + 1)); fi
}

for header in "$include"/tepui/*.h; do
    name=$(basename "$header")
    echo "#include <tepui/$name>" >"$tmp/alone.c"
    cp "$tmp/alone.c" "$tmp/alone.cc"
    # shellcheck disable=SC2086
    try "$name as C" ${CC:-cc} -std=c11 $flags -fsyntax-only "$tmp/alone.c"
    # shellcheck disable=SC2086
    [ -z "$cxx" ] || try "$name as C++" $cxx -std=c++11 $flags -fsyntax-only "$tmp/alone.cc"
    try "$name is not installed by Makefile.am" grep -q "include/tepui/$name\\>" "$srcdir/Makefile.am"
    guard=TEPUI_$(echo "${name%.h}" | tr 'a-z' 'A-Z')_H
    [ "$name" = tepui.h ] && guard=TEPUI_H
    printf '#include <tepui/tepui.h>\n#ifndef %s\n#error tepui.h does not reach it\n#endif\n' "$guard" >"$tmp/all.c"
    # shellcheck disable=SC2086
    try "$name from tepui.h" ${CC:-cc} -std=c11 $flags -fsyntax-only "$tmp/all.c"
done

# C linkage: every declared function, called from C++, is looked for under its own name
declared=$(cat "$include"/tepui/*.h | sed -e 's,/\*.*\*/,,' | grep -v '^ *[/ ]\*' | grep -v '^typedef' | grep -v '^#' |
    grep -oE '\<tepui_[a-z0-9_]+\(' | tr -d '(' | sort -u)
{
    echo '#include <tepui/tepui.h>'
    echo 'typedef void (*any)(void);'
    echo 'extern const any all[]; const any all[] = {'
    for f in $declared; do echo "    reinterpret_cast<any>($f),"; done
    echo '};'
} >"$tmp/link.cc"
if [ -n "$cxx" ]; then
    # shellcheck disable=SC2086
    try "tepui.h in C++" $cxx -std=c++11 $flags -c "$tmp/link.cc" -o "$tmp/link.o"
    for f in $(${NM:-nm} -u "$tmp/link.o" | awk '{print $2}' | grep tepui_ | sed 's/^_tepui/tepui/' || :); do
        case $f in
        tepui_*) passed=$((passed + 1)) ;;
        *) echo "$f has no C linkage" >&2; wrong=$((wrong + 1)) ;;
        esac
    done
fi
# a plug-in in C++ exports its object under its own name, also where all else is hidden
printf '#include <tepui/plugin.h>\nstatic tepui_law_type own;\nTEPUI_PLUGIN(TEPUI_KIND(law, &own));\n' >"$tmp/plugin.cc"
cp "$tmp/plugin.cc" "$tmp/plugin.c"
# shellcheck disable=SC2086
try "plug-in in C" ${CC:-cc} -std=c11 $flags -shared -fPIC -fvisibility=hidden "$tmp/plugin.c" -o "$tmp/c.so"
# shellcheck disable=SC2086
[ -z "$cxx" ] || try "plug-in in C++" $cxx -std=c++11 $flags -shared -fPIC -fvisibility=hidden "$tmp/plugin.cc" -o "$tmp/cc.so"
for made in "$tmp"/*.so; do
    try "$made exports tepui_plugin" sh -c '${NM:-nm} -D --defined-only "$1" | grep -q " R tepui_plugin$\| D tepui_plugin$"' sh "$made"
done
[ "$passed" -gt 100 ] || { echo "only $passed checks were made" >&2; exit 1; }
echo "$passed passed, $wrong failed"
[ "$wrong" = 0 ]

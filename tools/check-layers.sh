#!/bin/sh
# check-layers.sh -- no layer includes or calls one above it, and no files of a folder call each other in a circle. Each line
# of the table: a folder of src/ and the folders it may use, all of them in lines above its own; a public header
# <tepui/NAME.h> belongs to the folder `home` says. Includes are read from $srcdir (default: the parent of this file's
# folder), calls from the object files below the current folder, where there are any; a test of `make check`.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}

# Functions answer in $answer: a subshell for each include would take a minute.
answer=

allowed() {
    foundation='base kernel matrix'
    kinds="activation distribution scale layer architecture loss optimizer schedule escape"
    net="$foundation $kinds source ensemble network"
    sample="$net curvature dynamics sampler sample"
    case $1 in
    base) answer= ;;
    kernel) answer=base ;;
    matrix) answer="base kernel" ;;
    activation | distribution | loss | optimizer | schedule | escape) answer="$foundation" ;;
    layer) answer="$foundation activation" ;;
    source) answer="$foundation layer" ;; # the shape of an image
    architecture) answer="$foundation layer" ;;
    scale) answer="$foundation activation distribution" ;;
    ensemble) answer="$foundation $kinds source" ;;
    network) answer="$foundation $kinds source ensemble" ;;
    curvature) answer="$net" ;;
    dynamics | sampler) answer="$net curvature" ;;
    sample) answer="$net curvature dynamics sampler" ;;
    stat) answer="$foundation" ;;
    observable) answer="$sample stat" ;;
    theory) answer="$sample observable" ;; # cells and names of observables, never samples
    experiment) answer="$sample stat observable" ;;
    store) answer="$sample stat observable experiment" ;;
    verdict) answer="$sample stat observable experiment store theory" ;;
    run) answer="$sample stat observable experiment store" ;;
    cli) answer="$sample stat observable experiment store theory verdict run" ;;
    *) answer="$1 is not in the table" ;;
    esac
}

home() {
    case $1 in
    rng | status | kind | version | team | machine) answer=base ;;
    cell | sampler) answer=ensemble ;;
    law) answer=theory ;;
    result) answer=store ;;
    quantity) answer=network ;;
    plugin) answer=cli ;; # the headers of all families
    tepui) answer=cli ;; # the header of everything
    *) answer="$1" ;;
    esac
}

# Prints "FOLDER FILE INCLUDED" for every include of ours; INCLUDED is NAME.h of a public header, or FOLDER/FILE.
includes() {
    (cd "$srcdir" && grep -rHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' --include='*.[ch]' src include) |
        sed -E 's/^([^:]*):[[:space:]]*#[[:space:]]*include[[:space:]]*["<]([^">]*)[">].*/\1 \2/'
}

owner() { # folder of FILE
    local rest=$1
    case $1 in
    include/tepui/*) rest=${1#include/tepui/}; home "${rest%.h}" ;;
    src/*/*) rest=${1#src/}; answer=${rest%%/*} ;;
    *) answer= ;;
    esac
}

target() { # folder of what FILE includes as NAME; nothing when it is not ours or is generated
    local rest=$2
    answer=
    case $2 in
    tepui/*) rest=${2#tepui/}; home "${rest%.h}" ;;
    */*) if [ -d "$srcdir/src/${2%%/*}" ]; then answer=${2%%/*}; fi ;;
    *) if [ -f "$srcdir/${1%/*}/$2" ]; then owner "$1"; fi ;;
    esac
}

wrong=0

# judge FROM TO MESSAGE: counts and prints a use that the table does not allow
judge() {
    allowed "$1"
    case " $1 $answer " in
    *" $2 "*) ;;
    *)
        echo "$3: $1 must not use $2" >&2
        wrong=$((wrong + 1))
        ;;
    esac
}

seen=0
list=$(includes)
while read -r file name; do
    owner "$file"
    from=$answer
    target "$file" "$name"
    to=$answer
    if [ -z "$from" ] || [ -z "$to" ]; then continue; fi
    seen=$((seen + 1))
    judge "$from" "$to" "$file includes $name"
done <<END
$list
END
[ "$seen" -ge 100 ] || { echo "only $seen includes found under $srcdir: nothing was checked" >&2; exit 1; }

# Prints "FOLDER OBJECT SYMBOL TYPE ..." for the symbols of all objects.
symbols() {
    find src -name '*.o' -path 'src/*/*' -not -name '*-plugin*' 2>/dev/null | xargs nm -A -P 2>/dev/null |
        sed -n 's|^\(src/\([a-z]*\)/\(.libs/\)\{0,1\}[^/: ]*\): |\2 \1 |p'
}
symbols=$(symbols)

# Prints "FROM TO OBJECT SYMBOL" for every folder that takes symbols from another, and one of them.
calls() {
    echo "$symbols" | awk '$4 ~ /^[TDBRVWGC]$/ { home[$3] = $1 } $4 == "U" { from[++n] = $1; object[n] = $2; symbol[n] = $3 }

        END { for (i = 1; i <= n; i++) if (symbol[i] in home && home[symbol[i]] != from[i] && !seen[from[i], home[symbol[i]]]++)
                  print from[i], home[symbol[i]], object[i], symbol[i] }'
}

found=0
list=$(calls)
while read -r from to object symbol; do
    [ -n "$from" ] || continue
    found=$((found + 1))
    judge "$from" "$to" "$object calls $symbol"
done <<END
$list
END
# Prints "FOLDER FILE FILE SYMBOL" for every call inside a circle of calls: the one called reaches the caller. Objects
# whose source is gone are of an older build.
inside() {
    for file in "$srcdir"/src/*/*.c; do file=${file#"$srcdir"/src/}; echo "source ${file%.c}"; done | { cat; echo "$symbols"; } |
        awk '$1 == "source" { source[$2] = 1; next }
        { name = $2; sub(/.*\//, "", name); sub(/\.o$/, "", name)
          if (!(($1 "/" name) in source)) sub(/.*-/, "", name)
          file = $1 "/" name }
        !(file in source) { next }
        $4 ~ /^[TDBRVWGC]$/ { home[$3] = file; folder[file] = $1; if (!known[file]++) list[$1] = list[$1] " " file }
        $4 == "U" { from[++n] = file; symbol[n] = $3 }
        END {
            for (i = 1; i <= n; i++) {
                to = home[symbol[i]]
                if (to && to != from[i] && folder[to] == folder[from[i]]) { reach[from[i], to] = 1; call[from[i], to] = symbol[i] }
            }
            for (f in list) {
                m = split(list[f], v, " ")
                for (k = 1; k <= m; k++) for (i = 1; i <= m; i++) if ((v[i], v[k]) in reach)
                    for (j = 1; j <= m; j++) if ((v[k], v[j]) in reach) reach[v[i], v[j]] = 1
                for (i = 1; i <= m; i++) for (j = 1; j <= m; j++)
                    if ((v[i], v[j]) in call && (v[j], v[i]) in reach) print f, v[i], v[j], call[v[i], v[j]]
            }
        }'
}

list=$(inside | sort)
while read -r _ from to symbol; do
    [ -n "$from" ] || continue
    echo "$from.c calls $symbol of $to.c, which calls it in turn, itself or by others" >&2
    wrong=$((wrong + 1))
done <<END
$list
END
echo "$((seen + found - wrong)) passed, $wrong failed"
[ "$wrong" = 0 ]

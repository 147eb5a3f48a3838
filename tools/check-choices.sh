#!/bin/sh
# check-choices.sh -- how many conditionals ask which kind, or which of two nets, they have before them: none outside of
# selection. Whoever needs to know asks a trait of the kind, a function of src/ensemble/layers.c, or is an engine with an
# obstacle. Reads sources from $srcdir (default: the parent of this file's folder); a test of `make check`.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
cd "$srcdir"
wrong=0 asked=0

# judge WHAT ALLOWED: counts the lines "FILE:NUMBER:TEXT" on standard input; those of other files than ALLOWED are wrong
judge() {
    while IFS= read -r line; do
        [ -n "$line" ] || continue
        asked=$((asked + 1))
        case " $2 " in *" ${line%%:*} "*) continue ;; esac
        echo "$line: $1" >&2
        wrong=$((wrong + 1))
    done
}

# 1. Whether a cell writes its layers down: the pointer tested, under its own name or another.
tests_of_list() {
    find src -name '*.c' -exec awk '
        /^}/ { name = "" }
        {
            line = $0
            gsub(/"[^"]*"/, "", line)
            if (line ~ /!?[a-z>.-]*->composition( [?]| &&| \|\|| [!=]=|\) return|\) \{)/ || line ~ /![a-z>.-]*->composition([^a-z>-]|$)/) hit = 1
            if (name && (line ~ ("!" name "[^a-z_.>[-]") || line ~ ("[^a-z_.>]" name " ([?]|&&|[|][|]|[!=]= NULL)"))) hit = 1
            if (match(line, /tepui_composition \*[a-z]+ = [a-z>.-]*->composition/)) {
                name = substr(line, RSTART, RLENGTH); sub(/.*\*/, "", name); sub(/ =.*/, "", name)
            }
            if (hit) print FILENAME ":" FNR ":" $0
            hit = 0
        }' {} +
}

# layers.c answers for both; composition.c makes the list; laws (given.c) are about nets of one sort
lists='src/ensemble/layers.c src/ensemble/composition.c src/theory/given.c'
# who can: which nets are chains, the reduced laws, laws; composed.c makes the list of a net that has none
selection="$lists src/network/network.c src/network/composed.c src/sampler/reduced.c"

# 2. Names of kinds that are looked for in the middle of the house. fashion_mnist is files of idx; component.c names
# components, of which one is called as an observable is.
kinds=$(sed -n 's/^ *\(src[^ ]*\.c\).*/\1/p' src/kinds.am)
# shellcheck disable=SC2086 # a list of files without spaces
names=$(sed -n 's/.*{\.name = "\([a-z0-9_]*\)".*/\1/p' $kinds | sort -u | tr '\n' '|')
[ "$(echo "$names" | tr '|' '\n' | wc -l)" -ge 100 ] || { echo "hardly any kind was found: nothing was checked" >&2; exit 1; }
middle='activation distribution scale layer architecture loss optimizer schedule escape source sampler kernel matrix network curvature dynamics sample observable stat store run'
names_of_kinds() {
    for folder in $middle; do
        grep -nE "(strcmp|_find)\(.*\"(${names%|})\"|\[\] = \{.*\"(${names%|})\"" src/"$folder"/*.c /dev/null || true
    done
}

# 3. Comparisons with the struct of another kind, or with the name of any.
addresses() {
    grep -rnE '[!=]= *&tepui_(activation|distribution|scale|layer|architecture|loss|optimizer|schedule|escape|sampler|source|observable)_[a-z]' src --include='*.c' || true
    grep -rnE 'strcmp\([^"]*kind\.name[^"]*, "' src --include='*.c' || true
}

list=$(tests_of_list)
judge 'asks whether layers are written down' "$lists" <<END
$list
END
list=$(grep -rn 'composition_is_plain(' src --include='*.c')
judge 'asks for plain nets' "$selection" <<END
$list
END
list=$(names_of_kinds)
judge 'names a kind' 'src/source/fashion_mnist.c src/observable/component.c' <<END
$list
END
list=$(addresses)
judge 'compares with a kind' '' <<END
$list
END
[ "$asked" -ge 10 ] || { echo "only $asked questions found: nothing was checked" >&2; exit 1; }
echo "$((asked - wrong)) questions where they belong, $wrong elsewhere"
[ "$wrong" = 0 ]

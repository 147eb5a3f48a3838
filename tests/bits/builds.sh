#!/bin/sh
# builds.sh SOURCE [BUILD...] -- one hash of reference results for every build, else status 1. A build is a compiler
# and its flags, as "gcc -O3 -march=native", built in a scratch folder; or the path of a finished program.
set -eu
source=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- "gcc -O0" "gcc -O1" "gcc -O2" "gcc -O3" "gcc -O3 -march=native" "gcc -O2 -flto" "clang -O0" "clang -O2" \
    "clang -O3" "clang -O3 -march=native" "clang -O2 -flto"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
wrong=0 n=0
for build; do
    n=$((n + 1))
    mkdir "$scratch/$n"
    program=$scratch/$n/tepui
    if [ -x "$build" ]; then program=$build; else
        (cd "$scratch/$n" && "$source/configure" -q CC="${build%% *}" CFLAGS="${build#* }" &&
            make -s src/base/revision.h && make -s -j2 tepui) >"$scratch/$n/out" 2>&1 || {
            tail -n 30 "$scratch/$n/out"
            exit 1
        }
    fi
    sh "$source/tests/bits/reference.sh" "$program" >"$scratch/$n.hash"
    printf '%s  %s\n' "$(sha256sum <"$scratch/$n.hash" | cut -c 1-16)" "$build"
    cmp -s "$scratch/1.hash" "$scratch/$n.hash" || { wrong=$((wrong + 1)); diff "$scratch/1.hash" "$scratch/$n.hash" | grep '>' || true; }
    rm -rf "${scratch:?}/$n"
done
[ $wrong = 0 ] && echo "one hash of $n builds"

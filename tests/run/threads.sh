#!/bin/sh
# threads.sh SOURCE -- runs with several threads under ThreadSanitizer, else status 1. The build is one of clang:
# Archer, which comes with its OpenMP, tells ThreadSanitizer of barriers and locks; gcc's tells nobody and all would be
# a race. Libraries that are not compiled with it (OpenBLAS, HDF5, GSL, libomp itself) are not looked into.
# SECONDS_EACH=600: no test takes longer. CLANG=...: another clang. BUILD=FOLDER: where it is built, or was.
set -eu
source=$(cd "$1" && pwd)
limit=${SECONDS_EACH:-600}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
build=${BUILD:-$scratch/build}
[ -z "${BUILD-}" ] && mkdir "$build"
cd "$build"
{
    [ -f Makefile ] || "$source/configure" -q --enable-thread-sanitize CC="${CLANG:-clang}" CFLAGS=-O1
    [ -x tepui ] && [ -x test_run ] && [ -x test_failing_solver ] || { make -s all && make -s test_run test_failing_solver; }
} >"$scratch/out" 2>&1 || {
    tail -n 30 "$scratch/out"
    exit 1
}
export TSAN_OPTIONS=ignore_noninstrumented_modules=1:exitcode=66 OMP_NUM_THREADS=4
wrong=0

# watched NAME COMMAND...: neither a report nor a failure
watched() {
    name=$1 status=0
    shift
    timeout "$limit" "$@" >"$scratch/log" 2>&1 || status=$?
    reports=$(grep -c 'WARNING: ThreadSanitizer' "$scratch/log" || true)
    echo "$name: status $status, $reports reports"
    [ "$status" -eq 0 ] && [ "$reports" -eq 0 ] && return
    wrong=1
    grep -v '^make' "$scratch/log" | head -n 60
}

for case in helpers_do_not_matter finished_blocks_wait_through_a_pause a_finished_run_can_be_extended; do
    watched "$case" ./test_run "$case"
done
watched test_failing_solver ./test_failing_solver
cat >"$scratch/e.yaml" <<'END'
grid: {depth: [1, 3, 9], width: [2, 20], activation: [relu, tanh]}
data: {source: gaussian, points: 3, dimension: 6, targets: gaussian}
observables: [forward_norm, gradient_norm, hessian_trace]
samples: 200
END
watched run ./tepui run "$scratch/e.yaml" -o "$scratch/a.h5" --quiet
# 143: ended by SIGTERM, after what was folded is published
watched stop sh -c './tepui run "$1" -o "$2" --set samples=1000000 --quiet & sleep 5; kill $!; wait $! || [ $? -eq 143 ]' \
    stop "$scratch/e.yaml" "$scratch/b.h5"
# 75: stopped by time
watched resume sh -c './tepui run "$1" -o "$2" --resume --set samples=1000000 --time 5 --quiet || [ $? -eq 75 ]' \
    resume "$scratch/e.yaml" "$scratch/b.h5"
exit $wrong

# lib.sh -- read by the shell tests: a scratch folder, and checks that count failures.
# `expect STATUS COMMAND...` leaves the output in $work/out and $work/err.
set -u
build=$PWD
tepui=${TEPUI:-$PWD/tepui}
# the program itself in place of libtool's script around it, which takes as long again
if [ -z "${TEPUI:-}" ] && [ -x "$PWD/.libs/tepui" ]; then
    LD_LIBRARY_PATH=$PWD/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} tepui=$PWD/.libs/tepui
    export LD_LIBRARY_PATH
fi
[ -x "$tepui" ] || { echo "no $tepui here: run from the build folder" >&2; exit 99; }
unset TEPUI_SIMD
# what the program would set before it starts itself anew, which takes as long as a command that does little; the tests
# of that, of limits and of signals unset it
OPENBLAS_NUM_THREADS=1
export OPENBLAS_NUM_THREADS
work=$(mktemp -d "${TMPDIR:-/tmp}/tepui-cli.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
checks=0 failures=0

# find_python PACKAGES: $python is one that has them ("h5py, numpy"), or empty
find_python() {
    python=
    for candidate in ${PYTHON3:-python3} /usr/bin/python3; do
        "$candidate" -c "import $1" 2>/dev/null && python=$candidate && break
    done
}

# need_python PACKAGES: the same, or the test is skipped
need_python() {
    find_python "$1"
    [ -n "$python" ] || { echo "no python3 with $1: skipped"; exit 77; }
}

wrong() {
    failures=$((failures + 1))
    echo "FAIL: $*" >&2
    sed 's/^/    out: /' "$work/out" 2>/dev/null | head -5 >&2
    sed 's/^/    err: /' "$work/err" 2>/dev/null | head -5 >&2
}

expect() {
    want=$1; shift
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq "$want" ] || wrong "$* gave status $got, want $want"
}

# says FILE WORDS...: every word stands in out or err of the last command
says() {
    file=$1; shift
    text=$(cat "$work/$file")
    for word; do
        checks=$((checks + 1))
        case $text in *"$word"*) ;; *) wrong "'$word' is missing in $file" ;; esac
    done
}

# silent FILE: nothing was written there
silent() {
    checks=$((checks + 1))
    [ ! -s "$work/$1" ] || wrong "something in $1"
}

check() {
    checks=$((checks + 1))
    "$@" || wrong "$*"
}

finish() {
    echo "$checks checks, $failures failed"
    [ "$failures" -eq 0 ]
    exit $?
}

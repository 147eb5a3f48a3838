#!/bin/sh
# signals.sh -- a run stopped by signals, by time and by kill ends with a valid file and the right status; resumed, it
# gives the same bytes as a run that was left alone.
. "${srcdir:-.}/tests/cli/lib.sh"
cat >long.yaml <<'END'
seed: 3
grid: {depth: 8, width: 16}
data: {targets: gaussian}
observables: [gradient_norm]
samples: 1000000000
END

# Waits until the side log of $1 has a line with the words $2; gives up after a minute.
wait_for() {
    for i in $(seq 600); do
        grep -q "$2" "$1.log" 2>/dev/null && return 0
        sleep 0.1
    done
    wrong "$2 did not come into $1.log"
}

# started FILE ARGUMENTS...: a run in the background that has published; its number in $pid
started() {
    file=$1; shift
    "$tepui" run long.yaml -o "$file" "$@" 2>"$work/err" >"$work/out" &
    pid=$!
    wait_for "$file" '"publish"'
}

ended() {
    wait "$pid"
    got=$?
    checks=$((checks + 1))
    [ "$got" -eq "$1" ] || wrong "$2 gave status $got, want $1"
}

for signal in INT:2 TERM:15 USR1:10 XCPU:24; do
    number=${signal#*:} signal=${signal%:*}
    started $signal.h5 --threads 2
    kill -s $signal $pid
    ended $((128 + number)) $signal
    says err "SIG$signal" --resume; silent out
    check grep -q '"end"' $signal.h5.log
    expect 0 "$tepui" status $signal.h5; says out stopped --resume
done

# two signals at once, with one thread: the second one ends the program without an "end" in the log
started two.h5 --threads 1
kill -s STOP $pid
kill -s INT $pid
kill -s USR1 $pid
kill -s CONT $pid
wait "$pid"; got=$?
check test $got -eq 130 -o $got -eq 138
check test "$(grep -c '"end"' two.h5.log)" -eq 0
expect 0 "$tepui" status two.h5

# a second run of the same file is refused while the first one lives
started lock.h5 --threads 1
expect 75 "$tepui" run long.yaml -o lock.h5 --resume; says err lock.h5
kill -s TERM $pid
ended 143 'a run with a rival'

# time limit
expect 75 "$tepui" run long.yaml -o time.h5 --time 0.2s; says err 'time is up' --resume
expect 75 "$tepui" run long.yaml -o time.h5 --time 0.2s --resume

# file size limit: SIGXFSZ must not kill
(ulimit -f 0 2>/dev/null && expect 74 "$tepui" run long.yaml -o small.h5 --time 1s; exit $failures)
failures=$((failures + $?))

# stopped and resumed several times: the same file as in one go
cat >part.yaml <<'END'
seed: 5
grid: {depth: [4, 64], width: [4, 16]}
data: {targets: gaussian}
observables: [forward_norm]
samples: 20000
END
expect 0 "$tepui" run part.yaml -o whole.h5 -q
status=75 times=0
while [ $status -eq 75 ] && [ $times -lt 200 ]; do
    "$tepui" run part.yaml -o parts.h5 -q --resume --time 0.1s 2>/dev/null
    status=$?
    times=$((times + 1))
done
check test $status -eq 0
check test $times -gt 1
check cmp -s whole.h5 parts.h5
finish

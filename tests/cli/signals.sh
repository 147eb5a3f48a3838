#!/bin/sh
# signals.sh -- a run stopped by signals, by time and by kill ends with a valid file and the right status; resumed, it
# gives the same bytes as a run that was left alone.
# Under nohup hangups are ignored for good, and a shell cannot change that: env can.
if [ -z "${TEPUI_TEST_HANGUPS:-}" ] && env --default-signal=HUP true 2>/dev/null; then
    TEPUI_TEST_HANGUPS=1 exec env --default-signal=HUP sh "$0"
fi
. "${srcdir:-.}/tests/cli/lib.sh"
unset OPENBLAS_NUM_THREADS
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

for signal in INT:2 TERM:15 USR1:10 HUP:1 XCPU:24; do
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

# signals that the system repeats by itself do not cut the saving short
started repeated.h5 --threads 1
kill -s STOP $pid
kill -s XCPU $pid
kill -s HUP $pid
kill -s CONT $pid
wait "$pid"; got=$?
check test $got -eq 152 -o $got -eq 129
check grep -q '"end"' repeated.h5.log

# nohup: a hangup that is ignored from the start stays ignored
(trap '' HUP; exec "$tepui" run long.yaml -o nohup.h5 --threads 1 2>"$work/err") &
pid=$!
wait_for nohup.h5 '"publish"'
kill -s HUP $pid
sleep 0.3
check kill -0 $pid
kill -s TERM $pid
ended 143 'a run without hangups'

# a killed run is called killed at once, a live one running
started killed.h5 --threads 1
expect 0 "$tepui" status killed.h5; says out running
kill -s KILL $pid
wait "$pid" 2>/dev/null
expect 0 "$tepui" status killed.h5; says out killed

# closed standard output: a run writes nothing there; what has to write there fails
sh -c 'exec "$@" >&-' sh "$tepui" run long.yaml -o closed.h5 --time 0.2s 2>"$work/err"; got=$?
check test $got -eq 75
expect 0 "$tepui" run long.yaml --set samples=10 -o closed2.h5 -q
sh -c 'exec "$@" >&-' sh "$tepui" status closed2.h5 2>"$work/err"; got=$?
check test $got -eq 74
sh -c 'exec "$@" >&- 2>&- <&-' sh "$tepui" run long.yaml --set samples=11 -o closed3.h5; got=$?
check test $got -eq 0
expect 0 "$tepui" status closed3.h5; says out complete

# a sample that cannot be polled (one eigenproblem of 2,900 rows takes seconds) is abandoned
cat >eigen.yaml <<'END'
seed: 3
grid: {depth: 2, width: 44}
data: {dimension: 44, points: 44, targets: gaussian}
observables: [hessian_spectrum]
samples: 40
END
within() { # LIMIT in ms, since $from
    took=$(($(date +%s%N) / 1000000 - from))
    checks=$((checks + 1))
    [ "$took" -le "$1" ] || wrong "took $took ms, more than $1"
}
"$tepui" run eigen.yaml -o eigen.h5 --threads 1 2>"$work/err" &
pid=$!
wait_for eigen.h5 '"publish"'
sleep 1
from=$(($(date +%s%N) / 1000000))
kill -s TERM $pid
ended 143 'a run inside an eigenproblem'
within 3000 # 1 s on a quiet machine; an eigenproblem under the sanitizers or with busy cores takes far longer
check grep -q '"end"' eigen.h5.log
expect 75 "$tepui" run eigen.yaml -o eigen2.h5 --threads 1 --time 0.5s; says err 'time is up'
expect 0 "$tepui" status eigen2.h5; says out stopped

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
samples: 60000
END
expect 0 "$tepui" run part.yaml -o whole.h5 -q
status=75 times=0
while [ $status -eq 75 ] && [ $times -lt 200 ]; do
    "$tepui" run part.yaml -o parts.h5 -q --resume --time 0.3s 2>/dev/null
    status=$?
    times=$((times + 1))
done
check test $status -eq 0
check test $times -gt 1
check cmp -s whole.h5 parts.h5
finish

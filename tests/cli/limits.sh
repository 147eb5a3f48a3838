#!/bin/sh
# limits.sh -- limits of the process and of the machine are met before anything is computed: status 71 or 74 with the
# reason, never a hang, never the status of a library. TEPUI_TEST_LIMITS=all: every command under thirty limits of the
# address space, 90 MB to 1 GB; else under three.
. "${srcdir:-.}/tests/cli/lib.sh"
unset OPENBLAS_NUM_THREADS
cat >spectrum.yaml <<'END'
seed: 1
grid: {depth: 2, width: 4}
data: {dimension: 3, points: 3, targets: gaussian}
observables: [hessian_spectrum]
samples: 10
END
cat >plain.yaml <<'END'
seed: 1
grid: {depth: 2, width: 4}
observables: [forward_norm]
samples: 10
END

# limited KIB STATUS ARGUMENTS...: under a limit of the address space; a hang is status 124
limited() {
    limit=$1 want=$2; shift 2
    checks=$((checks + 1))
    (ulimit -v "$limit" && exec timeout 20 "$tepui" "$@") >"$work/out" 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq "$want" ] || wrong "$* under ulimit -v $limit gave status $got, want $want"
}

# OpenBLAS takes 128 MiB for every thread that calls it, and tries for ever where it does not get them: (1 + 1) x 128 MiB
# and the program itself do not fit into 300,000 KiB
if "$tepui" --version >/dev/null && ! grep -q 'fsanitize' "$build/config.log" 2>/dev/null; then
    for limit in 110000 150000 200000 250000 300000; do
        rm -f limited.h5*
        limited $limit 71 run spectrum.yaml -o limited.h5 --threads 1 -q
        limited $limit 71 run spectrum.yaml -o limited.h5 --threads 1 --dry-run
        says err 'address space'
    done
    limited 600000 0 run spectrum.yaml -o limited.h5 --threads 1 -q
    limited 250000 71 replay limited.h5 --cell 0 --sample 1
    says err 'address space'
    for limit in 150000 200000 300000 400000; do OMP_NUM_THREADS=2 limited $limit 71 bench; done
    says err 'address space'
    limited 250000 0 table limited.h5 --observable hessian_spectrum
    limited 250000 0 run plain.yaml -o plain.h5 --threads 1 -q # no BLAS, no need
    # Lanczos and trajectories do not call it either; a Hessian of 300 coordinates at most is worked on as a matrix
    ends='observables=[hessian_extreme,escape_rate,hessian_density,gradient_alignment]'
    paths='observables=[escape_time,path_lambda_max,path_metric_min,plateau]'
    limited 250000 0 run spectrum.yaml -o chain.h5 --threads 1 -q --set grid.width=1 --set data.dimension=1 --set data.points=1
    limited 250000 0 run spectrum.yaml -o ends.h5 --threads 1 -q --set "$ends" --set grid.width=100 --set samples=1
    limited 250000 71 run spectrum.yaml -o few.h5 --threads 1 -q --set "$ends"
    limited 250000 0 run spectrum.yaml -o paths.h5 --threads 1 -q --set "$paths" --set dynamics.rate=0.1 --set dynamics.steps=20
    limited 250000 71 run spectrum.yaml -o kernel.h5 --threads 1 -q --set observables=ntk_extreme
    limited 250000 71 run spectrum.yaml -o laws.h5 --threads 1 -q --set observables=forward_norm --set grid.law=orthogonal
    # stacks of 8 MiB for 400 threads
    limited 1500000 71 run plain.yaml -o many.h5 --threads 400 -q
    says err 'threads cannot be created'
    # a data file is read only if the plan has room for what its head asks for: 3 2^28 bytes, and half as
    # many more while they are read, 1.21 GB, which fit into 1.6 GB alone, but not beside raw samples or the points of one sample. Nothing of
    # it is there: reading ends in 65
    printf '\0\0\10\2\0\14\0\0\0\0\4\0' >big.idx
    cat >big.yaml <<'END'
seed: 1
grid: {depth: 40, width: 4}
data: {source: idx, file: big.idx, normalise: none}
observables: [forward_norm]
samples: 1000000
output: {raw: 500000}
END
    limited 1600000 71 run big.yaml -o big.h5 --threads 1 -q
    says err 'data 1.2 GB' 'are available'
    limited 1600000 71 run big.yaml -o big.h5 --threads 1 --dry-run
    says out 'data 1.2 GB' 'fits        no'
    limited 1600000 71 run big.yaml -o big.h5 --threads 1 -q --set output.raw=0 --set samples=1 --set data.points=131072
    says err 'data 1.2 GB'
    check test ! -e big.h5
    limited 1600000 65 run big.yaml -o big.h5 --threads 1 --dry-run --set output.raw=0 --set samples=1
    says err 'cut off'
fi

# survives KIB ARGUMENTS...: under a limit, status 0, or 71 and one line that says why (a publish that
# fails later than the first one warns before it)
survives() {
    limit=$1; shift
    checks=$((checks + 1))
    (ulimit -v "$limit" && exec timeout 20 "$tepui" "$@") >"$work/out" 2>"$work/err" </dev/null
    got=$?
    case $got in
    0) well=$((well + 1)) ;;
    71) short=$((short + 1))
        [ "$(wc -l <"$work/err")" -le 2 ] || wrong "$* under ulimit -v $limit said more than a warning and a reason" ;;
    *) wrong "$* under ulimit -v $limit gave status $got" ;;
    esac
}

limits='90000 104000 300000'
[ "${TEPUI_TEST_LIMITS-}" != all ] || limits=$(seq 90000 31000 1000000)
if ! grep -q 'fsanitize' "$(dirname "$tepui")/config.log" 2>/dev/null; then
    well=0 short=0
    expect 0 "$tepui" run plain.yaml -o whole.h5 --set output.raw=5 --set 'observables=[forward_norm,gradient_norm]' -q
    for limit in $limits; do
        cp whole.h5 more.h5
        rm -f new.h5*
        survives $limit run plain.yaml -o new.h5 --set output.raw=5 --threads 1 -q
        survives $limit run plain.yaml -o more.h5 --set output.raw=5 --set samples=2000 \
            --set 'observables=[forward_norm,gradient_norm]' --threads 2 --resume -q
        [ ! -e new.h5 ] || expect 0 "$tepui" status new.h5
        expect 0 "$tepui" status more.h5
        survives $limit verify more.h5
        survives $limit verify more.h5 --save
        survives $limit table whole.h5 --observable forward_norm
        survives $limit status whole.h5
    done
    echo "limits of the address space: $well commands ended well, $short with status 71"
    check test $well -gt 0
fi

# whoever starts the program may have it ignore the ends of children
if command -v python3 >/dev/null; then
    cat >deaf.py <<'END'
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])
END
    expect 0 timeout 20 python3 deaf.py "$tepui" run plain.yaml -o deaf.h5 -q
    expect 0 timeout 20 python3 deaf.py "$tepui" table deaf.h5
fi

# the number of threads follows OMP_NUM_THREADS where none is asked for
OMP_NUM_THREADS=1 expect 0 "$tepui" run plain.yaml -o threads.h5 --dry-run; says out '1 threads'
OMP_NUM_THREADS=1 expect 0 "$tepui" run plain.yaml -o threads.h5 --threads 3 --dry-run; says out '3 threads'

# raw samples take no disk before they are drawn: 2 x 10 components x 1,000,000 numbers would be 160 MB
expect 75 "$tepui" run plain.yaml -o raw.h5 --set samples=100000000 --set output.raw=10000000 --time 0.05s -q
size=$(wc -c <raw.h5)
check test "$size" -lt 40000000

# --- what --dry-run says of memory against the peak of the run and its writing process together, shared pages counted
# once, looked at all the time: within 25 %. Raw samples decide the first, the workspace the second, statistics the third,
# a Hessian of 2,048 coordinates the fourth: of that only one triangle is touched, unless the system hands out large pages.
cat >raw.yaml <<'END'
seed: 1
grid: {depth: [2, 3, 4, 6, 8, 12], width: 1, activation: linear, init: lecun}
data: {source: sphere}
observables: [forward_norm, jacobian_vector_norm]
samples: 30000
output: {raw: 30000}
END
cat >points.yaml <<'END'
seed: 1
grid: {depth: 16, width: 128, activation: tanh}
data: {dimension: 128, points: 2000, targets: gaussian}
observables: [gradient_norm]
samples: 2
output: {layers: 2}
END
cat >bins.yaml <<'END'
seed: 1
grid: {depth: [40, 60, 80, 100], width: [8, 16], activation: relu, init: [he, xavier]}
data: {source: sphere}
observables: [forward_norm, jacobian_vector_norm, output_gradient_norm]
readout: dense
loss: output
samples: 1000
END
cat >matrix.yaml <<'END'
seed: 1
grid: {depth: 8, width: 16, activation: tanh}
data: {dimension: 16, points: 16, targets: gaussian}
readout: none
observables: [hessian_spectrum]
samples: 1
END
planned() { # bytes of memory or disk
    sed -n "s/^$1 *\(about \)*\([0-9.]*\) \([kMG]\)B.*/\2 \3/p" out | awk '{ print $1 * ($2 == "k" ? 1e3 : $2 == "M" ? 1e6 : 1e9) }'
}
used() { # bytes of the process, and what its children have for themselves, now
    { cat /proc/$1/smaps_rollup | grep '^Rss:'
        for p in $(cat /proc/$1/task/$1/children); do grep '^Private_' /proc/$p/smaps_rollup; done; } 2>/dev/null |
        awk '{ s += $2 } END { print 1024 * s }'
}
if [ -r /proc/self/smaps_rollup ] && ! grep -q 'fsanitize' "$build/config.log" 2>/dev/null; then
    for name in raw points bins matrix; do
        expect 0 "$tepui" run $name.yaml --dry-run --threads 1 -o planned-$name.h5
        plan=$(planned memory) peak=0
        "$tepui" run $name.yaml -q --threads 1 -o planned-$name.h5 &
        while kill -0 $! 2>/dev/null; do peak=$(echo "$peak $(used $!)" | awk '{ print ($2 > $1 ? $2 : $1) }'); done
        wait $! || wrong "$name.yaml fails"
        checks=$((checks + 1))
        most=1.25
        [ $name != matrix ] || most=1.6
        echo "$plan $peak $most" | awk '{ exit !($2 > 0 && $1 <= $3 * $2 && $2 <= 1.25 * $1) }' ||
            wrong "memory of $name.yaml: planned $plan, peak $peak"
        echo "memory of $name.yaml: planned $plan, peak $peak"
    done
fi

# --- what it says of disk against the file, within a factor 1.5: histograms, quantiles, raw samples of layers that only some
# cells have, the arrays of many observables, all eigenvalues by sign, of the Gauss-Newton part and in a narrow ReLU net, too,
# densities of few eigenvalues and of quadratures, where one stands for many
while read -r words; do
    expect 0 "$tepui" run $words --dry-run -o disk.h5
    plan=$(planned disk)
    expect 0 "$tepui" run $words -q -o disk.h5
    size=$(wc -c <disk.h5) checks=$((checks + 1))
    echo "$plan $size" | awk '{ exit !($1 <= 1.5 * $2 && $2 <= 1.5 * $1) }' || wrong "disk of $words: planned $plan, $size in the file"
    rm -f disk.h5*
done <<'END'
raw.yaml --set grid.depth=[1,2,4,8,16,32,64,128] --set output.layers=4 --set samples=3000
bins.yaml --set samples=4000
bins.yaml --set samples=20 --set observables=forward_norm
plain.yaml --set grid.depth=[8,32] --set samples=2000 --set output.probabilities=[0.01,0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,0.95,0.99]
points.yaml --set data.points=2 --set observables=[forward_norm,gradient_norm,output_gradient_norm,activation_fraction]
matrix.yaml --set grid.width=4 --set data.dimension=4 --set data.points=2 --set samples=200 --set output.raw=100000
matrix.yaml --set grid.width=8 --set grid.depth=3 --set grid.activation=relu --set data.points=4 --set samples=100 --set output.raw=200000 --set observables=hessian_density
matrix.yaml --set grid.width=24 --set grid.depth=3 --set data.points=8 --set samples=20 --set output.raw=40960 --set observables=hessian_density
matrix.yaml --set grid.width=8 --set grid.depth=3 --set samples=100 --set output.raw=100000 --set observables=[hessian_spectrum,gauss_newton_spectrum,residual_spectrum]
matrix.yaml --set grid.width=16 --set grid.depth=[3,5] --set grid.activation=relu --set data.points=1 --set samples=100 --set output.raw=200000 --set observables=[hessian_spectrum,gauss_newton_spectrum]
END

# --- time: that cells decide which are far too large for a pilot is said; that a few small ones were all measured is not
cat >far.yaml <<'END2'
grid: {depth: [2, 128], width: [4, 128], architecture: fixup, vary: one}
data: {source: gaussian, points: 4}
loss: mse
observables: [hessian_extreme]
samples: 100
END2
expect 0 "$tepui" run far.yaml --dry-run; says out 'of processor time' 'a rough guess: most of it is in cells far larger'
expect 0 "$tepui" run far.yaml --dry-run --set grid.depth=2 --set grid.width=4
says out 'of processor time'; checks=$((checks + 1)); ! grep -q rough "$work/out" || wrong 'a rough guess of a cell that was measured'

finish

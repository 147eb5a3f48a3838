#!/bin/sh
# hostile.sh -- results that somebody made up, whole by their digest and wrong inside (tests/store/hostile.py): every
# command that reads one ends with status 65 and one line, having printed nothing. Skipped where Python has no h5py.
# TEPUI_TEST_HOSTILE=all: every command with every file; else table and one other in turn.
here=${srcdir:-.}
case $here in /*) ;; *) here=$PWD/$here ;; esac
. "$here/tests/cli/lib.sh"
need_python h5py
export OMP_NUM_THREADS=1
ulimit -c 0

cat >e.yaml <<'END'
grid: {depth: [1, 2], width: 3}
data: {source: gaussian, dimension: 2}
observables: [gradient_norm, forward_norm]
samples: 400
output: {raw: 20}
END
expect 0 "$tepui" run e.yaml -o good.h5 --quiet
mkdir f
"$python" "$here/tests/store/hostile.py" good.h5 f >names || { cat names; exit 99; }
printf 'secret of this machine' >f/victim.h5

# refused COMMAND...: 65, one line, nothing printed
refused() {
    expect 65 timeout 60 "$@"
    silent out
    checks=$((checks + 1))
    [ "$(wc -l <"$work/err")" -eq 1 ] || wrong "$* did not say one line"
}

# survives COMMAND...: 0 or a refusal; libhdf5 may loop, for ten seconds of processor time
survives() {
    checks=$((checks + 1))
    timeout 200 "$@" >"$work/out" 2>"$work/err" </dev/null
    case $? in 0 | 1 | 64 | 65) ;; *) wrong "$* ended with $?" ;; esac
}

turn=0
its_turn() {
    turn=$((turn + 1))
    [ "${TEPUI_TEST_HOSTILE-}" = all ] || [ $((turn % 7)) -eq 0 ]
}

cd f || exit 99
while read -r kind name; do
    x=$name.h5
    case $kind in
    reading)
        refused "$tepui" table "$x" --observable gradient_norm
        for command in "histogram $x --observable gradient_norm" "status $x" "verify $x" "trend $x" "threshold $x" \
            "escape $x" "export $x" "replay $x --cell 0 --sample 0" "compare $x ../good.h5" "compare ../good.h5 $x" \
            "verify $x -O gradient_norm --against median<=1"; do
            its_turn && refused "$tepui" $command
        done
        its_turn && survives "$tepui" run ../e.yaml -o "$x" --resume --quiet
        ;;
    bins)
        refused "$tepui" histogram "$x" --observable gradient_norm
        refused "$tepui" verify "$x"
        refused "$tepui" compare "$x" ../good.h5
        refused "$tepui" verify "$x" -O gradient_norm --against 'median<=1'
        refused "$tepui" table "$x" --observable gradient_norm --statistic below=1
        for command in "table $x --observable gradient_norm" "status $x" "trend $x" "threshold $x" "escape $x"; do
            survives "$tepui" $command
        done
        ;;
    meaning)
        refused "$tepui" verify "$x"
        refused "$tepui" verify "$x" -O gradient_norm --against 'median<=1'
        refused "$tepui" replay "$x" --cell 1 --sample 0
        its_turn && survives "$tepui" compare "$x" ../good.h5
        for command in table histogram status trend threshold escape; do
            its_turn && survives "$tepui" $command "$x"
        done
        ;;
    heap) # refused, or read where libhdf5 makes something of it
        survives "$tepui" table "$x" --observable gradient_norm
        survives "$tepui" run ../e.yaml -o "$x" --resume --quiet
        ;;
    checkpoint)
        cp "$x" whole.h5
        refused "$tepui" run ../e.yaml -o "$x" --resume --quiet
        refused "$tepui" run ../e.yaml --set samples=500 -o "$x" --resume --quiet
        check cmp -s "$x" whole.h5 # nothing was lost
        ;;
    esac
done <../names
cd ..
check test "$(wc -l <names)" -ge 60
finish

#!/bin/sh
# theory.sh -- tepui theory from the outside: numbers, lists, curves, the mean field, what is refused.
top=$(cd "${srcdir:-.}" && pwd)
. "$top/tests/cli/lib.sh"
python=${PYTHON:-/usr/bin/python3}

# --- theory: numbers without samples
expect 0 "$tepui" theory N3 --depth 1000 --width 16; says out 'samples'
# a list of as many widths as layers is one net: E norm2 = (1 2/3)(7 2/8) = 7/6
expect 0 "$tepui" theory N3 -L 2 -a linear --init xavier --set data.dimension=2 --width '[1,7]'; says out 'ln of the mean' 0.154151 '[1, 7]'
for widths in '1,7' '[[1,7]]' '[ 1, 7 ]'; do
    expect 0 "$tepui" theory N3 -L 2 -a linear --init xavier --set data.dimension=2 --width "$widths"
    says out 0.154151 'width of each layer'
done
expect 65 "$tepui" theory N3 -L 2,3 --width '[[1,7]]'; says err grid.width 3
expect 0 timeout 30 "$tepui" theory N1 --depth 1000000 --format csv; says out depth,1000000
# an activation brings its scale rule along: he for relu, lecun otherwise
for law in N1 N4 C1; do
    expect 0 "$tepui" theory $law -L 3 -a linear --format csv; cp out short.csv
    expect 0 "$tepui" theory $law -L 3 -a linear --init lecun --format csv
    check cmp -s out short.csv
done
# any other list is an axis: a row for every combination, each as if it were asked for alone
expect 0 "$tepui" theory N4 -L '[2,3]' -d 1,4 -a 'linear, relu' --gain 1,1.1 --format csv; cp out grid.csv
check test "$(wc -l <grid.csv)" = 17
expect 0 "$tepui" theory N3 -L 2 --set 'grid.width=[1,7]' --format csv; check test "$(wc -l <out)" = 3
expect 0 "$tepui" theory E1 --weights uniform -L 12,20 --set 'dynamics.rate=[0.01, 0.02]' --format json; says out '"rate": 0.02'
# those that the law does not speak about say why; where it speaks about none, so does the program
expect 0 "$tepui" theory N1 -a linear,relu --format csv; says out 'relu,' 'linear only'; says err '1 of 2 combinations'
expect 0 "$tepui" theory N1 -a linear,relu --at 0 --format csv; check test "$(wc -l <out)" = 2; says err '1 of 2'
expect 64 "$tepui" theory N1 -a tanh,relu; says err 'linear only'; silent out
expect 0 "$tepui" theory N2 --depth 1 --width 64 --format csv --component 1
says out 'depth,1' 'width,64' 'mean of ln, given life' -0.02005
expect 0 "$tepui" theory C2 --depth 10 --format json; says out '"value": 10'
expect 0 "$tepui" theory N6 --depth 4 --width 8
expect 0 "$tepui" theory C7 --depth 3 --set loss=mse --set data.targets=gaussian --format csv
says out component,H 'probability of 0,' 'probability of 0.333' 'probability of 0.666'
expect 0 "$tepui" theory H2 --component 'R 3,2' --depth 4; says out 'dead'
expect 64 "$tepui" theory H2 --component 'R 9,2' --depth 4
expect 0 "$tepui" theory H2b; says out 'mean square'
for law in C5 C6 H1 H1b H2c H3 H3b H5 N8; do expect 0 "$tepui" theory $law; says out component; done
expect 0 "$tepui" theory N7b --depth 5 --width 3; says out 'mean ' 1.23370 'standard deviation' # component 3,3: pi^2/8
expect 0 "$tepui" theory N7b --depth 5 --width 3 --component 3,1 --format csv; says out 'mean,0'
expect 0 "$tepui" theory N8 --depth 1 --width 2 --component 2 --format csv; says out 0.91629 # ln of 5/2
expect 0 "$tepui" theory N8o --depth 9 --width 5 --activation linear --component 3; says out 'of the mean'
expect 64 "$tepui" theory N8r --depth 9 --component 5; says err 'no such component'
expect 64 "$tepui" theory N7b --depth 5 --width 3 --component 1,3; says err N7b
expect 64 "$tepui" theory N6 --readout none; says err 'dense read-out'
expect 64 "$tepui" theory C1 --width 2; says err chains

# --- theory meanfield: numbers of tests/kinds/mean_field.py
expect 0 "$tepui" theory meanfield --activation tanh --sigma-w 1.5 --sigma-b 0.1
says out chaotic 0.813322 1.12905 0.180084 'depth scale of c           14.845' 1.19340 explode; silent err
expect 0 "$tepui" theory meanfield --activation tanh --sigma-w 1.5 --sigma-b 0.1 --format csv; says out 'q*,0.81332232687' phase,chaotic
expect 0 "$tepui" theory meanfield --sigma-w 0.9 --sigma-b 0.3 --format json; says out '"value": "ordered"' '"value": 0.3'
expect 0 "$tepui" theory meanfield --sigma-w 0.9 --format markdown; says out '| phase' 'dies out' 'angles stay'
expect 0 "$tepui" theory meanfield --format latex -a relu --sigma-w 1.5 --sigma-b 0.1; says out tabular 'grows for ever'
expect 0 "$tepui" theory meanfield -a gelu --sigma-w 1.5 --sigma-b 0.1 --start 0.01; says out 'not stable' ordered
expect 0 "$tepui" theory meanfield -a gelu --sigma-w 1.5 --sigma-b 0.1 --start 10; says out chaotic
expect 64 "$tepui" theory meanfield --sigma-w 0; says err sigma-w "'0'"; silent out
expect 64 "$tepui" theory meanfield --sigma-w nan; says err sigma-w; silent out
expect 64 "$tepui" theory meanfield --sigma-b -1; says err sigma-b
expect 64 "$tepui" theory meanfield --sigma-b 1x; says err 1x
expect 64 "$tepui" theory meanfield --start 0; says err start
expect 64 "$tepui" theory meanfield --depth 3; says err 'meanfield takes'
expect 64 "$tepui" theory N1 --start 1; says err 'meanfield only'
expect 65 "$tepui" theory meanfield --activation tahn; says err "did you mean 'tanh'"; silent out
expect 0 "$tepui" theory N9 --activation tanh --width 100 --sigma-w 1.5 --sigma-b 0.1 --depth 40; says out N9 'ln of the median' 'slope over depths'
check sh -c "! grep -q 'quantile\|variance' out" # nothing is known about the spread
expect 0 "$tepui" theory A4 --width 64 --depth 16; says out 'distance allowed'
expect 0 "$tepui" theory --help; says out meanfield sigma-w
# a rule that has no value says so, with the line
printf 'grid: {depth: 4, width: 8, activation: softplus, init: critical}\nobservables: [forward_norm]\n' >rule.yaml
expect 65 "$tepui" run rule.yaml -o no.h5; says err critical softplus 'no critical fixed point'

expect 64 "$tepui" theory X1; says err 'unknown law' N1
expect 64 "$tepui" theory
expect 65 "$tepui" theory N1 --depth 0; says err grid.depth

# --- curves: against closed forms, and every law against itself
"$tepui" list law --format csv | sed '1d; s/,.*//' >laws
for law in $(cat laws); do expect 0 "$tepui" theory "$law"; done
expect 64 "$tepui" theory N3 --grid 5; says err 'no distribution'
expect 64 "$tepui" theory N2 --grid 5 --at 1; says err 'one of'
expect 64 "$tepui" theory N2 --grid 1; says err --grid
expect 64 "$tepui" theory N2 --at 1,x; says err --at "'x'"
expect 64 "$tepui" theory N2 --probability 1; says err --probability
expect 64 "$tepui" theory N7r --grid 5; says err dead
expect 64 "$tepui" theory meanfield --grid 5; says err 'meanfield takes'
expect 0 "$tepui" theory N2 -L 1 -d 2 --at -1 --format json; says out '"x": -1' '"survival": '
check "$python" "$top/tests/cli/curves.py" "$tepui" grid.csv $(cat laws)

# --- the scale rule of a mean field: he is sqrt 2; median depends on the width
expect 0 "$tepui" theory meanfield -a relu --init he --format csv; says out sigma_w,1.4142135623 phase,critical
expect 0 "$tepui" theory meanfield -a tanh,relu --init he,lecun; says out activation init; check test "$(grep -c tanh out)" = 2
expect 64 "$tepui" theory meanfield --init he --sigma-w 1; says err 'one of'
expect 65 "$tepui" theory meanfield --init median
expect 64 "$tepui" theory meanfield -a relu --init 'fixed(variance=0.1)'; says err 'infinite width'

# --- the whole spectrum of a Jacobian, and what a law is about
expect 0 "$tepui" theory N11 --depth 1 --width 100 --at 0 --format csv --digits 12 # s = 1: sqrt(3)/pi, 1/3 + sqrt(3)/(2 pi)
says out '0,0.551328895422,0.608997781044,0.391002218956'
expect 64 "$tepui" theory N11 --activation relu; says err 'does not apply' 'linear only'
expect 64 "$tepui" theory N11 --depth 3 --width 16,8,16; says err 'square layers only'
expect 0 "$tepui" list law --format json; says out '"observable": "jacobian_singular_value"' '"observable": "escape_time, '
cat >spectrum.yaml <<'END'
grid: {depth: 2, width: 8, activation: linear, init: lecun}
data: {source: sphere}
readout: none
loss: output
observables: jacobian_singular_value
samples: 20
END
expect 0 "$tepui" run spectrum.yaml --quiet
expect 1 "$tepui" verify spectrum.h5 --law N11; says out refused 'all components together'

# --- cells of a result: what the options would say of them, and nets of another depth and width
cat >cells.yaml <<'END'
grid: {depth: [2, 3], width: [4, depth], activation: relu, init: [he, xavier], sigma_b: [0, 0.1]}
data: {source: sphere, dimension: 3}
loss: output
observables: forward_norm
samples: 2
END
expect 0 "$tepui" run cells.yaml --quiet
expect 0 "$tepui" theory N2 --depth 3 --width 4 --init xavier --set data.source=sphere --set data.dimension=3 --probability 0.3,0.5 --format csv
tail -n 2 out >options
expect 0 "$tepui" theory N2 --from cells.h5 --cell 10 --probability 0.3,0.5 --format csv; says out cell,depth,width,probability 10,3,4,
check test "$(sed '1d; s/^10,3,4,//' out)" = "$(cat options)"
expect 0 "$tepui" theory N2 --from cells.h5 --cell 0,10,11,14 --format json; says out '"cell": 10' 'bias'; says err '1 of 4'
expect 0 "$tepui" theory N2 --from cells.h5 --cell 0 --depth 3 --width 4,9,3 --probability 0.5 --format csv
check test "$(wc -l <out)" = 4; says out 0,3,9,
expect 0 "$tepui" theory N2 --depth 3 --width 9 --set data.source=sphere --set data.dimension=3 --probability 0.5 --format csv
tail -n 1 out >nine
expect 0 "$tepui" theory N2 --from cells.h5 --cell 0 --depth 3 --width 9 --probability 0.5 --format csv
check test "$(sed '1d; s/^0,3,9,//' out)" = "$(cat nine)"
expect 0 "$tepui" theory N2 --from cells.h5 --cell 8 -c 1 --format csv; says out component,1 cell,8
expect 64 "$tepui" theory N2 --from cells.h5 --cell 16; says err 'cells 0 to 15' "'16'"
expect 64 "$tepui" theory N2 --from cells.h5 --cell 1,x; says err "'x'"
expect 64 "$tepui" theory N2 --from cells.h5; says err 'go together'
expect 64 "$tepui" theory N2 --cell 1; says err 'go together'
expect 64 "$tepui" theory N2 --from cells.h5 --cell 1 -a tanh; says err 'only --depth and --width' activation
expect 64 "$tepui" theory N2 --from cells.h5 --cell 1,2 -L 4; says err 'one --cell, not 2'
expect 64 "$tepui" theory C1 --from cells.h5 --cell 0; says err 'does not apply'
expect 64 "$tepui" theory N2 --from cells.h5 --cell 0 -c 7; says err 'no such component'
expect 64 "$tepui" theory meanfield --from cells.h5 --cell 0; says err 'meanfield takes'
expect 74 "$tepui" theory N2 --from none.h5 --cell 0; says err none.h5
finish

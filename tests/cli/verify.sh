#!/bin/sh
# verify.sh -- tepui verify and threshold from the outside: exit statuses, formats, /laws in the file.
top=$(cd "${srcdir:-.}" && pwd)
. "$top/tests/cli/lib.sh"
python=${PYTHON:-/usr/bin/python3}

cat >net.yaml <<'END'
seed: 3
grid: {depth: [2, 4, 8], width: [3, depth], activation: [relu, linear], init: he}
data: {source: sphere}
readout: dense
loss: output
observables: [forward_norm, jacobian_vector_norm, output_gradient_norm]
samples: 2000
output: {raw: 2000}
END
expect 0 "$tepui" run net.yaml -o net.h5 --quiet

# --- all laws hold; what is printed has its columns in every format
expect 0 "$tepui" verify net.h5
says out N1 N2 N4 N5 N6 holds ' 0 fail'
expect 0 "$tepui" verify net.h5 --law N2,N6 --layers 2 --format csv
says out law,cell,depth,width,test,component,predicted,observed,low,high,samples
check test "$(cut -d, -f1 out | sort -u | tr '\n' ' ')" = 'N2 N6 law '
expect 0 "$tepui" verify net.h5 --law N1 --format json; says out '"verdict": "holds (exact)"' '"observable": "forward_norm"' '"allowance": 0' '"law": "N1"'
expect 0 "$tepui" verify net.h5 --law N1 --format latex; says out '\begin{tabular}'
expect 0 "$tepui" verify net.h5 --law N1 --format markdown; says out '| law'
expect 1 "$tepui" verify net.h5 --law C2; says out refused; says err 'could not be tested'
# a law that speaks about no cell: one line for each reason, with the first of its cells and their number
expect 1 "$tepui" verify net.h5 --law N3b --format csv; says out 'its observable is not in the file'
check test "$(sed -n 's/,.*//; 2,$p' out | wc -l)" = 1
expect 0 "$tepui" run net.yaml -o mixed.h5 --quiet --set 'grid.activation=[relu, tanh]' --set 'grid.width=[1, 3]' \
    --set 'grid.law=[gaussian, uniform]' --set samples=20 --set output.raw=20
expect 1 "$tepui" verify mixed.h5 --law N1 --format csv
check test "$(sed 1d out | cut -d, -f13 | sort | uniq -d | wc -l)" = 0
check test "$(sed 1d out | wc -l)" -ge 2

# --- saved verdicts: the rest of the file is as it was, and a run goes on from it
cp net.h5 before.h5
expect 0 "$tepui" verify net.h5 --save
expect 0 "$tepui" run net.yaml -o net.h5 --quiet --resume --set samples=2100
expect 0 "$tepui" verify before.h5 --save
cat >look.py <<'END'
import h5py, numpy, sys
f = h5py.File("before.h5", "r")
laws = sorted(f["laws"])
assert laws == ["N1", "N2", "N4", "N4l", "N5", "N6"], laws
for name in laws:
    g = f["laws"][name]
    assert g.attrs["doc"] and g.attrs["source"]
    n = f["cells/depth"].shape[0]
    assert g.attrs["observable"]
    for k in "predicted observed low high p allowance verdict test component".split():
        assert g[k].shape == (n,), (name, k)
    told = g["verdict"][()] == b"holds"
    assert told.any() and not (g["verdict"][()] == b"fails").any()
    assert (g["p"][()][told] > 0).all() and numpy.isnan(g["p"][()][~told]).all()
    relu = f["cells/activation"][()] == b"relu"
    if name == "N1": assert not told[relu].any() and told[~relu].all()
    if name == "N2": assert told[relu].all() and not told[~relu].any()
END
if "$python" -c 'import h5py' 2>/dev/null; then expect 0 "$python" look.py; fi

# --- another gain is another prediction: the cell says so, and the laws follow
sed "s/init: he}/init: he, gain: 1.02}/" net.yaml >gain.yaml
expect 0 "$tepui" run gain.yaml -o gain.h5 --quiet
expect 0 "$tepui" verify gain.h5

# --- means: weighted samples show them, plain ones are told that they cannot
cat >tilted.yaml <<'END'
seed: 4
grid: {depth: 100, width: 4, activation: relu, init: he, tilt: [0.95, 1.95]}
data: {source: sphere}
readout: none
sampler: tilted
observables: [weighted_norm2, weighted_norm4]
samples: 20000
output: {raw: 20000, layers: 1}
END
expect 0 "$tepui" run tilted.yaml -o tilted.h5 --quiet
expect 0 "$tepui" verify tilted.h5 --format csv
check test "$(grep -c holds out)" = 2
check test "$(grep -c 'too few samples' out)" = 2
sed '/sampler/s/tilted/reduced/;s/, tilt: .*}/}/' tilted.yaml >plain.yaml
expect 0 "$tepui" run plain.yaml -o plain.h5 --quiet
expect 1 "$tepui" verify plain.h5 --law N3; says out refused 'take sampler: tilted'
expect 1 "$tepui" verify plain.h5; says out ' 0 fail'; says err 'no law was tested'
expect 0 "$tepui" run plain.yaml -o plain.h5 --quiet --resume --set samples=20100
expect 65 "$tepui" run tilted.yaml -o no.h5 --set observables=forward_norm; says err forward_norm weighted_norm2
expect 65 "$tepui" run tilted.yaml -o no.h5 --set sampler=full; says err grid.tilt 'only sampler: tilted'
expect 65 "$tepui" run tilted.yaml -o no.h5 --set grid.tilt=9; says err grid.tilt
expect 65 "$tepui" run tilted.yaml -o no.h5 --set grid.law=uniform; says err sampler

# --- a tilt of 1 leaves rounding only: the weighted norm is its mean in every sample (N3), ln of 2^40 for linear
expect 0 "$tepui" run tilted.yaml -o one.h5 --quiet --set grid.tilt=1 --set grid.depth=40 --set grid.width=32 \
    --set 'grid.activation=[relu, linear]' --set observables=weighted_norm2 --set samples=1000 --set output.raw=1000
expect 0 "$tepui" verify one.h5 --law N3; says out '2 lines, 0 fail, 0 refused'

# --- dead samples: a chain of 40 ReLUs is dead but with probability 2^-40; nothing says that its means are 0
cat >dead.yaml <<'END'
seed: 3
grid: {depth: 40, width: 1, activation: relu, init: he}
data: {source: sphere}
readout: dense
loss: mse
observables: [weighted_norm4, hessian_trace]
samples: 1000
output: {raw: 1000}
END
expect 0 "$tepui" run dead.yaml -o dead.h5 --quiet
expect 0 "$tepui" verify dead.h5; says out 'refused: all samples are dead' ' 0 fail'
expect 1 "$tepui" verify dead.h5 --law H3b; says out 'all samples are dead'
expect 1 "$tepui" verify dead.h5 --law N4b; says out 'too few samples to show this mean '

# --- a file that no law can read: which would, with what
expect 0 "$tepui" run dead.yaml -o mute.h5 --quiet --set observables=spectrum_asymmetry --set grid.depth=3 --set samples=10
expect 1 "$tepui" verify mute.h5; says out '0 lines'; says err 'observables added' 'N2: forward_norm'

# --- many numbers a sample: no interval, and no precision
expect 0 "$tepui" run dead.yaml -o pooled.h5 --quiet --set observables=hessian_spectrum --set grid.depth=3 --set samples=50
cat >pooled.py <<'END'
import h5py, numpy
g = h5py.File("pooled.h5", "r")["observables/hessian_spectrum"]
assert numpy.isnan(g["quantile_low"][()]).all() and numpy.isnan(g["quantile_high"][()]).all()
END
if "$python" -c 'import h5py' 2>/dev/null; then expect 0 "$python" pooled.py; fi
expect 65 "$tepui" run dead.yaml -o no.h5 --set observables=hessian_spectrum --set grid.depth=3 --set precision.half_width=0.1
says err precision.observable 'many numbers a sample'

# --- the two flagship experiments, small and on three images of 16 pixels: gradients are read by N6 with the norm of the
# image (standardised pixels: 4; but for it the predictions are off by ln 4), curvature by H1b and H3b
"$python" - <<'END'
import random
random.seed(8)
open("images.idx", "wb").write(bytes([0, 0, 8, 3] + [0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 4] + [random.randrange(256) for i in range(48)]))
open("labels.idx", "wb").write(bytes([0, 0, 8, 1] + [0, 0, 0, 3] + [0, 1, 2]))
END
small='s/source: fashion-mnist/source: idx, file: images.idx, labels: labels.idx/; /^output:/d'
for name in vanishing-gradients vanishing-curvature; do
    sed "$small" "$top/experiments/$name.yaml" >$name.yaml
    expect 0 "$tepui" run $name.yaml -o $name.h5 --quiet --set 'grid.depth=[1, 2, 4, 8]' --set samples=200 --set output.raw=200
    expect 0 "$tepui" verify $name.h5 --format csv
    cp out $name.csv
    check test "$(grep -c ',fails' $name.csv)" = 0
done
for law in N2 N6; do check test "$(grep -c "^$law,.*holds (exact)" vanishing-gradients.csv)" -ge 30; done
check test "$(grep -c '^N6,.*,output_gradient_norm,' vanishing-gradients.csv)" -ge 30
for law in H1b H3b; do check test "$(grep -c "^$law,.*holds (exact).*hessian_trace" vanishing-curvature.csv)" -ge 10; done

# --- curvature: sweeps of both parts of the Hessian, and laws of few values
cat >chain.yaml <<'END'
seed: 5
grid: {depth: [64, 96, 128], width: 1, activation: linear, init: lecun}
data: {source: sphere, targets: gaussian}
readout: none
loss: mse
observables: [hessian_norm, hollowness, negative_fraction, hessian_trace]
samples: 2000
output: {raw: 2000}
END
sed 's/width: 1/width: 2/; s/mse/cross_entropy/; s/targets: gaussian/targets: one_hot/; s/, hollow.*\]/]/; s/64, 96, 128/32, 48, 64/' chain.yaml >softmax.yaml
expect 0 "$tepui" run chain.yaml -o chain.h5 --quiet
expect 0 "$tepui" verify chain.h5 --format csv
for law in C6 C7 H1b H3; do check grep -q "^$law,.*holds" out; done
check test "$(grep -c '^H3,.*slope' out)" = 2
expect 0 "$tepui" run softmax.yaml -o softmax.h5 --quiet
expect 0 "$tepui" verify softmax.h5 --format csv
check test "$(grep -c '^H5,.*slope.*holds' out)" = 2
expect 1 "$tepui" verify softmax.h5 --law H3; says out refused 'loss mse only'
expect 0 "$tepui" run chain.yaml -o coarse.h5 --quiet --set output.raw=0 --set output.bin_width=0.5 --set samples=200
expect 1 "$tepui" verify coarse.h5 --law C7

# --- threshold
expect 0 "$tepui" threshold net.h5 --where activation=relu; says out 'exponent of vanishing' 'width of half'
expect 64 "$tepui" threshold net.h5; says err activation relu linear
cat >scale.yaml <<'END'
seed: 5
grid: {depth: [8, 16, 32], width: [8, depth, 2*depth, 4*depth, 64], init: he}
data: {source: sphere, dimension: 400}
readout: dense
loss: output
sampler: reduced
observables: output_gradient_norm
samples: 4000
END
# inputs of norm 1 and of norm 20: the same widths, over another level
expect 0 "$tepui" run scale.yaml -o unit.h5 --quiet
expect 0 "$tepui" run scale.yaml -o large.h5 --quiet --set data.source=gaussian
expect 0 "$tepui" threshold unit.h5 --format csv; says out 'L = 32,width'
check test "$(grep -c 'wide nets' out)" = 0
expect 0 "$tepui" threshold large.h5 --format csv; says out 'L/d to 0,median of wide nets,'
check test "$(grep -c '^L = [0-9]*,width of half the median,[1-9]' out)" = 3
expect 0 "$tepui" threshold net.h5 --where activation=relu --format csv; says out 'cells,quantity,fitted'

# --- wrong words
expect 64 "$tepui" verify; expect 64 "$tepui" verify net.h5 --law Q7; says err 'unknown law'
expect 64 "$tepui" verify net.h5 --false-alarm 2; says err --false-alarm
expect 65 "$tepui" verify net.yaml
finish

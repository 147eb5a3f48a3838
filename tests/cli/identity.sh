#!/bin/sh
# What a result was made from is compared wherever it is used again; what another wrote is never overwritten.
# Right values: exit statuses of the manual (64 usage, 65 data, 74 files, 75 try again), and files byte for byte.
here=$(cd "${srcdir:-.}" && pwd)
. "${srcdir:-.}/tests/cli/lib.sh"
# a hundred short runs: without the restart that sets this, and without threads
OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
export OPENBLAS_NUM_THREADS OMP_NUM_THREADS

same() {
    check cmp -s "$1" "$2"
}


# Extensions by whole blocks of 256 samples end with the bytes of one run.
cat >t.yaml <<'END'
seed: 3
grid: {depth: [1, 2], width: 3}
observables: [forward_norm]
samples: 256
output: {raw: 10}
END

# --- texts: a title with controls, DEL, quotes, a backslash and characters of other planes goes round
printf 'title: "\\e[31mred\\x7f \\" \\\\ \\u2028 \\U0001F600 \\x85"\n' >text.yaml
cat t.yaml >>text.yaml
expect 0 "$tepui" run -q text.yaml
expect 0 "$tepui" run -q --resume --set samples=512 text.yaml
expect 0 "$tepui" replay text.h5 --cell 1 --sample 3
says out "agrees bit for bit"
expect 0 "$tepui" verify text.h5

# --- links: relative, to another folder, dangling; the link stays
mkdir -p far near
ln -s ../far/a.h5 near/dangling.h5
expect 0 "$tepui" run -q t.yaml -o near/dangling.h5
check test -L near/dangling.h5
check test -f far/a.h5
check test -f far/a.h5.log
check test ! -e near/dangling.h5.log
ln -s near/dangling.h5 twice.h5
expect 64 "$tepui" run -q t.yaml -o twice.h5
expect 0 "$tepui" run -q --resume --set samples=512 t.yaml -o twice.h5
check test -L twice.h5
check test -L near/dangling.h5
expect 0 "$tepui" run -q --set samples=512 t.yaml -o whole.h5
same far/a.h5 whole.h5
expect 0 "$tepui" status twice.h5
ln -s circle.h5 circle.h5
expect 74 timeout 20 "$tepui" run -q t.yaml -o circle.h5
says err "circle.h5"

# --- pipes and folders in place of the log or the result
mkfifo p.h5.log q.h5
mkdir d.h5.log
expect 74 timeout 20 "$tepui" run -q t.yaml -o p.h5
says err "p.h5.log"
expect 74 timeout 20 "$tepui" run -q t.yaml -o d.h5
says err "d.h5.log"
expect 64 timeout 20 "$tepui" run -q t.yaml -o q.h5
expect 65 timeout 20 "$tepui" run -q --resume t.yaml -o q.h5
sleep 30 <>p.h5.log & reader=$!
expect 74 timeout 20 "$tepui" run -q t.yaml -o p.h5
says err "not a regular file"
kill $reader
cp whole.h5 w.h5; mkfifo w.h5.log
expect 0 timeout 20 "$tepui" status w.h5

# --- a finished result keeps the verdicts in it, a longer one does not keep old ones
expect 0 "$tepui" run -q t.yaml -o laws.h5
"$tepui" verify laws.h5 --save >/dev/null 2>&1
cp laws.h5 before.h5
expect 0 "$tepui" run -q --resume t.yaml -o laws.h5
same laws.h5 before.h5

# Laws saved one after the other stand beside each other, as if saved at once.
cat >two.yaml <<'END'
seed: 3
grid: {depth: [1, 2], width: 3}
data: {targets: gaussian}
loss: mse
observables: [forward_norm, gradient_norm, jacobian_vector_norm]
samples: 256
END
expect 0 "$tepui" run -q two.yaml
cp two.h5 later.h5
expect 0 "$tepui" verify two.h5 --save --law N2
expect 0 "$tepui" verify two.h5 --save --law N4
expect 0 "$tepui" verify later.h5 --save --law N4
expect 0 "$tepui" verify later.h5 --save --law N2
same two.h5 later.h5

# --- one field at a time: going on is refused, with the field and both values. A field of every section and type here;
# tests/experiment/test_experiment.c has a row for every field there is
cat >full.yaml <<'END'
seed: 3
generator: threefry4x64
grid: {depth: 2, width: 3, activation: tanh, init: xavier, law: gaussian, gain: 1, bias: gaussian, sigma_b: 0.1, architecture: plain, vary: all}
data: {source: gaussian, points: 2, dimension: 4, outputs: 2, targets: gaussian, resample: true}
readout: dense
sampler: full
loss: mse
dynamics: {optimizer: signsgd, rate: 0.1, schedule: constant, batch: 0, escape: loss, steps: 20, record: 10, divergence: 1000}
observables: [forward_norm, path_loss, ntk_trace]
eigensolver: lapack
samples: 64
precision: {probability: 0.5, half_width: 1, observable: forward_norm}
output: {probabilities: [0.5], bin_width: 0.1, raw: 2, range: [-10, 10], layers: 8}
END
cat >tilt.yaml <<'END'
seed: 3
grid: {depth: 2, width: 3, tilt: 1.5}
readout: none
sampler: tilted
observables: [weighted_norm2]
samples: 64
END
pixels() {
    printf '\0\0\10\3\0\0\0\4\0\0\0\1\0\0\0\2abcdefg%s' "$1"
}
pixels h >set.idx; pixels i >other.idx
printf '\0\0\10\1\0\0\0\4\0\1\2\0' >set.labels; printf '\0\0\10\1\0\0\0\4\0\1\2\1' >other.labels
cat >set.yaml <<'END'
seed: 3
grid: {depth: 2, width: 3}
data: {source: idx, file: set.idx, labels: set.labels, normalise: unit}
observables: [forward_norm]
samples: 256
END
for name in full tilt set; do expect 0 "$tepui" run -q $name.yaml; cp $name.h5 $name.copy; done
refused() {
    name=$1 field=$2 value=$3 old=$4 now=$5
    expect 65 "$tepui" run -q --resume --set "$field=$value" $name.yaml
    says err "$field: $old in the file, $now now"
}
refused full seed 4 3 4
refused full generator mt19937 threefry4x64 mt19937
refused full grid.width 4 3 4
refused full grid.law uniform gaussian uniform
refused full grid.vary one all one
refused full data.targets one gaussian one
refused full data.resample false true false
refused two readout none dense none
refused two sampler auto full auto
refused full dynamics.escape output 'loss(fraction=0.5)' 'output(distance=0.5)'
refused full dynamics.steps 21 20 21
refused full observables '[forward_norm, path_loss]' 'forward_norm, path_loss, ntk_trace' 'forward_norm, path_loss'
refused full eigensolver gsl lapack gsl
refused full samples 63 64 63
refused full precision.half_width 2 1 2
refused full output.range '[-10, 11]' '-10, 10' '-10, 11'
refused tilt grid.tilt 1.6 1.5 1.6
refused set data.normalise none unit none
# data are what is in the files: others are refused, with both digests, under any name
differ() {
    expect 65 "$tepui" run -q --resume --set "$2=$3" $1.yaml
    says err "data.source:" "data.file:" "inputs " "in the file" "now"
}
differ set data.file other.idx
differ set data.labels other.labels
cp later.h5 two.copy # the same bytes, see above
for name in two full tilt set; do same $name.h5 $name.copy; done
# the same data in another folder, under other names, packed, or beside an experiment that moved with them
mkdir moved data away
cp set.yaml set.idx set.labels set.h5 moved
expect 0 "$tepui" run -q --set samples=512 moved/set.yaml -o longer.h5
expect 0 "$tepui" run -q --resume --set samples=512 moved/set.yaml -o moved/set.h5
same moved/set.h5 longer.h5
cp set.h5 moved/set.h5
cd moved
expect 0 "$tepui" run -q --resume --set samples=512 set.yaml
cd "$work"
cp set.idx data/pixels; gzip <set.labels >data/labels.gz
cp set.h5 moved/set.h5
expect 0 "$tepui" run -q --resume --set data.file=data/pixels --set data.labels=data/labels.gz --set samples=512 set.yaml -o moved/set.h5
cp other.idx moved/set.idx
cp set.h5 moved/set.h5; cp set.h5 old.h5
expect 65 "$tepui" run -q --resume --set samples=512 moved/set.yaml -o moved/set.h5
says err "data.file: moved/set.idx" "in the file"
same moved/set.h5 old.h5
# replay and verify find them: where the result says, beside the result, in the folder of its run; of any folder, the
# data that are there are compared
expect 0 "$tepui" replay moved/set.h5 --cell 0 --sample 7
cd away
expect 65 "$tepui" replay ../moved/set.h5 --cell 0 --sample 7
says err "../moved/set.h5 was made from other data"
cp ../set.idx ../moved/set.idx
expect 0 "$tepui" replay ../moved/set.h5 --cell 0 --sample 7
expect 0 "$tepui" verify ../moved/set.h5
mv ../moved/set.h5 ../moved/set.h5.log ../near
rm -f ../near/set.h5.log
expect 65 "$tepui" verify ../near/set.h5
says err "data.file: set.idx: " "not there" "nor in ../near"
cd "$work"
sed 's|set.idx|data/pixels|; s|set.labels|data/labels.gz|' set.yaml >apart.yaml
expect 0 "$tepui" run -q apart.yaml -o near/apart.h5
cd away
expect 0 "$tepui" replay ../near/apart.h5 --cell 0 --sample 7
rm ../near/apart.h5.log
expect 65 "$tepui" replay ../near/apart.h5 --cell 0 --sample 7
says err "data.file: data/pixels"
cd "$work"

# --- best of three generations
expect 0 "$tepui" run -q t.yaml -o g.h5
cp g.h5 old.h5
expect 0 "$tepui" run -q --resume --set samples=512 t.yaml -o g.h5
cp g.h5 new.h5
damage() {
    printf 'damaged' | dd of="$1" bs=1 seek=700 conv=notrunc 2>/dev/null
}
restart() {
    rm -f g.h5.prev .g.h5.tmp
    cp "$1" g.h5
}
expect 0 "$tepui" run -q --set samples=768 t.yaml -o want.h5
restart new.h5; damage g.h5; cp old.h5 g.h5.prev
expect 0 "$tepui" run -q --resume --set samples=768 t.yaml -o g.h5
says err g.h5.prev "generation before"
same g.h5 want.h5
restart new.h5; damage g.h5; cp old.h5 g.h5.prev; cp new.h5 .g.h5.tmp
expect 0 "$tepui" run -q --resume --set samples=768 t.yaml -o g.h5
says err .g.h5.tmp "cut short"
same g.h5 want.h5
restart old.h5; cp new.h5 .g.h5.tmp
expect 0 "$tepui" run -q --resume --set samples=768 t.yaml -o g.h5
says err .g.h5.tmp
same g.h5 want.h5
same g.h5.prev new.h5
restart new.h5; cp old.h5 g.h5.prev; cp new.h5 .g.h5.tmp; damage .g.h5.tmp
expect 0 "$tepui" run -q --resume --set samples=768 t.yaml -o g.h5
silent err
check test ! -e .g.h5.tmp
restart new.h5; damage g.h5
expect 65 "$tepui" run -q --resume --set samples=768 t.yaml -o g.h5
says err damaged

# --- a log removed during a run: neither run destroys what the other wrote
printf 'seed: 5\ngrid: {depth: 40, width: 60}\nobservables: [forward_norm]\nsamples: 1000000\n' >long.yaml
"$tepui" run -q --threads 1 long.yaml -o r.h5 2>first.err & first=$!
n=0; until [ -e r.h5 ] || [ $n -gt 200 ]; do sleep 0.05; n=$((n + 1)); done
rm r.h5.log
"$tepui" run -q --resume --time 0.3s --threads 1 long.yaml -o r.h5 2>second.err
cp r.h5 second.h5
kill $first; wait $first
got=$?
checks=$((checks + 1))
[ $got -ne 0 ] || wrong "the first run ended with status 0"
check grep -q "r.h5" first.err
same r.h5 second.h5

# Changed results and data files, all by one process: noted.h5 and renamed.h5 have an attribute more or another one;
# bits.h5 and schema.h5 are of other versions, sealed; d.dat, pixel.dat, label.dat and names.dat are data
cat >make.py <<'END'
import shutil, sys
try:
    import h5py, numpy
except ImportError:
    sys.exit(9)
sys.path.insert(0, sys.argv[1] + "/tests/store")
import hostile
for name, group, note, value, seal in (("noted", "/", "mine", "a note", 0), ("renamed", "/", "title", "another", 0),
                                       ("bits", "provenance", "bits", "1", 1), ("schema", "/", "schema", "tepui-9", 1)):
    shutil.copy("whole.h5", name + ".h5")
    with h5py.File(name + ".h5", "a") as f:
        f[group].attrs[note] = value
    if seal:
        hostile.seal(name + ".h5")
r = numpy.random.default_rng(1)
x, y = r.normal(size=(6, 4)), numpy.arange(6) % 3
for name in ("d", "pixel", "label", "names"):
    with h5py.File(name + ".dat", "w") as f:
        a, b = x.copy(), y.copy()
        if name == "pixel": a[3, 2] += 1e-9
        if name == "label": b[0] = 2
        f["x"], f["y"] = a, b
        if name == "names": f["z"], f["w"], f["v"] = x + 1, 2 - y, x
END
has_h5py=no
for python in ${PYTHON3:-python3} /usr/bin/python3; do
    "$python" make.py "$here" 2>"$work/err" && has_h5py=yes && break
    case $? in 9 | 127) ;; *) wrong "$python make.py" ;; esac # 9: no h5py, 127: no Python
done

if [ $has_h5py = yes ]; then
    # --- an attribute added by a user: read with a warning, not gone on with
    expect 0 "$tepui" table whole.h5
    cp "$work/out" plain.out
    expect 0 "$tepui" table noted.h5
    says err warning noted.h5
    same "$work/out" plain.out
    expect 0 "$tepui" status noted.h5
    expect 0 "$tepui" replay noted.h5 --cell 0 --sample 1
    says err warning
    cp noted.h5 copy.h5
    expect 65 "$tepui" run -q --resume --set samples=700 t.yaml -o noted.h5
    expect 65 "$tepui" verify noted.h5 --save
    same noted.h5 copy.h5
    expect 65 "$tepui" table renamed.h5

    # --- another version of the bits, another schema (digest right)
    for note in bits:1 schema:tepui-9; do
        name=${note%%:*}
        cp $name.h5 copy.h5
        expect 65 "$tepui" run -q --resume --set samples=1024 t.yaml -o $name.h5
        same $name.h5 copy.h5
        says err "$name: ${note#*:} in the file"
    done

    # --- data: one number, the labels, or another file under the same name
    cat >data.yaml <<'END'
seed: 3
grid: {depth: 2, width: 4}
data: {source: hdf5, file: now.dat, labels_dataset: y, points: 2}
observables: [forward_norm, gradient_norm]
samples: 40
output: {raw: 10}
END
    cp d.dat now.dat
    expect 0 "$tepui" run -q data.yaml
    for other in pixel label; do
        cp $other.dat now.dat
        cp data.h5 copy.h5
        expect 65 "$tepui" run -q --resume --set samples=80 data.yaml
        says err "data.source: hdf5" "now.dat" "in the file" "now"
        expect 65 "$tepui" run -q --resume data.yaml
        expect 65 "$tepui" replay data.h5 --cell 0 --sample 0
        says err "data.source: hdf5" "now.dat"
        expect 65 "$tepui" verify data.h5
        says err "data.source: hdf5"
        same data.h5 copy.h5
    done
    cp names.dat now.dat
    differ data data.dataset z
    differ data data.labels_dataset w
    expect 0 "$tepui" run -q --resume --set samples=80 --set data.dataset=v data.yaml
fi
finish

#!/bin/sh
# What a result was made from is compared wherever it is used again; what another wrote is never overwritten.
# Right values: exit statuses of the manual (64 usage, 65 data, 74 files, 75 try again), and files byte for byte.
. "${srcdir:-.}/tests/cli/lib.sh"

same() {
    check cmp -s "$1" "$2"
}

has_h5py=no
for python in ${PYTHON3:-python3} /usr/bin/python3; do
    "$python" -c 'import h5py, numpy' 2>/dev/null && has_h5py=yes && break
done

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
"$tepui" run -q --resume --time 1 --threads 1 long.yaml -o r.h5 2>second.err
cp r.h5 second.h5
kill $first; wait $first
got=$?
checks=$((checks + 1))
[ $got -ne 0 ] || wrong "the first run ended with status 0"
check grep -q "r.h5" first.err
same r.h5 second.h5

if [ $has_h5py = yes ]; then
    # --- an attribute added by a user: read with a warning, not gone on with
    cp whole.h5 noted.h5
    "$python" -c 'import h5py; h5py.File("noted.h5", "a").attrs["mine"] = "a note"'
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
    "$python" -c 'import h5py; h5py.File("copy.h5", "a").attrs["title"] = "another"'
    expect 65 "$tepui" table copy.h5

    # --- data: one number, the labels, or another file under the same name
    "$python" - <<'END'
import h5py, numpy
r = numpy.random.default_rng(1)
x, y = r.normal(size=(6, 4)), numpy.arange(6) % 3
for name, at in (("d", None), ("pixel", 0), ("label", 1)):
    with h5py.File(name + ".dat", "w") as f:
        a, b = x.copy(), y.copy()
        if at == 0: a[3, 2] += 1e-9
        if at == 1: b[0] = 2
        f["x"], f["y"] = a, b
END
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
    cp d.dat now.dat
    expect 0 "$tepui" run -q --resume --set samples=80 data.yaml
fi
finish

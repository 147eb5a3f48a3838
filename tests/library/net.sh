#!/bin/sh
# net.sh -- replay --save: twenty nets computed again from the file, in NumPy and in PyTorch, and what cannot be saved.
set -eu
srcdir=${srcdir:-.}
tepui=${top_builddir:-.}/tepui
export OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
python=
for p in ${PYTHON:-} python3 /usr/bin/python3; do "$p" -c 'import h5py, numpy' 2>/dev/null && { python=$p; break; }; done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
refused() { # STATUS MESSAGE ARGUMENTS...
    status=$1 message=$2; shift 2
    got=0
    "$tepui" "$@" >/dev/null 2>"$tmp/err" || got=$?
    if [ "$got" != "$status" ] || ! grep -q "$message" "$tmp/err"; then
        echo "tepui $*: status $got, expected $status, and '$message' in: $(cat "$tmp/err")" >&2
        exit 1
    fi
}
printf 'grid: {depth: 2, width: 64}\nsampler: reduced\nobservables: [forward_norm]\nsamples: 2\n' >"$tmp/reduced.yaml"
printf 'grid: {depth: 2, width: 3}\nobservables: [forward_norm]\nsamples: 2\n' >"$tmp/full.yaml"
for f in reduced full; do "$tepui" run "$tmp/$f.yaml" -o "$tmp/$f.h5" --quiet; done
refused 65 'sampler: reduced draws no matrices' replay "$tmp/reduced.h5" --cell 0 --sample 0 --save "$tmp/net.h5"
[ ! -e "$tmp/net.h5" ] || { echo "a file was left behind" >&2; exit 1; }
refused 74 'nowhere' replay "$tmp/full.h5" --cell 0 --sample 0 --save "$tmp/nowhere/net.h5"
"$tepui" replay "$tmp/full.h5" --cell 0 --sample 1 --save "$tmp/net.h5" >"$tmp/with"
"$tepui" replay "$tmp/full.h5" --cell 0 --sample 1 >"$tmp/without"
cmp "$tmp/with" "$tmp/without"
cp "$tmp/net.h5" "$tmp/first.h5"
"$tepui" replay "$tmp/full.h5" --cell 0 --sample 1 --save "$tmp/net.h5" >/dev/null
cmp "$tmp/net.h5" "$tmp/first.h5"
[ ! -e "$tmp/net.h5.prev" ] || { echo "the file before was kept" >&2; exit 1; }
[ -n "$python" ] || { echo "no python with numpy and h5py: the nets are not computed again"; exit 77; }
"$python" "$srcdir/tests/library/net.py" "$tepui" "$tmp"
for p in "$python" /usr/bin/python3; do
    "$p" -c 'import h5py, torch' 2>/dev/null || continue
    "$p" "$srcdir/tests/library/net_torch.py" "$tmp"
    exit $?
done
echo "no python with torch and h5py: PyTorch does not compute the nets"

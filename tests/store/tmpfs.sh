#!/bin/sh
# tmpfs.sh -- a disk that is really full: a small tmpfs takes the first publishes, then no more; the run ends with status
# 74, the last file is whole; with room again the run is resumed and ends as if nothing had happened.
set -u
tepui=$PWD/tepui
work=$(mktemp -d) || exit 1
trap 'umount "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/disk"
cd "$work" || exit 1
cat >e.yaml <<'END'
grid: {depth: [2, 4], width: [3, 9]}
data: {source: sphere}
observables: [forward_norm]
samples: 20000
output: {raw: 4000}
END
failed=0 passed=0
check() { if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $*"; fi; }

"$tepui" run e.yaml -o ref.h5 --quiet || exit 1
"$tepui" run e.yaml -o probe.h5 --quiet --time 0.000001
first=$(wc -c <probe.h5) # room for the first publish, not for a second one beside it
mount -t tmpfs -o size=$((first * 3 / 2)) none "$work/disk" 2>/dev/null || { echo "cannot mount a tmpfs here: skipped"; exit 77; }
"$tepui" run e.yaml -o disk/r.h5 --quiet 2>err; status=$?
check test "$status" = 74
check grep -q 'No space left on device' err
check grep -q 'r.h5' err
check "$tepui" status disk/r.h5 >/dev/null
check test ! -e disk/.r.h5.tmp
mount -o remount,size=4m "$work/disk" || exit 1
check "$tepui" run e.yaml -o disk/r.h5 --resume --quiet
check cmp -s ref.h5 disk/r.h5
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

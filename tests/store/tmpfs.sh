#!/bin/sh
# tmpfs.sh -- a disk that is really full: a small tmpfs takes the first publishes, then no more; the run ends with status
# 74, the last file is whole; with room again the run is resumed. A disk that is too small from the start is refused.
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

mount -t tmpfs -o size=64k none "$work/disk" 2>/dev/null || { echo "cannot mount a tmpfs here: skipped"; exit 77; }
"$tepui" run e.yaml -o ref.h5 --quiet || exit 1

# too small from the start: said before anything is sampled, and by the plan
"$tepui" run e.yaml -o disk/r.h5 --quiet 2>err; status=$?
check test "$status" = 74
check grep -q 'of disk, three times as much' err
check test ! -e disk/r.h5
"$tepui" run e.yaml -o disk/r.h5 --dry-run >out 2>/dev/null; status=$?
check test "$status" = 74
check grep -q '^fits  *no (disk)' out

# full while the run goes on
mount -o remount,size=16m "$work/disk" || exit 1
"$tepui" run e.yaml -o disk/r.h5 --set samples=100000000 --time 0.05s --quiet 2>err; status=$?
check test "$status" = 75
rm -f disk/r.h5*
"$tepui" run e.yaml -o disk/r.h5 --quiet --set samples=1000000000 2>err &
pid=$!
for i in $(seq 600); do grep -q '"publish"' disk/r.h5.log 2>/dev/null && break; sleep 0.1; done
cat /dev/zero >disk/other 2>/dev/null
kill -s TERM $pid
wait $pid; status=$?
check test "$status" = 74
check grep -q 'No space left on device' err
check grep -q 'r.h5' err
check "$tepui" status disk/r.h5 >/dev/null
check test ! -e disk/.r.h5.tmp
rm disk/other
"$tepui" run e.yaml -o disk/r.h5 --set samples=1000000000 --resume --time 0.05s --quiet 2>err; status=$?
check test "$status" = 75
rm -f disk/r.h5*
check "$tepui" run e.yaml -o disk/r.h5 --resume --quiet
check cmp -s ref.h5 disk/r.h5
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

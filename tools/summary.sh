#!/bin/sh
# summary.sh [FOLDER] -- in a build folder after `make check`: every test program with its own count, the ends of failing
# logs (indented, so that no line of theirs can be taken for ours), and one closing line "N passed, N failed, N skipped"
# over all cases; the processor time of each, where its log ends with it. Fails where a test failed or none ran.
# summary.sh --clear [FOLDER] -- removes the results, before a run that may not get as far as its tests.
set -eu
clear=no
[ "${1:-}" != --clear ] || { clear=yes; shift; }
cd "${1:-.}"

# trees unpacked by make distcheck have results of their own
results() { find . -name 'tepui-*' -prune -o -name '*.trs' -print | sort; }

# "1m2.5s 0m1.5s" to "64.0 s"
seconds() { awk -F'[ms ]+' '/^[0-9]+m[0-9.]+s [0-9]+m[0-9.]+s$/ { printf "%.1f s", 60 * ($1 + $3) + $2 + $4 }'; }

if [ $clear = yes ]; then
    results | while read -r trs; do rm -f "$trs" "${trs%.trs}.log"; done
    exit 0
fi

passed=0 failed=0 skipped=0
for trs in $(results); do
    log=${trs%.trs}.log
    result=$(sed -n 's/^:global-test-result: *//p' "$trs")
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
    p=0 f=0
    [ -z "$line" ] || { p=${line%% passed*} f=${line#*passed, } f=${f%% failed*}; }
    case $result in
    PASS) [ -n "$line" ] || p=1 ;;
    SKIP) p=0 f=0 skipped=$((skipped + 1)) ;;
    *) [ "$f" != 0 ] || f=1 ;;
    esac
    printf '%-6s %-40s %-32s %s\n' "${result:-ERROR}" "${log#./}" "${line:-}" "$(tail -n 1 "$log" | seconds)"
    case $result in PASS | SKIP) ;; *) tail -n 60 "$log" | sed 's/^/    /' ;; esac
    passed=$((passed + p)) failed=$((failed + f))
done
if [ $((passed + failed)) = 0 ]; then
    echo "no test was run"
    [ ! -f check.out ] || tail -n 40 check.out | sed 's/^/    /'
    failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

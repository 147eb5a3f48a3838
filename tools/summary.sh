#!/bin/sh
# summary.sh -- in a build folder after `make check`: every test program with its own count, failing logs in full, and
# one closing line "N passed, N failed, N skipped" over all cases.
set -eu
passed=0 failed=0 skipped=0
for trs in $(find . -name '*.trs' | sort); do
    log=${trs%.trs}.log
    result=$(sed -n 's/^:global-test-result: *//p' "$trs")
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
    case $result in
    PASS) p=$(echo "${line:-1 passed}" | cut -d' ' -f1) f=0 s=0 ;;
    SKIP) p=0 f=0 s=1 ;;
    *) p=0 f=1 s=0 ;;
    esac
    printf '%-6s %-40s %s\n' "$result" "${log#./}" "${line:-}"
    [ "$f" = 0 ] || tail -n 60 "$log"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
[ $((passed + failed)) -gt 0 ] || { echo "no test was run"; [ ! -f check.out ] || tail -n 40 check.out; failed=1; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]

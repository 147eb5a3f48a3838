#!/bin/sh
# verify-all.sh -- in a build folder: runs every experiment that makes a claim about laws and confronts it with them; one
# line each, details in verify/NAME.txt. Fails where a law fails, or where an experiment finds no law to test.
#   verify-all.sh [NAME...]     only these
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
tepui=${TEPUI:-$PWD/tepui}
[ -x "$tepui" ] || { echo "no $tepui here: run from the build folder" >&2; exit 99; }
mkdir -p verify
[ $# -gt 0 ] || set -- $(cd "$srcdir/experiments" && grep -l '^# Laws\{0,1\} ' -- *.yaml | sed 's/\.yaml$//')

total=0 failed=0
printf '%-22s %-22s %6s %6s %8s %8s  %s\n' experiment laws lines fail refused seconds verdict
for name; do
    start=$(date +%s)
    "$tepui" run "$srcdir/experiments/$name.yaml" -o "verify/$name.h5" --quiet
    status=0
    "$tepui" verify "verify/$name.h5" --format csv >"verify/$name.csv" || status=$?
    [ "$status" -le 1 ] || { echo "tepui verify verify/$name.h5 ended with status $status" >&2; exit "$status"; }
    "$tepui" verify "verify/$name.h5" --save >"verify/$name.txt" || true
    laws=$(awk -F, 'NR > 1 && !seen[$1]++ { printf "%s%s", sep, $1; sep = " " }' "verify/$name.csv")
    lines=$(($(wc -l <"verify/$name.csv") - 1))
    fails=$(grep -c ',fails' "verify/$name.csv" || true)
    refused=$(grep -c ',"\{0,1\}refused' "verify/$name.csv" || true)
    verdict=holds
    if [ "$fails" -gt 0 ] || [ "$lines" -le "$refused" ]; then verdict=FAILS failed=$((failed + 1)); fi
    total=$((total + 1))
    printf '%-22s %-22s %6d %6d %8d %8d  %s\n' "$name" "$laws" "$lines" "$fails" "$refused" $(($(date +%s) - start)) "$verdict"
done
echo "$((total - failed)) of $total experiments: all laws hold"
[ "$failed" = 0 ] && [ "$total" -gt 0 ]

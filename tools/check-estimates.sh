#!/bin/sh
# The time that --dry-run tells against the processor time of the run, for every experiment given. Fails where they
# differ by more than a factor 2, a bound ("at most") only where it is too low. Runs longer than LIMIT (default 600 s)
# are cut, and their time follows from the share of the work that they did.
#   make check-estimates EXPERIMENTS="experiments/cures.yaml ..."
tepui=${TEPUI:-./tepui}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
bad=0 count=0
seconds() { # "1 h 02 min 03 s" -> 3723
    echo "$1" | awk '{ for (i = 1; i < NF; i += 2) s += $i * ($(i + 1) ~ /^d/ ? 86400 : $(i + 1) ~ /^h/ ? 3600 : $(i + 1) ~ /^min/ ? 60 : 1); print s }'
}
printf '%-24s %12s %12s %8s\n' experiment estimated taken ratio
for file; do
    name=$(basename "$file" .yaml)
    line=$("$tepui" run "$file" --dry-run --threads 1 -o "$dir/r.h5" | sed -n 's/^time *//p')
    estimated=$(seconds "$(echo "$line" | sed 's/^at most //; s/^about //; s/ of processor time.*//; s/days/d/')")
    ( ulimit -c 0; "$tepui" run "$file" -q --threads 1 --time "${LIMIT:-600}" -o "$dir/r.h5"; echo $? >"$dir/status"; times >"$dir/times" )
    taken=$(awk 'NR == 2 { for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); s += 60 * t[1] + t[2] } print s }' "$dir/times")
    share=$(sed -n '$s/.*"work": \([0-9.]*\).*/\1/p' "$dir/r.h5.log")
    case $(cat "$dir/status") in 0) share=1 ;; 75) ;; *) echo "$name failed"; bad=$((bad + 1)); continue ;; esac
    count=$((count + 1))
    echo "$name $estimated $taken $share" | awk -v bound="$(expr "$line" : 'at most')" '{
        t = $3 / $4; r = $2 / t; ok = r >= 0.5 && (r <= 2 || bound)
        printf "%-24s %10.1f s %10.1f s %8.2f%s%s%s\n", $1, $2, t, r, bound ? " at most" : "", $4 < 1 ? " cut" : "", ok ? "" : " FAIL"
        exit !ok }' || bad=$((bad + 1))
    rm -f "$dir"/r.h5*
done
echo "$count experiments, $bad failed"
[ $bad -eq 0 ] && [ $count -gt 0 ]

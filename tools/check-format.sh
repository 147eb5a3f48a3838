#!/bin/sh
# check-format.sh -- every C file is as clang-format 14 with our .clang-format leaves it; skipped (77) where that version
# is not installed, since others lay out differently. Reads $srcdir. To repair: clang-format -i FILE...
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}
for f in clang-format-14 clang-format; do
    if "$f" --version 2>/dev/null | grep -q 'version 14\.'; then formatter=$f; break; fi
done
[ -n "${formatter:-}" ] || { echo "no clang-format 14: skipped"; exit 77; }
[ -f "$srcdir/.clang-format" ] || { echo "no .clang-format in $srcdir" >&2; exit 1; }

passed=0 wrong=0
for file in $(find "$srcdir/include" "$srcdir/src" "$srcdir/tests" -name '*.[ch]' | sort); do
    case $file in */registry.c | */revision.h) continue ;; esac # generated
    if "$formatter" --dry-run --Werror "$file" 2>/dev/null; then
        passed=$((passed + 1))
    else
        echo "${file#"$srcdir"/} is not formatted" >&2
        wrong=$((wrong + 1))
    fi
done
[ "$passed" -gt 0 ] || { echo "no files found under $srcdir" >&2; exit 1; }
echo "$passed passed, $wrong failed"
[ "$wrong" = 0 ]

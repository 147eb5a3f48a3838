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

files=$(find "$srcdir/include" "$srcdir/src" "$srcdir/tests" -name '*.[ch]' ! -name registry.c ! -name revision.h | sort) # but generated
all=$(printf '%s\n' "$files" | grep -c .) || { echo "no files found under $srcdir" >&2; exit 1; }
# one process for many files: to start one takes ten times as long as its work
found=$(printf '%s\n' "$files" | xargs "$formatter" --dry-run --Werror 2>&1) || true
bad=$(printf '%s\n' "$found" | sed -n 's/:[0-9]*:[0-9]*: error: .*//p' | sort -u)
wrong=$(printf '%s' "$bad" | grep -c .) || true
for file in $bad; do echo "${file#"$srcdir"/} is not formatted" >&2; done
echo "$((all - wrong)) passed, $wrong failed"
[ "$wrong" = 0 ] && [ -z "$found" ]

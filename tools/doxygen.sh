#!/bin/sh
# doxygen.sh FOLDER -- pages of the public headers in FOLDER/html; a warning is an error. Skipped (77) without doxygen.
# The comments are plain: a filter makes those of Doxygen from them.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
command -v doxygen >/dev/null || { echo "no doxygen (Debian: apt-get install doxygen): skipped"; exit 77; }
mkdir -p "$1"
cd "$1"
doxygen - <<END >doxygen.log 2>&1 || { cat doxygen.log >&2; exit 1; }
PROJECT_NAME = libtepui
INPUT = $srcdir/include/tepui
INPUT_FILTER = "sed -E -f $srcdir/tools/doxygen.sed"
OPTIMIZE_OUTPUT_FOR_C = YES
EXTRACT_ALL = YES
GENERATE_LATEX = NO
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = "__attribute__(x)="
AUTOLINK_SUPPORT = NO
STRIP_FROM_PATH = $srcdir/include
HAVE_DOT = NO
QUIET = YES
WARN_AS_ERROR = FAIL_ON_WARNINGS
END
pages=$(ls html/*_8h.html | wc -l)
headers=$(ls "$srcdir"/include/tepui/*.h | wc -l)
[ "$pages" -ge "$headers" ] && grep -q 'A workspace for samples of a cell' html/sample_8h.html || { echo "pages or comments are missing" >&2; exit 1; }
echo "$pages pages, no warning: $1/html/index.html"

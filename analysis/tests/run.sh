#!/bin/sh
# run.sh -- the tests of the Python package, on results that the program of this build makes; skipped (77) where a
# package is missing. Run from the build folder.
export OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 MPLBACKEND=Agg
here=$(cd "${srcdir:-.}" && pwd) || exit 99
TEPUI=${TEPUI:-$PWD/tepui}
# the program itself in place of libtool's script around it
if [ "$TEPUI" = "$PWD/tepui" ] && [ -x "$PWD/.libs/tepui" ]; then
    TEPUI=$PWD/.libs/tepui
    LD_LIBRARY_PATH=$PWD/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    export LD_LIBRARY_PATH
fi
export TEPUI PYTHONPATH="$here/analysis${PYTHONPATH:+:$PYTHONPATH}"
needs='numpy h5py matplotlib pandas xarray pytest'
for python in ${PYTHON3:-python3} /usr/bin/python3; do
    missing=
    for package in $needs; do
        "$python" -c "import $package" 2>/dev/null || missing="$missing $package"
    done
    [ -z "$missing" ] && break
done
[ -z "$missing" ] || { echo "skipped: $python has no$missing"; exit 77; }
work=$(mktemp -d "${TMPDIR:-/tmp}/tepui-analysis.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
MPLCONFIGDIR=$work
export MPLCONFIGDIR
cd "$work" || exit 99
"$python" -m pytest -q -p no:cacheprovider --basetemp="$work/tests" "$here/analysis/tests" "$@" >out 2>&1
status=$?
cat out
# the line that tools/summary.sh reads
passed=$(sed -n 's/.*\b\([0-9][0-9]*\) passed.*/\1/p' out | tail -n 1)
failed=$(sed -n 's/.*\b\([0-9][0-9]*\) failed.*/\1/p' out | tail -n 1)
echo "${passed:-0} passed, ${failed:-0} failed"
exit $status

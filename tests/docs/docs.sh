#!/bin/sh
# docs.sh -- every command of README and the pages in docs/ is run and prints what the page shows; generated tables and the
# figure of README are not stale. `docs.sh --write` puts what they print and draw into the pages.
. "${srcdir:-.}/tests/cli/lib.sh"
find_python 'h5py, matplotlib'
[ -n "$python" ] || need_python sys # blocks with figures are left out then
case ${srcdir:-.} in /*) top=${srcdir:-.} ;; *) top=$build/${srcdir:-.} ;; esac
# what README's line finds in the folder of the sources; the pages find nothing else
mkdir bin tree tree/build
printf '#!/bin/sh\nexec "%s" "$@"\n' "$tepui" >tree/build/tepui
printf '#!/bin/sh\nexec "%s" "$@"\n' "$(command -v "$python")" >bin/python3
chmod +x tree/build/tepui bin/python3
ln -s "$build"/*.pc tree/build
for folder in analysis examples include; do ln -s "$top/$folder" tree; done
PATH=$work/bin:$PATH MPLCONFIGDIR=$work/.matplotlib MPLBACKEND=Agg OMP_NUM_THREADS=2
PYTHONDONTWRITEBYTECODE=1 TEPUI_TREE=$work/tree
export PATH MPLCONFIGDIR MPLBACKEND OMP_NUM_THREADS PYTHONDONTWRITEBYTECODE TEPUI_TREE
unset PYTHONPATH PKG_CONFIG_PATH TEPUI_PLUGINS
line=$(grep -m1 '^\$ export PATH' "$top/README.md")
grep -qxF "    ${line#??}" "$top/bootstrap" || { echo "bootstrap build and README set PATH in two ways"; exit 1; }
shared=
ls "$build"/.libs/libtepui.so* >/dev/null 2>&1 && shared=$top/docs/plugins.md # without: --disable-shared
mkdir page && cd page || exit 99
"$python" "$top/tests/docs/page.py" "$@" "$top/README.md" "$top/docs/tour.md" "$top/docs/experiments.md" \
    "$top/docs/results.md" "$top/docs/observables.md" "$top/docs/commands.md" ${shared:+"$shared"} || [ "${1:-}" = --write ] || exit 1

# the figure of README, where this matplotlib draws the same bytes
"$python" -c 'import matplotlib; exit(not matplotlib.__version__.startswith("3.6."))' 2>/dev/null || exit 0
if [ "${1:-}" = --write ]; then cp 1/fan.svg "$top/docs/fan.svg"; fi
cmp 1/fan.svg "$top/docs/fan.svg" || { echo "docs/fan.svg is stale: docs.sh --write"; exit 1; }

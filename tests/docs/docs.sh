#!/bin/sh
# docs.sh -- every command of the pages in docs/ is run and prints what the page shows. `docs.sh --write` puts what they
# print into the pages.
. "${srcdir:-.}/tests/cli/lib.sh"
find_python 'h5py, matplotlib'
[ -n "$python" ] || need_python sys # blocks with figures are left out then
case ${srcdir:-.} in /*) top=${srcdir:-.} ;; *) top=$build/${srcdir:-.} ;; esac
mkdir bin
printf '#!/bin/sh\nexec "%s" "$@"\n' "$tepui" >bin/tepui
printf '#!/bin/sh\nexec "%s" "$@"\n' "$(command -v "$python")" >bin/python3
chmod +x bin/tepui bin/python3
PATH=$work/bin:$PATH MPLCONFIGDIR=$work/.matplotlib MPLBACKEND=Agg OMP_NUM_THREADS=2
PYTHONPATH=$top/analysis${PYTHONPATH:+:$PYTHONPATH} PYTHONDONTWRITEBYTECODE=1
export PATH MPLCONFIGDIR MPLBACKEND OMP_NUM_THREADS PYTHONPATH PYTHONDONTWRITEBYTECODE
mkdir page && cd page || exit 99
"$python" "$top/tests/docs/page.py" "$@" "$top/docs/tour.md"

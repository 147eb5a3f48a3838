#!/bin/sh
# monte_carlo.sh -- `tepui theory` against Monte Carlo of the definitions in NumPy, every law. TEPUI_TEST_MONTE_CARLO: how
# many times the samples of `make check`.
export OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
for python in ${PYTHON:-} python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null || continue
    exec "$python" "${srcdir:-.}/tests/theory/monte_carlo.py" --tepui ./tepui --theory ./theory_lines \
        --times "${TEPUI_TEST_MONTE_CARLO:-1}"
done
echo "no python with numpy here"
exit 77

#!/bin/sh
# theory.sh -- the formulas of docs/theory, evaluated in NumPy, are those of the program (theory.py).
export OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
for python in ${PYTHON:-} python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null || continue
    exec "$python" "${srcdir:-.}/tests/docs/theory.py" ./tepui
done
echo "no python with numpy here"
exit 77

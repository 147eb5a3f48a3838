#!/bin/sh
# sources.sh -- links, anchors and sources of the documentation have their targets, laws their sections (sources.py).
export PYTHONDONTWRITEBYTECODE=1
for python in ${PYTHON:-} python3 /usr/bin/python3; do
    "$python" -c 'import json' 2>/dev/null || continue
    exec "$python" "${srcdir:-.}/tests/docs/sources.py" ./tepui "${srcdir:-.}"
done
echo "no python here"
exit 77

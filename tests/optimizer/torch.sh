#!/bin/sh
# torch.sh -- every step of test_optimizer_torch's trajectories, and the schedules, against PyTorch, where there is one.
for python in ${PYTHON:-} python3 /usr/bin/python3; do
    "$python" -c 'import torch' 2>/dev/null || continue
    ./test_optimizer_torch --write | "$python" "${srcdir:-.}/tests/optimizer/torch_check.py"
    exit $?
done
echo "no python with torch here: the numbers in torch_reference.h stand for it"
exit 77

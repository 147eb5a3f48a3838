#!/bin/sh
# The bytes of results do not depend on what the processor has: without fused multiply-add and AVX2 for the C library,
# with the plain kernels, with another BLAS kernel. (Before the functions were our own, the C library's log and exp differed.)
set -u
here=$(cd "${srcdir:-.}/tests/bits" && pwd)
tepui=$(pwd)/tepui
${PYTHON3:-/usr/bin/python3} -c 'import h5py' 2>/dev/null || { echo "no h5py: left out"; exit 77; }
some="activations laws architectures losses chains precision curvature lanczos paths"
want=$(sh "$here/reference.sh" "$tepui" $some) || exit 1
passed=0 failed=0
check() { # name, variable
    got=$(env "$2" sh "$here/reference.sh" "$tepui" $some)
    if [ "$got" = "$want" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'FAIL %s\n%s\n-- wanted\n%s\n' "$1" "$got" "$want" >&2
    fi
}
check without_fma_and_avx2 GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-AVX2_Usable,-FMA_Usable
check plain_kernels TEPUI_SIMD=base
check another_blas OPENBLAS_CORETYPE=Prescott
echo "$passed passed, $failed failed"
[ $failed = 0 ]

#!/bin/sh
# static.sh -- a program linked with libtepui.a by the flags of tepui.pc alone (Libs.private is complete), which says the same
# as the one linked with the shared library. Without --enable-static the archive is made of the same objects.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
build=$(cd "${top_builddir:-.}" && pwd)
command -v pkg-config >/dev/null || { echo "no pkg-config: skipped"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
archive=$build/.libs/libtepui.a
[ -f "$archive" ] || archive=$build/.libs/libcore.a
[ -f "$archive" ] || { echo "no archive: skipped"; exit 77; }
cp "$archive" "$tmp/libtepui.a"
export PKG_CONFIG_PATH="$build:${PKG_CONFIG_PATH:-}" OPENBLAS_NUM_THREADS=1
flags() { pkg-config --define-variable=libdir="$tmp" --define-variable=includedir="$srcdir/include" "$@" tepui; }
cd "$tmp"
passed=0
for name in density experiment law; do
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -std=c11 $(flags --cflags) "$srcdir/examples/$name.c" -o "$name" $(flags --static --libs)
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -std=c11 $(flags --cflags) "$srcdir/examples/$name.c" -o "$name-shared" -L"$build/.libs" -ltepui -lm
    mkdir static shared
    (cd static && "../$name" >"../$name.out")
    (cd shared && LD_LIBRARY_PATH=$build/.libs:${LD_LIBRARY_PATH:-} "../$name-shared" >"../$name-shared.out")
    rm -r static shared
    cmp "$name.out" "$name-shared.out"
    [ -s "$name.out" ]
    if command -v ldd >/dev/null && ldd "$name" | grep libtepui; then
        echo "$name is linked with the shared library"
        exit 1
    fi
    passed=$((passed + 1))
done
echo "$passed passed, 0 failed"

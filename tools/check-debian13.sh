#!/bin/sh
# check-debian13.sh SRCDIR VERSION -- from a build folder: the tarball in a bare Debian 13 (trixie) made by debootstrap: the
# packages that bootstrap names, `./bootstrap build`, the quick tests. Ends with 0 and a message where that cannot be done:
# no debootstrap, not root, no mirror. DEBIAN_MIRROR names another mirror than this machine's.
set -eu
skip() { echo "skipped: $1"; exit 0; }
PATH=$PATH:/usr/sbin:/sbin
command -v debootstrap >/dev/null || skip "no debootstrap"
[ "$(id -u)" = 0 ] || skip "not root"
mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    grep -o 'https\{0,1\}://[^ ]*/debian/\{0,1\}\( \|$\)' | head -n 1 | tr -d ' ')}
mirror=${mirror:-http://deb.debian.org/debian}
work=$(mktemp -d)
root=$work/root
trap 'umount "$root/proc" 2>/dev/null || :; rm -rf --one-file-system "$work"' EXIT
debootstrap --variant=minbase trixie "$root" "$mirror" >"$work/log" 2>&1 || {
    tail -n 3 "$work/log"
    skip "debootstrap of trixie from $mirror failed"
}
make -s dist
tar xf "tepui-$2.tar.xz" -C "$root/root"
mv "$root/root/tepui-$2" "$root/root/tepui"
cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || :
[ ! -e /etc/hosts ] || cp -L /etc/hosts "$root/etc/hosts"
mount -t proc proc "$root/proc" 2>/dev/null || echo "no /proc: some tests will be skipped"
# inside: in a clean environment, as a stranger has it
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 sh -ec "cd /root/tepui; $1"; }
inside 'apt-get update -qq; ./bootstrap packages; ./bootstrap build'
inside '. /etc/os-release; echo "$PRETTY_NAME: $(gcc --version | head -n 1)"; cd build
make -s check-quick >check.out 2>&1 || status=1; sh ../tools/summary.sh || status=1; exit ${status:-0}'

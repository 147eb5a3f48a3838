#!/bin/sh
# check-debian.sh SRCDIR VERSION -- from a build folder: the Debian packages of the tarball, built in a folder of their own, and
# what lintian says of them: no error. Ends with 0 and a message where the tools are missing (devscripts are not needed:
# apt-get install build-essential debhelper dh-python lintian).
set -eu
for tool in dpkg-buildpackage dh lintian; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 0; }
done
grep -q "^tepui ($2-" "$1/debian/changelog" || { echo "debian/changelog is not about $2"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s dist
cp "tepui-$2.tar.xz" "$work/tepui_$2.orig.tar.xz"
cd "$work"
tar xf "tepui_$2.orig.tar.xz"
(cd "tepui-$2" && dpkg-buildpackage -us -uc -b -j2) >log 2>&1 || { tail -n 60 log; exit 1; }
for package in tepui libtepui0 libtepui-dev python3-tepui; do
    ls "${package}_$2"-*.deb
done
lintian --fail-on error ./*.changes

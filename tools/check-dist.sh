#!/bin/sh
# check-dist.sh SRCDIR VERSION -- from a build folder: two tarballs of the same tree are the same bytes, even where files have
# been touched in between, and hold every file of git but those that only git and its hosts read.
set -eu
name=tepui-$2
list=$(mktemp -d)
trap 'rm -rf "$list"' EXIT
make -s dist
mv "$name.tar.xz" "$list/first.tar.xz"
touch "$1/README.md" "$1/src/base/status.c"
make -s dist
cmp "$name.tar.xz" "$list/first.tar.xz" || { echo "two tarballs of one tree differ"; exit 1; }
if [ -e "$1/.git" ]; then
    git -C "$1" ls-files | grep -v -e '^\.ci/' -e '^\.git' | sort >"$list/git"
    tar tf "$name.tar.xz" | sed "s,^$name/,," | sort >"$list/tar"
    comm -23 "$list/git" "$list/tar" >"$list/missing"
    [ ! -s "$list/missing" ] || { echo "not in the tarball:"; cat "$list/missing"; exit 1; }
fi
sha256sum "$name.tar.xz"

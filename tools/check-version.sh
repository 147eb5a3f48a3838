#!/bin/sh
# check-version.sh -- every file that names the release names the same one, with the same date, and the Debian package of the
# library is named after its soname. The changelog, which git merges by union, says nothing twice.
set -eu
cd "${srcdir:-.}"
wrong=0
version=$(sed -n 's/^AC_INIT(\[tepui\], \[\([^]]*\)\].*/\1/p' configure.ac)
released=$(sed -n 's/^## \([0-9].*\)/\1/p' CHANGELOG.md | head -n 1)
date=$(printf '%s\n' "$released" | sed 's/.*(\(.*\))/\1/')

# same WHERE FOUND WANTED
same() { [ "$2" = "$3" ] || { echo "$1 has '$2', not '$3'"; wrong=1; }; }
same CHANGELOG.md "${released% (*}" "$version"
same CITATION.cff "$(sed -n 's/^version: //p' CITATION.cff)" "$version"
same "CITATION.cff, date-released" "$(sed -n 's/^date-released: //p' CITATION.cff)" "$date"
same analysis/pyproject.toml "$(sed -n 's/^version = "\(.*\)"/\1/p' analysis/pyproject.toml)" "$version"
same analysis/tepui/__init__.py "$(sed -n 's/^__version__ = "\(.*\)"/\1/p' analysis/tepui/__init__.py)" "$version"
same debian/changelog "$(sed -n '1s/^tepui (\(.*\)-[0-9]*).*/\1/p' debian/changelog)" "$version"
same include/tepui/version.h "$(sed -n 's/^const char \*tepui_version.*"\(.*\)".*/\1/p' include/tepui/version.h)" "$version"
[ ! -x "${top_builddir:-}/tepui" ] || same "tepui --version" "$("$top_builddir/tepui" --version | sed -n '1s/tepui //p')" "$version"

# current - age of libtool's three numbers is the N of libtepui.so.N
numbers=$(sed -n 's/.*-version-info \([0-9]*\):[0-9]*:\([0-9]*\).*/\1 - \2/p' Makefile.am)
packages=$(sed -n 's/^Package: libtepui\([0-9].*\)/\1/p' debian/control)
same debian/control "$packages" "$(($numbers))"

twice=$(grep '^- ' CHANGELOG.md | sort | uniq -d)
[ -z "$twice" ] || { echo "CHANGELOG.md says twice: $twice"; wrong=1; }
exit $wrong

#!/bin/sh
# mksymbols.sh HEADER... -- prints the names that the public headers declare, functions and objects: what the library
# exports, and nothing else.
set -eu
text=$(cat "$@" | sed -e 's,/\*.*\*/,,' -e '/^ *\/\*/,/\*\//d' -e '/^#/d' | grep -v '^ *[/ ]\*' | grep -v '^typedef.*(\*')
{
    echo "$text" | grep -oE '\<tepui_[a-z0-9_]+\(' | tr -d '('
    # extern const TYPE NAME, NAME[SIZE], *NAME;
    echo "$text" | tr '\n' ' ' | grep -oE 'extern const [^;{"()]*;' | grep -oE '\<tepui_[a-z0-9_]+(\[[^]]*\])?[,;]' |
        sed 's/[^a-z0-9_].*//'
} | sort -u

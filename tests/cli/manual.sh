#!/bin/sh
# manual.sh -- the manual page names every command, option, field and kind, and groff has nothing to say about it.
. "${srcdir:-.}/tests/cli/lib.sh"
page=$build/tepui.1
check test -s "$page"
sed 's/\\-/-/g' "$page" >out
for command in $("$tepui" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    sed 's/\\-/-/g' "$page" >out
    says out "tepui-$command (1)"
    check test -s "$build/man/tepui-$command.1"
    if command -v groff >/dev/null; then
        expect 0 groff -man -ww -Tutf8 "$build/man/tepui-$command.1"
        silent err
    fi
    sed 's/\\-/-/g' "$build/man/tepui-$command.1" >out
    says out '.SH NAME' "tepui-$command - " '.SH SYNOPSIS' "tepui $command" '.SH OPTIONS'
    for option in $("$tepui" "$command" --help | grep -o -e '^ *-.*' | grep -o -e '--[a-z][a-z-]*' | sort -u); do
        case $option in
        --help | --usage | --version) ;;
        *) says out "$option" ;;
        esac
    done
done
sed 's/\\-/-/g' "$page" >out
for family in $("$tepui" list --format csv | sed -e 1d -e 's/,.*//'); do
    for name in $("$tepui" list "$family" --format csv | sed -n -e 1d -e 's/^\([a-z][a-z_.0-9-]*\),.*/\1/p'); do
        says out ".B $name"
    done
done
says out '.SH EXAMPLES' '.SH RESULT FILE' '.SH SEE ALSO'
if command -v groff >/dev/null; then
    expect 0 groff -man -ww -Tutf8 "$page"
    silent err
fi
finish

#!/bin/sh
# check-layers.sh -- no layer includes one above it. Each line of the table: a folder of src/ and the folders it may use;
# a public header <tepui/NAME.h> belongs to the folder `home` says. Reads $srcdir (default: the parent of this file's
# folder); a test of `make check`.
set -eu
srcdir=${srcdir:-$(dirname "$0")/..}

allowed() {
    foundation='base kernel matrix'
    kinds="activation distribution scale layer architecture loss optimizer schedule escape"
    net="$foundation $kinds ensemble source network"
    sample="$net curvature sampler dynamics sample"
    case $1 in
    base | kernel | matrix) echo "$foundation" ;;
    activation | distribution | loss | optimizer | schedule | escape) echo "$foundation" ;;
    layer) echo "$foundation activation" ;;
    architecture) echo "$foundation layer" ;;
    scale) echo "$foundation activation distribution" ;;
    ensemble) echo "$foundation $kinds source" ;;
    source) echo "$foundation $kinds ensemble" ;;
    network) echo "$foundation $kinds ensemble source" ;;
    curvature) echo "$net" ;;
    sampler) echo "$net curvature" ;;
    dynamics) echo "$net curvature" ;;
    sample) echo "$net curvature dynamics" ;;
    stat) echo "$foundation" ;;
    observable) echo "$sample stat" ;;
    theory) echo "$sample observable" ;; # cells and names of observables, never samples
    experiment) echo "$sample stat observable" ;;
    store) echo "$sample stat observable experiment" ;;
    verdict) echo "$sample stat observable experiment store theory" ;;
    run) echo "$sample stat observable experiment store" ;;
    cli) echo "$sample stat observable experiment store theory verdict run" ;;
    *) echo "$1 is not in the table" ;;
    esac
}

home() {
    case $1 in
    rng | status | kind | version | team | machine) echo base ;;
    cell | sampler) echo ensemble ;;
    law) echo theory ;;
    result) echo store ;;
    quantity) echo network ;;
    plugin) echo cli ;; # the headers of all families
    tepui) echo cli ;; # the header of everything
    *) echo "$1" ;;
    esac
}

# Prints "FOLDER FILE INCLUDED" for every include of ours; INCLUDED is NAME.h of a public header, or FOLDER/FILE.
includes() {
    (cd "$srcdir" && grep -rHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' --include='*.[ch]' src include) |
        sed -E 's/^([^:]*):[[:space:]]*#[[:space:]]*include[[:space:]]*["<]([^">]*)[">].*/\1 \2/'
}

owner() { # folder of FILE
    case $1 in
    include/tepui/*) home "$(basename "$1" .h)" ;;
    src/*/*) rest=${1#src/}; echo "${rest%%/*}" ;;
    *) echo '' ;;
    esac
}

target() { # folder of what FILE includes as NAME; nothing when it is not ours or is generated
    case $2 in
    tepui/*) home "$(basename "$2" .h)" ;;
    */*) if [ -d "$srcdir/src/${2%%/*}" ]; then echo "${2%%/*}"; fi ;;
    *) if [ -f "$srcdir/$(dirname "$1")/$2" ]; then owner "$1"; fi ;;
    esac
}

seen=0 wrong=0
list=$(includes)
while read -r file name; do
    from=$(owner "$file")
    to=$(target "$file" "$name")
    if [ -z "$from" ] || [ -z "$to" ]; then continue; fi
    seen=$((seen + 1))
    case " $from $(allowed "$from") " in
    *" $to "*) ;;
    *)
        echo "$file includes $name: $from must not use $to" >&2
        wrong=$((wrong + 1))
        ;;
    esac
done <<END
$list
END
[ "$seen" -ge 100 ] || { echo "only $seen includes found under $srcdir: nothing was checked" >&2; exit 1; }
echo "$((seen - wrong)) passed, $wrong failed"
[ "$wrong" = 0 ]

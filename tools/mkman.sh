#!/bin/sh
# mkman.sh PROGRAM [COMMAND]: prints tepui.1, or the page of one command, made of what the program says about itself (--help,
# help COMMAND, list).
# The date is SOURCE_DATE_EPOCH where that is set, so that two builds of one source agree.
set -eu
tepui=$1
LC_ALL=C ARGP_HELP_FMT='rmargin=4000,opt-doc-col=40,no-dup-args-note'
export LC_ALL ARGP_HELP_FMT
unset POSIXLY_CORRECT || :
version=$("$tepui" --version)
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d 2>/dev/null || date -u +%Y-%m-%d)

# Text to roff: backslashes, hyphens that may be copied, lines that would be requests.
roff() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/\`\([^']*\)'/\\\\fB\1\\\\fR/g" -e "s/^\([.']\)/\\\\\&\1/"; }

# Help of one command: the part (usage, options, text) of it.
help_of() {
    "$tepui" help "$1" | roff | awk -v part="$2" '
        NR == 1 { sub(/^Usage: /, ""); if (part == "usage") print; next }
        NR == 2 { next }
        /^ +\\-/ {
            line = $0; sub(/^ +/, "", line)
            at = match(line, /   +/)
            name = at ? substr(line, 1, at - 1) : line
            doc = at ? substr(line, at + RLENGTH) : ""
            if (part != "options" || name ~ /^\\-[?]|\\-\\-help|\\-\\-usage|\\-\\-version/) next
            printf ".TP\n\\fB%s\\fR\n", name
            if (doc != "") print doc
            next
        }
        part != "text" { next }
        /^ +/ { sub(/^ +/, ""); print; next }
        /^$/ { paragraph = 1; next }
        /^Mandatory or optional arguments/ { skip = 1 }
        skip { if (/\.$/) skip = 0; next }
        { if (paragraph && begun) print ".PP"; paragraph = 0; begun = 1; print }'
}

# The page of one command.
command_page() {
    summary=$("$tepui" help "$1" | sed -n 2p | sed 's/\.$//')
    cat <<END
.\" made by tools/mkman.sh from the program's own help; do not edit
.TH TEPUI\-$(printf '%s' "$1" | tr '[:lower:]' '[:upper:]') 1 $date "$version" "User Commands"
.SH NAME
tepui\-$1 \- $(printf '%s' "$summary" | roff)
.SH SYNOPSIS
$(help_of "$1" usage)
.SH DESCRIPTION
END
    text=$(help_of "$1" text)
    printf '%s\n' "${text:-$summary.}"
    echo '.SH OPTIONS'
    help_of "$1" options
    cat <<'END'
.SH EXIT STATUS
See
.BR tepui (1).
.SH SEE ALSO
.BR tepui (1);
commands.md and the other pages that make install puts beside this package's documentation.
END
}

# Paragraphs of `tepui list FAMILY`: a name, then indented lines "key  text".
entries() {
    "$tepui" list --long "$1" | roff | awk '
        /^$/ { next }
        /^[^ ]/ { printf ".TP\n.B %s\n", $0; first = 1; next }
        {
            sub(/^ +/, ""); key = $0; sub(/  +.*/, "", key); text = $0; sub(/^[^ ]+( [^ ]+)*  +/, "", text)
            if (key == text) { key = $1; sub(/^[^ ]+ +/, "", text) }
            if (!first) print ".br"
            first = 0
            if (key == "meaning") print text
            else printf "\\fI%s:\\fR %s\n", key, text
        }'
}

if [ $# -gt 1 ]; then
    command_page "$2"
    exit 0
fi

cat <<END
.\" made by tools/mkman.sh from the program's own help; do not edit
.TH TEPUI 1 $date "$version" "User Commands"
.SH NAME
tepui \- Monte Carlo simulation of random networks
.SH SYNOPSIS
.B tepui
.I COMMAND
[\fIOPTION\fR...]
.SH DESCRIPTION
END
"$tepui" --help | sed -n 2p | roff
cat <<'END'
An experiment file names a grid of networks and what to measure on them;
\fBtepui run\fR samples it into an HDF5 file, which the other commands read.
.SH COMMANDS
END
echo 'Each has a page of its own.'
"$tepui" --help | sed -n 's/^  \([a-z]*\)  *\(.*\)/\1 \2/p' | while read -r command text; do
    printf '.TP\n.BR tepui\\-%s (1)\n%s\n' "$command" "$(printf '%s' "$text" | roff)"
done
echo '.SH EXPERIMENT FILE'
echo 'YAML. Every field has a default; fields marked as grid axis may be lists, and all their combinations are sampled.'
entries field
echo '.SH KINDS'
"$tepui" list --format csv | sed -e 1d -e 's/,.*//' | grep -v '^field$' | while read -r family; do
    printf '.SS %s\n' "$family"
    entries "$family"
done
echo '.SH EXIT STATUS'
"$tepui" --help | sed -n '/^Exit status:/,$p' | sed 's/^Exit status: //' | roff
cat <<'END'
.SH ENVIRONMENT
.TP
.B TEPUI_SIMD
.BR base ", " avx2 " or " avx512
forces an instruction set; results do not depend on it.
.TP
.B TEPUI_PLUGINS
plug-ins, separated by colons, for commands that have \-\-plugin.
.TP
.B OPENBLAS_NUM_THREADS
is set to 1: the program starts itself once more when it is not.
.TP
.B OPENBLAS_CORETYPE
the kernel of BLAS; spectra, singular values and orthogonal matrices depend on it in their last bits.
.TP
.B NO_COLOR
Output is never coloured.
.SH EXAMPLES
.nf
printf 'grid: {depth: [4, 16], width: 16}\\nsamples: 2000\\n' >my.yaml
tepui run my.yaml \-o my.h5
tepui table my.h5 \-O gradient_norm
tepui verify my.h5
tepui list law N4
.fi
.SH RESULT FILE
HDF5, schema tepui\-2. /cells has a column for each parameter of a cell; /observables/NAME has count, zero, nan, mean, variance,
quantiles and histogram of every cell and component; /experiment is the experiment in full.
Magnitudes are natural logarithms; an exact 0 is counted in zero.
.SH FILES
.TP
.I NAME.h5
the result, complete at any moment; also the checkpoint.
.TP
.I NAME.h5.prev
the result as it was published before.
.TP
.I NAME.h5.log
times and rates, one JSON object a line.
.SH SEE ALSO
.BR tepui\-run (1)
and the other commands,
.BR h5dump (1),
.BR python3 (1);
the pages in the folder docs of the source, which make install puts beside this package's other documentation.
END

#!/bin/sh
# mkman.sh PROGRAM: prints tepui.1, made of what the program says about itself (--help, help COMMAND, list).
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

# Help of one command: usage, doc, options, text after the options.
command_page() {
    "$tepui" help "$1" | roff | awk '
        NR == 1 { sub(/^Usage: /, ""); printf ".SS %s\n", "\"" $0 "\""; next }
        /^ +\\-/ {
            line = $0; sub(/^ +/, "", line)
            at = match(line, /   +/)
            name = at ? substr(line, 1, at - 1) : line
            doc = at ? substr(line, at + RLENGTH) : ""
            if (name ~ /^\\-[?]|\\-\\-help|\\-\\-usage|\\-\\-version/) next
            printf ".TP\n\\fB%s\\fR\n", name
            if (doc != "") print doc
            options = 1; next
        }
        /^ +/ { sub(/^ +/, ""); print; next }
        /^$/ { paragraph = 1; next }
        { if (paragraph) print ".PP"; paragraph = 0; print }'
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
commands=$("$tepui" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p')
for command in $commands; do command_page "$command"; done
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
.BR h5dump (1),
.BR python3 (1);
the pages in the folder docs of the source, which make install puts beside this package's other documentation.
END

#!/bin/sh
# latex.sh -- tables in LaTeX: nothing stands after the tabular, caption and label make an environment, and where pdflatex
# is found all of them compile as they are, read by \input.
. "${srcdir:-.}/tests/cli/lib.sh"

cat >plain.yaml <<'END'
title: 'a_b & 50% of #1 ~ ^ \x'
seed: 8
grid: {depth: [1, 2, 4], width: [2, "max(1, 3*depth-4)", sqrt(depth)], init: he}
data: {source: sphere, targets: gaussian}
observables: [forward_norm, output_gradient_norm, hessian_extreme, negative_fraction]
samples: 40
END
cat >unit.yaml <<'END'
seed: 8
grid: {depth: [1, 2, 4], init: he, architecture: ["[dense(2), relu]", "[dense(3), layer_norm, relu]"]}
data: {source: sphere, dimension: 2}
observables: forward_norm
samples: 40
END
expect 0 "$tepui" run plain.yaml -o plain.h5 --quiet
expect 0 "$tepui" run unit.yaml -o unit.h5 --quiet

# table NAME COMMAND...: its output is NAME.tex and ends with the tabular
table() {
    name=$1; shift
    expect 0 "$@" --format latex
    cp out "$name.tex"
    says out '\toprule' '\midrule' '\bottomrule' 'usepackage{booktabs}'
    check test "$(tail -n 1 "$name.tex")" = '\end{tabular}'
}
table median "$tepui" table plain.h5 -O forward_norm
table interval "$tepui" table plain.h5 -O forward_norm --interval --rows width --columns depth
says out '$d$ $\backslash$ $L$' '$\max(1, 3L-4)$' '$\sqrt{L}$' '\multicolumn{2}{c}{' ' & $['
table layers "$tepui" table plain.h5 -O output_gradient_norm --rows component
says out 'l}{depth = 1}'
table trend "$tepui" trend plain.h5 -O output_gradient_norm,hessian_extreme,negative_fraction
says out '$\kappa$' 'l}{output\_gradient\_norm, component'
table unit "$tepui" trend unit.h5 -O forward_norm
says out '{}[dense(width=2), relu] &'
table threshold "$tepui" threshold plain.h5
table verify "$tepui" verify plain.h5
says out ', 0 fail,' '& \multicolumn{2}{c}{observed} &'
table histogram "$tepui" histogram plain.h5 -O forward_norm --cell 3
table list "$tepui" list law
table fields "$tepui" list field
table status "$tepui" status plain.h5
table theory "$tepui" theory N2 --depth 4,8 --width 3
table meanfield "$tepui" theory meanfield --sigma-w 1.5 --sigma-b 0.1
says out '% A negative depth scale'

# --- rounding: two digits of the uncertainty, unless digits are asked for
expect 0 "$tepui" table plain.h5 -O forward_norm --interval --digits 7 --format latex -w depth=4 -w width=2
check test "$(grep -c '[0-9]\{7\}' out)" -gt 0
expect 0 "$tepui" table plain.h5 -O forward_norm --interval --format latex -w depth=4 -w width=2
check test "$(grep -c '[0-9]\{7\}' out)" = 0

# --- environments
expect 0 "$tepui" table plain.h5 -O forward_norm --format latex --caption 'Median of $\|a_L\|$' --label tab:norms
cp out float.tex
says out '\begin{table}' '\caption{Median of $\|a_L\|$}' '\label{tab:norms}'
check test "$(tail -n 1 float.tex)" = '\end{table}'
expect 0 "$tepui" list loss --format latex --label tab:loss; says out '\begin{table}' '\label{tab:loss}' '\end{table}'
expect 64 "$tepui" table plain.h5 -O forward_norm --caption x; says err '--caption is for --format latex'; silent out
expect 64 "$tepui" list loss --format csv --label x; says err '--label is for --format latex'

# --- the document
command -v pdflatex >/dev/null 2>&1 && kpsewhich booktabs.sty >/dev/null 2>&1 ||
    { echo "no pdflatex with booktabs (texlive-latex-recommended): not compiled"; finish; }
{
    printf '%s\n' '\documentclass{article}' '\usepackage[paperwidth=300cm,paperheight=300cm]{geometry}' \
        '\usepackage{booktabs}' '\begin{document}'
    for f in median interval layers trend unit threshold verify histogram list fields status theory meanfield float; do
        printf '\\noindent\\input{%s}\n\n' "$f"
    done
    printf '%s\n' 'See \ref{tab:norms}.' '\end{document}'
} >all.tex
expect 0 pdflatex -interaction=nonstopmode -halt-on-error all.tex
says out 'Output written on all.pdf'
check test "$(grep -c -e Undefined -e Missing -e 'Extra alignment' all.log)" = 0
finish

#!/bin/sh
# complete.sh -- completion: what `tepui complete' offers, and bash's function with it, as readline calls it.
. "${srcdir:-.}/tests/cli/lib.sh"
case ${srcdir:-.} in /*) top=$srcdir ;; *) top=$build/${srcdir:-.} ;; esac

# offers "CANDIDATES" WORD...: exactly these, one blank between them
offers() {
    wanted=$1; shift
    expect 0 "$tepui" complete "$@"
    silent err
    found=$(tr '\n' ' ' <out)
    check test "${found% }" = "$wanted"
}

printf 'grid: {depth: [4, 16], width: 2, init: [he, xavier]}\nsamples: 20\nobservables: [gradient_norm, output]\nreadout: dense\n' >e.yaml
expect 0 "$tepui" run e.yaml -q -o r.h5

offers 'theory threshold' th
offers 'verify version' ve
offers 'trend' help tre
offers 'layer law' list la
offers 'N4b N4l N4' list law N4
offers 'N4b N4l N4' theory N4
offers 'hard_tanh' list activation h
offers 'gradient_norm' table r.h5 -O g
offers 'gradient_norm output' table r.h5 --observable ''
offers 'gradient_norm output' table r.h5 --observable=
offers 'gradient_norm gradient_alignment' table -O gradient_
offers '1 10 11 12 13 14 15 16' table r.h5 -O gradient_norm -c 1
offers 'total' table r.h5 --observable=gradient_norm --component to
offers 'init= inputs=' trend r.h5 -w in
offers 'he xavier' trend r.h5 -w init=
offers '4 16' trend r.h5 --where=depth=
offers '0 1 2 3' replay r.h5 --cell ''
offers 'grid.depth=' run e.yaml --set grid.de
offers 'relu' run e.yaml --set grid.activation=re
offers 'relu' run e.yaml --set=grid.activation=re
offers 'cross_entropy' theory N6 -s loss=c
offers 'reduced' run e.yaml --set sampler=r
offers 'csv' export r.h5 -f c
offers 'median' table r.h5 -s med
offers 'relu' verify --samples x.csv -a re
offers 'xavier' verify --samples x.csv --init=x
offers 'student_t sparse' verify --samples x.csv --weights s
if "$tepui" plot --list >/dev/null 2>&1; then offers 'spectrum survival' plot s; else echo 'plot cannot run here'; fi
offers '--set=' run e.yaml --s
offers '--quiet' run --qu
offers '' run e.y
offers '' nothing --he
offers '' table none.h5 -w init=
expect 64 "$tepui" complete

# every option of every command is offered
for command in $("$tepui" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    expect 0 "$tepui" complete "$command" --
    for option in $("$tepui" "$command" --help | grep -o -e '^ *-.*' | grep -o -e '--[a-z][a-z-]*' | sort -u); do says out "$option"; done
done

command -v bash >/dev/null || { echo 'no bash here'; finish; }
mkdir bin
printf '#!/bin/sh\nexec "%s" "$@"\n' "$tepui" >bin/tepui
chmod +x bin/tepui
cat >ask.sh <<'END'
# ask.sh LINE: what bash's function answers at the end of the line, and whether it keeps the blank back
source "$1"
compopt() { echo "compopt $*"; }
COMP_LINE=$2 COMP_POINT=${#2} COMPREPLY=()
_tepui
printf '%s\n' "${COMPREPLY[@]}"
END
# bash_offers "CANDIDATES" LINE
bash_offers() {
    expect 0 env PATH="$work/bin:$PATH" bash ask.sh "$top/tools/completion/tepui" "$2"
    silent err
    found=$(tr '\n' ' ' <out)
    check test "${found% }" = "$1"
}
bash_offers 'theory threshold' 'tepui th'
bash_offers 'gradient_norm output' 'tepui table r.h5 -O '
bash_offers 'he xavier' 'tepui trend r.h5 --where init='
bash_offers 'compopt -o nospace grid.depth=' 'tepui run e.yaml --set grid.de'
expect 0 bash -c "source '$top/tools/completion/tepui'; complete -p tepui"; says out '_tepui' '-o default'
zsh -f -c 'zmodload zsh/zpty' 2>/dev/null || { echo 'no zsh here'; finish; }
cat >ask.zsh <<'EOF'
# ask.zsh OUT LINE...: an interactive zsh gets each line, a tab and a return; what stood there then goes to OUT
zmodload zsh/zpty
out=$1; shift
zpty z "zsh -f -i"
zpty -w z "fpath=($COMPLETION \$fpath); autoload -U compinit; compinit -u -D; PATH=$PWD/bin:\$PATH
note() { print -r -- \$BUFFER >>$out; BUFFER=; zle .accept-line }
zle -N accept-line note; setopt no_beep; bindkey '^I' complete-word; print ready >$out.ready"
for try in {1..100}; do [[ -e $out.ready ]] && break; sleep 0.1; done
typeset -i n=0
for line; do
    zpty -w -n z "$line"$'\t'
    sleep 0.5
    zpty -w -n z $'\r'
    n+=1
    for try in {1..100}; do [[ -e $out && $(wc -l <$out) -ge n ]] && break; sleep 0.1; done
done
zpty -d z
EOF
rm -f zsh.out*
COMPLETION=$top/tools/completion zsh ask.zsh "$work/zsh.out" 'tepui thr' 'tepui table r.h5 -O gr' 'tepui theory N6 -s loss=c' 'tepui trend r.h5 -w dep'
while read -r line; do printf '%s|\n' "$line"; done <zsh.out >got
printf '%s|\n' 'tepui threshold' 'tepui table r.h5 -O gradient_norm' 'tepui theory N6 -s loss=cross_entropy' 'tepui trend r.h5 -w depth=' >want
check diff want got
finish

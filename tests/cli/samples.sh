#!/bin/sh
# samples.sh -- `tepui verify --samples` and `tepui compare` with samples of a text file: those of a result give the
# verdicts of the result, planted faults fail, zeros, infinities and NaN are what they are in results, bad input.
. "${srcdir:-.}/tests/cli/lib.sh"
cat >net.yaml <<'END'
seed: 3
grid: {depth: [2, 4, 8, 16], width: [3, 6], activation: relu, init: he}
data: {source: sphere}
readout: none
loss: output
observables: [jacobian_vector_norm, forward_norm]
samples: 1000
output: {raw: 1000}
END
expect 0 "$tepui" run net.yaml -o net.h5 -q

# verify STATUS FILE OPTION...
verify() {
    status=$1 file=$2; shift 2
    expect "$status" "$tepui" verify --samples "$file" "$@"
}

# last_layers: the raw samples of both observables at the last layer, ln, as `export' has them
expect 0 "$tepui" export net.h5 --samples; cp out all.csv
head -n 1 all.csv >names
column() { tr , '\n' <names | grep -n "^$1\$" | cut -d: -f1; }
awk -F, -v d="$(column depth)" -v w="$(column width)" -v o="$(column observable)" -v c="$(column component)" \
    -v v="$(column value)" 'NR > 1 && $c == $d { x = $v; print $d "," $w "," x > ($o ".rows") }' all.csv
for name in jacobian_vector_norm forward_norm; do
    check test "$(wc -l <$name.rows)" -eq 8000
    { echo "depth,width,ln_value"; cat $name.rows; } >$name.csv
done
paste -d, jacobian_vector_norm.rows forward_norm.rows | awk -F, '
    BEGIN { print "\"depth\", width ,ln_jacobian_vector_norm,ln_forward_norm" } { print $1 ".0," $2 "," $3 "," $6 }' >both.csv

# --- the verdicts of the result, number by number, but for copies, which samples of a file do not show
sed -n 's/^\(8\),6,//p' jacobian_vector_norm.rows >eight.csv
verify 0 jacobian_vector_norm.csv --law N4,N5 --format csv; cp out theirs
check test "$(grep -c ',holds,\|holds (' theirs)" -eq 9
expect 0 "$tepui" verify net.h5 --law N5 --format csv; grep slope out | cut -d, -f2-5,7- >ours
check test "$(wc -l <ours)" -eq 1
check test "$(grep slope theirs | cut -d, -f2-5,7-)" = "$(cat ours)"
verify 0 eight.csv --ln --law N4 -L 8 -d 6 --format csv; tail -n 1 out | cut -d, -f3- >one
verify 0 jacobian_vector_norm.csv --law N4 --format csv
check test "$(grep ',8,6,' out | cut -d, -f4-11)" = "$(cut -d, -f2-9 one)"
verify 0 both.csv --law N4,N2; says out '16 lines, 0 fail, 0 refused' forward_norm
verify 0 forward_norm.csv --law N2 --activation relu; says out '8 lines, 0 fail'

# --- planted faults: scale, width, gain, shuffled cells
awk -F, '{ print exp($1) * 1.5 }' eight.csv >scaled.csv
verify 1 scaled.csv --law N4 -L 8 -d 6; says out fails
verify 1 eight.csv --ln --law N4 -L 8 -d 7; says out fails
verify 1 eight.csv --ln --law N4 -L 8 -d 6 --gain 1.1; says out fails
verify 65 eight.csv --law N4 -L 8 -d 6; says err 'not negative'
sed 's/^8,6,/8,3,/; t; s/^8,3,/8,6,/' jacobian_vector_norm.csv >swapped.csv
verify 1 swapped.csv --law N4; says out '8 lines, 2 fail' # Holm: these two
verify 1 jacobian_vector_norm.csv --against 'slope(depth)=-0.2/width' --format csv; says out 'slope' 'fails'

# --- laws of the user's own: columns and options are in expressions
awk 'BEGIN { srand(5); for (i = 0; i < 3000; i++) print -4 * log(1 - rand()) }' >exponential.csv
verify 0 exponential.csv --against 'exponential(mean=4)'; says out '1 lines, 0 fail'
verify 0 exponential.csv --against 'exponential(mean=width/2)' -d 8; says out '1 lines, 0 fail'
verify 0 exponential.csv -O loss --against 'gamma(shape=1, scale=depth)' --depth 4; says out loss
verify 1 exponential.csv --against 'exponential(mean=4.6)'
verify 0 exponential.csv --against 'quantile(0.9) <= 10'; says out ' sign '
verify 1 exponential.csv --against 'median >= 3.2'
verify 64 exponential.csv --against 'exponential(mean=width)'; says err width
verify 64 exponential.csv --against 'slope(depth)=1'; says err "'depth'"
verify 0 exponential.csv -O forward_norm --against 'exponential(mean=4)' -c 3; says out forward_norm ' 3 '
verify 1 exponential.csv -O forward_norm --against 'lognormal(mean=1, variance=2)'
# a law whose samples are all equal, in single precision: orthogonal linear nets keep norms
awk 'BEGIN { for (i = 0; i < 50; i++) printf "%.9g\n", i % 3 ? 1 : 1 + 2^-23 }' >ones.csv
verify 0 ones.csv --law A3j --activation linear --weights orthogonal --init 'gain(1)' -L 4 -d 6

# --- zeros, infinities, NaN: a share of 2^-3 dies in one layer of width 3
sed -n 's/^2,3,//p' forward_norm.rows | awk '{ print ($1 == "-inf" ? 0 : exp($1)) }' >dead.csv
check grep -qx 0 dead.csv
verify 0 dead.csv --law N2 -L 2 -d 3
{ cat dead.csv; awk 'BEGIN { for (i = 0; i < 60; i++) print "0\n0e0\n-0.0" }'; } >deader.csv
verify 1 deader.csv --law N2 -L 2 -d 3; says out ' dead ' fails
{ cat dead.csv; echo nan; echo NaN; } >nan.csv
verify 1 nan.csv --law N2 -L 2 -d 3; says out holds; says err 'nan.csv: 2 of 1002 samples are nan'
printf 'depth,value\n8,1\n9,1\n8.0,2\n' >same.csv # 8 and 8.0 are one cell
verify 0 same.csv --against 'median <= depth - 8' --format csv; says out ',0,8,' ',1,9,'; check test "$(wc -l <out)" -eq 3
printf '%s\n' 1 2 inf Infinity 3 >three.csv
verify 0 three.csv --against 'quantile(0.5) >= 2' --format csv; says out ',5,'
verify 1 three.csv --against 'normal(mean=2, variance=1)'; says out censored
{ printf '\357\273\277value\r\n\r\n# a comment\r\n'; sed 's/$/\r/' exponential.csv; } >windows.csv
verify 0 windows.csv --against 'exponential(mean=4)'

# --- bad input: one sentence with file and line, nothing printed
bad() { # STATUS TEXT WORD OPTION...
    status=$1 word=$3
    printf "$2" >bad.csv; shift 3
    verify "$status" bad.csv "$@"; silent out; says err "$word"
    check test "$(wc -l <err)" = 1
}
own='--against median<=1'
bad 65 '' 'bad.csv:1: no samples' $own
bad 65 'value\n' 'bad.csv:2: no samples' $own
bad 65 'x\n1\n' "bad.csv:1: no column 'value'" $own
bad 65 'value\n1\nx\n' "bad.csv:3: 'x' is no number" $own
bad 65 'depth,value\n1,2\n1\n' 'bad.csv:3: 1 fields, not 2' $own
bad 65 'depth,value\n,2\n' 'bad.csv:2: depth is missing' $own
bad 65 'depth,depth,value\n' "two columns are called 'depth'" $own
bad 65 'value,ln_value\n' 'both give value' $own
bad 65 ',value\n' 'column 1 has no name' $own
bad 65 '"value\n' 'a quote is not closed' $own
bad 65 '1,2\n' 'the first line must name the columns' $own
bad 65 '1\n1e999\n' 'bad.csv:2: 1e999 is out of the range' $own
bad 65 '1\n1e-999\n' 'bad.csv:2: 1e-999 is out of the range' $own
bad 65 '1\n\0002\n' 'bad.csv:2: it is no text' $own
bad 65 'ln_output\n1\n' 'not as a logarithm' --against 'median <= 1' -O output
bad 65 '1\n' 'not as a logarithm' --against 'median <= 1' -O output --ln
bad 65 '2\n-1\n' 'bad.csv:2: -1: a magnitude is not negative' --law N4
bad 65 'epoch,value\n1,2\n' "no parameter of a cell" --law N4
bad 65 'depth,value\n0,2\n' "'0' is not allowed" --law N4
bad 64 'depth,value\n1,2\n' 'cannot be an option, too' --law N4 --depth 3
bad 65 '1\n2\n' 'a column for each of 2 quantities' --law N4,N2
awk 'BEGIN { print "sample,value"; for (i = 0; i < 5000; i++) print i ",1" }' >numbered.csv
verify 65 numbered.csv $own; says err 'numbered.csv:4098: more than 4096 cells'
verify 74 nowhere.csv $own; says err 'nowhere.csv: No such file'
verify 74 . $own; silent out
verify 64 eight.csv; says err '--law or --against'
verify 64 eight.csv --law N4 net.h5; says err 'net.h5'
verify 64 eight.csv --law N4 -d 3,4; says err 'one value for all samples'
verify 64 eight.csv --law N4 --save; says err '--save'
verify 64 eight.csv --law N4 -O forward_norm; says err '--against'
verify 64 eight.csv --law N44; says err N4
expect 64 "$tepui" verify net.h5 --depth 3; says err '--samples'
expect 64 "$tepui" verify net.h5 --ln; says err '--samples'
expect 64 "$tepui" verify; says err 'a result file is needed'
# a net to which the law does not apply is refused, and the law was not tested
verify 1 eight.csv --ln --law N4 --activation tanh; says out 'refused: N4 does not apply'; says err 'could not be tested'
finish

#!/bin/sh
# plugins.sh -- kinds from shared objects: their numbers beside those of the library and of definitions, what a result
# records of them, who loads them and who never does, and files that are no plug-ins.
here=$(cd "${srcdir:-.}" && pwd)
. "${srcdir:-.}/tests/cli/lib.sh"
unset TEPUI_PLUGINS
cc=${CC:-cc}
# shellcheck disable=SC2086
$cc --version >/dev/null 2>&1 || { echo "no C compiler $cc: skipped"; exit 77; }
gsl=$(pkg-config --cflags gsl 2>/dev/null)
# compile FILE.c FILE.so FLAGS...
compile() {
    from=$1 to=$2; shift 2
    # shellcheck disable=SC2086
    $cc -std=c11 -Wall -Wextra -Werror -shared -fPIC -I"$here/include" $gsl "$@" "$from" -o "$to" -lm || exit 99
}
compile "$here/examples/plugin.c" plugin.so
compile "$here/tests/cli/twins.c" twins.so
cp "$here/examples/plugin.yaml" .

if ! ls "$build"/.libs/libtepui.so* >/dev/null 2>&1; then # --disable-shared
    expect 65 "$tepui" run plugin.yaml -q; says err "plug-ins need the shared library"
    check test ! -e plugin.h5
    expect 65 "$tepui" list law --plugin twins.so; says err "plug-ins need the shared library"
    finish
fi

# near A B WITHIN
near() { awk -v a="$1" -v b="$2" -v w="$3" 'BEGIN { d = a - b; exit !(d <= w && -d <= w) }'; }
digest() { sha256sum "$1" | cut -d' ' -f1; }

# --- the example: all four kinds, and the same bytes from any number of threads
expect 0 "$tepui" run plugin.yaml -q -t 1; silent err
expect 0 "$tepui" run plugin.yaml -q -t 2 -o two.h5
check cmp plugin.h5 two.h5
expect 0 "$tepui" verify plugin.h5 --plugin plugin.so --strict; says out OWN2 "8 lines, 0 fail, 0 refused"
expect 0 "$tepui" verify plugin.h5 --plugin=./plugin.so -l OWN2 --save
expect 0 "$tepui" replay plugin.h5 --cell 3 --sample 99 --plugin plugin.so; says out weight_square "agrees bit for bit"
expect 0 env TEPUI_PLUGINS=plugin.so "$tepui" replay plugin.h5 --cell 3 --sample 99; says out "agrees bit for bit"
expect 0 "$tepui" list activation isru --plugin plugin.so; says out 'sqrt(1 + z^2)'
expect 0 "$tepui" theory OWN2 --plugin plugin.so --weights triangle -L 1 -d 10; says out 0.118322 # sqrt(1.4/100)
expect 0 "$tepui" theory meanfield --activation isru --plugin plugin.so

# --- the law of the weights by its definition: |w| of a 1 x 1 matrix and an input of norm 1
cat >one.yaml <<'END'
seed: 11
plugins: [plugin.so]
grid: {depth: 1, width: 1, activation: linear, init: lecun, law: triangle}
data: {source: sphere, dimension: 1}
loss: output
observables: [forward_norm]
samples: 20000
END
expect 0 "$tepui" run one.yaml -q
expect 0 "$tepui" table one.h5 -s mean -f csv --log
mean=$(sed -n '2s/.*,//p' out)
expect 0 "$tepui" table one.h5 -s sd -f csv --log
sd=$(sed -n '2s/.*,//p' out)
# E ln|z| = ln(6)/2 - 3/2, of -ln(1 - sqrt U): the standard deviation is sqrt(5)/2
check near "$mean" -0.604120 0.0316 # 4 sqrt(5/4/20000)
check near "$sd" 1.118034 0.05
expect 0 "$tepui" table one.h5 -s below=1.224744871 -f csv
check near "$(sed -n '2s/.*,//p' out)" 0.75 0.0123 # P(|z| <= a/2) = 3/4; 4 sqrt(3/16/20000)

# --- twins: sample by sample beside the library, relu beside a net by hand
cat >twins.yaml <<'END'
seed: 12
plugins: [twins.so]
grid: {depth: [1, 5], width: [4, 16], activation: [own_relu, relu]}
data: {targets: gaussian, dimension: 3}
readout: none
observables: [gradient_norm, own_gradient_norm, forward_norm, own_relu_norm]
samples: 64
output: {raw: 64}
END
expect 0 "$tepui" run twins.yaml -q
expect 0 "$tepui" export twins.h5 --samples -f csv
# columns by name: the two of each pair agree in every sample to 1e-12, dead ones with dead ones
compare() { # BUILTIN COMPONENT OWN
    awk -F, -v a="$1" -v c="$2" -v b="$3" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { key = $at["cell"] "," $at["sample"]; x = $at["value"]; depth[$at["cell"]] = $at["depth"] }
        $at["observable"] == a && $at["component"] == (c == "last" ? $at["depth"] : c) { A[key] = x }
        $at["observable"] == b { B[key] = x }
        END {
            for (key in A) {
                n++
                if (A[key] == B[key]) continue
                d = A[key] - B[key]
                if (!(key in B) || A[key] ~ /inf/ || B[key] ~ /inf/ || d > 1e-12 || d < -1e-12) bad++
            }
            print n, "pairs,", bad + 0, "differ"
            exit !(n == 512 && !bad)
        }' export
}
cp out export
check compare gradient_norm total own_gradient_norm
check compare forward_norm last own_relu_norm
if compare gradient_norm 1 own_relu_norm >/dev/null; then wrong "the comparison sees no difference"; fi

# --- an own law = that of the library: the same line but for its name
cat >linear.yaml <<'END'
seed: 13
grid: {depth: [1, 6], width: 7, activation: linear}
data: {source: sphere}
observables: [forward_norm]
samples: 2000
END
expect 0 "$tepui" run linear.yaml -q
expect 0 "$tepui" verify linear.h5 --plugin twins.so -l N1,OWNN1 -f csv; cp out verdicts
check test "$(grep -c '^N1,' verdicts)" = 2
grep '^N1,' verdicts | cut -d, -f2- >n1; grep '^OWNN1,' verdicts | cut -d, -f2- >own; check cmp n1 own
check grep -q 'holds' own
# false ones fail: the law of another net
sed 's/c->sigma\[l\] \* c->sigma\[l\]/1.1 * &/; s/OWNN1/FALSE1/; s/own_/false_/g' "$here/tests/cli/twins.c" >false.c
compile false.c false.so
expect 1 "$tepui" verify linear.h5 --plugin false.so -l FALSE1; says out fails
expect 64 "$tepui" verify linear.h5 -l OWNN1; says err "unknown law"

# --- commands that read numbers alone do so without it
expect 0 "$tepui" table plugin.h5 -O weight_square; silent err
expect 0 "$tepui" export plugin.h5; says out weight_square triangle
expect 0 "$tepui" status plugin.h5
expect 0 "$tepui" histogram plugin.h5 -O weight_square -w depth=1 -w activation=isru -w law=triangle
expect 0 "$tepui" compare plugin.h5 two.h5; says out identical
find_python 'matplotlib, h5py'
if [ -n "$python" ]; then
    expect 0 env PYTHON3="$python" "$tepui" plot fan plugin.h5 -O weight_square -w activation=isru,law=triangle -o fan.svg
    expect 0 env PYTHON3="$python" "$tepui" plot histogram plugin.h5 -O forward_norm --cell 0 --plugin plugin.so -o h.svg
fi

# --- what is recorded: name and digest in the result, the path in the log alone
if [ -n "$python" ]; then
    "$python" -c 'import h5py; print(h5py.File("plugin.h5")["provenance"].attrs["plugins"])' >recorded
    check test "$(cat recorded)" = "plugin.so sha256:$(digest plugin.so)"
    expect 0 "$tepui" verify linear.h5 --plugin twins.so -l N1,OWNN1 --save
    "$python" -c 'import h5py; l = h5py.File("linear.h5")["laws"]; print(l["OWNN1"].attrs["source"], l["N1"].attrs["source"])' >recorded
    check test "$(cat recorded)" = "twins.c (twins.so sha256:$(digest twins.so)) docs/theory/wide-nets.md#n1"
fi
check grep -q "\"plugin\".*\"path\": \"$(pwd -P)/plugin.so\", \"sha256\": \"$(digest plugin.so)\"" plugin.h5.log
if grep -q "$(pwd -P)" plugin.h5; then wrong "the path is in the result"; fi

# --- nothing is loaded because a result names it, not even from its own place; one sentence, before any work
expect 65 "$tepui" verify plugin.h5; says err "plugin.so with SHA-256 $(digest plugin.so) is needed" "--plugin"; silent out
check test "$(wc -l <err)" = 1
expect 65 "$tepui" replay plugin.h5 --cell 0 --sample 0; says err "--plugin"; silent out
expect 65 "$tepui" theory N1 --from plugin.h5 --cell 0; says err "--plugin"
expect 64 "$tepui" theory OWN2 --from plugin.h5 --cell 0 --plugin twins.so; says err "unknown law"
expect 0 "$tepui" theory OWN2 --from plugin.h5 --cell 0 --plugin plugin.so
# moved, and under another name: the digest decides
mkdir moved && cp plugin.so moved/other.so
expect 0 "$tepui" verify plugin.h5 --plugin moved/other.so
expect 0 "$tepui" verify plugin.h5 --plugin plugin.so --plugin moved/other.so # the same one twice
# changed
compile "$here/examples/plugin.c" moved/plugin.so -DCHANGED=1 -O2 -Wl,--build-id=none
expect 65 "$tepui" verify plugin.h5 --plugin moved/plugin.so
says err "$(digest plugin.so) is needed" "moved/plugin.so has $(digest moved/plugin.so)"

# --- resume: goes on with the same, refuses another and names it
expect 0 "$tepui" run plugin.yaml -q -o more.h5 --set samples=1024
expect 0 "$tepui" run plugin.yaml -q -o more.h5 --resume --set samples=2048
expect 0 "$tepui" run plugin.yaml -q -o fresh.h5 --set samples=2048
check cmp more.h5 fresh.h5
cp more.h5 before.h5
expect 65 "$tepui" run plugin.yaml -q -o more.h5 --resume --set samples=4096 --set 'plugins=[moved/plugin.so]'
says err "plugins:" "$(digest plugin.so)" "in the file" "$(digest moved/plugin.so)" "now"
check cmp more.h5 before.h5
expect 0 "$tepui" run plugin.yaml -q -o more.h5 --resume --set samples=4096 --set 'plugins=[moved/other.so]'
expect 65 "$tepui" run linear.yaml -q -o more.h5 --resume; says err "plugins:" "none now"
expect 65 "$tepui" run plugin.yaml -q -o linear.h5 --resume; says err "plugins: none in the file"

# --- paths: relative to the experiment, with --set to the current folder; a digest may be asked for
mkdir far && cp plugin.yaml plugin.so far
(cd far && rm -f ../far.h5) || exit 99
expect 0 "$tepui" run far/plugin.yaml -q -o far.h5; check cmp far.h5 two.h5
sed "s/^plugins.*/plugins: [\"plugin.so sha256:$(digest plugin.so)\"]/" plugin.yaml >pinned.yaml
expect 0 "$tepui" run pinned.yaml -q; check cmp pinned.h5 two.h5
sed "s/^plugins.*/plugins: [\"plugin.so sha256:$(digest twins.so)\"]/" plugin.yaml >pinned.yaml
expect 65 "$tepui" run pinned.yaml -q -o no.h5; says err "pinned.yaml:2: plugins: plugin.so is another plug-in"
expect 0 sh -c '"$0" run - -q -o stdin.h5 <plugin.yaml' "$tepui"; check cmp stdin.h5 two.h5
# --set takes the place of the file's list before anything of that is loaded
sed 's/^plugins.*/plugins: [missing.so]/' plugin.yaml >missing.yaml
expect 65 "$tepui" run missing.yaml -q -o no.h5; says err "missing.yaml:2: plugins: missing.so: No such file"
expect 0 "$tepui" run missing.yaml -q --set 'plugins=[./plugin.so]'; check cmp missing.h5 two.h5
# the key may stand last
grep -v '^plugins' plugin.yaml >last.yaml; echo 'plugins: ["plugin.so"]' >>last.yaml
expect 0 "$tepui" run last.yaml -q; check cmp last.h5 two.h5

# --- bad ones: one sentence with the file, status 65, no result
# bad NAME WORDS...: of plugins: [NAME]
bad() {
    name=$1; shift
    expect 65 "$tepui" run plugin.yaml -q -o no.h5 --set "plugins=[$name]"
    says err "--set: plugins: " "$@"
    check test "$(wc -l <err)" = 1
    check test ! -e no.h5
    expect 65 "$tepui" list law --plugin "$name"; says err "$@"; silent out
}
# plug_in NAME TEXT: compiles a plug-in that says this
plug_in() {
    { printf '#include <tepui/plugin.h>\n#include <math.h>\n'; echo "$2"; } >"$1.c"
    compile "$1.c" "$1.so" -Wno-unused
}
loss='static double v(const double *f, const double *t, size_t n, double *g) { (void)f, (void)t, (void)n, (void)g; return 0; }'
echo 'not an object' >text.so; bad text.so "text.so cannot be loaded: "
: >empty.so; bad empty.so "empty.so cannot be loaded: "
mkdir folder.so; bad folder.so "folder.so: a plug-in is a regular file"
mkfifo pipe.so; bad pipe.so "pipe.so: a plug-in is a regular file"
ln -s nowhere dangling.so; bad dangling.so "dangling.so: No such file"
head -c 4000 plugin.so >short.so; bad short.so "short.so is cut off"
if [ "$(id -u)" != 0 ]; then cp plugin.so closed.so; chmod 0 closed.so; bad closed.so "closed.so: Permission denied"; fi
plug_in nothing 'int something;'; bad nothing.so "nothing.so is no plug-in" tepui_plugin
plug_in undefined 'int missing_function(void); int f(void) { return missing_function(); }'
bad undefined.so "undefined.so cannot be loaded" missing_function
law='static int a(const tepui_cell *c, long k, const char **w) { (void)c, (void)k, (void)w; return 0; }
static tepui_status p(const tepui_cell *c, long k, tepui_prediction *o, tepui_error *e)
{ (void)c, (void)k, (void)o, (void)e; return TEPUI_OK; }
static const tepui_law_type own = {.kind = {.name = NAME, .doc = "d", .source = "s"}, .observable = "forward_norm", .applies = a, .predict = p};'
plug_in abi "#define NAME \"X1\"
$law
static const tepui_plugin_kind k[] = {TEPUI_KIND(law, &own)};
TEPUI_PLUGIN_EXPORT const tepui_plugin_type tepui_plugin = {7, 1, k};"
bad abi.so "abi.so was compiled for ABI 7 of plug-ins, this tepui has ABI 0: compile it again"
plug_in size "#define NAME \"X1\"
$law
static const tepui_plugin_kind k[] = {{\"law\", &own, 8}};
TEPUI_PLUGIN_EXPORT const tepui_plugin_type tepui_plugin = {TEPUI_ABI, 1, k};"
bad size.so "size.so: this law was compiled for another version" "8 bytes"
plug_in none "TEPUI_PLUGIN_EXPORT const tepui_plugin_type tepui_plugin = {TEPUI_ABI, 0, NULL};"
bad none.so "none.so: a plug-in without kinds"
plug_in family "static const tepui_plugin_kind k[] = {{\"flavour\", k, 8}};
TEPUI_PLUGIN_EXPORT const tepui_plugin_type tepui_plugin = {TEPUI_ABI, 1, k};"
bad family.so "family.so: there is no family 'flavour'"
plug_in taken "#define NAME \"N1\"
$law
TEPUI_PLUGIN(TEPUI_KIND(law, &own));"
bad taken.so "taken.so: there is a law 'N1' already"
plug_in double "#define NAME \"X1\"
$law
static const tepui_law_type two = {.kind = {.name = NAME, .doc = \"d\", .source = \"s\"}, .observable = \"forward_norm\", .applies = a, .predict = p};
TEPUI_PLUGIN(TEPUI_KIND(law, &own), TEPUI_KIND(law, &two));"
bad double.so "double.so: law 'X1' is there twice"
plug_in lacks "static const tepui_law_type own = {.kind = {.name = \"X2\", .doc = \"d\", .source = \"s\"}, .observable = \"forward_norm\"};
TEPUI_PLUGIN(TEPUI_KIND(law, &own));"
bad lacks.so "lacks.so: law 'X2' lacks applies"
# a refused one leaves nothing behind: its first kind is not there
plug_in half "#define NAME \"X3\"
$law
static const tepui_law_type two = {.kind = {.name = \"N1\", .doc = \"d\", .source = \"s\"}, .observable = \"forward_norm\", .applies = a, .predict = p};
TEPUI_PLUGIN(TEPUI_KIND(law, &own), TEPUI_KIND(law, &two));"
bad half.so "there is a law 'N1' already"
# two with the same name
sed 's/8}/9}/' "$here/tests/cli/twins.c" >again.c; echo '/* other bytes */ int other;' >>again.c; compile again.c again.so
expect 65 "$tepui" list law --plugin twins.so --plugin again.so; says err "again.so: there is an activation 'own_relu' already"
expect 65 "$tepui" run twins.yaml -q -o no.h5 --set 'plugins=[twins.so, again.so]'; says err "again.so: there is an activation"
# a law alone needs no field that names it; an activation that no field names has no effect
plug_in lawful "#define NAME \"X4\"
$law
TEPUI_PLUGIN(TEPUI_KIND(law, &own));"
expect 0 "$tepui" run linear.yaml -q -o lawful.h5 --set 'plugins=[lawful.so]'
sed 's/, TEPUI_KIND(law, &own_n1)//; s/^static const tepui_law_type/const tepui_law_type/' "$here/tests/cli/twins.c" >idle.c
compile idle.c idle.so
expect 65 "$tepui" run linear.yaml -q -o no.h5 --set 'plugins=[idle.so]'; says err "idle.so has no effect here"
expect 65 "$tepui" run linear.yaml -q -o no.h5 --set 'plugins=[]'; says err "the list is empty"
expect 65 "$tepui" run plugin.yaml -q -o no.h5 --set 'plugins=[plugin.so, plugin.so]'; says err "is given twice"
expect 65 "$tepui" run plugin.yaml -q -o no.h5 --set 'plugins=[""]'; says err "a file name"
# options
expect 64 "$tepui" run plugin.yaml -q -o no.h5 --plugin plugin.so; says err "--set plugins="
expect 64 "$tepui" table plugin.h5 -O weight_square --plugin plugin.so; says err "unrecognized option"
expect 64 "$tepui" verify plugin.h5 --plugin; says err "requires an argument"
expect 65 env TEPUI_PLUGINS=missing.so "$tepui" list law; says err "missing.so: No such file"
expect 0 env TEPUI_PLUGINS= "$tepui" list law
# --- needs: those of the gradient include the forward pass; too few make NaN and a hint; none is refused
own_needs() {
    cat >needs.c <<END
#include <math.h>
#include <tepui/plugin.h>
static double measure(tepui_sample *s, long component)
{
    double g[64];
    int64_t e;
    (void)component;
    return tepui_sample_gradient(s, g, &e, NULL) == TEPUI_OK ? g[0] : NAN;
}
static const tepui_observable_type first = {.kind = {.name = "first_entry", .doc = "of the gradient", .source = "here"},
    .unit = "1", .needs = $1, .has_total = 1, .measure_sample = measure};
TEPUI_PLUGIN(TEPUI_KIND(observable, &first));
END
    compile needs.c needs.so
    rm -f needs.h5
}
cat >needs.yaml <<END
plugins: [needs.so]
grid: {depth: 2, width: 3, activation: tanh}
observables: [first_entry]
samples: 10
END
own_needs 'TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE'
expect 0 "$tepui" run needs.yaml -q; silent err
own_needs TEPUI_NEEDS_LOSS_GRADIENT
expect 1 "$tepui" run needs.yaml -q
says err "10 of 10 samples of first_entry" "asks for what its \`needs' do not name: TEPUI_NEEDS_CURVATURE (output"
check grep -q '"event": "nan".*TEPUI_NEEDS_CURVATURE' needs.h5.log
rm needs.h5* # allowed: the log has the reason
expect 0 "$tepui" run needs.yaml -q --set output.allow_nan=true
check grep -q '"event": "nan".*TEPUI_NEEDS_CURVATURE' needs.h5.log
rm needs.h5*
expect 1 "$tepui" run needs.yaml -q
expect 1 "$tepui" verify needs.h5 --plugin needs.so --against 'median <= 1'; says out "refused: no finite sample"
# the plug-in's own: the needs are not to blame
own_needs 'TEPUI_NEEDS_LOSS_GRADIENT | TEPUI_NEEDS_CURVATURE'
sed -i 's/g\[0\] : NAN/log(-1 - g[0] * g[0]) : NAN/' needs.c
compile needs.c needs.so
expect 1 "$tepui" run needs.yaml -q; says err "10 of 10 samples of first_entry" "returned that, and nothing that it asked for was refused"
own_needs 0
expect 65 "$tepui" run needs.yaml -q; says err "first_entry needs nothing of a sample"
check test ! -e needs.h5

finish

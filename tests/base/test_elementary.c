/* Functions of elementary.h. Known values: mpmath with 300 to 2400 bits, rounded once to double; so 1 ulp of them is
   what elementary.h promises. Special values: C99, annex F.9. */
#include <base/elementary.h>
#include <stdint.h>
#include <test.h>

typedef double (*function)(double);

static const struct {
    const char *name;
    function f;
    double x, y;
} known[] = {
    {"exp", elementary_exp, -0x1.1225ac45f9b89p+8, 0x1.6759fbcc749dap-396},
    {"exp", elementary_exp, -0x1.06d528963ed38p+9, 0x1.8ae1baf4aaa02p-759},
    {"exp", elementary_exp, 0x1.92eaddd88d578p+7, 0x1.8fe6d8d424e25p+290},
    {"exp", elementary_exp, -0x1.3fd6bce17de00p+9, 0x1.1a2293b9d8803p-923},
    {"exp", elementary_exp, 0x1.11612536dd760p+5, 0x1.3b42bc10c0983p+49},
    {"exp", elementary_exp, -0x1.aa939dffa8144p+7, 0x1.38ff488fb3558p-308},
    {"exp", elementary_exp, -0x1.4a55b440b4a51p+9, 0x1.cf233d5d0cf9dp-954},
    {"exp", elementary_exp, -0x1.cc0f772ea1780p+2, 0x1.8bf9be3174c09p-11},
    {"exp", elementary_exp, 0x1.1600a34de06cep-281, 0x1.0000000000000p+0},
    {"exp", elementary_exp, -0x1.11e20b87b382ep-86, 0x1.0000000000000p+0},
    {"exp", elementary_exp, 0x1.8d116ecd95a94p-254, 0x1.0000000000000p+0},
    {"exp", elementary_exp, -0x1.d3ac94b218326p-270, 0x1.0000000000000p+0},
    {"exp", elementary_exp, 0x1.f28c104724c60p-237, 0x1.0000000000000p+0},
    {"exp", elementary_exp, -0x1.f29d0da1fac62p-2, 0x1.3aa1489730a6dp-1},
    {"expm1", elementary_expm1, 0x1.8840071c9241bp+8, 0x1.dcd0af53efdb7p+565},
    {"expm1", elementary_expm1, 0x1.011d19d6a48e7p+8, 0x1.e9fed744c810cp+370},
    {"expm1", elementary_expm1, 0x1.599b878c3971dp+9, 0x1.28a3537c10419p+997},
    {"expm1", elementary_expm1, -0x1.47033b3076c98p+2, -0x1.fce8800167e63p-1},
    {"expm1", elementary_expm1, 0x1.2d7f168e1bf78p+9, 0x1.e9630b4e75ddbp+869},
    {"expm1", elementary_expm1, 0x1.61d5af9d7bd96p+7, 0x1.2ddf2335ace35p+255},
    {"expm1", elementary_expm1, 0x1.10302fd2fca2fp+6, 0x1.203ebf55e5f35p+98},
    {"expm1", elementary_expm1, 0x1.81cfa3a19d462p+5, 0x1.7d9d0e177e116p+69},
    {"expm1", elementary_expm1, 0x1.8f6d055a1db50p-143, 0x1.8f6d055a1db50p-143},
    {"expm1", elementary_expm1, -0x1.1a61dbf29c77fp-208, -0x1.1a61dbf29c77fp-208},
    {"expm1", elementary_expm1, 0x1.a38fd546030a2p-8, 0x1.a4e861791e5d9p-8},
    {"expm1", elementary_expm1, -0x1.18f135d1871f6p-110, -0x1.18f135d1871f6p-110},
    {"expm1", elementary_expm1, 0x1.907a70c1e840bp-268, 0x1.907a70c1e840bp-268},
    {"expm1", elementary_expm1, -0x1.7f150535c5d62p-195, -0x1.7f150535c5d62p-195},
    {"log", elementary_log, 0x1.4c2e3a2486411p+0, 0x1.0ac0d8b800713p-2},
    {"log", elementary_log, 0x1.aa74b28f143d8p+0, 0x1.054a283adae7fp-1},
    {"log", elementary_log, 0x1.32ca869c1b625p+0, 0x1.72aab630bbaf8p-3},
    {"log", elementary_log, 0x1.e299fb55c0bacp+0, 0x1.449d74e6cc55fp-1},
    {"log", elementary_log, 0x1.0ad8fdee63896p+0, 0x1.53f88e7aa1ac4p-5},
    {"log", elementary_log, 0x1.becaa76c42ab8p-1, -0x1.1700f876b161dp-3},
    {"log", elementary_log, 0x1.8a0f94c31a7cbp-1, -0x1.0c1a5887a69cdp-2},
    {"log", elementary_log, 0x1.ab745f3bb7753p+0, 0x1.067cc264b7ebfp-1},
    {"log", elementary_log, 0x1.930d6ea99ba40p-833, -0x1.207806f337e9ap+9},
    {"log", elementary_log, 0x1.7ebff21c01206p+75, 0x1.a31b1eecc54cdp+5},
    {"log", elementary_log, 0x1.babced2e5cd98p-297, -0x1.9aa242472c3bap+7},
    {"log", elementary_log, 0x1.9be4bcff5d97ap-411, -0x1.1c686c625daebp+8},
    {"log", elementary_log, 0x1.1e398f1061c0fp-851, -0x1.26e0d9ec00099p+9},
    {"log", elementary_log, 0x1.2a3af4d83a7fap-144, -0x1.8ea45b89f5945p+6},
    {"log1p", elementary_log1p, 0x1.790f824dd0ea8p-2, 0x1.41098c0eb7b5cp-2},
    {"log1p", elementary_log1p, 0x1.5dd597df4b2bep+1, 0x1.51363cf350e4fp+0},
    {"log1p", elementary_log1p, 0x1.5fa3630a097c8p-1, 0x1.0bb0498ff1e69p-1},
    {"log1p", elementary_log1p, 0x1.6c8dc3eac40c7p+1, 0x1.58fa918065250p+0},
    {"log1p", elementary_log1p, -0x1.6108833c45158p-1, -0x1.2b6cd819fbc8dp+0},
    {"log1p", elementary_log1p, 0x1.3b7835c958e9ep+0, 0x1.9b273ecadf5fcp-1},
    {"log1p", elementary_log1p, 0x1.140426b807d41p+1, 0x1.2640b35450820p+0},
    {"log1p", elementary_log1p, 0x1.22ff359414707p+1, 0x1.2f92c526d2bbap+0},
    {"log1p", elementary_log1p, 0x1.b1fee08b34a94p-126, 0x1.b1fee08b34a94p-126},
    {"log1p", elementary_log1p, -0x1.947403198023ap-46, -0x1.947403198028ap-46},
    {"log1p", elementary_log1p, 0x1.119a72dae1042p-67, 0x1.119a72dae1042p-67},
    {"log1p", elementary_log1p, -0x1.f1d69ec8a357bp-253, -0x1.f1d69ec8a357bp-253},
    {"log1p", elementary_log1p, 0x1.b271595540bc2p-58, 0x1.b271595540bc2p-58},
    {"log1p", elementary_log1p, -0x1.0f88081765a84p-267, -0x1.0f88081765a84p-267},
    {"tanh", elementary_tanh, 0x1.1bb365667dab8p+3, 0x1.fffffea9b18fcp-1},
    {"tanh", elementary_tanh, 0x1.9e509a4b6fe3cp+2, 0x1.ffff601c33130p-1},
    {"tanh", elementary_tanh, 0x1.5b23b8fbf2e92p+4, 0x1.0000000000000p+0},
    {"tanh", elementary_tanh, 0x1.c545253e6eca4p+3, 0x1.fffffffffdd00p-1},
    {"tanh", elementary_tanh, -0x1.2f4a1c11df9e4p+3, -0x1.ffffff9b5fbc9p-1},
    {"tanh", elementary_tanh, -0x1.419c7e07c3068p+2, -0x1.fff4af00660b2p-1},
    {"tanh", elementary_tanh, 0x1.daed117a25564p+2, 0x1.ffffe7f1a56c8p-1},
    {"tanh", elementary_tanh, -0x1.501d9e6d3911cp+4, -0x1.0000000000000p+0},
    {"tanh", elementary_tanh, 0x1.5affb22560a70p-64, 0x1.5affb22560a70p-64},
    {"tanh", elementary_tanh, -0x1.7e62aa01e2f46p-241, -0x1.7e62aa01e2f46p-241},
    {"tanh", elementary_tanh, 0x1.c4aaeac932a47p-189, 0x1.c4aaeac932a47p-189},
    {"tanh", elementary_tanh, -0x1.bd0561e7ec75fp-234, -0x1.bd0561e7ec75fp-234},
    {"tanh", elementary_tanh, 0x1.6415479d568f0p-97, 0x1.6415479d568f0p-97},
    {"tanh", elementary_tanh, -0x1.14a0f9e552df6p-46, -0x1.14a0f9e552df6p-46},
    {"sin", elementary_sin, -0x1.863da27e6be90p+1, -0x1.7bb6930d3ba21p-4},
    {"sin", elementary_sin, 0x1.7bb2d10ab9be0p+1, 0x1.64f9154845d00p-3},
    {"sin", elementary_sin, 0x1.700c68c06e5eep+4, -0x1.b216e05217a31p-1},
    {"sin", elementary_sin, 0x1.32823683a99fep+4, 0x1.35ae8ba1271fep-2},
    {"sin", elementary_sin, 0x1.5d6cd2c206beap+4, 0x1.3642ed4300f4dp-3},
    {"sin", elementary_sin, -0x1.a96e7a7676fcap+3, -0x1.54d02d703f4a2p-1},
    {"sin", elementary_sin, -0x1.4542e9667eed0p+2, 0x1.dd628a4180380p-1},
    {"sin", elementary_sin, -0x1.0f28cbfc257f0p+3, -0x1.a0c7d4d652a53p-1},
    {"sin", elementary_sin, 0x1.616499dea5bbep+810, -0x1.ffffecbce8679p-1},
    {"sin", elementary_sin, -0x1.26a2c0a2a7cf8p-528, -0x1.26a2c0a2a7cf8p-528},
    {"sin", elementary_sin, 0x1.26bb7da76c30cp-640, 0x1.26bb7da76c30cp-640},
    {"sin", elementary_sin, -0x1.3bbbe9e062d21p+348, 0x1.258a53d5b95c9p-2},
    {"sin", elementary_sin, 0x1.d4c28c32da198p-7, 0x1.d4be74679c86fp-7},
    {"sin", elementary_sin, -0x1.43435cc905939p-627, -0x1.43435cc905939p-627},
    {"cos", elementary_cos, -0x1.dc11f4be84d24p+4, -0x1.732ff72cfe0f7p-4},
    {"cos", elementary_cos, -0x1.373ed4df65768p+2, 0x1.33b62ce5be342p-3},
    {"cos", elementary_cos, -0x1.f610f7bb4a3fcp+2, 0x1.2d549dbba6a5fp-7},
    {"cos", elementary_cos, 0x1.fd802731de010p+1, -0x1.562adf2a6ba25p-1},
    {"cos", elementary_cos, 0x1.b2f9589f0f194p+4, -0x1.dafbef9b063e8p-2},
    {"cos", elementary_cos, 0x1.6dbf713e355e0p+3, 0x1.aea3289fb4c7dp-2},
    {"cos", elementary_cos, 0x1.dbe59640dc240p-1, 0x1.324d4b0023e73p-1},
    {"cos", elementary_cos, 0x1.c38e605a62478p+2, 0x1.6eb8978cdfd94p-1},
    {"cos", elementary_cos, 0x1.bd628881ba4f4p+384, -0x1.8f77cf1173981p-1},
    {"cos", elementary_cos, -0x1.e647cb9bdf106p-65, 0x1.0000000000000p+0},
    {"cos", elementary_cos, 0x1.f3aed0bbfc031p+597, 0x1.e2824ac384deap-3},
    {"cos", elementary_cos, -0x1.cc4169b1e58dep+393, 0x1.1006f2d7b3eb3p-3},
    {"cos", elementary_cos, 0x1.65e7e42cc46f4p-197, 0x1.0000000000000p+0},
    {"cos", elementary_cos, -0x1.1a81682f68a28p-193, 0x1.0000000000000p+0},
    {"erf", elementary_erf, 0x1.9c899c99c51ccp+0, 0x1.f464bea98fd45p-1},
    {"erf", elementary_erf, -0x1.5031948db3948p+2, -0x1.ffffffffffc26p-1},
    {"erf", elementary_erf, -0x1.4c46eb8178cf2p+2, -0x1.ffffffffff89ep-1},
    {"erf", elementary_erf, -0x1.bf56f9ab664f0p+1, -0x1.ffffe61d38cbcp-1},
    {"erf", elementary_erf, -0x1.0359e51572670p+2, -0x1.ffffffaa3095ap-1},
    {"erf", elementary_erf, -0x1.eb5aed19521b8p+0, -0x1.fc99ae6b09826p-1},
    {"erf", elementary_erf, -0x1.579f37362beb5p+2, -0x1.ffffffffffee7p-1},
    {"erf", elementary_erf, -0x1.7fd2228996b9ep+2, -0x1.0000000000000p+0},
    {"erf", elementary_erf, 0x1.895fd7a33f323p-223, 0x1.bbe01e24022c4p-223},
    {"erf", elementary_erf, -0x1.9d1de2a0d0e74p-114, -0x1.d226fe96f0345p-114},
    {"erf", elementary_erf, 0x1.dfd43f26a78c6p-264, 0x1.0eb6ee4ce79cfp-263},
    {"erf", elementary_erf, -0x1.260767944d155p-108, -0x1.4bc6af516c1c1p-108},
    {"erf", elementary_erf, 0x1.f4998d6b1dd0ap-171, 0x1.1a6ee63cf44eep-170},
    {"erf", elementary_erf, -0x1.7961fd83ee52dp-114, -0x1.a9d4b34c32e56p-114},
    {"erfc", elementary_erfc, -0x1.18bf2adfc2e52p+1, 0x1.ff81f6081eb95p+0},
    {"erfc", elementary_erfc, 0x1.43665de716ed4p+3, 0x1.64bb85c6b16a1p-152},
    {"erfc", elementary_erfc, 0x1.a44a6118c15bap+4, 0x1.f73887c30b53dp-1002},
    {"erfc", elementary_erfc, 0x1.3b4c174bddbdap+3, 0x1.bf9c10702d03dp-145},
    {"erfc", elementary_erfc, 0x1.12a1d07eac6dcp+2, 0x1.62be4c87af8d8p-30},
    {"erfc", elementary_erfc, -0x1.3e7ed55417030p+0, 0x1.ebe769480625ep+0},
    {"erfc", elementary_erfc, 0x1.2bd3ecaa9d2ccp+4, 0x1.418356838c6a5p-512},
    {"erfc", elementary_erfc, 0x1.26e7cb5779551p+4, 0x1.cda07371a0865p-496},
    {"erfc", elementary_erfc, 0x1.d42fddb625544p-55, 0x1.fffffffffffffp-1},
    {"erfc", elementary_erfc, -0x1.842e7fc0bd334p-218, 0x1.0000000000000p+0},
    {"erfc", elementary_erfc, 0x1.f373ca5e76f4ap-195, 0x1.0000000000000p+0},
    {"erfc", elementary_erfc, -0x1.5c9bcf24b0f7cp-30, 0x1.0000000625737p+0},
    {"erfc", elementary_erfc, 0x1.ea057540dd883p-22, 0x1.ffffeeb88fab2p-1},
    {"erfc", elementary_erfc, -0x1.4c4f9b1f4fe1dp-30, 0x1.00000005dbe42p+0},
    {"lgamma", elementary_lgamma, 0x1.a9c01047bfd73p+4, 0x1.dfe03afbb4a10p+5},
    {"lgamma", elementary_lgamma, 0x1.7a6ce24cdbe9ap+2, 0x1.28eec435a5106p+2},
    {"lgamma", elementary_lgamma, 0x1.11a260104ab4bp+5, 0x1.5716fd8582f5dp+6},
    {"lgamma", elementary_lgamma, 0x1.5f09c1db80a2dp+4, 0x1.6990f157e1332p+5},
    {"lgamma", elementary_lgamma, 0x1.247a4193439a8p+5, 0x1.788dc19d77739p+6},
    {"lgamma", elementary_lgamma, 0x1.fad5dd05ca6a6p+3, 0x1.b752defab8f6bp+4},
    {"lgamma", elementary_lgamma, 0x1.5b59ef45e38c3p+3, 0x1.d870df7d785f9p+3},
    {"lgamma", elementary_lgamma, 0x1.6cf0b5c66dda9p+4, 0x1.7f03392f25c00p+5},
    {"lgamma", elementary_lgamma, 0x1.5464ecd45dbb7p-43, 0x1.d85390c592c61p+4},
    {"lgamma", elementary_lgamma, 0x1.9cfc8659f7e66p-186, 0x1.00e4ef4fdc9fcp+7},
    {"lgamma", elementary_lgamma, 0x1.ce5b2a87a9105p-201, 0x1.15767d6157858p+7},
    {"lgamma", elementary_lgamma, 0x1.bd685179b4d8ep-95, 0x1.052e410cb0cadp+6},
    {"lgamma", elementary_lgamma, 0x1.332dd330907f1p-184, 0x1.fd6d6452c7a45p+6},
    {"lgamma", elementary_lgamma, 0x1.5b06259764628p-48, 0x1.07bc1ae057eecp+5},
    {"psi", elementary_psi, 0x1.cb1acf29c31c2p+1, 0x1.21a4910a326d2p+0},
    {"psi", elementary_psi, 0x1.c619140a1187fp+1, 0x1.1e67efe982f48p+0},
    {"psi", elementary_psi, 0x1.9f4d600cd604bp+3, 0x1.431aa00ff2979p+1},
    {"psi", elementary_psi, 0x1.87025d490bf74p+3, 0x1.3b1303916b91ap+1},
    {"psi", elementary_psi, 0x1.c7835ec862ab5p+4, 0x1.aa63cb5f5dc4dp+1},
    {"psi", elementary_psi, 0x1.32f45b9ce918cp+5, 0x1.d12c7d54ded1bp+1},
    {"psi", elementary_psi, 0x1.34562bdaa4765p+4, 0x1.7759f9c67548cp+1},
    {"psi", elementary_psi, 0x1.2d1b3a6f1e074p+5, 0x1.ceadcbf4e5b92p+1},
    {"psi", elementary_psi, 0x1.f47aebdf2f3a0p-122, -0x1.05e47ac8ec21bp+121},
    {"psi", elementary_psi, 0x1.149e25870e070p-114, -0x1.d9d685b1a06cap+113},
    {"psi", elementary_psi, 0x1.3a12916f0ae52p-248, -0x1.a15491e90625ep+247},
    {"psi", elementary_psi, 0x1.5675f6a68a3a0p-200, -0x1.7ebc5c2fd0aa7p+199},
    {"psi", elementary_psi, 0x1.9fc2d0bf8728ep-53, -0x1.3b420f577ec3cp+52},
    {"psi", elementary_psi, 0x1.7abec53d1828ep-300, -0x1.5a11aee4e8bbfp+299},
};
static const struct {
    double x, y, z;
} known_power[] = {
    {0x1.a72991ab021acp+42, 0x1.8000000000000p+1, 0x1.210e34d87d115p+128},
    {0x1.d5ab8b5523848p-45, 0x1.3ab576a54ca78p+3, 0x1.0934a04311a1fp-434},
    {0x1.c8450076c48cep+36, -0x1.cdd86be437bc2p+2, 0x1.25216ee82e183p-266},
    {0x1.e39639a5b6732p-5, 0x1.bc1cad7a14eacp+2, 0x1.97b7423663717p-29},
    {0x1.551fd8e2c6a7ap+42, 0x1.6000000000000p+3, 0x1.7849e090cd0c8p+466},
    {0x1.b8c9816caab58p-1, -0x1.2ef08fe28d750p+1, 0x1.6ce65d08cba88p+0},
    {0x1.f26149e2b7a89p+32, -0x1.05ffa12fadfd8p+3, 0x1.189e35e5552e4p-270},
    {0x1.fe3c9c8410b2cp-57, -0x1.0bea902748327p+3, 0x1.dc1a2e65e7342p+468},
    {0x1.e7a4630ee42ddp+43, 0x1.0000000000000p+2, 0x1.a54daf17dd8ffp+175},
    {0x1.9c9011fa72c62p+16, 0x1.70dffdad89cbcp+3, 0x1.4bb1b83f6eba8p+192},
    {0x1.a842bc1dffbbep-16, -0x1.08425eab54218p+3, 0x1.147c843b1f986p+126},
    {0x1.8c5c714431050p-58, -0x1.750fb9734300ap+3, 0x1.c45e46731f7edp+668},
    {0x1.f88c42373e6c6p+23, -0x1.4000000000000p+3, 0x1.286cf28511148p-240},
    {0x1.bfdefc1de0412p-43, -0x1.96acc10a547e8p+0, 0x1.04cbcce8160eap+67},
    {0x1.df2a8b663bd8ap+45, 0x1.1f29141442938p+3, 0x1.e97b98a5056cbp+411},
    {0x1.072a98c80f07ep-33, -0x1.3e00d31fc6e3bp+2, 0x1.b54e1e1ac24cap+163},
};

static double ulp(double x)
{
    return x == 0 ? 0x1p-1074 : nextafter(fabs(x), INFINITY) - fabs(x);
}

static void within_one_ulp_of_many_digits(void)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        CHECK_NEAR(known[i].f(known[i].x), known[i].y, ulp(known[i].y));
        if (test_failures) {
            fprintf(stderr, "%s(%a)\n", known[i].name, known[i].x);
            return;
        }
    }
    for (size_t i = 0; i < sizeof known_power / sizeof *known_power; i++)
        CHECK_NEAR(elementary_pow(known_power[i].x, known_power[i].y), known_power[i].z, ulp(known_power[i].z));
}

static int same(double x, double y)
{
    return (isnan(x) && isnan(y)) || (x == y && !signbit(x) == !signbit(y));
}

static void special_values_are_those_of_c99(void)
{
    static const struct {
        function f;
        double x, y;
    } c[] = {{elementary_exp, 0, 1},
             {elementary_exp, -INFINITY, 0},
             {elementary_exp, INFINITY, INFINITY},
             {elementary_exp, 710, INFINITY},
             {elementary_exp, -746, 0},
             {elementary_exp, -745, 0x1p-1074},
             {elementary_expm1, -0.0, -0.0},
             {elementary_expm1, -INFINITY, -1},
             {elementary_expm1, INFINITY, INFINITY},
             {elementary_expm1, 0x1p-1074, 0x1p-1074},
             {elementary_log, 0, -INFINITY},
             {elementary_log, -0.0, -INFINITY},
             {elementary_log, 1, 0},
             {elementary_log, -1, NAN},
             {elementary_log, INFINITY, INFINITY},
             {elementary_log1p, -0.0, -0.0},
             {elementary_log1p, -1, -INFINITY},
             {elementary_log1p, -2, NAN},
             {elementary_log1p, INFINITY, INFINITY},
             {elementary_tanh, -0.0, -0.0},
             {elementary_tanh, INFINITY, 1},
             {elementary_tanh, -INFINITY, -1},
             {elementary_tanh, 0x1p-1074, 0x1p-1074},
             {elementary_sin, -0.0, -0.0},
             {elementary_sin, INFINITY, NAN},
             {elementary_sin, -0x1p-1074, -0x1p-1074},
             {elementary_cos, 0, 1},
             {elementary_cos, -INFINITY, NAN},
             {elementary_erf, -0.0, -0.0},
             {elementary_erf, INFINITY, 1},
             {elementary_erf, -INFINITY, -1},
             {elementary_erfc, INFINITY, 0},
             {elementary_erfc, -INFINITY, 2},
             {elementary_erfc, 0, 1},
             {elementary_lgamma, 1, 0},
             {elementary_lgamma, 2, 0},
             {elementary_lgamma, 0, INFINITY},
             {elementary_lgamma, INFINITY, INFINITY},
             {elementary_psi, 0, NAN}};
    const function all[] = {elementary_exp,  elementary_expm1,  elementary_log, elementary_log1p,
                            elementary_tanh, elementary_sin,    elementary_cos, elementary_erf,
                            elementary_erfc, elementary_lgamma, elementary_psi};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        CHECK(same(c[i].f(c[i].x), c[i].y));
        if (test_failures) {
            fprintf(stderr, "value %zu\n", i);
            return;
        }
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) CHECK(isnan(all[i](NAN)));
}

static void powers_of_special_values_are_those_of_c99(void)
{
    static const double c[][3] = {{0, 3, 0},
                                  {-0.0, 3, -0.0},
                                  {-0.0, 2, 0},
                                  {0, -1, INFINITY},
                                  {-0.0, -3, -INFINITY},
                                  {-0.0, -2, INFINITY},
                                  {-1, INFINITY, 1},
                                  {1, NAN, 1},
                                  {NAN, 0, 1},
                                  {NAN, 1, NAN},
                                  {-8, 1. / 3, NAN},
                                  {0.5, -INFINITY, INFINITY},
                                  {2, -INFINITY, 0},
                                  {0.5, INFINITY, 0},
                                  {2, INFINITY, INFINITY},
                                  {-INFINITY, -3, -0.0},
                                  {-INFINITY, 3, -INFINITY},
                                  {-INFINITY, 2, INFINITY},
                                  {INFINITY, -1, 0},
                                  {-2, 3, -8},
                                  {-2, -2, 0.25},
                                  {2, 1023, 0x1p1023},
                                  {2, -1074, 0x1p-1074},
                                  {2, 1024, INFINITY},
                                  {-2, 1e300, INFINITY},
                                  {0.5, 1e300, 0},
                                  {10, 2, 100},
                                  {9, 0.5, 3}};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        CHECK(same(elementary_pow(c[i][0], c[i][1]), c[i][2]));
        if (test_failures) {
            fprintf(stderr, "value %zu\n", i);
            return;
        }
    }
}

static double some_number(uint64_t *s, int wide)
{
    double x;
    *s ^= *s << 13, *s ^= *s >> 7, *s ^= *s << 17; /* Marsaglia, J. Stat. Softw. 8, 14 (2003) */
    memcpy(&x, s, sizeof x);
    return wide ? x : ldexp((double)(int64_t)*s, -60);
}

static void same_bits_with_and_without_fma(void)
{
    static const function f[][2] = {
        {elementary_exp, elementary_plain_exp},   {elementary_expm1, elementary_plain_expm1},
        {elementary_log, elementary_plain_log},   {elementary_log1p, elementary_plain_log1p},
        {elementary_tanh, elementary_plain_tanh}, {elementary_sin, elementary_plain_sin},
        {elementary_cos, elementary_plain_cos},   {elementary_erf, elementary_plain_erf},
        {elementary_erfc, elementary_plain_erfc}, {elementary_lgamma, elementary_plain_lgamma},
        {elementary_psi, elementary_plain_psi}};
    uint64_t s = 15;
    for (int i = 0; i < 4000; i++) {
        const double x = some_number(&s, i % 2), y = some_number(&s, 0);
        for (size_t k = 0; k < sizeof f / sizeof *f; k++) CHECK(same(f[k][0](x), f[k][1](x)));
        CHECK(same(elementary_pow(fabs(x), y), elementary_plain_pow(fabs(x), y)));
    }
}

/* Known values: mpmath with 300 bits, by bisection of its normal distribution function. */
static void normal_quantiles_of_many_digits(void)
{
    static const double table[][2] = {
        {0x1.3333333333333p-2, -0x1.0c7e39582c5fbp-1},    {0x1.0000000000000p-1, 0x0.0p+0},
        {0x1.0000000002000p-1, 0x1.40d931ff62706p-39},    {0x1.339c0ebedfa44p-4, -0x1.7056dc6686c9bp+0},
        {0x1.32ca57a786c22p-4, -0x1.70b374817af52p+0},    {0x1.d99999999999ap-1, 0x1.7085226d3e525p+0},
        {0x1.d98c7e28240b8p-1, 0x1.7056dc6686c9cp+0},     {0x1.999999999999ap-6, -0x1.f5c0331eeff85p+0},
        {0x1.f333333333333p-1, 0x1.f5c0331eeff83p+0},     {0x1.0624dd2f1a9fcp-10, -0x1.8b8cbb7204471p+1},
        {0x1.5fd7fe1796495p-36, -0x1.a6a9350dc279cp+2},   {0x1.c965971ea9c5cp-37, -0x1.aaba256709820p+2},
        {0x1.59e05f1e2674dp-52, -0x1.02dbb04b29db2p+3},   {0x1.bff2ee48e0530p-333, -0x1.546010d755221p+4},
        {0x1.0000000000000p-1022, -0x1.2c27b05bf1a0bp+5},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        CHECK_NEAR(elementary_normal_quantile(table[i][0]), table[i][1], 8 * ulp(table[i][1]));
    CHECK(elementary_normal_quantile(0) == -INFINITY && elementary_normal_quantile(1) == INFINITY);
    CHECK(isnan(elementary_normal_quantile(-0.1)) && isnan(elementary_normal_quantile(1.1)) &&
          isnan(elementary_normal_quantile(NAN)));
}

int main(int argc, char **argv)
{
    static const test_case cases[] = {
        {"within_one_ulp_of_many_digits", within_one_ulp_of_many_digits},
        {"special_values_are_those_of_c99", special_values_are_those_of_c99},
        {"powers_of_special_values_are_those_of_c99", powers_of_special_values_are_those_of_c99},
        {"normal_quantiles_of_many_digits", normal_quantiles_of_many_digits},
        {"same_bits_with_and_without_fma", same_bits_with_and_without_fma}};
    return test_main(cases, sizeof cases / sizeof *cases, argc, argv);
}

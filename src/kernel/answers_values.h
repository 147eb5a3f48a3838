/* answers_values.h -- written by tests/kernel/known_answers.py. */
/* clang-format off */
#define ANSWER_WORDS UINT64_C(0xb94b7ec35d2160a4)
#define ANSWER_NORMALS 74.54697036921175
#define ANSWER_UNIFORM 985.6679538016492
#define ANSWER_LOG -109.74753217143376
#define ANSWER_DOT 53
#define ANSWER_SUMSQ 219
#define ANSWER_MAXABS 6
#define ANSWER_SCALE 273
#define ANSWER_GEMV 1044
#define ANSWER_GEMV_T 3324
#define ANSWER_OUTER_SUMSQ 68816
static const double answer_plain_outputs[] = {
    0x1.6c80000000000p+6, -0x1.e600000000000p+3, 0x1.1160000000000p+13, -0x1.1160000000000p+2, 0x1.23ede40000000p+5,
    0x1.e600000000000p-6, 0x1.4400000000000p+2, 0x1.6c80000000000p+6};
static const double answer_plain_losses[] = {
    0x1.00a7200000000p+12, 0x1.ec32000000000p+6, 0x1.23e5591000000p+25, 0x1.6c45e40000000p+3, 0x1.43d74247f3100p+9,
    0x1.c50d520000000p-4, 0x1.4d10000000000p+3, 0x1.00a7200000000p+12};
static const double answer_plain_gradients[] = {
    0x1.9f545d8000000p+19, 0x1.1aed300000000p+14, -0x1.4251f45800000p+31, 0x1.5a7b824000000p+9, 0x1.1be08802b4d08p+17,
    -0x1.cc24d22000000p+0, 0x1.afa3300000000p+11, 0x1.9f545d8000000p+19};
static const double answer_plain_sizes[] = {
    0x1.8000000000000p+3, 0x1.8000000000000p+2, 0x1.a000000000000p+4, 0x1.0000000000000p+2, 0x1.4000000000000p+3,
    -0x1.0000000000000p+3, 0x1.0000000000000p+2, 0x1.8000000000000p+3};
static const double answer_sloped_slopes[] = {
    0x1.b500000000000p+7, 0x1.a800000000000p+6, 0x1.1200000000000p+6, 0x1.6a00000000000p+7, 0x1.6a00000000000p+7,
    0x1.6a00000000000p+7, 0x1.0000000000000p+8, 0x1.b500000000000p+7};
static const double answer_sloped_outputs[] = {
    0x1.6c80000000000p-23, 0x1.e600000000000p-36, -0x1.1160000000000p-30, -0x1.1160000000000p-31,
    0x1.23ede40000000p-28, 0x1.e600000000000p-39, 0x1.4400000000000p-23, 0x1.6c80000000000p-23};
static const double answer_sloped_losses[] = {
    0x1.ffffe9380040ep-4, 0x1.ffffffff0d000p-4, 0x1.0000001116000p-3, 0x1.000000088b000p-3, 0x1.ffffff6e090e1p-4,
    0x1.ffffffffe1a00p-4, 0x1.ffffebc000334p-4, 0x1.ffffe9380040ep-4};
static const double answer_sloped_gradients[] = {
    -0x1.254ef97984120p-17, -0x1.208fffffbb85dp-30, -0x1.2dda000a12b56p-26, 0x1.22760004d8b31p-27,
    -0x1.f8cb59f80b785p-23, -0x1.e929fffff17d7p-33, -0x1.7a6bf8843d400p-17, -0x1.254ef97984120p-17};
static const double answer_sloped_sizes[] = {
    -0x1.9000000000000p+4, -0x1.3000000000000p+5, -0x1.f000000000000p+4, -0x1.0000000000000p+5, -0x1.e000000000000p+4,
    -0x1.4800000000000p+5, -0x1.9000000000000p+4, -0x1.9000000000000p+4};

/* curves.h -- activations and their two derivatives over eight lanes, within 3 ulp (where terms cancel, of the largest
   term); part of body.h. The bits of a number depend on nothing but the number.

   exp(x) = 2^k (1 + p), k = x/ln 2 rounded, p = expm1(x - k ln 2) by Taylor's series, remainder below 2^-56; 2^k is
   kept as two factors, the last of which is applied last: results below 2^-1022 are rounded once. Constants and
   expansions are those of base/elementary.c. */
#define MAGIC 0x1.8p52 /* x + MAGIC - MAGIC is x rounded to a whole number */
#define FARTHEST 2000

/* Exact for x < 2^52, and cheaper than a full conversion. */
static inline V v_of_small(U x)
{
    return v_sub(v_bits(u_or(x, u_set(0x4330000000000000u))), v_set(0x1p52));
}

/* log x for positive normal x: x = 2^e m, m in [sqrt(1/2), sqrt(2)), log m = 2 s (1 + s^2 Q(s^2)), s = (m-1)/(m+1). */
static inline V log_lanes(V x)
{
    /* adding (1 - sqrt(1/2)) in the exponent's units makes the exponent field that of the nearest power */
    const U shifted = u_add(u_bits(x), u_set(0x3ff0000000000000u - 0x3fe6a09e667f3bcdu));
    const U e = u_shr(shifted, 52);
    const U m_bits = u_add(u_and(shifted, u_set(0x000fffffffffffffu)), u_set(0x3fe6a09e667f3bcdu));
    const V k = v_sub(v_of_small(e), v_set(1023.0)), f = v_sub(v_bits(m_bits), v_set(1.0));
    const V s = v_div(f, v_add(f, v_set(2.0))), w = v_mul(s, s);
    V q = v_set(0x1.2b584aae78a57p-4);
    q = v_fma(q, w, v_set(0x1.39fe606542ddep-4));
    q = v_fma(q, w, v_set(0x1.7462b4ab2ef6bp-4));
    q = v_fma(q, w, v_set(0x1.c71c62e5800a1p-4));
    q = v_fma(q, w, v_set(0x1.2492492df148dp-3));
    q = v_fma(q, w, v_set(0x1.99999999952e2p-3));
    q = v_fma(q, w, v_set(0x1.5555555555558p-2));
    /* 2 s = f - s f exactly in the algebra, which keeps the leading term f unrounded */
    const V tail = v_mul(s, v_sub(f, v_mul(v_mul(v_set(2.0), w), q)));
    const V low = v_fma(k, v_set(0x1.abc9e3b39803fp-56), v_sub(v_set(0.0), tail));
    return v_fma(k, v_set(0x1.62e42fefa39efp-1), v_add(f, low));
}

static inline V v_poly(const double *c, int n, V x)
{
    V y = v_set(c[n - 1]);
    for (int i = n - 2; i >= 0; i--) y = v_fma(y, x, v_set(c[i]));
    return y;
}

static inline V v_neg(V x)
{
    return v_bits(u_xor(u_bits(x), u_set(UINT64_C(1) << 63)));
}

static inline V v_abs(V x)
{
    return v_bits(u_and(u_bits(x), u_set(~(UINT64_C(1) << 63))));
}

/* All ones where the sign bit is set. */
static inline U is_below(V x)
{
    return u_sub(u_set(0), u_shr(u_bits(x), 63));
}

static inline V v_blend(U where, V yes, V no)
{
    return v_bits(u_blend(where, u_bits(yes), u_bits(no)));
}

/* x, of the sign of y where x is positive */
static inline V with_sign(V x, V y)
{
    return v_bits(u_xor(u_bits(x), u_and(u_bits(y), u_set(UINT64_C(1) << 63))));
}

/* x held within +-FARTHEST; NaN stays */
static inline V v_held(V x)
{
    return v_max(v_set(-FARTHEST), v_min(v_set(FARTHEST), x));
}

/* 2^k for whole k within +-1022 */
static inline V v_power(V k)
{
    return v_bits(u_shl(u_bits(v_add(k, v_set(MAGIC + 1023))), 52));
}

typedef struct {
    V p, low, first, last; /* (1 + p + low) first last */
} exponential;

/* exp(x + low), low much smaller than x and x within +-1100 */
static inline exponential v_exponential(V x, V low)
{
    static const double c[] = {0x1.0000000000000p-1,  0x1.5555555555555p-3,  0x1.5555555555555p-5,
                               0x1.1111111111111p-7,  0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-13,
                               0x1.a01a01a01a01ap-16, 0x1.71de3a556c734p-19, 0x1.27e4fb7789f5cp-22,
                               0x1.ae64567f544e4p-26, 0x1.1eed8eff8d898p-29, 0x1.6124613a86d09p-33};
    const V k = v_sub(v_fma(x, v_set(0x1.71547652b82fep+0), v_set(MAGIC)), v_set(MAGIC));
    const V head = v_fma(k, v_set(-0x1.62e42fefa3p-1), x), more = v_fma(k, v_set(-0x1.3de6af278ece6p-42), low);
    const V r = v_add(head, more), rest = v_add(v_sub(head, r), more);
    const V tail = v_fma(v_mul(r, r), v_poly(c, 12, r), rest), p = v_add(r, tail);
    const V half = v_sub(v_fma(k, v_set(0.5), v_set(MAGIC)), v_set(MAGIC));
    return (exponential){p, v_add(v_sub(r, p), tail), v_power(half), v_power(v_sub(k, half))};
}

static inline V scaled_last(V x, exponential e)
{
    return v_mul(v_mul(x, e.first), e.last);
}

/* exp(x) - 1 */
static inline V less_one(exponential e)
{
    const V scale = v_mul(e.first, e.last);
    return v_fma(scale, e.p, v_fma(scale, e.low, v_sub(scale, v_set(1))));
}

/* e = exp(-a), a >= 0: e = (m + m_low) 2^k, 1 - e = less + less_low, 1/(1 + e) = inverse (1 + error) */
typedef struct {
    exponential e;
    V m, m_low, less, less_low, inverse, error;
} logistic;

static inline logistic v_logistic(V a)
{
    const V one = v_set(1);
    logistic s;
    s.e = v_exponential(v_neg(v_min(v_set(800), a)), v_set(0));
    s.m = v_add(one, s.e.p);
    s.m_low = v_add(v_add(v_sub(one, s.m), s.e.p), s.e.low);
    const V scale = v_mul(s.e.first, s.e.last), rest = v_sub(one, scale);
    s.less = v_fma(v_neg(scale), s.e.p, rest);
    s.less_low = v_sub(v_fma(v_neg(scale), s.e.p, v_sub(rest, s.less)), v_mul(scale, s.e.low));
    const V e = v_mul(scale, s.m), sum = v_add(one, e);
    const V low = v_fma(scale, s.m_low, v_add(v_sub(one, sum), e));
    s.inverse = v_div(one, sum);
    s.error = v_fma(v_neg(low), s.inverse, v_fma(v_neg(sum), s.inverse, one));
    return s;
}

/* (x + low)/(1 + e) */
static inline V shared(V x, V low, const logistic *s)
{
    return v_fma(x, s->inverse, v_mul(v_fma(x, s->error, low), s->inverse));
}

/* 1/(1 + e); e/(1 + e) and e/(1 + e)^2 but for the powers of two; tanh(a/2) */
static inline V larger_part(const logistic *s)
{
    return v_fma(s->inverse, s->error, s->inverse);
}

static inline V smaller_part(const logistic *s)
{
    return shared(s->m, s->m_low, s);
}

static inline V bell(const logistic *s)
{
    return shared(smaller_part(s), v_set(0), s);
}

static inline V tanh_half(const logistic *s)
{
    return shared(s->less, s->less_low, s);
}

typedef struct {
    V f, df, d2f;
} curve;

static inline curve tanh_curve(V z, const double *param)
{
    (void)param;
    const logistic s = v_logistic(v_mul(v_set(2), v_abs(z)));
    const V f = with_sign(tanh_half(&s), z), b = v_mul(v_set(4), bell(&s));
    return (curve){f, scaled_last(b, s.e), scaled_last(v_mul(v_mul(v_set(-2), f), b), s.e)};
}

static inline curve sigmoid_curve(V z, const double *param)
{
    (void)param;
    const logistic s = v_logistic(v_abs(z));
    const V b = bell(&s), th = with_sign(tanh_half(&s), z);
    return (curve){v_blend(is_below(z), scaled_last(smaller_part(&s), s.e), larger_part(&s)), scaled_last(b, s.e),
                   scaled_last(v_mul(v_neg(b), th), s.e)};
}

/* Far out, where z is held, all but z (1 - e) is 0. */
static inline curve silu_curve(V z, const double *param)
{
    (void)param;
    const logistic s = v_logistic(v_abs(z));
    const U below = is_below(z);
    const V small = smaller_part(&s), large = larger_part(&s), held = v_held(z);
    const V rest = v_blend(below, large, scaled_last(small, s.e)), slope = v_fma(held, rest, v_set(1));
    const V bend = v_mul(bell(&s), v_fma(v_neg(v_abs(held)), tanh_half(&s), v_set(2)));
    return (curve){v_blend(below, scaled_last(v_mul(held, small), s.e), v_mul(z, large)),
                   v_blend(below, scaled_last(v_mul(small, slope), s.e), v_mul(large, slope)), scaled_last(bend, s.e)};
}

static inline curve softplus_curve(V z, const double *param)
{
    (void)param;
    const logistic s = v_logistic(v_abs(z));
    const V e = scaled_last(s.m, s.e), sum = v_add(v_set(1), e), low = v_add(v_sub(v_set(1), sum), e);
    const V log1p = v_add(log_lanes(sum), v_mul(low, s.inverse));
    const U below = is_below(z);
    return (curve){v_add(v_blend(below, v_set(0), z), log1p),
                   v_blend(below, scaled_last(smaller_part(&s), s.e), larger_part(&s)), scaled_last(bell(&s), s.e)};
}

/* param: the slopes below and above 0 */
static inline curve elu_curve(V z, const double *param)
{
    const exponential e = v_exponential(v_min(v_set(0), v_max(v_set(-800), z)), v_set(0));
    const V slope = v_mul(v_mul(v_mul(v_add(v_set(1), e.p), e.first), v_set(param[0])), e.last);
    const V zero = v_set(0), low = v_mul(v_set(param[0]), less_one(e));
    const U above = is_below(v_sub(zero, z)), below = is_below(v_add(z, zero));
    return (curve){v_blend(above, v_mul(v_set(param[1]), z), low), v_blend(above, v_set(param[1]), slope),
                   v_blend(below, slope, zero)};
}

/* |x| = quarter pi/2 + r + low, |x| < 2^20 (base/elementary.c) */
static inline V sine_part(V r, V low)
{
    static const double c[] = {-0x1.5555555555555p-3,  0x1.1111111111111p-7,   -0x1.a01a01a01a01ap-13,
                               0x1.71de3a556c734p-19,  -0x1.ae64567f544e4p-26, 0x1.6124613a86d09p-33,
                               -0x1.ae7f3e733b81fp-41, 0x1.952c77030ad4ap-49};
    const V w = v_mul(r, r);
    return v_add(r, v_fma(v_mul(w, r), v_poly(c, 8, w), v_fma(v_mul(v_set(-0.5), w), low, low)));
}

static inline V cosine_part(V r, V low)
{
    static const double c[] = {0x1.5555555555555p-5,   -0x1.6c16c16c16c17p-10, 0x1.a01a01a01a01ap-16,
                               -0x1.27e4fb7789f5cp-22, 0x1.1eed8eff8d898p-29,  -0x1.93974a8c07c9dp-37,
                               0x1.ae7f3e733b81fp-45};
    const V w = v_mul(r, r), half = v_mul(v_set(0.5), w), head = v_sub(v_set(1), half);
    const V tail = v_sub(v_sub(v_set(1), head), half);
    return v_add(head, v_add(tail, v_fma(v_mul(w, w), v_poly(c, 7, w), v_mul(v_neg(r), low))));
}

/* Where 2^20 or more: rare, one by one. */
static curve far_sines(V z, curve c)
{
    double x[8], f[8], df[8];
    v_store(x, z);
    v_store(f, c.f);
    v_store(df, c.df);
    for (int i = 0; i < 8; i++)
        if (!(fabs(x[i]) < 0x1p20)) f[i] = elementary_sin(x[i]), df[i] = elementary_cos(x[i]);
    return (curve){v_load(f), v_load(df), v_neg(v_load(f))};
}

static inline curve sin_curve(V z, const double *param)
{
    (void)param;
    const V x = v_abs(z), whole = v_fma(x, v_set(0x1.45f306dc9c883p-1), v_set(MAGIC)), k = v_sub(whole, v_set(MAGIC));
    const V head = v_fma(k, v_set(-0x1.921fb544p+0), x), more = v_mul(k, v_set(-0x1.0b4611a6p-34));
    const V sum = v_add(head, more), back = v_sub(sum, head);
    const V lost = v_add(v_sub(head, v_sub(sum, back)), v_sub(more, back));
    const V rest = v_fma(k, v_set(-0x1.3198a2e037073p-69), lost), r = v_add(sum, rest);
    const V low = v_add(v_sub(sum, r), rest), s = sine_part(r, low), c = cosine_part(r, low);
    const U odd = u_sub(u_set(0), u_and(u_bits(whole), u_set(1)));
    const U turn = u_shl(u_and(u_bits(whole), u_set(2)), 62);
    const U turned = u_shl(u_and(u_add(u_bits(whole), u_set(1)), u_set(2)), 62);
    const V sine = with_sign(v_bits(u_xor(u_bits(v_blend(odd, c, s)), turn)), z);
    const curve near = {sine, v_bits(u_xor(u_bits(v_blend(odd, s, c)), turned)), v_neg(sine)};
    const U far = is_below(v_bits(u_sub(u_bits(v_set(0x1.fffffffffffffp+19)), u_bits(x))));
    return v_top(v_bits(u_and(far, u_bits(v_set(1))))) > 0 ? far_sines(z, near) : near;
}

/* erf(x), x < 0.5 */
static inline V small_erf(V x)
{
    static const double c[] = {-0x1.812746b0379e7p-2,  0x1.ce2f21a042be2p-4,   -0x1.b82ce31288b51p-6,
                               0x1.565bcd0e6a53fp-8,   -0x1.c02db40040b86p-11, 0x1.f9a326f9b89b7p-14,
                               -0x1.f4d25c3e0c2ebp-17, 0x1.b9e6c9dc651a3p-20,  -0x1.5f742ec43e71ap-23,
                               0x1.fcc5720624c1cp-27,  -0x1.51d7181c5d36dp-30};
    const V w = v_mul(x, x), rest = v_fma(w, v_poly(c, 11, w), v_set(0x1.1ae3a914fed80p-56));
    return v_fma(x, v_set(0x1.20dd750429b6dp+0), v_mul(x, rest));
}

/* m and its rounding of e = m 2^k */
static inline V mantissa(exponential e, V *low)
{
    const V m = v_add(v_set(1), e.p);
    *low = v_add(v_add(v_sub(v_set(1), m), e.p), e.low);
    return m;
}

/* erfc(x + low) but for the powers of two of e = exp(-(x + low)^2); 0.46 < x */
static inline V large_erfc(V x, V low, exponential e)
{
    static const double c[] = {
        -0x1.1f367683f89a7p-3,  0x1.d5f2948159db8p-9,   0x1.510169d0967f3p-4,   -0x1.bda9309a28a03p-4,
        0x1.7a14188a99e24p-4,   -0x1.e0d0fa6dfb443p-5,  0x1.d0b0037dbc82cp-6,   -0x1.3f603c351f0f1p-7,
        0x1.cc3a0e2e3ba4bp-10,  0x1.33fb263361c5fp-12,  -0x1.303f9ef578fbfp-12, 0x1.b143ed89d9418p-15,
        0x1.778a92e9835e4p-16,  -0x1.8002b3899b002p-17, -0x1.053a3f1a8f25bp-20, 0x1.d6352b942c972p-20,
        -0x1.ef2016eb1283ep-25, -0x1.14e44d099bf1cp-22, 0x1.93090af85db7ap-26,  0x1.3ef122a90bffcp-25,
        -0x1.000fd969930f1p-28, -0x1.0a90dc37f6f23p-28, 0x1.2bf2273255e12p-32};
    const V t = v_div(v_sub(x, v_set(3.75)), v_add(x, v_set(3.75))), one = v_set(1), two = v_set(2);
    const V y = v_fma(t, v_poly(c, 23, t), v_set(0x1.3ccda0b5d5dc2p+0)), d = v_fma(two, x, one);
    const V d_low = v_fma(two, low, v_fma(two, x, v_sub(one, d))), inverse = v_div(one, d);
    V m_low;
    const V m = mantissa(e, &m_low), up = v_mul(y, m), q = v_mul(up, inverse);
    const V up_low = v_fma(y, m_low, v_fma(y, m, v_neg(up)));
    const V rest = v_fma(v_neg(q), d_low, v_add(up_low, v_fma(v_neg(q), d, up)));
    return v_fma(rest, inverse, q);
}

static inline curve erf_curve(V z, const double *param)
{
    (void)param;
    const V x = v_min(v_set(28), v_abs(z)), square = v_mul(x, x), low = v_fma(x, x, v_neg(square));
    const exponential e = v_exponential(v_neg(square), v_neg(low));
    const V large = v_sub(v_set(1), scaled_last(large_erfc(x, v_set(0), e), e));
    const V f = v_blend(is_below(v_sub(x, v_set(0.47))), small_erf(x), large);
    V m_low;
    const V m = mantissa(e, &m_low), slope = v_mul(v_add(m, m_low), v_set(0x1.20dd750429b6dp+0));
    return (curve){with_sign(f, z), scaled_last(slope, e),
                   scaled_last(v_mul(v_mul(v_set(-2), with_sign(x, z)), slope), e)};
}

/* Beyond 39.5 all but z is 0. */
static inline curve gelu_curve(V z, const double *param)
{
    (void)param;
    const V size = v_min(v_set(39.5), v_abs(z)), root = v_set(M_SQRT1_2), half = v_set(0.5);
    const V x = v_mul(size, root), x_low = v_fma(size, v_set(-0x1.bdd3413b26456p-55), v_fma(size, root, v_neg(x)));
    const V square = v_mul(size, size), low = v_fma(size, size, v_neg(square));
    const exponential e = v_exponential(v_mul(v_neg(half), square), v_mul(v_neg(half), low));
    V m_low;
    const V m = mantissa(e, &m_low), held = with_sign(size, z);
    const V density = v_fma(m, v_set(0x1.9884533d43651p-2), v_mul(m_low, v_set(0x1.9884533d43651p-2)));
    const V tail = v_mul(half, large_erfc(x, x_low, e)), middle = with_sign(v_mul(half, small_erf(x)), z);
    const V far = v_blend(is_below(z), tail, v_sub(v_set(1), scaled_last(tail, e)));
    const U near = is_below(v_sub(x, v_set(0.47)));
    const V phi = v_blend(near, v_add(half, middle), far);
    const U scaled = u_and(is_below(z), u_xor(near, u_set(~UINT64_C(0))));
    const V slope =
        v_blend(scaled, scaled_last(v_fma(held, density, phi), e), v_fma(held, scaled_last(density, e), phi));
    return (curve){v_blend(scaled, scaled_last(v_mul(held, phi), e), v_mul(z, phi)), slope,
                   scaled_last(v_mul(density, v_sub(v_sub(v_set(2), square), low)), e)};
}

/* --- over vectors */
#define CURVE(name)                                                                                                    \
    static void name##_slopes(const double *z, double *f, double *df, size_t n, const double *param)                   \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + 8 <= n; i += 8) {                                                                                   \
            const curve c = name##_curve(v_load(z + i), param);                                                        \
            v_store(f + i, c.f);                                                                                       \
            v_store(df + i, c.df);                                                                                     \
        }                                                                                                              \
        if (i == n) return;                                                                                            \
        const curve c = name##_curve(v_load_n(z + i, n - i), param);                                                   \
        v_store_n(f + i, c.f, n - i);                                                                                  \
        v_store_n(df + i, c.df, n - i);                                                                                \
    }                                                                                                                  \
    static void name##_bends(const double *z, double *d2f, size_t n, const double *param)                              \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + 8 <= n; i += 8) v_store(d2f + i, name##_curve(v_load(z + i), param).d2f);                           \
        if (i < n) v_store_n(d2f + i, name##_curve(v_load_n(z + i, n - i), param).d2f, n - i);                         \
    }

CURVE(tanh)
CURVE(sigmoid)
CURVE(silu)
CURVE(softplus)
CURVE(elu)
CURVE(sin)
CURVE(erf)
CURVE(gelu)

/* The order of tepui_curve. */
#define CURVES                                                                                                         \
    {tanh_slopes, sigmoid_slopes, silu_slopes, softplus_slopes, elu_slopes, sin_slopes, erf_slopes, gelu_slopes},      \
    {                                                                                                                  \
        tanh_bends, sigmoid_bends, silu_bends, softplus_bends, elu_bends, sin_bends, erf_bends, gelu_bends             \
    }

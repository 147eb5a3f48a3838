/* chain.h -- kernels of chains of scalar factors (law C1, C2), eight side by side; part of body.h.

       f = x prod_k v_k, v_k = w_k s_k,   d f / d w_k = s_k x prod_{j != k} v_j,

   never by division. Eight consecutive factors make a chunk: their product, products of four and two are a tree, and
   what multiplies a factor comes down that tree from the product of all before the chunk (kept by the forward pass) and
   of all behind it (the backward pass carries it along). Only products of whole chunks are brought back to [1, 2) times
   a power of two, which is exact. There is no fused multiply-add here: machines without one would be slow. */

/* One copy for each constant argument, or the tests of `sloped` and `g` cost more than the rest. */
#ifdef __GNUC__
#define CHAIN_INLINE static inline __attribute__((always_inline))
#else
#define CHAIN_INLINE static inline
#endif

/* While the products of all before a chunk are within 2^+-300, and r 2^e within 2^+-100, what multiplies a chunk is
   within 2^+-1000: no exponents are needed, and powers of two change no digit. */
#define CHAIN_NEAR 0x1p300
#define CHAIN_NEAR_EXPONENT 100
#define CHAIN_MILD 0x1p100
#define CHAIN_RUN 512 /* factors until the product of 64 numbers in [1, 2) is brought back to that range */

/* 2^e of integral e: 0 below -1022, no more than 2^1023. */
static inline V chain_power(V e)
{
    const V biased = v_min(v_max(v_add(e, v_set(1023)), v_set(0)), v_set(2046));
    return v_bits(u_shl(u_bits(v_add(biased, v_set(0x1p52))), 52));
}

/* p = m 2^k with m in [1, 2), k added to e; 0 stays 0 and takes e down by 1023. */
static inline V chain_split(V p, V *e)
{
    const U field = u_and(u_shr(u_bits(p), 52), u_set(0x7ff));
    const V biased = v_bits(u_or(field, u_set(0x4330000000000000))); /* 2^52 + field */
    *e = v_add(*e, v_sub(biased, v_set(0x1p52 + 1023)));
    return v_mul(p, v_bits(u_shl(u_sub(u_set(2046), field), 52)));
}

/* Highest bit: x is 0, of either sign. */
static inline U chain_zero(U x)
{
    const U size = u_shl(x, 1);
    return u_and(u_xor(size, u_set(UINT64_MAX)), u_sub(size, u_set(1)));
}
/* All bits, or none, by the highest. */
static inline U chain_mask(U x)
{
    return u_sub(u_set(0), u_shr(x, 63));
}

/* Signs alone decide on the slopes, and whether something before was 0: then z is 0, which counts as below. */
static void chain_slopes(tepui_chains *c, size_t n, double below, double above)
{
    const U top = u_set(UINT64_C(1) << 63), low = u_bits(v_set(below)), high = u_bits(v_set(above));
    const U low_ends = u_set(below == 0 ? UINT64_MAX : 0), high_ends = u_set(above == 0 ? UINT64_MAX : 0);
    U sign = u_bits(v_load(c->m)), dead = chain_zero(sign);
    for (size_t k = 0; k < n; k++) {
        const U w = u_bits(v_load(c->w + 8 * k)), z = u_xor(w, sign);
        dead = u_or(dead, chain_zero(w));
        const U mask = chain_mask(u_or(u_and(z, top), dead)), slope = u_blend(mask, low, high);
        v_store(c->slope + 8 * k, v_bits(slope));
        sign = u_xor(z, slope);
        dead = u_or(dead, u_blend(mask, low_ends, high_ends));
    }
}

/* The chunk from factor k on. */
CHAIN_INLINE void chain_load(const double *w, const double *slope, int sloped, size_t k, V v[8])
{
    for (size_t i = 0; i < 8; i++) {
        v[i] = v_load(w + 8 * (k + i));
        if (sloped) v[i] = v_mul(v[i], v_load(slope + 8 * (k + i)));
    }
}

CHAIN_INLINE V chain_product(const V v[8])
{
    return v_mul(v_mul(v_mul(v[0], v[1]), v_mul(v[2], v[3])), v_mul(v_mul(v[4], v[5]), v_mul(v[6], v[7])));
}

CHAIN_INLINE void chain_products(tepui_chains *c, int sloped)
{
    const double *const w = c->w, *const slope = c->slope;
    double *const at_m = c->m, *const at_e = c->e;
    const size_t n = c->n;
    V m = v_load(at_m), e = v_load(at_e);
    for (size_t k = 0; k < n; k += 8) {
        V v[8];
        chain_load(w, slope, sloped, k, v);
        m = v_mul(m, chain_split(chain_product(v), &e));
        if ((k + 8) % CHAIN_RUN == 0 || k + 8 == n) m = chain_split(m, &e);
        v_store(at_m + k + 8, m);
        v_store(at_e + k + 8, e);
    }
}

/* The same for short chains whose products stay near 1, without exponents; returns the last one, and the ends of the
   sizes of all. */
CHAIN_INLINE V chain_plain_pass(tepui_chains *c, int sloped, V *least, V *most)
{
    const V size = v_bits(u_set(~(UINT64_C(1) << 63)));
    const double *const w = c->w, *const slope = c->slope;
    double *const at_m = c->m;
    const size_t n = c->n;
    V m = v_load(at_m);
    *least = *most = v_set(1);
    for (size_t k = 0; k < n; k += 8) {
        V v[8];
        chain_load(w, slope, sloped, k, v);
        m = v_mul(m, chain_product(v));
        const V now = v_bits(u_and(u_bits(m), u_bits(size)));
        *least = v_min(now, *least);
        *most = v_max(now, *most);
        v_store(at_m + k + 8, m);
    }
    return m;
}

/* Returns 0 where one did not stay near 1. */
CHAIN_INLINE int chain_plain_products(tepui_chains *c, int sloped)
{
    const size_t n = c->n;
    V e = v_load(c->e), least, most;
    const V m = chain_plain_pass(c, sloped, &least, &most);
    v_store(c->m + n, chain_split(m, &e));
    v_store(c->e + n, e);
    most = v_max(most, v_div(v_set(1), least));
    return v_top(most) <= CHAIN_NEAR && 0 * v_sum(m) == 0;
}

/* Highest bit: x is negative or NaN, of whatever sign. */
static inline U chain_below(V x)
{
    const U bits = u_bits(x);
    return u_or(bits, u_sub(u_set(UINT64_C(0x7ff) << 52), bits));
}

/* Highest bit: not all of least .. most is within low .. high. */
static inline U chain_outside(V least, V most, V low, V high)
{
    return u_or(chain_below(v_sub(least, low)), chain_below(v_sub(high, most)));
}

static inline int chain_any(U highest)
{
    return v_top(v_bits(u_and(chain_mask(highest), u_bits(v_set(1))))) > 0;
}

static inline int chain_is_outside(const tepui_chains *c, V loss)
{
    return chain_any(chain_outside(loss, loss, v_load(c->floor), v_load(c->ceiling)));
}

/* f - y and what follows from it, aligned to the larger of both. */
static inline void chain_loss(tepui_chains *c)
{
    const V m = v_load(c->m + c->n), zero_exponent = v_set(-1e15), y_exponent = v_load(c->y_exponent);
    const U none = chain_mask(chain_zero(u_bits(m)));
    const V e = v_bits(u_blend(none, u_bits(zero_exponent), u_bits(v_load(c->e + c->n))));
    V d = v_max(e, y_exponent);
    V r = v_sub(v_mul(m, chain_power(v_sub(e, d))), v_mul(v_load(c->y), chain_power(v_sub(y_exponent, d))));
    const V f = v_mul(m, chain_power(e)), plain = v_mul(r, chain_power(d)), gap = v_sub(f, v_load(c->start));
    v_store(c->f, f);
    const V loss = v_mul(v_mul(v_set(0.5), plain), plain);
    v_store(c->loss, loss);
    c->outside = chain_is_outside(c, loss);
    v_store(c->distance, v_max(gap, v_sub(v_set(0), gap)));
    r = chain_split(r, &d);
    v_store(c->r, r);
    v_store(c->r_exponent, d);
    v_store(c->size, v_add(e, d));
}

static void chain_forward(tepui_chains *c)
{
    if (c->plain) c->plain = c->slope ? chain_plain_products(c, 1) : chain_plain_products(c, 0);
    if (!c->plain && c->slope)
        chain_products(c, 1);
    else if (!c->plain)
        chain_products(c, 0);
    chain_loss(c);
}

/* The products of two, four and all eight; and how what multiplies all eight comes down to each of them. */
CHAIN_INLINE V chain_down(const V v[8], V outer, V out[8])
{
    V pair[4], four[2];
    for (size_t i = 0; i < 4; i++) pair[i] = v_mul(v[2 * i], v[2 * i + 1]);
    for (size_t i = 0; i < 2; i++) four[i] = v_mul(pair[2 * i], pair[2 * i + 1]);
    for (size_t i = 0; i < 4; i++) {
        const V to_pair = v_mul(v_mul(outer, four[1 - i / 2]), pair[i ^ 1]);
        out[2 * i] = v_mul(to_pair, v[2 * i + 1]);
        out[2 * i + 1] = v_mul(to_pair, v[2 * i]);
    }
    return v_mul(four[0], four[1]);
}

/* r 2^e times d f / d w: into g, or off w where g is NULL. plain: as in the forward pass, 2^e is in r already. */
CHAIN_INLINE void chain_back(const tepui_chains *c, int sloped, int plain, V r, V e, double *g)
{
    const size_t stride = c->plain ? 0 : 1;
    const double *const slope = c->slope, *const at_m = c->m, *const at_e = c->e;
    double *const w = c->w;
    for (size_t k = c->n; k > 0;) {
        V v[8], out[8];
        k -= 8;
        chain_load(w, slope, sloped, k, v);
        V outer = v_mul(v_load(at_m + k), r);
        if (!plain) outer = v_mul(outer, chain_power(v_add(v_load(at_e + stride * k), e)));
        const V all = chain_down(v, outer, out);
        for (size_t i = 0; i < 8; i++) {
            const size_t at = 8 * (k + i);
            if (sloped) out[i] = v_mul(out[i], v_load(slope + at));
            if (g)
                v_store(g + at, out[i]);
            else
                v_store(w + at, v_sub(sloped ? v_load(w + at) : v[i], out[i]));
        }
        r = v_mul(r, plain ? all : chain_split(all, &e));
        if (!plain && k % CHAIN_RUN == 0) r = chain_split(r, &e);
    }
}

/* The fastest way with the same bits. */
CHAIN_INLINE void chain_back_best(const tepui_chains *c, V r, V e, double *g)
{
    const U none = chain_mask(chain_zero(u_bits(r)));
    const V all = v_bits(u_blend(none, u_set(0), u_bits(v_add(e, v_load(c->e)))));
    const V most = v_max(all, v_sub(v_set(0), all));
    const int plain = c->plain && v_top(most) <= CHAIN_NEAR_EXPONENT;
    if (plain && c->slope)
        chain_back(c, 1, 1, v_mul(r, chain_power(all)), e, g);
    else if (plain)
        chain_back(c, 0, 1, v_mul(r, chain_power(all)), e, g);
    else if (c->slope)
        chain_back(c, 1, 0, r, e, g);
    else
        chain_back(c, 0, 0, r, e, g);
}

static void chain_gradient(const tepui_chains *c, const double *unit, double *g)
{
    chain_back_best(c, v_load(c->r), v_sub(v_load(c->r_exponent), v_load(unit)), g);
}

static void chain_descend(tepui_chains *c, const double *rate)
{
    V e = v_load(c->r_exponent);
    const V r = chain_split(v_mul(v_load(c->r), v_load(rate)), &e);
    chain_back_best(c, r, e, NULL);
}

/* chain_forward() and chain_descend() in one, where nothing needs exponents: their powers of two change no digit, and a
   difference or a product is rounded alike with and without them. */
CHAIN_INLINE int chain_step_along(tepui_chains *c, V rate, int sloped)
{
    V least, most;
    const V m = chain_plain_pass(c, sloped, &least, &most), x = chain_power(v_load(c->e));
    const V y = v_mul(v_load(c->y), chain_power(v_load(c->y_exponent)));
    const V r = v_sub(v_mul(m, x), y), loss = v_mul(v_mul(v_set(0.5), r), r), push = v_mul(v_mul(r, rate), x);
    const U still = chain_mask(u_or(chain_zero(u_bits(r)), chain_zero(u_bits(rate))));
    const V size = v_bits(u_blend(still, u_bits(v_set(1)), u_bits(v_max(push, v_sub(v_set(0), push)))));
    const U near = chain_outside(least, most, v_set(1 / CHAIN_NEAR), v_set(CHAIN_NEAR));
    const U mild = chain_outside(size, size, v_set(1 / CHAIN_MILD), v_set(CHAIN_MILD));
    const U calm = chain_outside(loss, loss, v_load(c->floor), v_load(c->ceiling));
    if (chain_any(u_or(near, u_or(mild, calm)))) return 0;
    chain_back(c, sloped, 1, push, x, NULL);
    return 1;
}

static int chain_step(tepui_chains *c, const double *rate)
{
    return c->slope ? chain_step_along(c, v_load(rate), 1) : chain_step_along(c, v_load(rate), 0);
}

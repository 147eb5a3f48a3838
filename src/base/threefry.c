/* threefry.c -- Threefry4x64 with any number of rounds, one block: the plain statement that the kernels are checked
   against. J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11;
   rotation constants of Threefish-256 (Skein 1.3). */
#include <tepui/rng.h>

static uint64_t rotate(uint64_t x, unsigned k)
{
    return (x << k) | (x >> (64 - k));
}

void tepui_threefry4x64(const uint64_t key[4], const uint64_t counter[4], unsigned rounds, uint64_t out[4])
{
    static const unsigned char by[8][2] = {{14, 16}, {52, 57}, {23, 40}, {5, 37},
                                           {25, 33}, {46, 12}, {58, 22}, {32, 32}};
    uint64_t k[5] = {key[0], key[1], key[2], key[3], 0x1BD11BDAA9FC1A22u}, x[4];
    for (int i = 0; i < 4; i++) {
        k[4] ^= key[i];
        x[i] = counter[i] + key[i];
    }
    for (unsigned r = 0; r < rounds; r++) {
        const unsigned b = r % 2 ? 3 : 1, d = r % 2 ? 1 : 3; /* the partners of words 0 and 2 swap every round */
        x[0] += x[b];
        x[b] = rotate(x[b], by[r % 8][0]) ^ x[0];
        x[2] += x[d];
        x[d] = rotate(x[d], by[r % 8][1]) ^ x[2];
        if (r % 4 != 3) continue;
        const unsigned n = r / 4 + 1;
        for (unsigned i = 0; i < 4; i++) x[i] += k[(n + i) % 5];
        x[3] += n;
    }
    for (int i = 0; i < 4; i++) out[i] = x[i];
}

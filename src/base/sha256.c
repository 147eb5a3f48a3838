/* sha256.c -- SHA-256 (FIPS 180-4), for identities: of cells (random keys), of data, of published files. */
#include "sha256.h"
#include <string.h>
#include <tepui/rng.h>

void tepui_sha256_after(const void *head, size_t head_length, const void *data, size_t length, uint8_t digest[32])
{
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const sha256_compress fast = sha256_fast(), compress = fast ? fast : sha256_plain;
    const uint8_t *p = data;
    uint8_t last[128] = {0};
    const uint64_t bits = ((uint64_t)head_length + length) * 8;
    size_t held = head_length;
    if (held) memcpy(last, head, held);
    if (held && held + length >= 64) {
        const size_t n = 64 - held;
        memcpy(last + held, p, n);
        compress(h, last, 1);
        p += n;
        length -= n;
        held = 0;
    }
    if (!held && length >= 64) {
        compress(h, p, length / 64);
        p += length / 64 * 64;
        length %= 64;
    }
    if (length) memcpy(last + held, p, length);
    held += length;
    const size_t tail = held < 56 ? 64 : 128;
    memset(last + held, 0, sizeof last - held);
    last[held] = 0x80;
    for (int i = 0; i < 8; i++) last[tail - 1 - (size_t)i] = (uint8_t)(bits >> (8 * i));
    compress(h, last, tail / 64);
    for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

void tepui_sha256(const void *data, size_t length, uint8_t digest[32])
{
    tepui_sha256_after(NULL, 0, data, length, digest);
}

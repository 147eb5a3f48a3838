/* sha256.h (internal) -- the compression function of SHA-256, portable and by the processor's instructions. */
#ifndef TEPUI_BASE_SHA256_H
#define TEPUI_BASE_SHA256_H
#include <stddef.h>
#include <stdint.h>

extern const uint32_t sha256_constant[64];
/* state[8] after so many blocks of 64 bytes */
typedef void (*sha256_compress)(uint32_t *state, const uint8_t *block, size_t blocks);
void sha256_plain(uint32_t *state, const uint8_t *block, size_t blocks);
/* The same, several times as fast; NULL: this processor has no such instructions. */
sha256_compress sha256_fast(void);
#endif

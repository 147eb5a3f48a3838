/* envelope.h (internal) -- the 512-byte user block before the HDF5 bytes: magic, version, length, SHA-256, generation.
 */
#ifndef TEPUI_STORE_ENVELOPE_H
#define TEPUI_STORE_ENVELOPE_H
#include <stddef.h>
#include <stdint.h>
#include <tepui/status.h>

void envelope_seal(char *image, size_t size, uint64_t generation);
/* Reads a whole file and checks every byte of the envelope and the digest. TEPUI_IO: cannot be read;
   TEPUI_BAD_INPUT: not a tepui result, or damaged. bytes: malloc'd. */
tepui_status envelope_read(const char *path, char **bytes, size_t *size, tepui_error *err);
/* The same, but a digest that does not match only sets *altered. */
tepui_status envelope_read_altered(const char *path, char **bytes, size_t *size, int *altered, tepui_error *err);
uint64_t envelope_generation(const char *bytes);
#endif

/* envelope.c -- see envelope.h. Fields, little-endian: 0 magic (8), 8 version (8), 16 length of the file (8),
   24 SHA-256 of everything after the block (32), 56 generation (8), then zeros. */
#include "envelope.h"
#include "h5.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tepui/rng.h>
#include <unistd.h>

static const char magic[8] = "tepui-1\n";
#define VERSION 1u

static void put64(char *p, uint64_t x)
{
    for (int i = 0; i < 8; i++) p[i] = (char)(x >> (8 * i));
}

void envelope_seal(char *image, size_t size, uint64_t generation)
{
    memset(image, 0, H5_USER_BLOCK);
    memcpy(image, magic, sizeof magic);
    put64(image + 8, VERSION);
    put64(image + 16, size);
    tepui_sha256(image + H5_USER_BLOCK, size - H5_USER_BLOCK, (uint8_t *)image + 24);
    put64(image + 56, generation);
}

static int is_sound(const char *bytes, size_t size)
{
    char want[H5_USER_BLOCK] = {0};
    memcpy(want, magic, sizeof magic);
    put64(want + 8, VERSION);
    put64(want + 16, size);
    tepui_sha256(bytes + H5_USER_BLOCK, size - H5_USER_BLOCK, (uint8_t *)want + 24);
    memcpy(want + 56, bytes + 56, 8); /* the generation is whatever it is */
    return memcmp(bytes, want, sizeof want) == 0;
}

static int read_all(int fd, char *bytes, size_t size)
{
    while (size) {
        const ssize_t n = read(fd, bytes, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return -1;
        bytes += n;
        size -= (size_t)n;
    }
    return 0;
}

tepui_status envelope_read_altered(const char *path, char **bytes, size_t *size, int *altered, tepui_error *err)
{
    struct stat s;
    tepui_status st = TEPUI_OK;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe is not waited for */
    *bytes = NULL;
    *size = 0;
    if (fd < 0) return tepui_fail(err, TEPUI_IO, "%s: %s", path, strerror(errno));
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size <= (off_t)H5_USER_BLOCK) {
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a tepui result file", path);
        goto done;
    }
    *size = (size_t)s.st_size;
    *bytes = malloc(*size);
    if (!*bytes)
        st = tepui_fail(err, TEPUI_NO_MEMORY, "%s: no memory for %zu bytes", path, *size);
    else if (read_all(fd, *bytes, *size) != 0)
        st = tepui_fail(err, TEPUI_IO, "%s: cannot be read: %s", path, strerror(errno));
    else if (memcmp(*bytes, magic, sizeof magic) != 0)
        st = tepui_fail(err, TEPUI_BAD_INPUT, "%s: not a tepui result file", path);
    else
        *altered = !is_sound(*bytes, *size);
done:
    close(fd);
    if (st != TEPUI_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return st;
}

tepui_status envelope_read(const char *path, char **bytes, size_t *size, tepui_error *err)
{
    int altered = 0;
    const tepui_status st = envelope_read_altered(path, bytes, size, &altered, err);
    if (st != TEPUI_OK || !altered) return st;
    free(*bytes);
    *bytes = NULL;
    return tepui_fail(err, TEPUI_BAD_INPUT, "%s: damaged (its digest does not match)", path);
}

uint64_t envelope_generation(const char *bytes)
{
    uint64_t x = 0;
    for (int i = 7; i >= 0; i--) x = x << 8 | (unsigned char)bytes[56 + i];
    return x;
}

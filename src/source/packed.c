/* packed.c -- a file, plain or gzip (RFC 1952), read to its end. zlib checks the CRC and the length of every member;
   members one after another are one file, anything else behind a member is an error. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define WITH_GZIP_HEADER (15 + 16) /* inflateInit2(): the largest window, gzip only */

struct packed_file {
    FILE *f;
    int packed, ended, bad;
    z_stream z;
    unsigned char in[65536];
};

tepui_status packed_open(const char *path, packed_file **out, tepui_error *err)
{
    packed_file *p = calloc(1, sizeof *p);
    *out = NULL;
    tepui_status st = p ? load_open(path, &p->f, err) : tepui_fail(err, TEPUI_NO_MEMORY, "%s: no memory", path);
    if (st == TEPUI_OK) {
        p->z.avail_in = (uInt)fread(p->in, 1, sizeof p->in, p->f);
        p->z.next_in = p->in;
        p->packed = p->z.avail_in >= 2 && p->in[0] == 0x1f && p->in[1] == 0x8b;
        if (p->packed && inflateInit2(&p->z, WITH_GZIP_HEADER) != Z_OK)
            st = tepui_fail(err, TEPUI_NO_MEMORY, "%s: no memory for zlib", path);
    }
    if (st == TEPUI_OK) {
        *out = p;
        return TEPUI_OK;
    }
    if (p && p->f) fclose(p->f);
    free(p);
    return st;
}

void packed_close(packed_file *p)
{
    if (p->packed) inflateEnd(&p->z);
    fclose(p->f);
    free(p);
}

/* More input, where there is none left. 0: the end of the file. */
static int refill(packed_file *p)
{
    if (p->z.avail_in) return 1;
    p->z.next_in = p->in;
    p->z.avail_in = (uInt)fread(p->in, 1, sizeof p->in, p->f);
    if (ferror(p->f)) p->bad = 1;
    return p->z.avail_in > 0;
}

static void copy_plain(packed_file *p, unsigned char *out, size_t size, size_t *have)
{
    while (*have < size && refill(p)) {
        const size_t n = size - *have < p->z.avail_in ? size - *have : p->z.avail_in;
        for (size_t i = 0; i < n; i++) out[*have + i] = p->z.next_in[i];
        p->z.next_in += n;
        p->z.avail_in -= (uInt)n;
        *have += n;
    }
}

/* One call of zlib. 0: nothing more comes. */
static int inflate_some(packed_file *p, unsigned char *out, size_t size, size_t *have)
{
    const int more = refill(p);
    if (p->ended && !more) return 0;
    if (!more || (p->ended && inflateReset(&p->z) != Z_OK)) {
        p->bad = 1; /* the file ends inside a member */
        return 0;
    }
    p->ended = 0;
    const size_t room = size - *have < 1u << 30 ? size - *have : 1u << 30;
    p->z.next_out = out + *have;
    p->z.avail_out = (uInt)room;
    const int code = inflate(&p->z, Z_NO_FLUSH);
    *have += room - p->z.avail_out;
    p->ended = code == Z_STREAM_END;
    p->bad |= code != Z_OK && code != Z_STREAM_END;
    return !p->bad;
}

size_t packed_read(packed_file *p, unsigned char *out, size_t size)
{
    size_t have = 0;
    if (!p->packed) copy_plain(p, out, size, &have);
    while (p->packed && !p->bad && have < size && inflate_some(p, out, size, &have)) continue;
    return have;
}

/* One byte more would come, or the rest is not sound. */
const char *packed_trouble(packed_file *p)
{
    unsigned char more;
    const size_t n = p->bad ? 0 : packed_read(p, &more, 1);
    return p->bad ? (p->packed ? "the gzip data are damaged, cut off or followed by something else" : "cannot be read")
           : n    ? "there are bytes behind the last one that its header announces"
                  : NULL;
}

#include "wav.h"

#include <stdint.h>
#include <string.h>

static uint32_t u32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

int wav_skip_header(FILE *file)
{
    /* PCM, one channel, 16,000 samples and 32,000 bytes a second, 2 bytes a frame, 16 bits. */
    static const unsigned char wanted[16] = {1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0};
    unsigned char bytes[16];
    size_t got = fread(bytes, 1, 12, file);
    if (got < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0) {
        rewind(file);
        return 0;
    }
    int known = 0;
    while (fread(bytes, 1, 8, file) == 8) {
        uint32_t size = u32(bytes + 4);
        if (memcmp(bytes, "data", 4) == 0) {
            return known ? 0 : -1;
        }
        if (memcmp(bytes, "fmt ", 4) == 0 && size >= 16) {
            if (fread(bytes, 1, 16, file) != 16 || memcmp(bytes, wanted, 16) != 0) {
                return -1;
            }
            known = 1;
            size -= 16;
        }
        if (fseek(file, (long)(size + size % 2), SEEK_CUR) != 0) {
            return -1;
        }
    }
    return -1;
}

/* CRC-32 (IEEE 802.3). */
#ifndef ALLEARS_SLOTS_CRC32_H
#define ALLEARS_SLOTS_CRC32_H

#include <stdint.h>

/** Returns the checksum of `size` bytes, as zlib's crc32() does. */
uint32_t allears_crc32(const uint8_t *bytes, uint32_t size);

#endif

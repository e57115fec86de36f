/* SMP over a serial line: base64 lines, a length in front, a CRC-16 behind. */
#ifndef ALLEARS_LINK_FRAME_H
#define ALLEARS_LINK_FRAME_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of the length and of the checksum around a message. */
#define ALLEARS_FRAME_OVERHEAD_BYTES 4

/** Longest message that the board takes; the host asks for it (os group, parameters). */
#define ALLEARS_FRAME_MESSAGE_BYTES 2048

/** Collects the lines of one message; zero it to start. */
typedef struct {
    uint8_t bytes[ALLEARS_FRAME_OVERHEAD_BYTES + ALLEARS_FRAME_MESSAGE_BYTES];
    uint32_t size;       /* decoded bytes of this frame so far */
    uint32_t sextets;    /* base64 bits that are not yet a byte */
    uint8_t bits;        /* how many of them */
    uint8_t state;       /* where in the line the next byte falls */
    uint8_t started;     /* a first line came, so a continuation may follow */
    uint32_t bad_frames; /* dropped since the start: checksum, length, encoding */
} allears_frame_t;

/** Takes one byte from the line.
 *
 * Returns the size of the message that is complete with it, at `frame->bytes + 2`, else 0. The
 * message stays there until the next byte is pushed.
 */
uint32_t allears_frame_push(allears_frame_t *frame, uint8_t byte);

/** Sends a message of at most 65,533 bytes in lines of ALLEARS_LINE_BYTES. */
void allears_frame_send(const uint8_t *message, uint32_t size,
                        void (*send)(void *context, const uint8_t *bytes, size_t size),
                        void *context);

/** CRC-16/XMODEM of `size` bytes, going on from `crc` (0 to start). */
uint16_t allears_crc16(uint16_t crc, const uint8_t *bytes, uint32_t size);

#endif

/* What a board supplies to the device (link, slots, listener): see PORTING.md.
 *
 * Every function gets `context` back as it was set. Nothing here is called from an interrupt.
 */
#ifndef ALLEARS_PORT_H
#define ALLEARS_PORT_H

#include <stddef.h>
#include <stdint.h>

/** The board's part of the contract; all of it is set before `allears_device_start`. */
typedef struct {
    /** Handed to every function below. */
    void *context;

    /** Flash area of ALLEARS_FLASH_BYTES (slots/layout.h), mapped into memory: packs run in place. */
    const uint8_t *flash;

    /** Programs `size` bytes at `address` (from the area's start); as NOR flash does, bits only go
   * from 1 to 0. Returns 0, or -1 where a bit would have to go back to 1 or the part failed. */
    int (*program)(void *context, uint32_t address, const void *data, uint32_t size);

    /** Erases the ALLEARS_SECTOR_BYTES at `address` to 0xFF. Returns 0, or -1 where it failed. */
    int (*erase)(void *context, uint32_t address);

    /** Sends bytes to the host; returns when all are on their way. */
    void (*send)(void *context, const uint8_t *bytes, size_t size);

    /** Restarts the board; does not return on hardware (a simulator may return). */
    void (*reset)(void *context);

    /** ed25519 key that packs must be signed with, 32 bytes; from where an attacker cannot write. */
    const uint8_t *public_key;

    /** Board name that packs must carry, at most ALLEARS_BOARD_CHARS, zero-terminated. */
    const char *board;

    /** Tells a line of text to whoever watches the board; may be null. */
    void (*log)(void *context, const char *line);

    /** Microseconds since boot, modulo 2^32; null: the device tells no load. */
    uint32_t (*clock_us)(void *context);

    /** Most bytes of the stack that were ever used since boot; null: it tells none. */
    uint32_t (*stack_used)(void *context);

    /** Size of the stack; only with `stack_used`. */
    uint32_t stack_bytes;

    /** RAM of ALLEARS_KEEP_SAMPLES (device/keeping.h) where audio is kept for the host when it asks
     * for it; null: this board keeps none. */
    int16_t *keep;
} allears_port_t;

#endif

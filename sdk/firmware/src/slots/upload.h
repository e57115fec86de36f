/* A pack on its way into a slot: sector by sector, resumed where power failed, and without the
 * sections that the running pack has too. */
#ifndef ALLEARS_SLOTS_UPLOAD_H
#define ALLEARS_SLOTS_UPLOAD_H

#include <stdint.h>

#include "allears_port.h"
#include "slots/pack.h"

/** An upload under way; zero it to start. */
typedef struct {
    uint32_t length;                      /* of the image file; 0: none is under way */
    uint32_t offset;                      /* next byte wanted */
    uint32_t copied_bytes;                /* that came from the running pack */
    uint32_t received_bytes;              /* that came over the link */
    uint8_t sha256[ALLEARS_SHA256_BYTES]; /* announced; zeros if it was not */
    uint8_t slot;
    uint8_t is_recorded;              /* the head was good, the slot's record is written */
    uint8_t head[ALLEARS_HEAD_BYTES]; /* collected before anything is erased */
} allears_upload;

/** Starts an upload of `length` bytes into `slot`, or goes on with the one that the slot's record
 * tells of. `sha256` may be null. */
void allears_upload_begin(allears_upload *upload, const allears_port_t *port, uint8_t slot,
                          uint32_t length, const uint8_t *sha256);

/** Collects data of the head. Returns how many bytes it took; the head is whole once
 * `upload->offset` reaches ALLEARS_HEAD_BYTES. */
uint32_t allears_upload_collect(allears_upload *upload, const uint8_t *data, uint32_t size);

/** Writes the record and the collected head into the slot. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_upload_open(allears_upload *upload, const allears_port_t *port);

/** Writes data at the upload's offset, at most what it still wants: a sector is erased when it is
 * reached and marked when it is full. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_upload_write(allears_upload *upload, const allears_port_t *port,
                              const uint8_t *data, uint32_t size);

/** Copies what comes next from `running`'s image, if that has it. Returns 0, or
 * ALLEARS_REFUSAL_… */
uint16_t allears_upload_copy(allears_upload *upload, const allears_port_t *port,
                             const allears_pack *running);

/** Whether the client said what the image will hash to. */
int allears_upload_is_announced(const uint8_t sha256[ALLEARS_SHA256_BYTES]);

/** Whether the `size` bytes of `image` hash to that. */
int allears_upload_is_whole(const uint8_t sha256[ALLEARS_SHA256_BYTES], const uint8_t *image,
                            uint32_t size);

#endif

/* Upload records: what a slot is being given, and how far it has come. */
#ifndef ALLEARS_SLOTS_RECORD_H
#define ALLEARS_SLOTS_RECORD_H

#include <stdint.h>

#include "allears_port.h"
#include "crypto/sha256.h"

/** What a slot's record says. */
typedef struct {
    uint32_t length;       /* of the image file */
    const uint8_t *sha256; /* as the client announced it; zeros where it did not */
    uint32_t done;         /* bytes before the first sector that is not written */
} allears_record;

/** Reads a slot's record. Returns 1, or 0 where it has none. */
int allears_record_read(const allears_port_t *port, uint8_t slot, allears_record *record);

/** Whether all of the slot's image is written. */
int allears_record_holds(const allears_port_t *port, uint8_t slot, allears_record *record);

/** Erases a slot's record: it holds nothing from its first changed bit on. Returns 0 or -1. */
int allears_record_erase(const allears_port_t *port, uint8_t slot);

/** Erases the record and writes a new one. Returns 0 or -1. */
int allears_record_begin(const allears_port_t *port, uint8_t slot, uint32_t length,
                         const uint8_t sha256[ALLEARS_SHA256_BYTES]);

/** Notes that sector `sector` of the slot's image is written. Returns 0 or -1. */
int allears_record_mark(const allears_port_t *port, uint8_t slot, uint32_t sector);

#endif

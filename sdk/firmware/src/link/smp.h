/* SMP requests and replies: an 8-byte header and a CBOR map. */
#ifndef ALLEARS_LINK_SMP_H
#define ALLEARS_LINK_SMP_H

#include <stdbool.h>
#include <stdint.h>

#include "allears_link_contract.h"
#include "zcbor_decode.h"
#include "zcbor_encode.h"

#define ALLEARS_SMP_HEADER_BYTES 8

enum { ALLEARS_SMP_READ = 0, ALLEARS_SMP_WRITE = 2 };

/** A request's header, and where its map lies. */
typedef struct {
    const uint8_t *header;
    const uint8_t *map;
    uint32_t map_bytes;
    uint16_t group;
    uint8_t command;
    uint8_t operation; /* ALLEARS_SMP_READ or ALLEARS_SMP_WRITE */
} allears_smp_request;

/** What a request's map may bring; a missing field stays as it was before. */
typedef struct {
    const char *key;
    enum { ALLEARS_FIELD_U32, ALLEARS_FIELD_BOOL, ALLEARS_FIELD_BYTES, ALLEARS_FIELD_TEXT } type;
    void *value;    /* uint32_t, bool or struct zcbor_string */
    bool *is_there; /* set where the field came; may be null */
} allears_smp_field;

/** Takes a message apart. Returns 1, or 0 where it is no request. */
int allears_smp_read(const uint8_t *message, uint32_t size, allears_smp_request *request);

/** Reads the fields of the request's map; keys that are not listed are passed over where they hold
 * one value. Returns 0, or ALLEARS_REFUSAL_BAD_REQUEST. */
uint16_t allears_smp_fields(const allears_smp_request *request, const allears_smp_field *fields,
                            uint32_t count);

/** Writes the reply's header in front of `map_bytes` of map. Returns the reply's size. */
uint32_t allears_smp_head(uint8_t *reply, const allears_smp_request *request, uint32_t map_bytes);

/** Encodes the map of a refusal: {rc, rsn}. */
bool allears_smp_refuse(zcbor_state_t *map, uint16_t refusal);

/** A refusal's sentence, "" for 0. */
const char *allears_smp_sentence(uint16_t refusal);

/** Encodes a key and its value. */
bool allears_smp_put_u32(zcbor_state_t *map, const char *key, uint32_t value);
bool allears_smp_put_bool(zcbor_state_t *map, const char *key, bool value);
bool allears_smp_put_text(zcbor_state_t *map, const char *key, const char *text, size_t length);
bool allears_smp_put_bytes(zcbor_state_t *map, const char *key, const uint8_t *bytes,
                           size_t length);

/** Encodes a key alone. */
bool allears_smp_put_key(zcbor_state_t *map, const char *key);

#endif

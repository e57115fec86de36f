/* Packs as they lie in a slot: bounds, hash, signature, sections. The bytes: docs/pack-format.md. */
#ifndef ALLEARS_SLOTS_PACK_H
#define ALLEARS_SLOTS_PACK_H

#include <stdint.h>

#include "allears_link_contract.h"
#include "crypto/sha256.h"

/** What a pack is checked against. */
typedef struct {
    const char *board;                      /* packs must be made for it */
    const uint8_t *public_key;              /* and be signed with its other half */
    uint8_t key_hash[ALLEARS_SHA256_BYTES]; /* of the key as DER SubjectPublicKeyInfo */
    uint8_t contract[ALLEARS_SHA256_BYTES]; /* that the firmware was built with */
} allears_trust;

/** Fills `trust` for a board's name and key. */
void allears_trust_init(allears_trust *trust, const char *board, const uint8_t *public_key);

/** What the first ALLEARS_HEAD_BYTES say. */
typedef struct {
    uint32_t payload_end; /* offset of the first TLV */
    uint32_t table_end;   /* offset after the table of contents */
    uint32_t counter;     /* security counter */
    uint32_t build;
    uint16_t protected_bytes;
    uint16_t section_count;
    uint16_t revision;
    uint8_t major;
    uint8_t minor;
    const uint8_t *board;    /* char[ALLEARS_BOARD_CHARS] */
    const uint8_t *market;   /* char[ALLEARS_MARKET_CHARS] */
    const uint8_t *contract; /* [ALLEARS_SHA256_BYTES] */
} allears_pack_head;

/** A whole image; the pointers are into it, null where a TLV is missing. */
typedef struct {
    const uint8_t *image;
    uint32_t size;
    uint32_t signed_bytes;
    allears_pack_head head;
    const uint8_t *counter;   /* u32 */
    const uint8_t *hash;      /* [ALLEARS_SHA256_BYTES] */
    const uint8_t *key_hash;  /* [ALLEARS_SHA256_BYTES] */
    const uint8_t *signature; /* [ALLEARS_ED25519_SIGNATURE_BYTES] */
} allears_pack;

/** An entry of the table of contents. */
typedef struct {
    uint32_t offset; /* from the image's first byte */
    uint32_t size;
    const uint8_t *language; /* char[ALLEARS_LANGUAGE_CHARS] */
    const uint8_t *sha256;   /* [ALLEARS_SHA256_BYTES] */
    uint16_t kind;
} allears_section;

/** Reads the first `size` bytes of a pack. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_pack_read_head(const uint8_t *bytes, uint32_t size, allears_pack_head *head);

/** Whether this device takes packs with such a head. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_pack_judge_head(const allears_pack_head *head, const allears_trust *trust,
                                 uint32_t lowest_counter);

/** Finds headers, TLVs and table within `size` bytes of image. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_pack_read(const uint8_t *image, uint32_t size, allears_pack *pack);

/** Checks hash, signature, counters and every section's hash. Returns 0, or ALLEARS_REFUSAL_… */
uint16_t allears_pack_check(const allears_pack *pack, const allears_trust *trust);

/** Reads entry `index` < head->section_count of the table of contents in `image`. */
void allears_pack_section(const uint8_t *image, uint32_t index, allears_section *section);

/** Finds a section by kind and language (zero-padded; null: the first of that kind).
 * Returns 1, or 0 where there is none. */
int allears_pack_find(const allears_pack *pack, uint16_t kind, const uint8_t *language,
                      allears_section *section);

#endif

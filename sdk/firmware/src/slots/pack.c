#include "slots/pack.h"

#include <string.h>

#include "allears_contract.h"
#include "crypto/ed25519.h"
#include "slots/bytes.h"

enum {
    PROTECTED_TLVS = 0x6908,
    PLAIN_TLVS = 0x6907,
    TLV_HEADER_BYTES = 4,
    TLV_KEY_HASH = 0x01,
    TLV_SHA256 = 0x10,
    TLV_ED25519 = 0x24,
    TLV_SECURITY_COUNTER = 0x50,
    BOARD_OFFSET = 48,
    MARKET_OFFSET = 64,
    CONTRACT_OFFSET = 68
};

static uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void allears_trust_init(allears_trust *trust, const char *board, const uint8_t *public_key)
{
    /* SubjectPublicKeyInfo of an ed25519 key: this and the key itself. */
    uint8_t der[12 + ALLEARS_ED25519_KEY_BYTES] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                   0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    static const char CONTRACT[] = ALLEARS_CONTRACT_SHA256;
    memcpy(der + 12, public_key, ALLEARS_ED25519_KEY_BYTES);
    allears_sha256(trust->key_hash, der, sizeof der);
    for (int i = 0; i < ALLEARS_SHA256_BYTES; i++)
        trust->contract[i] = (uint8_t)(hex_digit(CONTRACT[2 * i]) << 4 |
                                       hex_digit(CONTRACT[2 * i + 1]));
    trust->board = board;
    trust->public_key = public_key;
}

uint16_t allears_pack_read_head(const uint8_t *bytes, uint32_t size, allears_pack_head *head)
{
    if (size < ALLEARS_HEAD_BYTES) return ALLEARS_REFUSAL_TRUNCATED;
    if (allears_get_u32(bytes) != ALLEARS_IMAGE_MAGIC || allears_get_u32(bytes + 4) != 0 ||
        allears_get_u16(bytes + 8) != ALLEARS_IMAGE_HEADER_BYTES)
        return ALLEARS_REFUSAL_NOT_A_PACK;
    uint32_t payload = allears_get_u32(bytes + 12);
    head->protected_bytes = allears_get_u16(bytes + 10);
    head->major = bytes[20];
    head->minor = bytes[21];
    head->revision = allears_get_u16(bytes + 22);
    head->build = allears_get_u32(bytes + 24);
    bytes += ALLEARS_IMAGE_HEADER_BYTES;
    if (allears_get_u32(bytes) != ALLEARS_PACK_MAGIC) return ALLEARS_REFUSAL_NOT_A_PACK;
    if (allears_get_u16(bytes + 4) != ALLEARS_PACK_FORMAT) return ALLEARS_REFUSAL_OTHER_FORMAT;
    head->section_count = allears_get_u16(bytes + 6);
    head->counter = allears_get_u32(bytes + 12);
    bytes -= ALLEARS_IMAGE_HEADER_BYTES;
    head->board = bytes + BOARD_OFFSET;
    head->market = bytes + MARKET_OFFSET;
    head->contract = bytes + CONTRACT_OFFSET;
    head->table_end = ALLEARS_HEAD_BYTES +
                      (uint32_t)head->section_count * ALLEARS_SECTION_ENTRY_BYTES;
    /* No slot holds more, so no sum of offsets below can wrap. */
    if (payload > ALLEARS_SLOT_BYTES) return ALLEARS_REFUSAL_TOO_LARGE;
    head->payload_end = ALLEARS_IMAGE_HEADER_BYTES + payload;
    if (allears_get_u32(bytes + 40) != head->payload_end ||
        head->section_count > ALLEARS_MAX_SECTIONS || head->table_end > head->payload_end)
        return ALLEARS_REFUSAL_BAD_HEADER;
    return 0;
}

uint16_t allears_pack_judge_head(const allears_pack_head *head, const allears_trust *trust,
                                 uint32_t lowest_counter)
{
    if (strncmp((const char *)head->board, trust->board, ALLEARS_BOARD_CHARS) != 0)
        return ALLEARS_REFUSAL_OTHER_BOARD;
    if (memcmp(head->contract, trust->contract, ALLEARS_SHA256_BYTES) != 0)
        return ALLEARS_REFUSAL_OTHER_CONTRACT;
    return head->counter < lowest_counter ? ALLEARS_REFUSAL_OLDER_COUNTER : 0;
}

/* Where a TLV of this kind and size is noted, null for one that does not matter. */
static const uint8_t **place_of(allears_pack *pack, uint16_t area, uint16_t kind, uint16_t size)
{
    if (area == PROTECTED_TLVS)
        return kind == TLV_SECURITY_COUNTER && size == 4 ? &pack->counter : 0;
    if (kind == TLV_SHA256 && size == ALLEARS_SHA256_BYTES) return &pack->hash;
    if (kind == TLV_KEY_HASH && size == ALLEARS_SHA256_BYTES) return &pack->key_hash;
    if (kind == TLV_ED25519 && size == ALLEARS_ED25519_SIGNATURE_BYTES) return &pack->signature;
    return 0;
}

static uint16_t read_tlvs(allears_pack *pack, uint32_t at, uint16_t area, uint32_t *end)
{
    const uint8_t *image = pack->image;
    if (pack->size < TLV_HEADER_BYTES || at > pack->size - TLV_HEADER_BYTES)
        return ALLEARS_REFUSAL_TRUNCATED;
    uint32_t total = allears_get_u16(image + at + 2);
    if (allears_get_u16(image + at) != area || total < TLV_HEADER_BYTES)
        return ALLEARS_REFUSAL_BAD_HEADER;
    *end = at + total;
    if (*end > pack->size) return ALLEARS_REFUSAL_TRUNCATED;
    at += TLV_HEADER_BYTES;
    while (at < *end) {
        if (*end - at < TLV_HEADER_BYTES) return ALLEARS_REFUSAL_BAD_HEADER;
        uint16_t kind = allears_get_u16(image + at);
        uint16_t size = allears_get_u16(image + at + 2);
        at += TLV_HEADER_BYTES;
        if (size > *end - at) return ALLEARS_REFUSAL_BAD_HEADER;
        const uint8_t **place = place_of(pack, area, kind, size);
        if (place != 0) {
            if (*place != 0) return ALLEARS_REFUSAL_BAD_HEADER; /* twice */
            *place = image + at;
        }
        at += size;
    }
    return 0;
}

static uint16_t check_table(const allears_pack *pack)
{
    uint32_t at = pack->head.table_end;
    for (uint32_t i = 0; i < pack->head.section_count; i++) {
        allears_section section;
        allears_pack_section(pack->image, i, &section);
        if (section.offset % ALLEARS_SECTION_ALIGN_BYTES != 0 || section.offset < at ||
            section.offset > pack->head.payload_end ||
            section.size > pack->head.payload_end - section.offset)
            return ALLEARS_REFUSAL_BAD_SECTION;
        at = section.offset + section.size;
    }
    return 0;
}

uint16_t allears_pack_read(const uint8_t *image, uint32_t size, allears_pack *pack)
{
    memset(pack, 0, sizeof *pack);
    pack->image = image;
    pack->size = size;
    uint16_t refusal = allears_pack_read_head(image, size, &pack->head);
    uint32_t end = 0;
    if (refusal == 0) refusal = read_tlvs(pack, pack->head.payload_end, PROTECTED_TLVS, &end);
    if (refusal != 0) return refusal;
    if (end - pack->head.payload_end != pack->head.protected_bytes)
        return ALLEARS_REFUSAL_BAD_HEADER;
    pack->signed_bytes = end;
    refusal = read_tlvs(pack, end, PLAIN_TLVS, &end);
    if (refusal != 0) return refusal;
    if (end != size) return ALLEARS_REFUSAL_BAD_HEADER;
    return check_table(pack);
}

uint16_t allears_pack_check(const allears_pack *pack, const allears_trust *trust)
{
    uint8_t digest[ALLEARS_SHA256_BYTES];
    allears_sha256(digest, pack->image, pack->signed_bytes);
    if (pack->hash == 0 || memcmp(digest, pack->hash, sizeof digest) != 0)
        return ALLEARS_REFUSAL_CORRUPT;
    if (pack->signature == 0 || pack->key_hash == 0) return ALLEARS_REFUSAL_UNSIGNED_PACK;
    if (memcmp(pack->key_hash, trust->key_hash, sizeof digest) != 0)
        return ALLEARS_REFUSAL_WRONG_KEY;
    if (!allears_ed25519_verifies(pack->signature, trust->public_key, digest))
        return ALLEARS_REFUSAL_BAD_SIGNATURE;
    if (pack->counter == 0 || allears_get_u32(pack->counter) != pack->head.counter)
        return ALLEARS_REFUSAL_BAD_HEADER;
    for (uint32_t i = 0; i < pack->head.section_count; i++) {
        allears_section section;
        allears_pack_section(pack->image, i, &section);
        allears_sha256(digest, pack->image + section.offset, section.size);
        if (memcmp(digest, section.sha256, sizeof digest) != 0) return ALLEARS_REFUSAL_BAD_SECTION;
    }
    return 0;
}

void allears_pack_section(const uint8_t *image, uint32_t index, allears_section *section)
{
    const uint8_t *entry = image + ALLEARS_HEAD_BYTES + index * ALLEARS_SECTION_ENTRY_BYTES;
    section->kind = allears_get_u16(entry);
    section->language = entry + 2;
    section->offset = allears_get_u32(entry + 8);
    section->size = allears_get_u32(entry + 12);
    section->sha256 = entry + 16;
}

int allears_pack_find(const allears_pack *pack, uint16_t kind, const uint8_t *language,
                      allears_section *section)
{
    for (uint32_t i = 0; i < pack->head.section_count; i++) {
        allears_pack_section(pack->image, i, section);
        if (section->kind == kind &&
            (language == 0 || memcmp(section->language, language, ALLEARS_LANGUAGE_CHARS) == 0))
            return 1;
    }
    return 0;
}

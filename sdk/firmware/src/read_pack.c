/* The models in a pack; its bytes are described in docs/pack-format.md. */
#include <string.h>

#include "allears.h"
#include "allears_link_contract.h"

enum {
    /* Of the pack's header and of an entry of the table of contents. */
    COUNT_AT = 6,
    END_AT = 8,
    ENTRY_LANGUAGE_AT = 2,
    ENTRY_OFFSET_AT = 8,
    ENTRY_SIZE_AT = 12
};

/** A pack whose table of contents was checked. */
typedef struct {
    const uint8_t *image;
    uint32_t count;
} contents;

static uint32_t u16(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static uint32_t u32(const uint8_t *at)
{
    return u16(at) | u16(at + 2) << 16;
}

static const uint8_t *entry_at(const contents *pack, uint32_t index)
{
    return pack->image + ALLEARS_HEAD_BYTES + index * ALLEARS_SECTION_ENTRY_BYTES;
}

static int read_contents(const uint8_t *image, size_t bytes, contents *pack)
{
    const uint8_t *header = image + ALLEARS_IMAGE_HEADER_BYTES;
    if (bytes < ALLEARS_HEAD_BYTES || u32(image) != ALLEARS_IMAGE_MAGIC ||
        u32(header) != ALLEARS_PACK_MAGIC || u16(header + 4) != ALLEARS_PACK_FORMAT) {
        return 0;
    }
    uint32_t count = u16(header + COUNT_AT), end = u32(header + END_AT);
    uint32_t at = ALLEARS_HEAD_BYTES + count * ALLEARS_SECTION_ENTRY_BYTES;
    if (count > ALLEARS_MAX_SECTIONS || end > bytes || at > end) {
        return 0;
    }
    pack->image = image;
    pack->count = count;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = entry_at(pack, i);
        uint32_t offset = u32(entry + ENTRY_OFFSET_AT), size = u32(entry + ENTRY_SIZE_AT);
        if (offset % ALLEARS_SECTION_ALIGN_BYTES != 0 || offset < at || offset > end ||
            size > end - offset) {
            return 0;
        }
        at = offset + size;
    }
    return 1;
}

/** Returns the section's bytes; none where there is no such section. */
static allears_bytes find(const contents *pack, uint32_t kind, const uint8_t *language)
{
    static const uint8_t no_language[ALLEARS_LANGUAGE_CHARS] = {0};
    allears_bytes found = {NULL, 0};
    for (uint32_t i = 0; i < pack->count; i++) {
        const uint8_t *entry = entry_at(pack, i);
        if (u16(entry) == kind && memcmp(entry + ENTRY_LANGUAGE_AT,
                                         language != NULL ? language : no_language,
                                         ALLEARS_LANGUAGE_CHARS) == 0) {
            found.data = pack->image + u32(entry + ENTRY_OFFSET_AT);
            found.bytes = u32(entry + ENTRY_SIZE_AT);
            break;
        }
    }
    return found;
}

static int read_listening(const allears_bytes *section, allears_models *models)
{
    const uint8_t *rule = section->data;
    if (section->bytes != ALLEARS_RULE_HEADER_BYTES) {
        return 0;
    }
    models->follow_up_ms = u16(rule);
    models->preroll_ms = u16(rule + 2);
    models->extend_ms = u16(rule + 4);
    models->vad_aggressiveness = rule[6];
    models->number_gap_ms = u16(rule + 8);
    models->number_hold_off_ms = u16(rule + 10);
    return 1;
}

static int read_wake_rule(const allears_bytes *section, allears_language *language)
{
    const uint8_t *rule = section->data;
    if (section->bytes != ALLEARS_RULE_HEADER_BYTES + ALLEARS_WAKE_WORD_CHARS) {
        return 0;
    }
    language->wake_window_steps = (uint16_t)u16(rule);
    language->verifier_window_steps = (uint16_t)u16(rule + 2);
    language->wake_limit = u32(rule + 4);
    language->verifier_limit = u32(rule + 8);
    memcpy(language->wake_word, rule + ALLEARS_RULE_HEADER_BYTES, ALLEARS_WAKE_WORD_CHARS);
    return 1;
}

/** Without the verifier that its rule counts on, a wake model would fire far too often. */
static int is_verified_as_ruled(const allears_language *language)
{
    return language->wake.bytes == 0 ||
           (language->verifier.bytes != 0) == (language->verifier_window_steps != 0);
}

static int read_command_rule(const allears_bytes *section, allears_language *language)
{
    const uint8_t *rule = section->data;
    if (section->bytes < ALLEARS_RULE_HEADER_BYTES) {
        return 0;
    }
    uint32_t count = u16(rule);
    if (section->bytes != ALLEARS_RULE_HEADER_BYTES + count * ALLEARS_CLASS_ENTRY_BYTES) {
        return 0;
    }
    language->command_count = (uint16_t)count;
    language->smoothing_steps = (uint16_t)u16(rule + 2);
    language->refractory_ms = (uint16_t)u16(rule + 4);
    language->listen_timeout_ms = (uint16_t)u16(rule + 6);
    language->command = (const allears_command *)(const void *)(rule + ALLEARS_RULE_HEADER_BYTES);
    return 1;
}

static int read_language(const contents *pack, const uint8_t *code, allears_language *language)
{
    allears_bytes wake_rule = find(pack, ALLEARS_SECTION_WAKE_RULE, code);
    allears_bytes command_rule = find(pack, ALLEARS_SECTION_COMMAND_RULE, code);
    memcpy(language->code, code, ALLEARS_LANGUAGE_CHARS);
    language->wake = find(pack, ALLEARS_SECTION_WAKE, code);
    language->verifier = find(pack, ALLEARS_SECTION_VERIFIER, code);
    language->commands = find(pack, ALLEARS_SECTION_COMMANDS, code);
    return read_wake_rule(&wake_rule, language) && is_verified_as_ruled(language) &&
           read_command_rule(&command_rule, language);
}

allears_status allears_read_pack(const void *pack, size_t bytes, allears_models *models)
{
    contents found;
    if (pack == NULL || models == NULL ||
        (uintptr_t)pack % ALLEARS_SECTION_ALIGN_BYTES != 0) {
        return ALLEARS_BAD_ARGUMENT;
    }
    memset(models, 0, sizeof *models);
    if (!read_contents(pack, bytes, &found)) {
        return ALLEARS_BAD_PACK;
    }
    allears_bytes listening = find(&found, ALLEARS_SECTION_LISTENING, NULL);
    models->ear = find(&found, ALLEARS_SECTION_EAR, NULL);
    if (!read_listening(&listening, models)) {
        return ALLEARS_BAD_PACK;
    }
    /* Every language has a command rule; the table's order is the profile's. */
    for (uint32_t i = 0; i < found.count; i++) {
        const uint8_t *entry = entry_at(&found, i);
        if (u16(entry) != ALLEARS_SECTION_COMMAND_RULE) {
            continue;
        }
        if (models->language_count == ALLEARS_MAX_LANGUAGES ||
            !read_language(&found, entry + ENTRY_LANGUAGE_AT,
                           &models->language[models->language_count])) {
            return ALLEARS_BAD_PACK;
        }
        models->language_count++;
    }
    return models->language_count > 0 ? ALLEARS_OK : ALLEARS_BAD_PACK;
}

#include "slots/upload.h"

#include <string.h>

#include "slots/layout.h"
#include "slots/record.h"

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void allears_upload_begin(allears_upload *upload, const allears_port_t *port, uint8_t slot,
                          uint32_t length, const uint8_t *sha256)
{
    allears_record record;
    if (sha256 != 0 && upload->is_recorded && upload->slot == slot && upload->length == length &&
        memcmp(upload->sha256, sha256, sizeof upload->sha256) == 0)
        return; /* the client lost the line, the device did not */
    memset(upload, 0, sizeof *upload);
    upload->slot = slot;
    upload->length = length;
    if (sha256 == 0) return;
    memcpy(upload->sha256, sha256, sizeof upload->sha256);
    if (!allears_upload_is_announced(sha256) || !allears_record_read(port, slot, &record) ||
        record.length != length || memcmp(record.sha256, sha256, sizeof upload->sha256) != 0)
        return;
    upload->offset = record.done;
    upload->is_recorded = 1;
}

uint32_t allears_upload_collect(allears_upload *upload, const uint8_t *data, uint32_t size)
{
    uint32_t taken = least(size, ALLEARS_HEAD_BYTES - upload->offset);
    if (taken != 0) memcpy(upload->head + upload->offset, data, taken);
    upload->offset += taken;
    return taken;
}

uint16_t allears_upload_write(allears_upload *upload, const allears_port_t *port,
                              const uint8_t *data, uint32_t size)
{
    uint32_t base = ALLEARS_SLOT_ADDRESS(upload->slot);
    while (size > 0) {
        uint32_t in_sector = upload->offset % ALLEARS_SECTOR_BYTES;
        uint32_t part = least(size, ALLEARS_SECTOR_BYTES - in_sector);
        if (in_sector == 0 && port->erase(port->context, base + upload->offset) != 0)
            return ALLEARS_REFUSAL_FLASH_FAILED;
        if (port->program(port->context, base + upload->offset, data, part) != 0)
            return ALLEARS_REFUSAL_FLASH_FAILED;
        upload->offset += part;
        data += part;
        size -= part;
        if ((upload->offset % ALLEARS_SECTOR_BYTES == 0 || upload->offset == upload->length) &&
            allears_record_mark(port, upload->slot, (upload->offset - 1) / ALLEARS_SECTOR_BYTES) !=
                0)
            return ALLEARS_REFUSAL_FLASH_FAILED;
    }
    return 0;
}

uint16_t allears_upload_open(allears_upload *upload, const allears_port_t *port)
{
    if (allears_record_begin(port, upload->slot, upload->length, upload->sha256) != 0)
        return ALLEARS_REFUSAL_FLASH_FAILED;
    upload->is_recorded = 1;
    upload->offset = 0;
    return allears_upload_write(upload, port, upload->head, ALLEARS_HEAD_BYTES);
}

/* The running pack's section with that size and hash; its bytes are checked again. */
static const uint8_t *find_same(const allears_pack *running, const allears_section *wanted)
{
    uint8_t digest[ALLEARS_SHA256_BYTES];
    for (uint32_t i = 0; i < running->head.section_count; i++) {
        allears_section section;
        allears_pack_section(running->image, i, &section);
        if (section.size != wanted->size ||
            memcmp(section.sha256, wanted->sha256, sizeof digest) != 0)
            continue;
        allears_sha256(digest, running->image + section.offset, section.size);
        if (memcmp(digest, wanted->sha256, sizeof digest) == 0)
            return running->image + section.offset;
    }
    return 0;
}

uint16_t allears_upload_copy(allears_upload *upload, const allears_port_t *port,
                             const allears_pack *running)
{
    const uint8_t *image = port->flash + ALLEARS_SLOT_ADDRESS(upload->slot);
    allears_pack_head head;
    if (allears_pack_read_head(image, least(upload->offset, ALLEARS_HEAD_BYTES), &head) != 0 ||
        upload->offset < head.table_end)
        return 0;
    for (uint32_t i = 0; i < head.section_count; i++) {
        allears_section section;
        allears_pack_section(image, i, &section);
        /* The table is not checked yet: nothing of it may lead beyond the upload. */
        if (section.size < ALLEARS_SECTOR_BYTES || section.size > upload->length ||
            section.offset > upload->length - section.size || upload->offset < section.offset ||
            upload->offset >= section.offset + section.size)
            continue;
        const uint8_t *same = find_same(running, &section);
        if (same == 0) continue;
        uint32_t before = upload->offset - section.offset;
        uint32_t rest = section.size - before;
        upload->copied_bytes += rest;
        return allears_upload_write(upload, port, same + before, rest);
    }
    return 0;
}

int allears_upload_is_announced(const uint8_t sha256[ALLEARS_SHA256_BYTES])
{
    static const uint8_t UNKNOWN[ALLEARS_SHA256_BYTES];
    return memcmp(sha256, UNKNOWN, sizeof UNKNOWN) != 0;
}

int allears_upload_is_whole(const uint8_t sha256[ALLEARS_SHA256_BYTES], const uint8_t *image,
                            uint32_t size)
{
    uint8_t digest[ALLEARS_SHA256_BYTES];
    allears_sha256(digest, image, size);
    return memcmp(digest, sha256, sizeof digest) == 0;
}

/* Whatever image: read and checked as a pack, and uploaded onto a device that runs another. */
#include "device/golden.h"
#include "flash_in_memory.h"
#include "slots/bytes.h"
#include "slots/pack.h"
#include "slots/slots.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNNING_BYTES = 3 * ALLEARS_SECTOR_BYTES, MESSAGE_BYTES = 700 };

static uint16_t load(void *context, const allears_pack *pack, int self_test)
{
    (void)context;
    (void)pack;
    (void)self_test;
    return 0;
}

/* Reads and checks as the device does at a boot; a wrong hash ends most checks early. */
static void check(const uint8_t *image, uint32_t size)
{
    allears_trust trust;
    allears_pack pack;
    allears_section section;
    allears_trust_init(&trust, PORT.board, PUBLIC_KEY);
    if (allears_pack_read(image, size, &pack) != 0) return;
    allears_pack_judge_head(&pack.head, &trust, 0);
    allears_pack_check(&pack, &trust);
    for (uint32_t i = 0; i < pack.head.section_count; i++) {
        uint8_t digest[ALLEARS_SHA256_BYTES];
        allears_pack_section(pack.image, i, &section);
        allears_sha256(digest, image + section.offset, section.size);
    }
    allears_pack_find(&pack, ALLEARS_SECTION_GOLDEN, NULL, &section);
}

/* A pack in slot 1 whose one section is two sectors of zeros: what uploads may copy from. */
static void run_pack(allears_slots *slots)
{
    uint8_t *image = flash + ALLEARS_SLOT_ADDRESS(1);
    uint8_t *entry = image + ALLEARS_HEAD_BYTES;
    memset(image, 0, RUNNING_BYTES);
    allears_put_u16(entry, ALLEARS_SECTION_EAR);
    allears_put_u32(entry + 8, ALLEARS_SECTOR_BYTES);
    allears_put_u32(entry + 12, 2 * ALLEARS_SECTOR_BYTES);
    allears_sha256(entry + 16, image + ALLEARS_SECTOR_BYTES, 2 * ALLEARS_SECTOR_BYTES);
    slots->running.image = image;
    slots->running.size = RUNNING_BYTES;
    slots->running.head.section_count = 1;
    slots->running_slot = 1;
    slots->journal.state.confirmed = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static allears_slots slots;
    uint8_t sha256[ALLEARS_SHA256_BYTES] = {1};
    if (size < ALLEARS_HEAD_BYTES || size > 65536) return 0;
    uint8_t *image = malloc(size); /* reads beyond it are seen */
    memcpy(image, data, size);
    check(image, (uint32_t)size);
    memset(flash, 0xFF, 65536 + 2 * ALLEARS_SECTOR_BYTES);
    memset(flash + ALLEARS_RECORD_ADDRESS(0), 0xFF, ALLEARS_SECTOR_BYTES);
    memset(flash + ALLEARS_JOURNAL_ADDRESS, 0xFF, 2 * ALLEARS_SECTOR_BYTES);
    allears_slots_boot(&slots, &PORT, load, NULL);
    run_pack(&slots);
    uint32_t offset = 0;
    for (int requests = 0; requests < 200 && offset < size; requests++) {
        uint32_t part = (uint32_t)size - offset < MESSAGE_BYTES ? (uint32_t)size - offset
                                                                : MESSAGE_BYTES;
        allears_upload_request request = {offset, (uint32_t)size, sha256, image + offset, part};
        int matches;
        if (allears_slots_upload(&slots, &request, &offset, &matches) != 0) break;
    }
    free(image);
    return 0;
}

/* Slots on a simulated NOR flash whose power fails at any byte.
 *
 *   simulator JOB KEY BOARD OLD NEW FIRST SECOND
 *
 *   cuts   SEED COUNT      power cuts while NEW replaces OLD
 *   every  SEED STEP       the same, at each STEP-th write
 *   trial  REFUSAL COUNT   the same, but NEW does not pass its self-test
 *   flips  SEED COUNT      NEW with one bit flipped: must be refused
 *   offer  0 0             NEW as it is: prints the refusal
 *
 * KEY: file of 32 bytes. OLD may be "-": the device is empty then. Prints one line of figures;
 * exits 1 with a line about the first fault.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "slots/layout.h"
#include "slots/record.h"
#include "slots/slots.h"
#include "simulated_flash.h"

enum { MESSAGE_BYTES = 500, MAX_CUTS = 3 };

typedef struct {
    uint8_t *bytes;
    uint32_t size;
} file;

static uint8_t baseline[ALLEARS_FLASH_BYTES];
static uint8_t key[32];
static file old_pack, new_pack;
static allears_port_t port;
static allears_slots slots;
static uint16_t self_test_result; /* of packs on trial */

static uint16_t load(void *context, const allears_pack *pack, int self_test)
{
    (void)context;
    (void)pack;
    return self_test ? self_test_result : 0;
}

static void boot(void)
{
    allears_slots_boot(&slots, &port, load, NULL);
}

static int is_file(uint8_t slot, const file *wanted)
{
    allears_record record;
    return slot != ALLEARS_NO_SLOT && wanted->bytes != NULL &&
           allears_record_read(&port, slot, &record) && record.length == wanted->size &&
           memcmp(flash + ALLEARS_SLOT_ADDRESS(slot), wanted->bytes, wanted->size) == 0;
}

/* Sends a file as a client does, following the offsets. Returns the refusal. */
static uint16_t send(const file *sent)
{
    uint8_t sha256[ALLEARS_SHA256_BYTES];
    uint32_t offset = 0;
    int matches = 0;
    static uint8_t *box; /* data ends where it ends, so that a read beyond is seen */
    if (box == NULL) box = malloc(MESSAGE_BYTES);
    allears_sha256(sha256, sent->bytes, sent->size);
    do {
        uint32_t left = sent->size - offset;
        uint32_t size = left < MESSAGE_BYTES ? left : MESSAGE_BYTES;
        uint8_t *data = box + MESSAGE_BYTES - size;
        memcpy(data, sent->bytes + offset, size);
        allears_upload_request request = {offset, sent->size, sha256, data, size};
        uint16_t refusal = allears_slots_upload(&slots, &request, &offset, &matches);
        if (refusal != 0) return refusal;
    } while (offset != sent->size);
    return matches ? 0 : ALLEARS_REFUSAL_OTHER_SHA;
}

/* The hash that a client reads out of the pack's file. */
static const uint8_t *hash_of(const file *sent)
{
    static allears_pack pack;
    return allears_pack_read(sent->bytes, sent->size, &pack) == 0 ? pack.hash : NULL;
}

/* Flashes a pack as `allears flash` does. Returns the first refusal. */
static uint16_t flash_pack(const file *sent)
{
    const uint8_t *hash = hash_of(sent);
    uint16_t refusal = send(sent);
    if (refusal != 0) return refusal;
    if (is_file(slots.running_slot, sent) &&
        slots.running_slot == slots.journal.state.confirmed)
        return 0;
    if (hash == NULL) return ALLEARS_REFUSAL_NO_SUCH_PACK;
    refusal = allears_slots_test(&slots, hash, ALLEARS_SHA256_BYTES);
    if (refusal != 0) return refusal;
    if (slots.journal.state.trial != ALLEARS_TRIAL_RUNNING) boot();
    if (!is_file(slots.running_slot, sent)) return slots.last_refusal;
    return allears_slots_confirm(&slots, hash, ALLEARS_SHA256_BYTES);
}

/* After any boot: what runs is one of the two packs, and the confirmed one is whole. */
static void check_boot(void)
{
    uint8_t confirmed = slots.journal.state.confirmed;
    if (old_pack.bytes == NULL && confirmed == ALLEARS_NO_SLOT) return;
    if (slots.running_slot == ALLEARS_NO_SLOT) fail("nothing runs", slots.last_refusal);
    if (!is_file(slots.running_slot, &old_pack) && !is_file(slots.running_slot, &new_pack))
        fail("something else runs", slots.running_slot);
    if (!is_file(confirmed, &old_pack) && !is_file(confirmed, &new_pack))
        fail("the confirmed pack is damaged", confirmed);
    if (is_file(confirmed, &old_pack) && slots.journal.state.counter > old_pack.bytes[44])
        fail("the counter rose before the pack was confirmed", slots.journal.state.counter);
}

static void make_baseline(void)
{
    memset(flash, 0, sizeof flash); /* as a new file is */
    boot();
    if (slots.running_slot != ALLEARS_NO_SLOT) fail("an empty device runs", slots.running_slot);
    if (old_pack.bytes != NULL && flash_pack(&old_pack) != 0) fail("OLD is refused", 0);
    boot();
    check_boot();
    memcpy(baseline, flash, sizeof flash);
}

static uint64_t count_writes(void)
{
    memcpy(flash, baseline, sizeof flash);
    boot();
    writes_made = 0;
    flash_pack(&new_pack);
    return writes_made;
}

/* Flashes NEW while the power fails once or more; then finishes and checks the end. */
static void run_cut(uint64_t first_cut)
{
    volatile int cuts_left = 1 + (int)(next_random() % MAX_CUTS);
    volatile uint64_t next_cut = first_cut;
    memcpy(flash, baseline, sizeof flash);
    writes_left = UINT64_MAX;
    boot();
    for (;;) {
        writes_left = cuts_left-- > 0 ? next_cut : UINT64_MAX;
        /* Later cuts fall soon, so that recovery is cut too. */
        next_cut = next_random() % 4 ? next_random() % 600 : next_random() % (first_cut + 1);
        if (setjmp(power_lost) != 0) {
            uint64_t left = cuts_left > 0 && next_random() % 2 ? next_random() % 40 : UINT64_MAX;
            writes_left = left; /* the boot itself may be cut */
            if (setjmp(power_lost) != 0) writes_left = UINT64_MAX;
            boot();
            writes_left = UINT64_MAX;
            check_boot();
            continue;
        }
        uint16_t refusal = flash_pack(&new_pack);
        writes_left = UINT64_MAX;
        if (refusal == ALLEARS_REFUSAL_NO_FREE_SLOT) { /* a trial runs: the client resets */
            boot();
            check_boot();
            continue;
        }
        if (refusal != self_test_result) fail("the flash cannot be finished", refusal);
        break;
    }
    boot();
    check_boot();
    const file *winner = self_test_result == 0 ? &new_pack : &old_pack;
    if (!is_file(slots.running_slot, winner) ||
        slots.running_slot != slots.journal.state.confirmed)
        fail("the wrong pack is confirmed at the end", slots.running_slot);
}

static void cut_at_random(uint32_t seed, uint32_t count)
{
    uint64_t writes = count_writes();
    for (uint32_t i = 0; i < count; i++) {
        random_state = seed * 2654435761u + i + 1;
        next_random();
        /* Half of them among the last writes: mark, journal, trial, confirmation. */
        uint64_t near_end = writes < 400 ? writes : 400;
        run_cut(i % 2 ? next_random() % writes : writes - near_end + next_random() % near_end);
    }
    printf("cuts %u writes %llu\n", count, (unsigned long long)writes);
}

static void cut_at_every(uint32_t seed, uint32_t step)
{
    uint64_t writes = count_writes();
    uint32_t count = 0;
    for (uint64_t at = 0; at < writes; at += step, count++) {
        random_state = seed + (uint32_t)at + 1;
        run_cut(at);
    }
    printf("cuts %u writes %llu\n", count, (unsigned long long)writes);
}

/* Offers a file to the device. Returns the refusal; nothing may have changed but the free slot. */
static uint16_t offer(const file *offered)
{
    memcpy(flash, baseline, sizeof flash);
    boot();
    allears_journal_state before = slots.journal.state;
    uint8_t running = slots.running_slot;
    uint16_t refusal = flash_pack(offered);
    if (refusal == 0) return 0;
    boot();
    check_boot();
    before.refusal = slots.journal.state.refusal; /* only that is told of a trial that failed */
    if (slots.running_slot != running || memcmp(&before, &slots.journal.state, sizeof before) != 0)
        fail("a refusal changed the device", refusal);
    return refusal;
}

static void flip_bits(uint32_t seed, uint32_t count)
{
    file flipped = {malloc(new_pack.size), new_pack.size};
    random_state = seed + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = next_random() % (new_pack.size * 8);
        memcpy(flipped.bytes, new_pack.bytes, new_pack.size);
        flipped.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (offer(&flipped) == 0) fail("a flipped bit was taken", bit);
    }
    free(flipped.bytes);
    printf("flips %u bytes %u\n", count, new_pack.size);
}

static file read_file(const char *path)
{
    file content = {NULL, 0};
    if (strcmp(path, "-") == 0) return content;
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) fail(path, 0);
    content.bytes = malloc(2 * ALLEARS_SLOT_BYTES);
    content.size = (uint32_t)fread(content.bytes, 1, 2 * ALLEARS_SLOT_BYTES, stream);
    fclose(stream);
    content.bytes = realloc(content.bytes, content.size); /* reads beyond it are seen */
    return content;
}

int main(int count, char **arguments)
{
    if (count < 8) fail("usage: see the source", count);
    const char *job = arguments[1];
    uint32_t first = (uint32_t)strtoul(arguments[6], NULL, 10);
    uint32_t second = (uint32_t)strtoul(arguments[7], NULL, 10);
    file key_file = read_file(arguments[2]);
    if (key_file.size != sizeof key) fail("KEY has not 32 bytes", key_file.size);
    memcpy(key, key_file.bytes, sizeof key);
    old_pack = read_file(arguments[4]);
    new_pack = read_file(arguments[5]);
    port = (allears_port_t){.flash = flash, .program = simulated_program, .erase = simulated_erase,
                            .public_key = key, .board = arguments[3]};
    make_baseline();
    if (strcmp(job, "cuts") == 0) cut_at_random(first, second);
    if (strcmp(job, "every") == 0) cut_at_every(first, second);
    if (strcmp(job, "flips") == 0) flip_bits(first, second);
    if (strcmp(job, "trial") == 0) {
        self_test_result = (uint16_t)first;
        cut_at_random(1, second);
    }
    if (strcmp(job, "offer") == 0) {
        printf("refusal %u\n", offer(&new_pack));
    }
    free(key_file.bytes);
    free(old_pack.bytes);
    free(new_pack.bytes);
    return 0;
}

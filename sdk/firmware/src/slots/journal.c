#include "slots/journal.h"

#include <string.h>

#include "slots/bytes.h"
#include "slots/crc32.h"
#include "slots/layout.h"

enum { CRC_OFFSET = 28 };

static uint32_t sector_of(uint32_t address)
{
    return address - address % ALLEARS_SECTOR_BYTES;
}

static int is_valid(const uint8_t *record)
{
    return allears_get_u32(record) == ALLEARS_JOURNAL_MAGIC &&
           allears_get_u32(record + CRC_OFFSET) == allears_crc32(record, CRC_OFFSET);
}

static int is_erased(const uint8_t *record)
{
    for (int i = 0; i < ALLEARS_JOURNAL_RECORD_BYTES; i++)
        if (record[i] != 0xFF) return 0;
    return 1;
}

/* A slot number from the flash, or none. */
static uint8_t slot_or_none(uint8_t slot)
{
    return slot < ALLEARS_SLOT_COUNT ? slot : ALLEARS_NO_SLOT;
}

void allears_journal_read(allears_journal *journal, const allears_port_t *port)
{
    memset(journal, 0, sizeof *journal);
    journal->state.confirmed = ALLEARS_NO_SLOT;
    journal->state.trial_slot = ALLEARS_NO_SLOT;
    journal->address = ALLEARS_JOURNAL_ADDRESS;
    for (uint32_t at = ALLEARS_JOURNAL_ADDRESS; at < ALLEARS_FLASH_BYTES;
         at += ALLEARS_JOURNAL_RECORD_BYTES) {
        const uint8_t *record = port->flash + at;
        if (!is_valid(record) || allears_get_u32(record + 4) <= journal->sequence) continue;
        journal->sequence = allears_get_u32(record + 4);
        journal->address = at;
        journal->state.confirmed = slot_or_none(record[8]);
        journal->state.trial_slot = slot_or_none(record[9]);
        journal->state.trial = record[10];
        journal->state.counter = allears_get_u32(record + 12);
        journal->state.refusal = allears_get_u16(record + 16);
    }
}

/* The next free place of the newest record's sector, or the start of the other sector, erased. */
static int find_place(const allears_journal *journal, const allears_port_t *port, uint32_t *place)
{
    uint32_t end = sector_of(journal->address) + ALLEARS_SECTOR_BYTES;
    for (uint32_t at = journal->address; at < end; at += ALLEARS_JOURNAL_RECORD_BYTES) {
        if (!is_erased(port->flash + at)) continue;
        *place = at;
        return 0;
    }
    *place = end < ALLEARS_FLASH_BYTES ? end : ALLEARS_JOURNAL_ADDRESS;
    return port->erase(port->context, *place);
}

uint16_t allears_journal_write(allears_journal *journal, const allears_port_t *port,
                               const allears_journal_state *state)
{
    uint8_t record[ALLEARS_JOURNAL_RECORD_BYTES] = {0};
    uint32_t place;
    allears_put_u32(record, ALLEARS_JOURNAL_MAGIC);
    allears_put_u32(record + 4, journal->sequence + 1);
    record[8] = state->confirmed;
    record[9] = state->trial_slot;
    record[10] = state->trial;
    allears_put_u32(record + 12, state->counter);
    allears_put_u16(record + 16, state->refusal);
    allears_put_u32(record + CRC_OFFSET, allears_crc32(record, CRC_OFFSET));
    if (find_place(journal, port, &place) != 0 ||
        port->program(port->context, place, record, sizeof record) != 0 ||
        memcmp(port->flash + place, record, sizeof record) != 0)
        return ALLEARS_REFUSAL_FLASH_FAILED;
    journal->sequence++;
    journal->address = place;
    journal->state = *state;
    return 0;
}

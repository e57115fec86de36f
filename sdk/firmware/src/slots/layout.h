/* Where things lie in the flash area, in bytes from its start. */
#ifndef ALLEARS_SLOTS_LAYOUT_H
#define ALLEARS_SLOTS_LAYOUT_H

#include "allears_link_contract.h"

/** A slot's first byte. */
#define ALLEARS_SLOT_ADDRESS(slot) ((uint32_t)(slot) * ALLEARS_SLOT_BYTES)

/** A slot's last sector: its upload record. */
#define ALLEARS_RECORD_ADDRESS(slot)                                                               \
    (ALLEARS_SLOT_ADDRESS(slot) + ALLEARS_SLOT_BYTES - ALLEARS_SECTOR_BYTES)

/** Largest image that fits into a slot. */
#define ALLEARS_MAX_IMAGE_BYTES ((uint32_t)(ALLEARS_SLOT_BYTES - ALLEARS_SECTOR_BYTES))

/** The journal follows the slots. */
#define ALLEARS_JOURNAL_ADDRESS ALLEARS_SLOT_ADDRESS(ALLEARS_SLOT_COUNT)

/** What the port maps and erases. */
#define ALLEARS_FLASH_BYTES                                                                        \
    (ALLEARS_JOURNAL_ADDRESS + (uint32_t)(ALLEARS_JOURNAL_SECTORS * ALLEARS_SECTOR_BYTES))

#endif

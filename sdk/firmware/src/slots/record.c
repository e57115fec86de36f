#include "slots/record.h"

#include <string.h>

#include "slots/bytes.h"
#include "slots/crc32.h"
#include "slots/layout.h"

enum { LENGTH_OFFSET = 4, SHA_OFFSET = 8, CRC_OFFSET = 40, FIELDS_END = 44 };

int allears_record_read(const allears_port_t *port, uint8_t slot, allears_record *record)
{
    const uint8_t *at = port->flash + ALLEARS_RECORD_ADDRESS(slot);
    if (allears_get_u32(at) != ALLEARS_UPLOAD_MAGIC ||
        allears_get_u32(at + CRC_OFFSET) !=
            allears_crc32(at + LENGTH_OFFSET, CRC_OFFSET - LENGTH_OFFSET))
        return 0;
    record->length = allears_get_u32(at + LENGTH_OFFSET);
    record->sha256 = at + SHA_OFFSET;
    if (record->length > ALLEARS_MAX_IMAGE_BYTES) return 0;
    uint32_t sector = 0;
    while (sector * ALLEARS_SECTOR_BYTES < record->length &&
           at[ALLEARS_UPLOAD_DONE_OFFSET + sector] == 0)
        sector++;
    record->done = sector * ALLEARS_SECTOR_BYTES;
    if (record->done > record->length) record->done = record->length;
    return 1;
}

int allears_record_holds(const allears_port_t *port, uint8_t slot, allears_record *record)
{
    return allears_record_read(port, slot, record) && record->done == record->length;
}

int allears_record_erase(const allears_port_t *port, uint8_t slot)
{
    /* First the magic, in one step: an erase that is cut short may leave any bits behind it. */
    static const uint8_t NOTHING[4] = {0};
    uint32_t address = ALLEARS_RECORD_ADDRESS(slot);
    if (port->program(port->context, address, NOTHING, sizeof NOTHING) != 0) return -1;
    return port->erase(port->context, address);
}

int allears_record_begin(const allears_port_t *port, uint8_t slot, uint32_t length,
                         const uint8_t sha256[ALLEARS_SHA256_BYTES])
{
    uint8_t fields[FIELDS_END];
    uint32_t address = ALLEARS_RECORD_ADDRESS(slot);
    allears_put_u32(fields, ALLEARS_UPLOAD_MAGIC);
    allears_put_u32(fields + LENGTH_OFFSET, length);
    memcpy(fields + SHA_OFFSET, sha256, ALLEARS_SHA256_BYTES);
    allears_put_u32(fields + CRC_OFFSET,
                    allears_crc32(fields + LENGTH_OFFSET, CRC_OFFSET - LENGTH_OFFSET));
    if (allears_record_erase(port, slot) != 0) return -1;
    if (port->program(port->context, address + LENGTH_OFFSET, fields + LENGTH_OFFSET,
                      FIELDS_END - LENGTH_OFFSET) != 0)
        return -1;
    return port->program(port->context, address, fields, LENGTH_OFFSET); /* the magic last */
}

int allears_record_mark(const allears_port_t *port, uint8_t slot, uint32_t sector)
{
    static const uint8_t DONE = 0;
    return port->program(port->context,
                         ALLEARS_RECORD_ADDRESS(slot) + ALLEARS_UPLOAD_DONE_OFFSET + sector, &DONE,
                         1);
}

#include "simulated_flash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERASE_WRITES = 64 };

uint8_t flash[ALLEARS_FLASH_BYTES];
jmp_buf power_lost;
uint64_t writes_left = UINT64_MAX;
uint64_t writes_made;
uint32_t random_state;

uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

void fail(const char *what, int64_t detail)
{
    printf("FAILED: %s (%lld)\n", what, (long long)detail);
    exit(1);
}

int simulated_program(void *context, uint32_t address, const void *data, uint32_t size)
{
    const uint8_t *from = data;
    (void)context;
    if (address > sizeof flash || size > sizeof flash - address) fail("program outside", address);
    for (uint32_t i = 0; i < size; i++) {
        uint8_t *byte = &flash[address + i];
        if ((*byte & from[i]) != from[i]) fail("a bit set without erasing", address + i);
        if (writes_left-- == 0) {
            *byte &= (uint8_t)(from[i] | next_random()); /* some bits cleared, some not */
            longjmp(power_lost, 1);
        }
        writes_made++;
        *byte = from[i];
    }
    return 0;
}

int simulated_erase(void *context, uint32_t address)
{
    uint8_t *sector = flash + address;
    (void)context;
    if (address % ALLEARS_SECTOR_BYTES || address >= sizeof flash) fail("erase outside", address);
    if (writes_left < ERASE_WRITES) {
        uint32_t done = next_random() % (ALLEARS_SECTOR_BYTES + 1);
        int garbles = next_random() % 2;
        memset(sector, 0xFF, done);
        for (uint32_t i = done; garbles && i < ALLEARS_SECTOR_BYTES; i++)
            sector[i] |= (uint8_t)next_random(); /* bits on their way to 1 */
        longjmp(power_lost, 1);
    }
    if (writes_left != UINT64_MAX) writes_left -= ERASE_WRITES;
    writes_made += ERASE_WRITES;
    memset(sector, 0xFF, ALLEARS_SECTOR_BYTES);
    return 0;
}

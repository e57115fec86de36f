/* Requests with whatever CBOR: each input is a series of messages, length u16 and bytes, given to
 * the device in a right frame. */
#include "device/device.h"
#include "flash_in_memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static allears_device device;

static void receive(void *context, const uint8_t *bytes, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++) allears_device_receive(&device, bytes[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t memory[8];
    /* Only what an upload of this size reaches is cleared: the flash is 2 MB. */
    memset(flash, 0xFF, 8 * ALLEARS_SECTOR_BYTES);
    memset(flash + ALLEARS_RECORD_ADDRESS(0), 0xFF, ALLEARS_SECTOR_BYTES);
    memset(flash + ALLEARS_JOURNAL_ADDRESS, 0xFF, 2 * ALLEARS_SECTOR_BYTES);
    allears_device_boot(&device, &PORT, memory, sizeof memory);
    while (size > 2) {
        uint32_t length = (uint32_t)(data[0] << 8 | data[1]) % 2049;
        data += 2;
        size -= 2;
        if (length > size) length = (uint32_t)size;
        allears_frame_send(data, length, receive, NULL);
        device.reset_is_due = 0;
        data += length;
        size -= length;
    }
    return 0;
}

/* Whatever comes over the line, byte by byte: the frame parser must stay within its buffer. */
#include "allears_link_contract.h"
#include "link/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static allears_frame_t frame;
    volatile uint8_t last;
    frame = (allears_frame_t){0};
    for (size_t i = 0; i < size; i++) {
        uint32_t message = allears_frame_push(&frame, data[i]);
        if (message > sizeof frame.bytes - ALLEARS_FRAME_OVERHEAD_BYTES) __builtin_trap();
        if (message > 0) last = frame.bytes[2 + message - 1];
    }
    (void)last;
    return 0;
}

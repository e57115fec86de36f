/* The device: link, slots and listener, one step at a time from the board's main loop. */
#ifndef ALLEARS_DEVICE_DEVICE_H
#define ALLEARS_DEVICE_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#include "allears_link_contract.h"
#include "allears_port.h"
#include "device/hearing.h"
#include "device/keeping.h"
#include "device/meter.h"
#include "link/frame.h"
#include "slots/slots.h"

/** Longest message that the device sends. */
#define ALLEARS_REPLY_BYTES 1024

/** Everything a device remembers; the caller owns it. */
typedef struct {
    const allears_port_t *port;
    allears_slots slots;
    allears_hearing hearing;
    allears_frame_t frame;
    uint32_t frames;   /* requests understood since boot */
    uint32_t refusals; /* requests refused since boot */
    allears_keeping keeping;
    allears_meter meter;
    uint32_t deaf_samples; /* of the microphone that are still passed over for audio by link */
    uint8_t reset_is_due;
    uint8_t reply[ALLEARS_REPLY_BYTES];
} allears_device;

/** Boots: reads the journal, proves or reverts a trial, loads the pack that runs.
 *  @param memory for the listener, at a multiple of 8 bytes; both stay with the device. */
void allears_device_boot(allears_device *device, const allears_port_t *port, void *memory,
                         size_t memory_bytes);

/** Takes a byte from the host; answers where it completes a request. */
void allears_device_receive(allears_device *device, uint8_t byte);

/** Hears samples from the microphone; while audio comes by link, they are passed over. */
void allears_device_hear(allears_device *device, const int16_t *samples, size_t count);

#endif

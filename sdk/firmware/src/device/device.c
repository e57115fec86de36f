#include "device/device.h"

#include <string.h>

#include "device/groups.h"
#include "link/smp.h"

void allears_device_boot(allears_device *device, const allears_port_t *port, void *memory,
                         size_t memory_bytes)
{
    memset(device, 0, sizeof *device);
    device->port = port;
    device->hearing.memory = memory;
    device->hearing.memory_bytes = memory_bytes;
    device->keeping.ring = port->keep;
    allears_slots_boot(&device->slots, port, allears_hearing_load, &device->hearing);
    if (device->slots.running_slot == ALLEARS_NO_SLOT) device->hearing.listener = NULL;
}

static allears_answer find_answer(const allears_smp_request *request)
{
    if (request->group == ALLEARS_GROUP_OS)
        return allears_group_os(request->operation, request->command);
    if (request->group == ALLEARS_GROUP_IMAGE)
        return allears_group_image(request->operation, request->command);
    if (request->group == ALLEARS_GROUP_VOICE)
        return allears_group_voice(request->operation, request->command);
    return NULL;
}

/* Encodes a map into the reply: the answer's, or a refusal's. Returns its size, 0 if it is full. */
static uint32_t encode(allears_device *device, const allears_smp_request *request,
                       allears_answer answer, uint16_t *refusal)
{
    uint8_t *start = device->reply + ALLEARS_SMP_HEADER_BYTES;
    ZCBOR_STATE_E(map, 4, start, sizeof device->reply - ALLEARS_SMP_HEADER_BYTES, 1);
    zcbor_map_start_encode(map, 16);
    if (*refusal == 0)
        *refusal = answer(device, request, map);
    else
        allears_smp_refuse(map, *refusal);
    bool is_whole = zcbor_map_end_encode(map, 16) && zcbor_peek_error(map) == ZCBOR_SUCCESS;
    return is_whole ? (uint32_t)(map->payload - start) : 0;
}

static void answer_message(allears_device *device, const uint8_t *message, uint32_t size)
{
    allears_smp_request request;
    if (!allears_smp_read(message, size, &request)) {
        device->frame.bad_frames++;
        return;
    }
    device->frames++;
    allears_answer answer = find_answer(&request);
    uint16_t refusal = answer != NULL ? 0 : ALLEARS_REFUSAL_UNKNOWN_COMMAND;
    uint32_t map_bytes = refusal == 0 ? encode(device, &request, answer, &refusal) : 0;
    if (refusal == 0 && map_bytes == 0) refusal = ALLEARS_REFUSAL_REPLY_TOO_LONG;
    if (refusal != 0) {
        device->refusals++;
        device->slots.last_refusal = refusal;
        map_bytes = encode(device, &request, answer, &refusal);
    }
    uint32_t length = allears_smp_head(device->reply, &request, map_bytes);
    allears_frame_send(device->reply, length, device->port->send, device->port->context);
}

void allears_device_receive(allears_device *device, uint8_t byte)
{
    uint32_t size = allears_frame_push(&device->frame, byte);
    if (size == 0) return;
    answer_message(device, device->frame.bytes + 2, size);
    if (device->reset_is_due) device->port->reset(device->port->context);
}

static uint32_t clock_us(const allears_device *device)
{
    const allears_port_t *port = device->port;
    return port->clock_us != NULL ? port->clock_us(port->context) : 0;
}

void allears_device_take(allears_device *device, const int16_t *samples, size_t count)
{
    allears_hearing *hearing = &device->hearing;
    uint32_t started_us = clock_us(device);
    uint32_t event = hearing->next;
    allears_meter_add(&device->meter, samples, count);
    allears_keeping_add(&device->keeping, samples, count);
    allears_hearing_feed(hearing, samples, count);
    for (; event != hearing->next; event++)
        allears_keeping_note(&device->keeping, event,
                             allears_hearing_event(hearing, event)->kind == ALLEARS_WAKE);
    device->meter.busy_us += clock_us(device) - started_us;
}

void allears_device_hear(allears_device *device, const int16_t *samples, size_t count)
{
    if (device->deaf_samples == 0)
        allears_device_take(device, samples, count);
    else
        device->deaf_samples -= device->deaf_samples < count ? device->deaf_samples
                                                             : (uint32_t)count;
}

#include "device/groups.h"

static char *put_number(char *at, uint32_t number)
{
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    while (count > 0) *at++ = digits[--count];
    return at;
}

size_t allears_version_text(char text[32], const allears_pack_head *head)
{
    char *at = put_number(text, head->major);
    *at++ = '.';
    at = put_number(at, head->minor);
    *at++ = '.';
    at = put_number(at, head->revision);
    if (head->build != 0) {
        *at++ = '+';
        at = put_number(at, head->build);
    }
    *at = 0;
    return (size_t)(at - text);
}

static uint16_t read_state(allears_device *device, const allears_smp_request *request,
                           zcbor_state_t *map)
{
    (void)request;
    allears_smp_put_key(map, "images");
    zcbor_list_start_encode(map, ALLEARS_SLOT_COUNT);
    for (uint8_t slot = 0; slot < ALLEARS_SLOT_COUNT; slot++) {
        allears_slot_view view;
        char version[32];
        if (!allears_slots_view(&device->slots, slot, &view)) continue;
        size_t length = allears_version_text(version, &view.pack.head);
        zcbor_map_start_encode(map, 8);
        allears_smp_put_u32(map, "image", 0);
        allears_smp_put_u32(map, "slot", slot);
        allears_smp_put_text(map, "version", version, length);
        allears_smp_put_bytes(map, "hash", view.pack.hash, ALLEARS_SHA256_BYTES);
        allears_smp_put_bool(map, "bootable", view.is_bootable);
        allears_smp_put_bool(map, "pending", view.is_pending);
        allears_smp_put_bool(map, "confirmed", view.is_confirmed);
        allears_smp_put_bool(map, "active", view.is_active);
        zcbor_map_end_encode(map, 8);
    }
    zcbor_list_end_encode(map, ALLEARS_SLOT_COUNT);
    return 0;
}

static uint16_t write_state(allears_device *device, const allears_smp_request *request,
                            zcbor_state_t *map)
{
    struct zcbor_string hash = {0};
    bool confirm = false;
    bool has_hash = false;
    const allears_smp_field fields[] = {{"hash", ALLEARS_FIELD_BYTES, &hash, &has_hash},
                                        {"confirm", ALLEARS_FIELD_BOOL, &confirm, NULL}};
    uint16_t refusal = allears_smp_fields(request, fields, 2);
    if (refusal == 0 && !confirm && !has_hash) refusal = ALLEARS_REFUSAL_BAD_REQUEST;
    if (refusal != 0) return refusal;
    refusal = confirm ? allears_slots_confirm(&device->slots, has_hash ? hash.value : NULL,
                                              (uint32_t)hash.len)
                      : allears_slots_test(&device->slots, hash.value, (uint32_t)hash.len);
    return refusal != 0 ? refusal : read_state(device, request, map);
}

static uint16_t upload(allears_device *device, const allears_smp_request *request,
                       zcbor_state_t *map)
{
    allears_upload_request chunk = {0};
    struct zcbor_string data = {0};
    struct zcbor_string sha256 = {0};
    bool has_offset = false;
    bool has_data = false;
    bool has_sha256 = false;
    int matches = 0;
    uint32_t offset = 0;
    const allears_smp_field fields[] = {{"off", ALLEARS_FIELD_U32, &chunk.offset, &has_offset},
                                        {"len", ALLEARS_FIELD_U32, &chunk.length, NULL},
                                        {"data", ALLEARS_FIELD_BYTES, &data, &has_data},
                                        {"sha", ALLEARS_FIELD_BYTES, &sha256, &has_sha256}};
    uint16_t refusal = allears_smp_fields(request, fields, 4);
    if (refusal != 0) return refusal;
    if (!has_offset || !has_data || (has_sha256 && sha256.len != ALLEARS_SHA256_BYTES))
        return ALLEARS_REFUSAL_BAD_REQUEST;
    chunk.data = data.value;
    chunk.size = (uint32_t)data.len;
    chunk.sha256 = has_sha256 ? sha256.value : NULL;
    refusal = allears_slots_upload(&device->slots, &chunk, &offset, &matches);
    if (refusal != 0) return refusal;
    allears_smp_put_u32(map, "off", offset);
    if (matches) allears_smp_put_bool(map, "match", true);
    return 0;
}

static uint16_t erase(allears_device *device, const allears_smp_request *request,
                      zcbor_state_t *map)
{
    uint32_t slot = allears_slots_target(&device->slots);
    const allears_smp_field fields[] = {{"slot", ALLEARS_FIELD_U32, &slot, NULL}};
    uint16_t refusal = allears_smp_fields(request, fields, 1);
    (void)map;
    return refusal != 0 ? refusal : allears_slots_erase(&device->slots, slot);
}

allears_answer allears_group_image(uint8_t operation, uint8_t command)
{
    int is_write = operation == ALLEARS_SMP_WRITE;
    if (command == ALLEARS_IMAGE_STATE) return is_write ? write_state : read_state;
    if (command == ALLEARS_IMAGE_UPLOAD && is_write) return upload;
    return command == ALLEARS_IMAGE_ERASE && is_write ? erase : NULL;
}

/* The requests that the device understands, a function a command. */
#ifndef ALLEARS_DEVICE_GROUPS_H
#define ALLEARS_DEVICE_GROUPS_H

#include "device/device.h"
#include "link/smp.h"

/** Answers a request by encoding fields into the opened `map`. Returns 0, or ALLEARS_REFUSAL_…
 * (what it encoded before is then dropped). A full `map` is seen by the caller. */
typedef uint16_t (*allears_answer)(allears_device *device, const allears_smp_request *request,
                                   zcbor_state_t *map);

/** Finds who answers a command of the os, image or voice group; null: nobody. */
allears_answer allears_group_os(uint8_t operation, uint8_t command);
allears_answer allears_group_image(uint8_t operation, uint8_t command);
allears_answer allears_group_voice(uint8_t operation, uint8_t command);

/** Finds who answers the voice group's commands for watching the device: live, keep, clip. */
allears_answer allears_group_live(uint8_t operation, uint8_t command);

/** Encodes what audio is kept for. */
void allears_put_keep(const allears_device *device, zcbor_state_t *map);

/** Hears samples from wherever they came: measures, keeps and recognises. */
void allears_device_take(allears_device *device, const int16_t *samples, size_t count);

/** "major.minor.revision" of a pack, zero-terminated. Returns its length. */
size_t allears_version_text(char text[32], const allears_pack_head *head);

#endif

/* The self-test: a pack's golden clips, and the events that they must give. */
#ifndef ALLEARS_DEVICE_GOLDEN_H
#define ALLEARS_DEVICE_GOLDEN_H

#include "allears.h"
#include "slots/pack.h"

/** Plays every language's clip to `listener`, which has heard nothing yet and is reset after each.
 * Returns 0, ALLEARS_REFUSAL_BAD_SECTION or ALLEARS_REFUSAL_SELF_TEST. */
uint16_t allears_golden_test(const allears_pack *pack, const allears_models *models,
                             allears_listener *listener);

#endif

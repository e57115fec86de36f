/* The ear of a listener, and the features that it hears anew. */
#ifndef ALLEARS_EAR_H
#define ALLEARS_EAR_H

#include "listener.h"

/** Features of the block that came `ago` blocks before the last. */
const int8_t *ae_recent_block(const allears_listener *listener, uint32_t ago);

/** Forget the stream; nothing happens where there is no ear. */
void ae_ear_reset(allears_listener *listener);

/** Hand over one block of features, int8 [AE_BLOCK_VALUES]; ae_ear_step() until it returns 0. */
void ae_ear_take(allears_listener *listener, const int8_t *features);

/** Advance by one step. Returns 1 and listener->embedding, or 0 where more features are wanted. */
int ae_ear_step(allears_listener *listener);

#endif

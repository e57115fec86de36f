/* A listener's memory. Behind the structure lie, each at a multiple of 16 bytes: the recent
 * features, the wake words' states and the scratch, which are in use always; then the states of the
 * ear and the heads, and the heads' windows, which are in use while listening for commands. Verifiers
 * hear the ear while nothing listens for commands: their states lie where the heads' do, and those of
 * heads that never listen at the same time one above the other.
 */
#ifndef ALLEARS_LISTENER_H
#define ALLEARS_LISTENER_H

#include "allears.h"
#include "decider.h"
#include "frontend.h"
#include "vad.h"
#include "waking.h"

enum {
    AE_BLOCK_MS = ALLEARS_WAKE_STRIDE_FRAMES * ALLEARS_FEATURE_STEP_MS,
    AE_BLOCK_SAMPLES = ALLEARS_WAKE_STRIDE_FRAMES * AE_STEP_SAMPLES,
    AE_BLOCK_VALUES = ALLEARS_WAKE_STRIDE_FRAMES * ALLEARS_FEATURE_CHANNELS,
    AE_EAR_VALUES = ALLEARS_EAR_STRIDE_FRAMES * ALLEARS_FEATURE_CHANNELS,
    /* When the gate opens, the wake model catches up on so much, which is longer than it looks back,
     * so that it decides as if it had heard everything. */
    AE_RECENT_BLOCKS = 2400 / AE_BLOCK_MS
};

struct allears_listener {
    allears_models models;
    unsigned options;
    ae_waking waking;
    ae_decider decider;
    ae_program ear;
    uint8_t *ear_state;
    uint8_t *scratch;
    int8_t *recent; /**< [AE_RECENT_BLOCKS][AE_BLOCK_VALUES], a ring. */
    uint32_t recent_count, recent_next;
    uint32_t unheard_blocks; /**< Blocks that the wake models have still to hear. */
    uint32_t quiet_blocks;
    uint64_t now_ms, deadline_ms;
    uint32_t ear_waiting; /**< Values waiting for a whole step of the ear. */
    int8_t ear_features[AE_EAR_VALUES + AE_BLOCK_VALUES];
    int8_t embedding[ALLEARS_EAR_EMBEDDING];
    uint32_t warm_up_steps; /**< Of the front end, before its first frame. */
    uint32_t block_fill;    /**< Samples in the block. */
    uint32_t flush_left;    /**< Samples of silence that allears_finish() has still to feed. */
    int flushing;
    uint8_t had_speech; /**< Since allears_look(). */
    uint32_t event_count, event_next;
    allears_event events[ALLEARS_EVENT_QUEUE];
    int16_t block[AE_BLOCK_SAMPLES];
    int8_t features[AE_BLOCK_VALUES];
    ae_level level;
    ae_vad vad;
    ae_frontend frontend;
};

/** One block of samples and of features of their levelled form through voice activity → wake word,
 *  or ear → commands. */
void ae_hear(allears_listener *listener);

/** Set the state of a stream that has heard nothing; events stay. */
void ae_begin(allears_listener *listener);

/** Keep an event until it is read; the oldest gives way if there is no room. */
void ae_report(allears_listener *listener, const allears_event *event);

#endif

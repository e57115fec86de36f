#include "verifier.h"

#include <string.h>

#include "ear.h"

enum { VERIFIED_BLOCKS = ALLEARS_VERIFIED_MS / AE_BLOCK_MS };

/** What one verifier made of the embeddings so far; outputs that are still missing count as 0. */
typedef struct {
    int asked;
    uint8_t window[AE_MAX_WAKE_WINDOW];
    uint32_t next; /**< Where in the window the next output goes. */
    uint32_t sum;
    uint32_t highest;
} verdict;

/** Reset the verifiers of words with a total. Returns whether there are any. */
static int begin(const ae_waking *waking, const ae_margin *margins, verdict *verdicts)
{
    int asked = 0;
    for (uint32_t i = 0; i < waking->count; i++) {
        const ae_wake_word *word = &waking->words[i];
        memset(&verdicts[i], 0, sizeof verdicts[i]);
        if (word->verifier.words != NULL && margins[i].total != 0) {
            ae_program_reset(&word->verifier, word->verifier_state);
            verdicts[i].asked = asked = 1;
        }
    }
    return asked;
}

static void judge(const ae_wake_word *word, const int8_t *embedding, uint8_t *scratch,
                  verdict *verdict)
{
    const ae_program *program = &word->verifier;
    memcpy(ae_program_input(program, word->verifier_state, scratch), embedding,
           program->input_bytes);
    uint8_t output = (uint8_t)*ae_program_run(program, word->verifier_state, scratch);
    uint8_t *oldest = &verdict->window[verdict->next];
    verdict->sum = verdict->sum - *oldest + output;
    *oldest = output;
    verdict->next = verdict->next + 1 == word->language->verifier_window_steps ? 0
                                                                              : verdict->next + 1;
    verdict->highest = verdict->sum > verdict->highest ? verdict->sum : verdict->highest;
}

void ae_verify(allears_listener *listener, ae_margin *margins)
{
    const ae_waking *waking = &listener->waking;
    verdict verdicts[ALLEARS_MAX_LANGUAGES];
    if (!begin(waking, margins, verdicts)) {
        return;
    }
    ae_ear_reset(listener);
    uint32_t blocks =
        listener->recent_count < VERIFIED_BLOCKS ? listener->recent_count : VERIFIED_BLOCKS;
    for (uint32_t ago = blocks; ago-- > 0;) {
        ae_ear_take(listener, ae_recent_block(listener, ago));
        while (ae_ear_step(listener)) {
            for (uint32_t i = 0; i < waking->count; i++) {
                if (verdicts[i].asked) {
                    judge(&waking->words[i], listener->embedding, listener->scratch, &verdicts[i]);
                }
            }
        }
    }
    for (uint32_t i = 0; i < waking->count; i++) {
        const allears_language *language = waking->words[i].language;
        uint32_t highest = verdicts[i].highest, limit = language->verifier_limit;
        if (verdicts[i].asked) {
            margins[i] = (ae_margin){highest > limit ? highest : 0, limit,
                                     256u * language->verifier_window_steps};
        }
    }
}

/* AllEars: audio in, wake words and commands out. The whole interface, on one page.
 *
 *   allears_models models;                          what to listen for, in flash
 *   allears_read_pack(pack, bytes, &models);
 *   allears_sizes(&models, 0, &sizes);              ask first,
 *   static uint64_t memory[...];                    own the memory,
 *   allears_init(memory, sizeof memory, &models, 0, &listener);
 *   for (;;) {
 *       taken = allears_feed(listener, samples, count);   16 kHz mono int16, any count
 *       while (allears_next_event(listener, &event)) ...
 *   }
 *
 * Nothing is allocated, nothing is global, no floating point is used. One listener belongs to one
 * thread. Models are used where they lie: they must stay there, and start at multiples of 16 bytes.
 * The same audio gives the same events whatever the counts it is fed in.
 */
#ifndef ALLEARS_H
#define ALLEARS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    ALLEARS_MAX_LANGUAGES = 4, /**< Languages of one listener. */
    ALLEARS_EVENT_QUEUE = 16,  /**< Events kept until they are read. */
    ALLEARS_NEVER = 0xFFFF,    /**< Limit of a command that is not offered. */
    ALLEARS_NO_NUMBER = -1     /**< Number of an event without one. */
};

typedef enum {
    ALLEARS_OK = 0,
    ALLEARS_BAD_ARGUMENT = -1,     /**< A null pointer, misaligned memory, no or too many languages. */
    ALLEARS_TOO_LITTLE_MEMORY = -2, /**< Less than allears_sizes() asked for. */
    ALLEARS_BAD_PACK = -3,         /**< No pack, or one with sections missing, misplaced or wrong. */
    ALLEARS_BAD_PROGRAM = -4,      /**< No layer program, or one that would leave its memory. */
    ALLEARS_WRONG_SHAPE = -5       /**< A model made for another stage, or for other commands. */
} allears_status;

/** Options of a listener. */
enum {
    ALLEARS_ASSUME_WAKE = 1, /**< Listen for commands from the start and forever; no wake model, and the
                                 level is that of full scale. */
    ALLEARS_WAKE_ONLY = 2    /**< Report wake words and never listen for commands. */
};

/** Bytes that lie somewhere, usually in flash. */
typedef struct {
    const void *data;
    uint32_t bytes;
} allears_bytes;

/** A class of a command model, laid out as in a pack. Class 0 of the model, "none", has none. */
typedef struct {
    char id[20];    /**< Padded with zeros. */
    uint16_t limit; /**< The summed probabilities (1/256 each) that make it an event. */
    uint8_t digit;  /**< 0 to 9, or 0xFF. */
    uint8_t number; /**< Digits that make a number after it: fewest | most << 4; 0: none. */
} allears_command;

/** One language: a wake model, its verifier, a command model and when they decide. */
typedef struct {
    char code[7];
    char wake_word[49];             /**< UTF-8. */
    allears_bytes wake;             /**< Layer program. */
    allears_bytes verifier;         /**< Layer program that judges what `wake` found; or none. */
    uint32_t wake_limit;            /**< Fires when more 1/256 than this are in the window. */
    uint32_t verifier_limit;        /**< Likewise: then the word was said. */
    uint16_t wake_window_steps;     /**< Probabilities in the window, 1 to 32. */
    uint16_t verifier_window_steps; /**< Likewise. */
    uint16_t smoothing_steps;       /**< Steps summed for a command, 1 to 16. */
    uint16_t refractory_ms;         /**< Time without a decision after a command. */
    uint16_t listen_timeout_ms;     /**< How long to wait for a command. */
    uint16_t command_count;         /**< At most 63. */
    allears_bytes commands;         /**< Layer program; its outputs: none, then command[]. */
    const allears_command *command; /**< [command_count] */
} allears_language;

/** What to listen for and how. Filled by allears_read_pack(), or by hand. */
typedef struct {
    uint32_t follow_up_ms;      /**< After a command another may follow for so long. */
    uint32_t preroll_ms;        /**< Audio before the wake event that the ear hears too; <= 2400. */
    uint32_t extend_ms;         /**< At most so much longer while somebody still speaks. */
    uint32_t vad_aggressiveness; /**< 0 (calls much speech) to 3. */
    uint32_t number_gap_ms;     /**< The next digit of a number comes this soon. */
    uint32_t number_hold_off_ms; /**< Within a number, nothing is decided this soon after a digit. */
    allears_bytes ear;          /**< Layer program. */
    uint32_t language_count;
    allears_language language[ALLEARS_MAX_LANGUAGES];
} allears_models;

/** Bytes a listener needs. */
typedef struct {
    uint32_t total;     /**< What allears_init() wants. */
    uint32_t always_on; /**< The part of it that is used while waiting for the wake word; a verifier
                             works in the rest too, but leaves nothing there. */
} allears_memory;

typedef enum { ALLEARS_WAKE = 1, ALLEARS_COMMAND = 2 } allears_kind;

typedef struct {
    uint32_t time_ms;    /**< Stream position of the decision. */
    uint16_t score;      /**< Probability: score / score_full. */
    uint16_t score_full;
    uint8_t kind;        /**< allears_kind */
    uint8_t language;    /**< Index into allears_models.language. */
    uint16_t command;    /**< Index into that language's command[]; 0 for a wake event. */
    int32_t number;      /**< What the digits after it gave, or ALLEARS_NO_NUMBER. */
} allears_event;

typedef struct allears_listener allears_listener;

/** Find the models in a pack. Reads the table of contents; the image's signature is not its business.
 *  @param pack whole image, from MCUboot's header on, at a multiple of 16 bytes. */
allears_status allears_read_pack(const void *pack, size_t bytes, allears_models *models);

/** Check the models and tell what memory a listener for them needs. */
allears_status allears_sizes(const allears_models *models, unsigned options, allears_memory *sizes);

/** Make a listener in `memory`, which starts at a multiple of 8 bytes. `models` is copied. */
allears_status allears_init(void *memory, size_t bytes, const allears_models *models,
                            unsigned options, allears_listener **listener);

/** Hear samples. Returns how many were taken: fewer than `count` only while events wait to be read. */
size_t allears_feed(allears_listener *listener, const int16_t *samples, size_t count);

/** Take the oldest event. Returns 1, or 0 when there is none. */
int allears_next_event(allears_listener *listener, allears_event *event);

/** Decide what is still due at the end of a stream, and forget the stream. Returns 1 when that is
 *  done, 0 when events must be read and it be called again. */
int allears_finish(allears_listener *listener);

/** Forget the stream, with the events that were not read. */
void allears_reset(allears_listener *listener);

/** 1 while listening for commands, else 0. */
int allears_is_listening(const allears_listener *listener);

/** What went on since this was asked last, or since the stream began. */
typedef struct {
    uint16_t wake_score;  /**< Highest mean probability of a wake word, in 1/256. */
    uint8_t had_speech;   /**< Whether there was speech. */
    uint8_t is_listening; /**< Whether it listens for commands now. */
} allears_view;

/** See what goes on; for showing it. Events do not depend on it. */
void allears_look(allears_listener *listener, allears_view *view);

#ifdef __cplusplus
}
#endif

#endif

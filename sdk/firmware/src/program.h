/* Layer programs: a model as a table of steps that runs where it lies. See PROGRAMS.md. */
#ifndef ALLEARS_PROGRAM_H
#define ALLEARS_PROGRAM_H

#include "allears.h"

/** A program that was checked. */
typedef struct {
    const uint32_t *words; /**< The program itself, header first. */
    uint32_t state_bytes;  /**< Multiple of 16. */
    uint32_t scratch_bytes;
    uint32_t input_bytes;
    uint32_t output_bytes;
    uint32_t output_unsigned; /**< 1: uint8, 0: int8. */
} ae_program;

/** Check every place, size and range of a program, so that a run stays inside its memory.
 *  @param data at a multiple of 16 bytes. */
allears_status ae_program_open(const void *data, uint32_t bytes, ae_program *program);

/** Set the state of a stream that has heard nothing. state [state_bytes] */
void ae_program_reset(const ae_program *program, uint8_t *state);

/** Where the next run reads its input, int8 [input_bytes]. */
int8_t *ae_program_input(const ae_program *program, uint8_t *state, uint8_t *scratch);

/** Advance by one step of the stream. Memory at multiples of 4 bytes; scratch [scratch_bytes] may be
 *  shared with other programs, from the moment the input is written until the output was read.
 *  @return the output, [output_bytes]. */
const int8_t *ae_program_run(const ae_program *program, uint8_t *state, uint8_t *scratch);

#endif

#ifndef ALLEARS_PROGRAM_CHECK_H
#define ALLEARS_PROGRAM_CHECK_H

#include <stdint.h>

/** Sizes that a program states of itself. */
typedef struct {
    const uint32_t *words;
    uint32_t total_bytes;
    uint32_t state_bytes;
    uint32_t scratch_bytes;
} ae_extent;

/** 1 if `bytes` at `at` lie in the state or in the scratch, else 0. */
int ae_in_memory(const ae_extent *extent, uint32_t at, uint64_t bytes);

/** 1 if `bytes` at `at` lie in the program and `at` is aligned, else 0. */
int ae_in_program(const ae_extent *extent, uint32_t at, uint64_t bytes);

/** What a step costs, 1 at least; 0 if it is none, or would leave its memory. */
uint64_t ae_step_cost(const ae_extent *extent, const uint32_t *step);

#endif

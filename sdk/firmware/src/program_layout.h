/* Layout of layer programs.
 * Generated from sdk/contract/program.yaml by allears_tools.contract.program.
 */
#ifndef ALLEARS_PROGRAM_LAYOUT_H
#define ALLEARS_PROGRAM_LAYOUT_H

#define AE_PROGRAM_MAGIC 0x504C4541u
#define AE_PROGRAM_FORMAT 1u
#define AE_PROGRAM_ALIGN_BYTES 16u
#define AE_PROGRAM_HEADER_WORDS 16u
#define AE_PROGRAM_FILL_WORDS 4u
#define AE_PROGRAM_STEP_WORDS 16u
#define AE_PROGRAM_MAX_ARENA_BYTES 0x40000u
#define AE_PROGRAM_MAX_STEPS 256u
#define AE_PROGRAM_MAX_FILLS 64u
#define AE_PROGRAM_MAX_WORK 0x400000u

/* Words of the header. */
enum {
    AE_HEADER_MAGIC = 0,
    AE_HEADER_FORMAT = 1,
    AE_HEADER_TOTAL_BYTES = 2,
    AE_HEADER_STATE_BYTES = 3,
    AE_HEADER_SCRATCH_BYTES = 4,
    AE_HEADER_INPUT_AT = 5,
    AE_HEADER_INPUT_BYTES = 6,
    AE_HEADER_OUTPUT_AT = 7,
    AE_HEADER_OUTPUT_BYTES = 8,
    AE_HEADER_OUTPUT_UNSIGNED = 9,
    AE_HEADER_FILLS_AT = 10,
    AE_HEADER_FILL_COUNT = 11,
    AE_HEADER_STEPS_AT = 12,
    AE_HEADER_STEP_COUNT = 13,
};

/* Words of a fill. */
enum {
    AE_FILL_AT = 0,
    AE_FILL_BYTES = 1,
    AE_FILL_VALUE = 2,
};

/* First word of a step. */
enum {
    AE_DENSE = 1,
    AE_DEPTHWISE = 2,
    AE_ADD = 3,
    AE_MEAN = 4,
    AE_SOFTMAX = 5,
    AE_LOOKUP = 6,
    AE_COPY = 7,
};

/* Words of a step of the kind dense. */
enum {
    AE_DENSE_SRC = 1,
    AE_DENSE_DST = 2,
    AE_DENSE_FRAMES = 3,
    AE_DENSE_STRIDE_BYTES = 4,
    AE_DENSE_ROW_BYTES = 5,
    AE_DENSE_CHANNELS = 6,
    AE_DENSE_WEIGHTS = 7,
    AE_DENSE_BIAS = 8,
    AE_DENSE_MULTIPLIER = 9,
    AE_DENSE_SHIFT = 10,
    AE_DENSE_ZERO_POINT = 11,
    AE_DENSE_LOW = 12,
    AE_DENSE_HIGH = 13,
};

/* Words of a step of the kind depthwise. */
enum {
    AE_DEPTHWISE_SRC = 1,
    AE_DEPTHWISE_DST = 2,
    AE_DEPTHWISE_FRAMES = 3,
    AE_DEPTHWISE_STRIDE_FRAMES = 4,
    AE_DEPTHWISE_KERNEL = 5,
    AE_DEPTHWISE_CHANNELS = 6,
    AE_DEPTHWISE_WEIGHTS = 7,
    AE_DEPTHWISE_BIAS = 8,
    AE_DEPTHWISE_MULTIPLIER = 9,
    AE_DEPTHWISE_SHIFT = 10,
    AE_DEPTHWISE_ZERO_POINT = 11,
    AE_DEPTHWISE_LOW = 12,
    AE_DEPTHWISE_HIGH = 13,
};

/* Words of a step of the kind add. */
enum {
    AE_ADD_LEFT = 1,
    AE_ADD_RIGHT = 2,
    AE_ADD_DST = 3,
    AE_ADD_COUNT = 4,
    AE_ADD_LEFT_ZERO_POINT = 5,
    AE_ADD_RIGHT_ZERO_POINT = 6,
    AE_ADD_ZERO_POINT = 7,
    AE_ADD_LEFT_MULTIPLIER = 8,
    AE_ADD_LEFT_SHIFT = 9,
    AE_ADD_RIGHT_MULTIPLIER = 10,
    AE_ADD_RIGHT_SHIFT = 11,
    AE_ADD_MULTIPLIER = 12,
    AE_ADD_SHIFT = 13,
    AE_ADD_LOW = 14,
    AE_ADD_HIGH = 15,
};

/* Words of a step of the kind mean. */
enum {
    AE_MEAN_SRC = 1,
    AE_MEAN_DST = 2,
    AE_MEAN_FRAMES = 3,
    AE_MEAN_CHANNELS = 4,
    AE_MEAN_BIAS = 5,
    AE_MEAN_MULTIPLIER = 6,
    AE_MEAN_SHIFT = 7,
    AE_MEAN_ZERO_POINT = 8,
};

/* Words of a step of the kind softmax. */
enum {
    AE_SOFTMAX_SRC = 1,
    AE_SOFTMAX_DST = 2,
    AE_SOFTMAX_COUNT = 3,
    AE_SOFTMAX_MULTIPLIER = 4,
    AE_SOFTMAX_SHIFT = 5,
    AE_SOFTMAX_LOWEST_DIFFERENCE = 6,
};

/* Words of a step of the kind lookup. */
enum {
    AE_LOOKUP_SRC = 1,
    AE_LOOKUP_DST = 2,
    AE_LOOKUP_COUNT = 3,
    AE_LOOKUP_TABLE = 4,
};

/* Words of a step of the kind copy. */
enum {
    AE_COPY_SRC = 1,
    AE_COPY_DST = 2,
    AE_COPY_ROWS = 3,
    AE_COPY_ROW_BYTES = 4,
    AE_COPY_SRC_STRIDE = 5,
    AE_COPY_DST_STRIDE = 6,
};

#endif

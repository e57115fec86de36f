"""Layout of layer programs.

Generated from sdk/contract/program.yaml by allears_tools.contract.program.
"""

MAGIC = 1347175745
FORMAT = 1
ALIGN_BYTES = 16
HEADER_WORDS = 16
FILL_WORDS = 4
STEP_WORDS = 16
MAX_ARENA_BYTES = 262144
MAX_STEPS = 256
MAX_FILLS = 64
MAX_WORK = 4194304

HEADER = (
    "magic",
    "format",
    "total_bytes",
    "state_bytes",
    "scratch_bytes",
    "input_at",
    "input_bytes",
    "output_at",
    "output_bytes",
    "output_unsigned",
    "fills_at",
    "fill_count",
    "steps_at",
    "step_count",
)
"""Field of each word of the header."""

FILL = (
    "at",
    "bytes",
    "value",
)
"""Field of each word of a fill."""

KINDS = {
    "dense": 1,
    "depthwise": 2,
    "add": 3,
    "mean": 4,
    "softmax": 5,
    "lookup": 6,
    "copy": 7,
}
"""First word of a step."""

FIELDS: dict[str, tuple[str, ...]] = {
    "dense": (
        "src",
        "dst",
        "frames",
        "stride_bytes",
        "row_bytes",
        "channels",
        "weights",
        "bias",
        "multiplier",
        "shift",
        "zero_point",
        "low",
        "high",
    ),
    "depthwise": (
        "src",
        "dst",
        "frames",
        "stride_frames",
        "kernel",
        "channels",
        "weights",
        "bias",
        "multiplier",
        "shift",
        "zero_point",
        "low",
        "high",
    ),
    "add": (
        "left",
        "right",
        "dst",
        "count",
        "left_zero_point",
        "right_zero_point",
        "zero_point",
        "left_multiplier",
        "left_shift",
        "right_multiplier",
        "right_shift",
        "multiplier",
        "shift",
        "low",
        "high",
    ),
    "mean": (
        "src",
        "dst",
        "frames",
        "channels",
        "bias",
        "multiplier",
        "shift",
        "zero_point",
    ),
    "softmax": (
        "src",
        "dst",
        "count",
        "multiplier",
        "shift",
        "lowest_difference",
    ),
    "lookup": (
        "src",
        "dst",
        "count",
        "table",
    ),
    "copy": (
        "src",
        "dst",
        "rows",
        "row_bytes",
        "src_stride",
        "dst_stride",
    ),
}
"""The words after it."""

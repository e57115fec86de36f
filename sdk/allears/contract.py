"""Facts shared by host and device.

Generated from sdk/contract/contract.yaml by allears_tools.contract.generate.
"""

# audio

SAMPLE_RATE_HZ = 16000
"""Samples a second; audio is mono int16 throughout."""

# level

LEVEL_BITS = 10
"""The front end hears the loudest speech with peaks up to 1 << this."""

LEVEL_MOST_SHIFT = 5
"""Bits by which audio is attenuated at most, and at first."""

LEVEL_RELEASE_BITS = 7
"""In a block of softer speech the loudest falls by its 1 / (1 << this)."""

LEVEL_PATIENCE_BLOCKS = 300
"""Blocks of speech without a pause after which the attenuation changes all the same."""

LEVEL_AMID_SPEECH_BITS = 2
"""Bits by which it then changes at least, for people speak on."""

# front end

FEATURE_CHANNELS = 40
"""Mel channels of one feature frame."""

FEATURE_WINDOW_MS = 30
"""Audio seen by one feature frame."""

FEATURE_STEP_MS = 10
"""Distance between feature frames."""

FILTERBANK_LOWER_HZ = 125.0
"""Lower edge of the first mel channel."""

FILTERBANK_UPPER_HZ = 7500.0
"""Upper edge of the last mel channel."""

NOISE_SMOOTHING_BITS = 10
"""Fraction bits of the noise estimate."""

NOISE_EVEN_SMOOTHING = 0.025
"""Smoothing of the even channels' noise estimate."""

NOISE_ODD_SMOOTHING = 0.06
"""Smoothing of the odd channels' noise estimate."""

NOISE_MIN_SIGNAL_REMAINING = 0.05
"""Share of the signal that noise reduction always leaves."""

PCAN_STRENGTH = 0.95
"""Exponent of the per-channel gain control."""

PCAN_OFFSET = 80.0
"""Offset of the per-channel gain control."""

PCAN_GAIN_BITS = 21
"""Fraction bits of the gain."""

LOG_SCALE_SHIFT = 6
"""Shift of the logarithm's output."""

FEATURE_SCALE = 0.0390625
"""Front-end uint16 to float feature; speech lies in 0 to 26."""

# quantisation

FEATURE_INPUT_SCALE = 0.10196078568696976
"""float32(26 / 255), the scale of microWakeWord's models."""

FEATURE_INPUT_ZERO_POINT = -128
"""Feature 0.0 becomes this int8 value."""

PROBABILITY_STEPS = 256
"""A probability is an integer count of 1/256."""

# stages

WAKE_STRIDE_FRAMES = 3
"""Feature frames of one step of a wake model."""

EAR_STRIDE_FRAMES = 4
"""Feature frames of one step of the ear."""

EAR_EMBEDDING = 128
"""int8 values the ear gives a step."""

# verifying

VERIFIED_MS = 1920
"""Audio before a wake word's decision that its verifier hears."""

CANDIDATE_EARLY_MS = 120
"""A wake model with a verifier fires so long before its word ends."""

# routing

CONTEST_MS = 240
"""Languages that answer this soon after the first compete with it."""

# deciding

UNSURE_MS = 160
"""A single head's answer that is not sure waits this long for a better one."""

SURE_PERCENT = 70
"""Mean output, of full scale, from which an answer is sure."""

CONTRACT_SHA256 = "b43acf13116811f77dbeca18f15a9108cf5f91e9908af19d106300a6827a203f"
"""Hash of every name and value above."""

FEATURES_SHA256 = "02d4fb8db43eb728ceafb77c90b0885968a91c7231fff075bd364db23da6bb01"
"""Hash of those that decide what models get of audio."""

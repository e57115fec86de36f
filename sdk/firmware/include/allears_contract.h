/* Facts shared by host and device.
 * Generated from sdk/contract/contract.yaml by allears_tools.contract.generate.
 */
#ifndef ALLEARS_CONTRACT_H
#define ALLEARS_CONTRACT_H

/* audio */

/** Samples a second; audio is mono int16 throughout. */
#define ALLEARS_SAMPLE_RATE_HZ 16000

/* level */

/** The front end hears the loudest speech with peaks up to 1 << this. */
#define ALLEARS_LEVEL_BITS 10

/** Bits by which audio is attenuated at most, and at first. */
#define ALLEARS_LEVEL_MOST_SHIFT 5

/** In a block of softer speech the loudest falls by its 1 / (1 << this). */
#define ALLEARS_LEVEL_RELEASE_BITS 7

/** Blocks of speech without a pause after which the attenuation changes all the same. */
#define ALLEARS_LEVEL_PATIENCE_BLOCKS 300

/** Bits by which it then changes at least, for people speak on. */
#define ALLEARS_LEVEL_AMID_SPEECH_BITS 2

/* front end */

/** Mel channels of one feature frame. */
#define ALLEARS_FEATURE_CHANNELS 40

/** Audio seen by one feature frame. */
#define ALLEARS_FEATURE_WINDOW_MS 30

/** Distance between feature frames. */
#define ALLEARS_FEATURE_STEP_MS 10

/** Lower edge of the first mel channel. */
#define ALLEARS_FILTERBANK_LOWER_HZ 125.0f

/** Upper edge of the last mel channel. */
#define ALLEARS_FILTERBANK_UPPER_HZ 7500.0f

/** Fraction bits of the noise estimate. */
#define ALLEARS_NOISE_SMOOTHING_BITS 10

/** Smoothing of the even channels' noise estimate. */
#define ALLEARS_NOISE_EVEN_SMOOTHING 0.025f

/** Smoothing of the odd channels' noise estimate. */
#define ALLEARS_NOISE_ODD_SMOOTHING 0.06f

/** Share of the signal that noise reduction always leaves. */
#define ALLEARS_NOISE_MIN_SIGNAL_REMAINING 0.05f

/** Exponent of the per-channel gain control. */
#define ALLEARS_PCAN_STRENGTH 0.95f

/** Offset of the per-channel gain control. */
#define ALLEARS_PCAN_OFFSET 80.0f

/** Fraction bits of the gain. */
#define ALLEARS_PCAN_GAIN_BITS 21

/** Shift of the logarithm's output. */
#define ALLEARS_LOG_SCALE_SHIFT 6

/** Front-end uint16 to float feature; speech lies in 0 to 26. */
#define ALLEARS_FEATURE_SCALE 0.0390625f

/* quantisation */

/** float32(26 / 255), the scale of microWakeWord's models. */
#define ALLEARS_FEATURE_INPUT_SCALE 0.10196078568696976f

/** Feature 0.0 becomes this int8 value. */
#define ALLEARS_FEATURE_INPUT_ZERO_POINT (-128)

/** A probability is an integer count of 1/256. */
#define ALLEARS_PROBABILITY_STEPS 256

/* stages */

/** Feature frames of one step of a wake model. */
#define ALLEARS_WAKE_STRIDE_FRAMES 3

/** Feature frames of one step of the ear. */
#define ALLEARS_EAR_STRIDE_FRAMES 4

/** int8 values the ear gives a step. */
#define ALLEARS_EAR_EMBEDDING 128

/* verifying */

/** Audio before a wake word's decision that its verifier hears. */
#define ALLEARS_VERIFIED_MS 1920

/** A wake model with a verifier fires so long before its word ends. */
#define ALLEARS_CANDIDATE_EARLY_MS 120

/* routing */

/** Languages that answer this soon after the first compete with it. */
#define ALLEARS_CONTEST_MS 240

/* deciding */

/** A single head's answer that is not sure waits this long for a better one. */
#define ALLEARS_UNSURE_MS 160

/** Mean output, of full scale, from which an answer is sure. */
#define ALLEARS_SURE_PERCENT 70

/** Hash of every name and value above. */
#define ALLEARS_CONTRACT_SHA256 "b43acf13116811f77dbeca18f15a9108cf5f91e9908af19d106300a6827a203f"

/** The same as an initialiser of 32 bytes. */
#define ALLEARS_CONTRACT_SHA256_BYTES {0xb4, 0x3a, 0xcf, 0x13, 0x11, 0x68, 0x11, 0xf7, 0x7d, 0xbe, 0xca, 0x18, 0xf1, 0x5a, 0x91, 0x08, 0xcf, 0x5f, 0x91, 0xe9, 0x90, 0x8a, 0xf1, 0x9d, 0x10, 0x63, 0x00, 0xa6, 0x82, 0x7a, 0x20, 0x3f}

#endif

# What the runtime is made of; every port's Makefile includes this.
# Set before: FIRMWARE (this folder), THIRD_PARTY (where the pinned sources were unpacked).

RUNTIME_SOURCES := $(addprefix $(FIRMWARE)/src/, \
	decider.c ear.c fft.c frontend.c frontend_tables.c head.c hear.c layout.c level.c listener.c \
	numbers.c program.c program_check.c read_pack.c vad.c verifier.c waking.c \
	kernels/add.c kernels/copy.c kernels/dense.c kernels/depthwise.c kernels/lookup.c \
	kernels/mean.c kernels/softmax.c)

WEBRTC := $(THIRD_PARTY)/webrtcvad/cbits/webrtc
MICROFRONTEND := $(THIRD_PARTY)/pymicro-features/tensorflow/lite/experimental/microfrontend/lib

# Built with -w: their warnings are not ours to mend.
VAD_SOURCES := $(addprefix $(WEBRTC)/common_audio/, \
	vad/vad_core.c vad/vad_filterbank.c vad/vad_gmm.c vad/vad_sp.c \
	signal_processing/division_operations.c signal_processing/energy.c \
	signal_processing/get_scaling_square.c signal_processing/resample_48khz.c \
	signal_processing/resample_by_2_internal.c signal_processing/resample_fractional.c)

# C in files called .cc: built with -x c.
FRONTEND_SOURCES := $(addprefix $(MICROFRONTEND)/, \
	filterbank.cc frontend.cc log_lut.cc log_scale.cc noise_reduction.cc pcan_gain_control.cc \
	window.cc)

RUNTIME_INCLUDES := -I$(FIRMWARE)/include -I$(FIRMWARE)/src \
	-isystem $(THIRD_PARTY)/webrtcvad/cbits \
	-isystem $(THIRD_PARTY)/pymicro-features -isystem $(THIRD_PARTY)/pymicro-features/kissfft

# The front end reads its buffers as other types than it wrote them.
RUNTIME_FLAGS := -std=c99 -fno-strict-aliasing -fwrapv -ffunction-sections -fdata-sections
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion

# What a device is made of besides: link, slots, signature, and the step that ties them together.
DEVICE_SOURCES := $(foreach room,link slots crypto device,$(wildcard $(FIRMWARE)/src/$(room)/*.c))
DEVICE_THEIRS := $(addprefix $(THIRD_PARTY)/, \
	zcbor/zcbor/src/zcbor_common.c zcbor/zcbor/src/zcbor_decode.c \
	zcbor/zcbor/src/zcbor_encode.c pymonocypher/monocypher.c)
DEVICE_INCLUDES := -isystem $(THIRD_PARTY)/zcbor/zcbor/include -isystem $(THIRD_PARTY)/pymonocypher
VERSION := $(shell sed -n 's/^version = //p' $(FIRMWARE)/../../pyproject.toml)
DEVICE_FLAGS := -D'ALLEARS_VERSION=$(VERSION)'

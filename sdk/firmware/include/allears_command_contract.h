/* Digits, and the commands that take a number.
 * Generated from seeds/commands.yaml by allears_tools.contract.commands.
 */
#ifndef ALLEARS_COMMAND_CONTRACT_H
#define ALLEARS_COMMAND_CONTRACT_H

/** A number's next digit is decided this soon after the setting command or the digit before. */
#define ALLEARS_NUMBER_GAP_MS 1500

/** Within a number, nothing is decided this soon after a digit. */
#define ALLEARS_NUMBER_HOLD_OFF_MS 240

/** X(command id, value) for each digit. */
#define ALLEARS_DIGITS(X) \
    X("digit_0", 0) \
    X("digit_1", 1) \
    X("digit_2", 2) \
    X("digit_3", 3) \
    X("digit_4", 4) \
    X("digit_5", 5) \
    X("digit_6", 6) \
    X("digit_7", 7) \
    X("digit_8", 8) \
    X("digit_9", 9)

/** X(command id, fewest digits, most digits) for each command with a number. */
#define ALLEARS_NUMBERS(X) \
    X("louder", 1, 2) \
    X("quieter", 1, 2) \
    X("warmer", 1, 3) \
    X("cooler", 1, 3) \
    X("faster", 1, 2) \
    X("slower", 1, 2)

#endif

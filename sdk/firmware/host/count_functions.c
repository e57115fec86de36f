/* A plugin of QEMU: counts the instructions that each function of the emulated program runs.
 *
 *   qemu-system-arm … -plugin libcount_functions.so -d plugin -D counts.txt
 *
 * Writes "FUNCTION INSTRUCTIONS" a line when QEMU ends. QEMU's packages carry no header for plugins,
 * so what is used of its interface is declared here (version 1, stable since QEMU 4.2).
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXPORTED __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { QEMU_PLUGIN_INLINE_ADD_U64 = 0, MAX_FUNCTIONS = 8192 };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*translated)(qemu_plugin_id_t,
                                                              struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
                                              void *counter, uint64_t amount);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *instruction);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*ended)(qemu_plugin_id_t, void *),
                                    void *context);
void qemu_plugin_outs(const char *text);

EXPORTED int qemu_plugin_version = 1;
EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count,
                                 char **arguments);

static struct {
    const char *name; /* QEMU keeps one string a symbol */
    uint64_t instructions;
} functions[MAX_FUNCTIONS];
static int function_count;

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    const char *name = qemu_plugin_insn_symbol(qemu_plugin_tb_get_insn(block, 0));
    int i = 0;
    (void)id;
    while (i < function_count && functions[i].name != name) i++;
    if (i == MAX_FUNCTIONS) return;
    if (i == function_count) functions[function_count++].name = name;
    qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64,
                                             &functions[i].instructions,
                                             qemu_plugin_tb_n_insns(block));
}

static void ended(qemu_plugin_id_t id, void *context)
{
    char line[300];
    (void)id;
    (void)context;
    for (int i = 0; i < function_count; i++) {
        snprintf(line, sizeof line, "%s %" PRIu64 "\n", functions[i].name ? functions[i].name : "?",
                 functions[i].instructions);
        qemu_plugin_outs(line);
    }
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int count, char **arguments)
{
    (void)info;
    (void)count;
    (void)arguments;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, ended, 0);
    return 0;
}

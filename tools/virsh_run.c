/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs parsed commands one after the other: sees to the connection, prints what failed, the time and the blank lines
 * between. What a command does it does not know, nor where the words come from. Called by main and by the interactive
 * mode.
 */
#include "virsh_run.h"

#include "virsh_connect.h"
#include "virsh_parse.h"
#include "virsh_self.h"

static int runCommand(virshControl *ctl, const virshCommand *cmd)
{
    if (cmd->help)
        return virshSelfExplain(ctl, cmd->def);
    if (!(cmd->def->flags & VIRSH_COMMAND_OFFLINE) && virshConnectEnsure(ctl) < 0)
        return -1;
    return cmd->def->run(ctl, cmd);
}

int virshRunAll(virshControl *ctl, const GPtrArray *commands)
{
    int ret = 0;

    for (guint i = 0; i < commands->len; i++) {
        const virshCommand *cmd = g_ptr_array_index(commands, i);
        gint64 start = g_get_monotonic_time();

        virshClearFailure(ctl);
        ret = runCommand(ctl, cmd);
        if (ret < 0)
            virshReportFailure(ctl);
        if ((cmd->def->flags & VIRSH_COMMAND_QUIT) && !cmd->help) {
            ctl->quit = true;
            return ret;
        }
        if (ctl->timing)
            virshPrint(ctl, _("\n(Time: %.3f ms)\n\n"), (double)(g_get_monotonic_time() - start) / 1000.0);
        else
            virshPrintExtra(ctl, "\n");
    }
    return ret;
}

static void logArguments(virshControl *ctl, const GPtrArray *commands)
{
    for (guint i = 0; i < commands->len; i++) {
        const virshCommand *cmd = g_ptr_array_index(commands, i);

        for (guint j = 0; j < cmd->arguments->len; j++) {
            const virshArgument *argument = g_ptr_array_index(cmd->arguments, j);

            virshDebug(ctl, VIRSH_LOG_INFO, "%s: %s(%s): %s", cmd->def->name, argument->option->name,
                       argument->value ? "optdata" : "bool", argument->value ? argument->value : "(none)");
        }
    }
}

static void freeCommand(gpointer data)
{
    virshCommandFree(data);
}

GPtrArray *virshRunParse(virshControl *ctl, char *const *words)
{
    g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(freeCommand);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    bool text = words[0] && !words[1];
    int rc;

    if (text && !ctl->interactive) /* who types a line sees it anyway */
        virshDebug(ctl, VIRSH_LOG_INFO, "commands: \"%s\"", words[0]);
    rc = text ? virshParseText(ctl->groups, words[0], commands, problems)
              : virshParseWords(ctl->groups, words, commands, problems);
    for (guint i = 0; i < problems->len; i++)
        virshError(ctl, "%s", (const char *)g_ptr_array_index(problems, i));
    if (rc < 0)
        return NULL;
    logArguments(ctl, commands);
    return g_steal_pointer(&commands);
}

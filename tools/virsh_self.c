/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The commands that concern virsh itself. They know nothing of networks, and the prompt is virsh_shell.c's business. Called
 * through the table of commands.
 */
#include "virsh_self.h"

#include "virsh_complete.h"
#include "virsh_connect.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int virshSelfExplain(virshControl *ctl, const virshCommandDef *def)
{
    g_autoptr(GString) text = g_string_new(NULL);

    virshHelpFormatCommand(text, def);
    virshPrint(ctl, "%s", text->str);
    return 0;
}

static int explainAll(virshControl *ctl)
{
    g_autoptr(GString) text = g_string_new(_("Grouped commands:\n\n"));

    for (const virshGroup *group = ctl->groups; group->name; group++) {
        virshHelpFormatGroup(text, group, ":");
        g_string_append(text, "\n");
    }
    virshPrint(ctl, "%s", text->str);
    return 0;
}

static int explainGroup(virshControl *ctl, const virshGroup *group)
{
    g_autoptr(GString) text = g_string_new(NULL);

    virshHelpFormatGroup(text, group, ":");
    virshPrint(ctl, "%s", text->str);
    return 0;
}

static int runHelp(virshControl *ctl, const virshCommand *cmd)
{
    const char *name = virshCommandValue(cmd, "command");
    const virshCommandDef *def;
    const virshGroup *group;

    if (!name || !*name)
        return explainAll(ctl);
    def = virshCommandFind(ctl->groups, name);
    if (def)
        return virshSelfExplain(ctl, def);
    group = virshGroupFind(ctl->groups, name);
    if (group)
        return explainGroup(ctl, group);
    virshError(ctl, _("command or command group '%s' doesn't exist"), name);
    return -1;
}

static void completeTopic(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)cmd;
    (void)prefix;
    for (const virshGroup *group = ctl->groups; group->name; group++) {
        g_ptr_array_add(ret, g_strdup(group->keyword));
        for (const virshCommandDef *def = group->commands; def->name; def++) {
            if (!(def->flags & VIRSH_COMMAND_HIDDEN))
                g_ptr_array_add(ret, g_strdup(def->name));
        }
    }
}

static int runConnect(virshControl *ctl, const virshCommand *cmd)
{
    const char *name = virshCommandValue(cmd, "name");
    bool readonly = virshCommandHas(cmd, "readonly");

    if (!name) /* the same connection anew, with no more rights than it had */
        return virshConnectOpen(ctl, ctl->uri, readonly || ctl->readonly);
    return virshConnectOpen(ctl, name, readonly);
}

/* What a shell takes as one word, and prints as it is, needs no quotes. */
static char *quoteForShell(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";

    return *text && text[strspn(text, plain)] == '\0' ? g_strdup(text) : g_shell_quote(text);
}

static char *quoteForXml(const char *text)
{
    return g_markup_escape_text(text, -1);
}

/* As virsh splits lists in options: at single commas; of two one stands for itself. Each piece on a line of its own. */
static char *splitAtCommas(const char *text)
{
    GString *lines = g_string_new(NULL);

    for (const char *pos = text; *pos; pos++) {
        bool twice = pos[0] == ',' && pos[1] == ',';

        g_string_append_c(lines, *pos == ',' && !twice ? '\n' : *pos);
        pos += twice;
    }
    if (*text)
        g_string_append_c(lines, '\n');
    return g_string_free(lines, FALSE);
}

static int runEcho(virshControl *ctl, const virshCommand *cmd)
{
    char *(*quote)(const char *) = g_strdup;
    g_autoptr(GString) text = g_string_new(NULL);
    bool first = true;

    if (virshOptionsExclude(ctl, cmd, "shell", "xml") < 0 || virshOptionsExclude(ctl, cmd, "shell", "split") < 0 ||
        virshOptionsExclude(ctl, cmd, "xml", "split") < 0)
        return -1;
    if (virshCommandHas(cmd, "shell"))
        quote = quoteForShell;
    else if (virshCommandHas(cmd, "xml"))
        quote = quoteForXml;
    else if (virshCommandHas(cmd, "split"))
        quote = splitAtCommas;
    for (guint i = 0; i < cmd->arguments->len; i++) {
        const virshArgument *argument = g_ptr_array_index(cmd->arguments, i);
        g_autofree char *word = argument->value ? quote(argument->value) : NULL;

        if (!word)
            continue;
        g_string_append_printf(text, "%s%s", first ? "" : " ", word);
        first = false;
    }
    if (virshCommandHas(cmd, "err"))
        virshError(ctl, "%s", text->str);
    else
        virshPrint(ctl, "%s", text->str);
    return 0;
}

static int runPwd(virshControl *ctl, const virshCommand *cmd)
{
    g_autofree char *path = g_get_current_dir();

    (void)cmd;
    virshPrint(ctl, "%s\n", path);
    return 0;
}

static int runCd(virshControl *ctl, const virshCommand *cmd)
{
    const char *path = virshCommandValue(cmd, "dir");

    if (!ctl->interactive) {
        virshError(ctl, "%s", _("cd: command valid only in interactive mode"));
        return -1;
    }
    if (!path || !*path)
        path = g_get_home_dir();
    if (chdir(path) < 0) {
        virshError(ctl, _("cd: %s: %s"), g_strerror(errno), path);
        return -1;
    }
    return 0;
}

static int runComplete(virshControl *ctl, const virshCommand *cmd)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GPtrArray) offered = NULL;

    for (guint i = 0; i < cmd->arguments->len; i++) {
        const virshArgument *argument = g_ptr_array_index(cmd->arguments, i);

        g_ptr_array_add(words, argument->value);
    }
    g_ptr_array_add(words, NULL);
    /* As with virsh's arguments: a single word is a text that may hold several. */
    if (words->len == 2)
        offered = virshCompleteText(ctl, ctl->groups, g_ptr_array_index(words, 0));
    else
        offered = virshCompleteWords(ctl, ctl->groups, (char *const *)words->pdata);
    virshClearFailure(ctl);
    for (guint i = 0; i < offered->len; i++)
        virshPrint(ctl, "%s\n", (const char *)g_ptr_array_index(offered, i));
    return 0;
}

/* Its flag does the work: main runs nothing after it. */
static int runQuit(virshControl *ctl, const virshCommand *cmd)
{
    (void)ctl;
    (void)cmd;
    return 0;
}

#include "virsh_mark.h"

static const virshOption cdOptions[] = {
    { .name = "dir", .type = VIRSH_OPTION_STRING, .help = _("where to go; home when left out"),
      .complete = virshCompleteDirectory },
    { 0 },
};

static const virshOption connectOptions[] = {
    { .name = "name", .type = VIRSH_OPTION_STRING, .help = _("URI to open; the one in use when left out") },
    { .name = "readonly", .type = VIRSH_OPTION_BOOL, .help = _("allow no changes") },
    { 0 },
};

static const virshOption completeOptions[] = {
    { .name = "string", .type = VIRSH_OPTION_WORDS, .help = _("the words so far; the last one may be empty") },
    { 0 },
};

static const virshOption echoOptions[] = {
    { .name = "shell", .type = VIRSH_OPTION_BOOL, .help = _("quote each word for a shell") },
    { .name = "xml", .type = VIRSH_OPTION_BOOL, .help = _("escape each word for XML") },
    { .name = "split", .type = VIRSH_OPTION_BOOL, .help = _("a line for each part between commas; ',,' is a comma") },
    { .name = "err", .type = VIRSH_OPTION_BOOL, .help = _("print to stderr, as an error") },
    { .name = "string", .type = VIRSH_OPTION_WORDS, .help = _("words to print") },
    { 0 },
};

static const virshOption helpOptions[] = {
    { .name = "command", .type = VIRSH_OPTION_STRING, .help = _("a command, or a group of them"),
      .complete = completeTopic },
    { 0 },
};

const virshCommandDef virshSelfCommands[] = {
    { .name = "cd", .run = runCd, .options = cdOptions, .flags = VIRSH_COMMAND_OFFLINE,
      .help = _("change the directory"),
      .description = _("In the interactive mode only.") },
    { .name = "complete", .run = runComplete, .options = completeOptions,
      .flags = VIRSH_COMMAND_OFFLINE | VIRSH_COMMAND_HIDDEN,
      .help = _("say what could stand at the end of a command line"),
      .description = _("For the completion of shells: prints one possible last word a line.") },
    { .name = "echo", .run = runEcho, .options = echoOptions, .flags = VIRSH_COMMAND_OFFLINE,
      .help = _("print words"),
      .description = _("Shows how a command line is taken apart, and quotes words.") },
    { .name = "exit", .run = runQuit, .flags = VIRSH_COMMAND_OFFLINE | VIRSH_COMMAND_QUIT,
      .help = _("leave virsh, and run nothing after this") },
    { .name = "help", .run = runHelp, .options = helpOptions,
      .flags = VIRSH_COMMAND_OFFLINE | VIRSH_COMMAND_LENIENT,
      .help = _("explain commands"),
      .description = _("Lists all commands, or those of a group, or tells how to use one.") },
    { .name = "pwd", .run = runPwd, .flags = VIRSH_COMMAND_OFFLINE,
      .help = _("print the current directory") },
    { .name = "quit", .run = runQuit, .flags = VIRSH_COMMAND_OFFLINE | VIRSH_COMMAND_QUIT,
      .help = _("leave virsh, and run nothing after this") },
    { .name = "connect", .run = runConnect, .options = connectOptions, .flags = VIRSH_COMMAND_OFFLINE,
      .help = _("open another connection, or the same one anew"),
      .description = _("Commands after it in the same line use the new connection.") },
    { 0 },
};

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Looks things up in the tables of commands, keeps one parsed command, and writes the help that follows from the
 * tables. It neither parses command lines (virsh_parse.c) nor prints anything itself. Called by the parser, by main
 * and by every command.
 */
#include "virsh_command.h"

#include <string.h>

static const virshOption helpOption = { .name = "help", .type = VIRSH_OPTION_BOOL };

static void freeArgument(gpointer data)
{
    virshArgument *argument = data;

    g_free(argument->value);
    g_free(argument);
}

virshCommand *virshCommandNew(const virshCommandDef *def)
{
    virshCommand *cmd = g_new0(virshCommand, 1);

    cmd->def = def;
    cmd->arguments = g_ptr_array_new_with_free_func(freeArgument);
    return cmd;
}

void virshCommandFree(virshCommand *cmd)
{
    if (!cmd)
        return;
    g_ptr_array_unref(cmd->arguments);
    g_free(cmd);
}

void virshCommandAdd(virshCommand *cmd, const virshOption *option, const char *value)
{
    virshArgument *argument = g_new0(virshArgument, 1);

    argument->option = option;
    argument->value = g_strdup(value);
    g_ptr_array_add(cmd->arguments, argument);
}

static const virshArgument *findArgument(const virshCommand *cmd, const char *name)
{
    for (guint i = 0; i < cmd->arguments->len; i++) {
        const virshArgument *argument = g_ptr_array_index(cmd->arguments, i);

        if (strcmp(argument->option->name, name) == 0)
            return argument;
    }
    return NULL;
}

bool virshCommandHas(const virshCommand *cmd, const char *name)
{
    return findArgument(cmd, name) != NULL;
}

const char *virshCommandValue(const virshCommand *cmd, const char *name)
{
    const virshArgument *argument = findArgument(cmd, name);

    return argument ? argument->value : NULL;
}

const virshCommandDef *virshCommandFind(const virshGroup *groups, const char *name)
{
    for (const virshGroup *group = groups; group->name; group++) {
        for (const virshCommandDef *def = group->commands; def->name; def++) {
            if (strcmp(def->name, name) == 0)
                return def;
        }
    }
    return NULL;
}

const virshOption *virshOptionFind(const virshCommandDef *def, const char *name)
{
    if (strcmp(name, helpOption.name) == 0)
        return &helpOption;
    for (const virshOption *option = def->options; option && option->name; option++) {
        /* Words have a name for the help only: they are never given as --name. */
        if (option->type != VIRSH_OPTION_WORDS && strcmp(option->name, name) == 0)
            return option;
    }
    return NULL;
}

bool virshOptionIsHelp(const virshOption *option)
{
    return option == &helpOption;
}

const virshGroup *virshGroupFind(const virshGroup *groups, const char *name)
{
    for (const virshGroup *group = groups; group->name; group++) {
        if (strcmp(group->name, name) == 0 || strcmp(group->keyword, name) == 0)
            return group;
    }
    return NULL;
}

const char *virshOptionValueName(const virshOption *option)
{
    return option->type == VIRSH_OPTION_NUMBER ? _("number") : _("string");
}

static void formatSynopsis(GString *out, const virshOption *option)
{
    switch (option->type) {
    case VIRSH_OPTION_BOOL:
        g_string_append_printf(out, " [--%s]", option->name);
        break;
    case VIRSH_OPTION_DATA:
        g_string_append_printf(out, " <%s>", option->name);
        break;
    case VIRSH_OPTION_WORDS:
        g_string_append_printf(out, " [<%s>]...", option->name);
        break;
    case VIRSH_OPTION_TEXT:
        g_string_append_printf(out, " [[--%s] <%s>]...", option->name, virshOptionValueName(option));
        break;
    case VIRSH_OPTION_STRING:
    case VIRSH_OPTION_NUMBER:
    case VIRSH_OPTION_NAMED:
    default:
        g_string_append_printf(out, " [--%s <%s>]", option->name, virshOptionValueName(option));
        break;
    }
}

static void formatOption(GString *out, const virshOption *option)
{
    g_autofree char *left = NULL;

    if (option->type == VIRSH_OPTION_BOOL)
        left = g_strdup_printf("--%s", option->name);
    else if (option->type == VIRSH_OPTION_DATA)
        left = g_strdup_printf("[--%s] <%s>", option->name, virshOptionValueName(option));
    else if (option->type == VIRSH_OPTION_WORDS)
        left = g_strdup_printf("<%s>", option->name);
    else if (option->type == VIRSH_OPTION_TEXT)
        left = g_strdup_printf("[--%s] <%s>", option->name, virshOptionValueName(option));
    else
        left = g_strdup_printf("--%s <%s>", option->name, virshOptionValueName(option));
    g_string_append_printf(out, "    %-15s  %s\n", left, _(option->help));
}

void virshHelpFormatCommand(GString *out, const virshCommandDef *def)
{
    bool any = def->options && def->options->name;

    g_string_append_printf(out, "  %s\n    %s - %s\n\n  %s\n    %s", _("NAME"), def->name, _(def->help), _("SYNOPSIS"),
                           def->name);
    for (const virshOption *option = def->options; option && option->name; option++)
        formatSynopsis(out, option);
    g_string_append(out, "\n\n");
    if (def->description)
        g_string_append_printf(out, "  %s\n    %s\n\n", _("DESCRIPTION"), _(def->description));
    if (!any)
        return;
    g_string_append_printf(out, "  %s\n", _("OPTIONS"));
    for (const virshOption *option = def->options; option->name; option++)
        formatOption(out, option);
    g_string_append(out, "\n");
}

void virshHelpFormatGroup(GString *out, const virshGroup *group, const char *mark)
{
    g_string_append_printf(out, _(" %s (help keyword '%s')%s\n"), _(group->name), group->keyword, mark);
    for (const virshCommandDef *def = group->commands; def->name; def++) {
        if (!(def->flags & VIRSH_COMMAND_HIDDEN))
            g_string_append_printf(out, "    %-30s %s\n", def->name, _(def->help));
    }
}

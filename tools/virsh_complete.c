/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Finds out what the last word of an unfinished command line is, and collects what could stand there: commands, options,
 * or an option's values, for which the option's row has a function. Only file names are collected here. Called by the
 * interactive mode and the command `complete`.
 */
#include "virsh_complete.h"

#include "virsh_parse.h"

#include <string.h>

/* Where words are collected: those that do not begin with `prefix` are left out. `lead` stands before each of them. */
typedef struct {
    virshControl *ctl;
    const char *lead;
    const char *prefix;
    GPtrArray *words;
} offer;

static void offerWord(const offer *to, const char *word)
{
    if (g_str_has_prefix(word, to->prefix))
        g_ptr_array_add(to->words, g_strconcat(to->lead, word, NULL));
}

static void offerCommands(const offer *to, const virshGroup *groups)
{
    for (const virshGroup *group = groups; group->name; group++) {
        for (const virshCommandDef *def = group->commands; def->name; def++) {
            if (!(def->flags & VIRSH_COMMAND_HIDDEN))
                offerWord(to, def->name);
        }
    }
}

/* Those that were not given yet. Words have a name for the help only. */
static void offerOptions(const offer *to, const virshCommand *cmd)
{
    for (const virshOption *option = cmd->def->options; option && option->name; option++) {
        g_autofree char *word = g_strconcat("--", option->name, NULL);

        if (option->type != VIRSH_OPTION_WORDS && !virshCommandHas(cmd, option->name))
            offerWord(to, word);
    }
}

static void offerValues(const offer *to, const virshCommand *cmd, const virshOption *option)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    if (!option || !option->complete)
        return;
    option->complete(to->ctl, cmd, to->prefix, values);
    for (guint i = 0; i < values->len; i++)
        offerWord(to, g_ptr_array_index(values, i));
}

/* `word` is --NAME=VALUE. */
static void offerAssigned(const offer *to, const virshCommand *cmd)
{
    const char *equals = strchr(to->prefix, '=');
    g_autofree char *lead = g_strndup(to->prefix, (gsize)(equals + 1 - to->prefix));
    g_autofree char *name = g_strndup(to->prefix + 2, (gsize)(equals - to->prefix - 2));
    offer values = { .ctl = to->ctl, .lead = lead, .prefix = equals + 1, .words = to->words };

    if (!virshCommandHas(cmd, name))
        offerValues(&values, cmd, virshOptionFind(cmd->def, name));
}

static void offerArguments(const offer *to, const virshPartial *partial)
{
    bool option = !partial->data_only && !partial->named && to->prefix[0] == '-';

    if (partial->named)
        offerValues(to, partial->cmd, partial->named);
    else if (option && strchr(to->prefix, '='))
        offerAssigned(to, partial->cmd);
    else if (option)
        offerOptions(to, partial->cmd);
    else
        offerValues(to, partial->cmd, partial->positional);
    /* Where no value is known at all the options are what is left to say. */
    if (!partial->named && !partial->data_only && !to->prefix[0] && to->words->len == 0)
        offerOptions(to, partial->cmd);
}

static GPtrArray *complete(const offer *to, const virshGroup *groups, const GPtrArray *words)
{
    g_autoptr(virshPartial) partial = NULL;

    if (words->len == 0) {
        offerCommands(to, groups);
        return to->words;
    }
    partial = virshParsePartial(groups, words);
    if (partial)
        offerArguments(to, partial);
    return to->words;
}

GPtrArray *virshCompleteText(virshControl *ctl, const virshGroup *groups, const char *text)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *last = virshParseUnfinished(text, words);
    offer to = { .ctl = ctl, .lead = "", .prefix = last, .words = g_ptr_array_new_with_free_func(g_free) };

    return last ? complete(&to, groups, words) : to.words;
}

GPtrArray *virshCompleteWords(virshControl *ctl, const virshGroup *groups, char *const *words)
{
    g_autoptr(GPtrArray) before = g_ptr_array_new();
    offer to = { .ctl = ctl, .lead = "", .prefix = "", .words = g_ptr_array_new_with_free_func(g_free) };

    for (size_t i = 0; words[i]; i++) {
        if (words[i + 1])
            g_ptr_array_add(before, words[i]);
        else
            to.prefix = words[i];
    }
    return complete(&to, groups, before);
}

static void offerFiles(const char *prefix, GFileTest kinds, GPtrArray *ret)
{
    const char *slash = strrchr(prefix, '/');
    g_autofree char *lead = slash ? g_strndup(prefix, (gsize)(slash + 1 - prefix)) : g_strdup("");
    g_autoptr(GDir) directory = g_dir_open(*lead ? lead : ".", 0, NULL);
    const char *name;

    while (directory && (name = g_dir_read_name(directory))) {
        g_autofree char *path = g_strconcat(lead, name, NULL);
        bool is_directory = g_file_test(path, G_FILE_TEST_IS_DIR);

        /* Hidden ones are for those who ask for them. */
        if (!g_str_has_prefix(path, prefix) || (name[0] == '.' && !prefix[strlen(lead)]))
            continue;
        if (is_directory || g_file_test(path, kinds))
            g_ptr_array_add(ret, g_strconcat(path, is_directory ? "/" : "", NULL));
    }
}

void virshCompleteFile(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)ctl;
    (void)cmd;
    offerFiles(prefix, G_FILE_TEST_EXISTS, ret);
}

void virshCompleteDirectory(virshControl *ctl, const virshCommand *cmd, const char *prefix, GPtrArray *ret)
{
    (void)ctl;
    (void)cmd;
    offerFiles(prefix, G_FILE_TEST_IS_DIR, ret);
}

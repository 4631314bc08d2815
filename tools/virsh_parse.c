/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Takes command lines apart: characters into words, words into the options of the command that the first word names.
 * The tables decide everything about options; no command is known here by name. Called by main with the words that
 * the shell passed on, and by the unit test.
 */
#include "virsh_parse.h"

#include <string.h>

static void G_GNUC_PRINTF(2, 3) addProblem(GPtrArray *problems, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(problems, g_strdup_vprintf(format, args));
    va_end(args);
}

/* Words into a command ------------------------------------------------------------------------------------------- */

typedef struct {
    const GPtrArray *words;
    guint next;
    bool data_only; /* after "--": what follows is never an option */
    virshCommand *cmd;
    GPtrArray *problems;
} commandBuilder;

static bool alreadySeen(const commandBuilder *builder, const virshOption *option)
{
    return virshCommandHas(builder->cmd, option->name);
}

/* The option that a word without --name belongs to: the first one that has no value yet. */
static const virshOption *findPositional(const commandBuilder *builder)
{
    for (const virshOption *option = builder->cmd->def->options; option && option->name; option++) {
        if (option->type == VIRSH_OPTION_BOOL || option->type == VIRSH_OPTION_NAMED)
            continue;
        if (option->type == VIRSH_OPTION_WORDS || option->type == VIRSH_OPTION_TEXT || !alreadySeen(builder, option))
            return option;
    }
    return NULL;
}

static int addPositional(commandBuilder *builder, const char *word)
{
    const virshOption *option = findPositional(builder);

    if (option) {
        virshCommandAdd(builder->cmd, option, word);
        return 0;
    }
    if (builder->cmd->def->flags & VIRSH_COMMAND_LENIENT)
        return 0;
    addProblem(builder->problems, _("unexpected data '%s'"), word);
    return -1;
}

static int addFlag(commandBuilder *builder, const virshOption *option, const char *value)
{
    if (value) {
        addProblem(builder->problems, _("invalid '=' after option --%s"), option->name);
        return -1;
    }
    if (virshOptionIsHelp(option))
        builder->cmd->help = true;
    else
        virshCommandAdd(builder->cmd, option, NULL);
    return 0;
}

static int addNamed(commandBuilder *builder, const virshOption *option, const char *value)
{
    if (!value && builder->next < builder->words->len)
        value = g_ptr_array_index(builder->words, builder->next++);
    if (!value) {
        addProblem(builder->problems, _("expected syntax: --%s <%s>"), option->name, virshOptionValueName(option));
        return -1;
    }
    virshCommandAdd(builder->cmd, option, value);
    return 0;
}

/* `word` is --NAME or --NAME=VALUE. */
static int addOption(commandBuilder *builder, const char *word)
{
    const char *equals = strchr(word, '=');
    g_autofree char *name = equals ? g_strndup(word + 2, (gsize)(equals - word - 2)) : g_strdup(word + 2);
    const virshOption *option = virshOptionFind(builder->cmd->def, name);

    if (!option && (builder->cmd->def->flags & VIRSH_COMMAND_LENIENT))
        return 0;
    if (!option) {
        addProblem(builder->problems, _("command '%s' doesn't support option --%s"), builder->cmd->def->name, name);
        return -1;
    }
    if (alreadySeen(builder, option)) {
        addProblem(builder->problems, _("option --%s already seen"), name);
        return -1;
    }
    return option->type == VIRSH_OPTION_BOOL ? addFlag(builder, option, equals)
                                             : addNamed(builder, option, equals ? equals + 1 : NULL);
}

static int addWord(commandBuilder *builder, const char *word)
{
    if (builder->data_only)
        return addPositional(builder, word);
    if (strcmp(word, "--") == 0) {
        builder->data_only = true;
        return 0;
    }
    if (g_str_has_prefix(word, "--") && g_ascii_isalnum(word[2]))
        return addOption(builder, word);
    return addPositional(builder, word);
}

static int checkComplete(const commandBuilder *builder)
{
    int ret = 0;

    if (builder->cmd->help)
        return 0;
    for (const virshOption *option = builder->cmd->def->options; option && option->name; option++) {
        if (option->type != VIRSH_OPTION_DATA || alreadySeen(builder, option))
            continue;
        addProblem(builder->problems, _("command '%s' requires <%s> option"), builder->cmd->def->name, option->name);
        ret = -1;
    }
    return ret;
}

/* `words` holds at least the command's name. NULL when something is wrong. */
static virshCommand *buildCommand(const virshGroup *groups, const GPtrArray *words, GPtrArray *problems)
{
    const char *name = g_ptr_array_index(words, 0);
    const virshCommandDef *def = virshCommandFind(groups, name);
    g_autoptr(virshCommand) cmd = NULL;
    commandBuilder builder = { .words = words, .next = 1, .problems = problems };

    if (!def) {
        addProblem(problems, _("unknown command: '%s'"), name);
        return NULL;
    }
    cmd = virshCommandNew(def);
    builder.cmd = cmd;
    while (builder.next < words->len) {
        if (addWord(&builder, g_ptr_array_index(words, builder.next++)) < 0)
            return NULL;
    }
    if (checkComplete(&builder) < 0)
        return NULL;
    return g_steal_pointer(&cmd);
}

void virshPartialFree(virshPartial *partial)
{
    if (!partial)
        return;
    virshCommandFree(partial->cmd);
    g_free(partial);
}

/* The option whose value is to follow `word`, or NULL. */
static const virshOption *findNamed(const commandBuilder *builder, const char *word)
{
    const virshOption *option = NULL;

    if (!builder->data_only && g_str_has_prefix(word, "--"))
        option = virshOptionFind(builder->cmd->def, word + 2);
    return option && option->type != VIRSH_OPTION_BOOL && !alreadySeen(builder, option) ? option : NULL;
}

virshPartial *virshParsePartial(const virshGroup *groups, const GPtrArray *words)
{
    const virshCommandDef *def = virshCommandFind(groups, g_ptr_array_index(words, 0));
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(virshPartial) partial = g_new0(virshPartial, 1);
    commandBuilder builder = { .words = words, .next = 1, .problems = problems };

    if (!def)
        return NULL;
    builder.cmd = partial->cmd = virshCommandNew(def);
    while (builder.next < words->len) {
        const char *word = g_ptr_array_index(words, builder.next++);

        if (builder.next == words->len && (partial->named = findNamed(&builder, word)))
            break;
        (void)addWord(&builder, word); /* whoever runs the line will hear of it */
    }
    partial->data_only = builder.data_only;
    partial->positional = findPositional(&builder);
    return g_steal_pointer(&partial);
}

/* Characters into words ------------------------------------------------------------------------------------------ */

static const char *skipBlanks(const char *pos)
{
    for (;;) {
        if (*pos == ' ' || *pos == '\t')
            pos++;
        else if (pos[0] == '\\' && pos[1] == '\n')
            pos += 2;
        else
            return pos;
    }
}

static bool isWordEnd(char c)
{
    return c == '\0' || c == ' ' || c == '\t' || c == ';' || c == '\n';
}

/* A word, and what is missing at its end. */
typedef struct {
    GString *text;
    char quote;    /* the quote that nothing closes; 0: none */
    bool dangling; /* its last character is a `\` that keeps nothing */
} scannedWord;

/* Reads the word at `pos` into `word` and returns the place behind it. */
static const char *scanWord(const char *pos, scannedWord *word)
{
    const char *p;

    for (p = pos; *p && (word->quote || !isWordEnd(*p)); p++) {
        if (word->quote != '"' && *p == '\'') {
            word->quote = word->quote ? '\0' : '\'';
        } else if (word->quote != '\'' && *p == '"') {
            word->quote = word->quote ? '\0' : '"';
        } else if (word->quote != '\'' && *p == '\\') {
            p++;
            if (!*p) {
                word->dangling = true;
                return p;
            }
            if (*p != '\n')
                g_string_append_c(word->text, *p);
        } else {
            g_string_append_c(word->text, *p);
        }
    }
    return p;
}

/* Reads the word at `*pos` and moves behind it. A `'` that nothing closes ends with the text. */
static char *readWord(const char **pos, GPtrArray *problems)
{
    g_autoptr(GString) text = g_string_new(NULL);
    scannedWord word = { .text = text };
    const char *end = scanWord(*pos, &word);

    if (word.dangling) {
        addProblem(problems, _("dangling \\"));
        return NULL;
    }
    if (word.quote == '"') {
        addProblem(problems, _("missing \""));
        return NULL;
    }
    *pos = end;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Reads the words of one command and moves behind the `;` or line break that ends it. */
static int readCommandWords(const char **pos, GPtrArray *words, GPtrArray *problems)
{
    for (;;) {
        char *word;

        *pos = skipBlanks(*pos);
        if (**pos == '#')
            *pos += strcspn(*pos, "\n");
        if (**pos == '\0')
            return 0;
        if (**pos == ';' || **pos == '\n') {
            (*pos)++;
            return 0;
        }
        word = readWord(pos, problems);
        if (!word)
            return -1;
        g_ptr_array_add(words, word);
    }
}

static void freeCommand(gpointer data)
{
    virshCommandFree(data);
}

int virshParseText(const virshGroup *groups, const char *text, GPtrArray *ret, GPtrArray *problems)
{
    g_autoptr(GPtrArray) commands = g_ptr_array_new_with_free_func(freeCommand);
    const char *pos = text;

    while (*pos) {
        g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
        virshCommand *cmd;

        if (readCommandWords(&pos, words, problems) < 0)
            return -1;
        if (words->len == 0)
            continue;
        cmd = buildCommand(groups, words, problems);
        if (!cmd)
            return -1;
        g_ptr_array_add(commands, cmd);
    }
    g_ptr_array_extend_and_steal(ret, g_steal_pointer(&commands));
    return 0;
}

int virshParseWords(const virshGroup *groups, char *const *words, GPtrArray *ret, GPtrArray *problems)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    virshCommand *cmd;

    for (size_t i = 0; words[i]; i++)
        g_ptr_array_add(list, words[i]);
    if (list->len == 0)
        return 0;
    cmd = buildCommand(groups, list, problems);
    if (!cmd)
        return -1;
    g_ptr_array_add(ret, cmd);
    return 0;
}

char *virshParseUnfinished(const char *text, GPtrArray *words)
{
    const char *pos = text;

    for (;;) {
        g_autoptr(GString) word = g_string_new(NULL);
        scannedWord scanned = { .text = word };

        pos = skipBlanks(pos);
        if (*pos == '#') {
            pos += strcspn(pos, "\n");
            if (*pos == '\0')
                return NULL;
        }
        if (*pos == ';' || *pos == '\n') {
            g_ptr_array_set_size(words, 0);
            pos++;
            continue;
        }
        pos = scanWord(pos, &scanned);
        if (*pos == '\0')
            return g_string_free(g_steal_pointer(&word), FALSE);
        g_ptr_array_add(words, g_string_free(g_steal_pointer(&word), FALSE));
    }
}

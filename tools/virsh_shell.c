/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reads lines with readline, from a terminal or from a script on standard input, and has them run. Keeps the history of
 * terminals in a file, and turns what virsh_complete.c offers into what readline shows. Called by main.
 */
#include "virsh_shell.h"

#include "virsh_complete.h"
#include "virsh_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define HISTORY_SIZE 500
#define HISTORY_MAX 500000

/* Readline's callbacks have no argument to hand this on. */
static virshControl *shell_control;

/* The Tab key ---------------------------------------------------------------------------------------------------- */

/* The value as it must be typed where the word begins with `quote`, or with none; NULL if it cannot be. */
static char *quoteForLine(const char *value, char quote)
{
    const char *special = quote == '"' ? "\"\\" : quote == '\'' ? "" : " \t;\"'\\#";
    g_autoptr(GString) text = g_string_new(NULL);

    if (strchr(value, '\n') || (quote == '\'' && strchr(value, '\'')))
        return NULL;
    for (const char *c = value; *c; c++) {
        if (strchr(special, *c))
            g_string_append_c(text, '\\');
        g_string_append_c(text, *c);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Readline frees what it is given with free(). */
static char *nextMatch(const char *text, int state)
{
    static GPtrArray *values;
    static guint next;

    (void)text;
    if (state == 0) {
        g_autofree char *line = g_strndup(rl_line_buffer, (gsize)rl_point);

        g_clear_pointer(&values, g_ptr_array_unref);
        values = virshCompleteText(shell_control, shell_control->groups, line);
        virshClearFailure(shell_control);
        next = 0;
    }
    while (next < values->len) {
        g_autofree char *quoted = quoteForLine(g_ptr_array_index(values, next++), (char)rl_completion_quote_character);

        if (quoted)
            return strdup(quoted);
    }
    g_clear_pointer(&values, g_ptr_array_unref);
    return NULL;
}

static char **findMatches(const char *text, int start, int end)
{
    char **matches;

    (void)start;
    (void)end;
    rl_attempted_completion_over = 1; /* no file names where none belong */
    matches = rl_completion_matches(text, nextMatch);
    /* A directory is not the end of a word. */
    if (matches && !matches[1] && g_str_has_suffix(matches[0], "/")) {
        rl_completion_suppress_append = 1;
        rl_completion_suppress_quote = 1;
    }
    return matches;
}

static int isEscaped(char *line, int index)
{
    int count = 0;

    while (count < index && line[index - 1 - count] == '\\')
        count++;
    return count % 2;
}

static void setUpCompletion(void)
{
    rl_readline_name = "virsh";
    rl_attempted_completion_function = findMatches;
    rl_completer_word_break_characters = " \t\n;";
    rl_completer_quote_characters = "\"'";
    rl_char_is_quoted_p = isEscaped;
}

/* The history ---------------------------------------------------------------------------------------------------- */

static void readHistorySize(virshControl *ctl)
{
    const char *text = g_getenv("VIRSH_HISTSIZE");
    int size = HISTORY_SIZE;

    if (text && virshParseInt(text, &size) < 0) {
        virshError(ctl, "%s", _("Bad $VIRSH_HISTSIZE value."));
    } else if (size < 0 || size > HISTORY_MAX) {
        virshError(ctl, _("$VIRSH_HISTSIZE value should be between 0 and %d"), HISTORY_MAX);
        size = HISTORY_SIZE;
    }
    stifle_history(size);
}

/* The file's path; NULL where there is no place for it. */
static char *openHistory(virshControl *ctl)
{
    g_autofree char *directory = g_build_filename(g_get_user_cache_dir(), "libvirt", "virsh", NULL);
    g_autofree char *path = g_build_filename(directory, "history", NULL);
    int rc;

    readHistorySize(ctl);
    if (g_mkdir_with_parents(directory, 0700) < 0) {
        virshError(ctl, _("Failed to create '%s': %s"), directory, g_strerror(errno));
        return NULL;
    }
    rc = read_history(path);
    if (rc != 0 && rc != ENOENT) {
        virshError(ctl, _("Failed to read the history '%s': %s"), path, g_strerror(rc));
        return NULL;
    }
    return g_steal_pointer(&path);
}

static void closeHistory(virshControl *ctl, const char *path)
{
    int rc = path ? write_history(path) : 0;

    if (rc != 0)
        virshError(ctl, _("Failed to write the history '%s': %s"), path, g_strerror(rc));
}

/* Ctrl-C --------------------------------------------------------------------------------------------------------- */

/* Readline catches the signal, waits until it is safe to, and hands the signal on to this handler, which so runs like any
 * function. Where readline does not stand in between, a line has just ended or is about to begin. */
static void startLineAnew(int signal)
{
    (void)signal;
    if (!RL_ISSTATE(RL_STATE_SIGHANDLER))
        return;
    (void)rl_crlf();
    rl_replace_line("", 1);
    (void)rl_on_new_line();
    rl_redisplay();
}

/* At the prompt of a terminal Ctrl-C drops the line; while a command runs, and in scripts, it ends virsh as ever. */
static char *readLine(virshControl *ctl, bool terminal)
{
    const char *prompt = ctl->readonly ? _("virsh > ") : _("virsh # ");
    struct sigaction anew = { .sa_handler = startLineAnew };
    struct sigaction before;
    char *line;

    if (!terminal)
        return readline(prompt);
    (void)sigaction(SIGINT, &anew, &before); /* fails only for what is no signal */
    line = readline(prompt);
    (void)sigaction(SIGINT, &before, NULL);
    return line;
}

/* The loop ------------------------------------------------------------------------------------------------------- */

static void runLine(virshControl *ctl, char *line)
{
    char *words[] = { line, NULL };
    g_autoptr(GPtrArray) commands = virshRunParse(ctl, words);

    if (commands)
        (void)virshRunAll(ctl, commands); /* has said what failed; the next line is read all the same */
}

static void runLines(virshControl *ctl, bool terminal)
{
    char *line;

    while (!ctl->quit && (line = readLine(ctl, terminal))) {
        if (*line) {
            if (terminal)
                add_history(line);
            runLine(ctl, line);
        }
        free(line);
        (void)fflush(stdout); /* a reader at the other end of a pipe waits for the answer, and main asks whether it came */
    }
    virshPrint(ctl, "\n");
}

void virshShellRun(virshControl *ctl)
{
    bool terminal = isatty(STDIN_FILENO) == 1;
    g_autofree char *history = terminal ? openHistory(ctl) : NULL;

    shell_control = ctl;
    ctl->interactive = true;
    setUpCompletion();
    virshPrintExtra(ctl, "%s", _("Welcome to virsh, the virtualization interactive terminal.\n\n"
                                 "Type:  'help' for help with commands\n"
                                 "       'quit' to quit\n\n"));
    runLines(ctl, terminal);
    closeHistory(ctl, history);
}

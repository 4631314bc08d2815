/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The editing session: a temporary file, the user's editor, and the questions when the outcome cannot be stored. It
 * never overwrites what somebody else changed meanwhile unless it is told to. Called by net-edit.
 */
#include "virsh_edit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

typedef struct {
    virshControl *ctl;
    const virshEdit *edit;
    char *path;     /* the temporary file; NULL until it exists */
    char *original; /* what the user was given to edit */
    char *edited;
} editSession;

static void clearSession(editSession *session)
{
    if (session->path)
        (void)unlink(session->path); /* the editor may have removed it */
    g_free(session->path);
    g_free(session->original);
    g_free(session->edited);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(editSession, clearSession)

static int writeAll(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t written = write(fd, text, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -1;
        text += written;
        left -= (size_t)written;
    }
    return 0;
}

static int makeFile(editSession *session)
{
    g_autoptr(GError) error = NULL;
    int fd = g_file_open_tmp("virshXXXXXX.xml", &session->path, &error);
    int failed;

    if (fd < 0) {
        virshError(session->ctl, _("cannot make a temporary file: %s"), error->message);
        return -1;
    }
    failed = writeAll(fd, session->original) < 0 ? errno : 0;
    if (close(fd) < 0 && !failed)
        failed = errno;
    if (failed) {
        virshError(session->ctl, _("cannot write '%s': %s"), session->path, g_strerror(failed));
        return -1;
    }
    return 0;
}

static char *findEditor(void)
{
    static const char *const variables[] = { "VISUAL", "EDITOR" };
    g_autofree char *found = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i]);

        if (value && *value)
            return g_strdup(value);
    }
    found = g_find_program_in_path("sensible-editor");
    return g_strdup(found ? "sensible-editor" : "vi");
}

/* The variable may hold options and quotes, so that a shell must read it; the path goes beside it as an argument and
 * is never read as shell text. */
static int runEditor(editSession *session)
{
    g_autofree char *editor = findEditor();
    g_autofree char *script = g_strdup_printf("%s \"$1\"", editor);
    const char *argv[] = { "sh", "-c", script, editor, session->path, NULL };
    g_autoptr(GError) error = NULL;
    int status = 0;

    (void)fflush(stdout);
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL,
                      NULL, &status, &error)) {
        virshError(session->ctl, _("cannot run editor '%s': %s"), editor, error->message);
        return -1;
    }
    if (WIFSIGNALED(status)) {
        virshError(session->ctl, _("editor '%s' was ended by signal %d"), editor, WTERMSIG(status));
        return -1;
    }
    if (WEXITSTATUS(status) != 0) {
        virshError(session->ctl, _("editor '%s' ended with status %d"), editor, WEXITSTATUS(status));
        return -1;
    }
    return 0;
}

static int letUserEdit(editSession *session)
{
    char *edited;

    if (runEditor(session) < 0)
        return -1;
    edited = virshReadFile(session->ctl, session->path);
    if (!edited)
        return -1;
    g_free(session->edited);
    session->edited = edited;
    return 0;
}

/* Prints `question` and waits for one key, without a line break after it; EOF when there is no more input. */
static int askKey(virshControl *ctl, const char *question)
{
    struct termios before;
    struct termios raw;
    char key;
    ssize_t got;

    if (tcgetattr(STDIN_FILENO, &before) < 0)
        return EOF;
    raw = before;
    raw.c_lflag &= (tcflag_t)~(ICANON | ECHO);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw); /* if it cannot be set, the key comes with the next line break */
    virshPrint(ctl, "\r%s", question);
    (void)fflush(stdout);
    do {
        got = read(STDIN_FILENO, &key, 1);
    } while (got < 0 && errno == EINTR);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return got == 1 ? (unsigned char)g_ascii_tolower(key) : EOF;
}

/* What shall be done about `problem`: 'y' edit again, 'n' give up, 'f' store by force. */
static int askUser(virshControl *ctl, const char *problem)
{
    g_autofree char *question = g_strdup_printf(_("%s Try again? [y,n,f,?]: "), problem);

    for (;;) {
        int key = askKey(ctl, question);

        if (key == EOF)
            return 'n';
        if (key == 0 || !strchr("ynf?", key))
            continue;
        virshPrint(ctl, "\r\n");
        if (key != '?')
            return key;
        virshPrint(ctl, "%s", _("y - edit the document once more\n"
                                "n - give up and lose the edits\n"
                                "f - store the edits as they are, whatever was changed meanwhile\n"
                                "? - show what the answers mean\n"));
    }
}

/* Tries to store what was edited. NULL on success; else what is wrong, in the words of the question. */
static const char *store(editSession *session, bool force)
{
    const virshEdit *edit = session->edit;
    g_autofree char *now = NULL;

    virshClearFailure(session->ctl);
    if (!force) {
        now = edit->fetch(edit->opaque);
        if (!now)
            return _("Failed.");
        if (strcmp(now, session->original) != 0) {
            /* Who edits again has been told: from here on that version counts as the one replaced. */
            g_free(session->original);
            session->original = g_steal_pointer(&now);
            return _("The XML configuration was changed by another user.");
        }
    }
    return edit->store(session->edited, edit->opaque) < 0 ? _("Failed.") : NULL;
}

/* Says what is wrong and decides what to do about it. */
static int decide(editSession *session, const char *problem)
{
    bool told = session->ctl->failure != NULL;

    virshReportFailure(session->ctl);
    if (isatty(STDIN_FILENO))
        return askUser(session->ctl, problem);
    if (!told)
        virshError(session->ctl, "%s", problem);
    return 'n';
}

virshEditResult virshEditRun(virshControl *ctl, const virshEdit *edit)
{
    g_auto(editSession) session = { .ctl = ctl, .edit = edit };
    int answer = 'y';

    session.original = edit->fetch(edit->opaque);
    if (!session.original || makeFile(&session) < 0)
        return VIRSH_EDIT_FAILED;
    while (answer != 'n') {
        const char *problem;

        if (answer == 'y' && letUserEdit(&session) < 0)
            return VIRSH_EDIT_FAILED;
        if (strcmp(session.edited, session.original) == 0)
            return VIRSH_EDIT_UNCHANGED;
        problem = store(&session, answer == 'f');
        if (!problem)
            return VIRSH_EDIT_STORED;
        answer = decide(&session, problem);
    }
    return VIRSH_EDIT_FAILED;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_auth.c: virConnectAuthPtrDefault: asks on the terminal
 *
 * Answers what a connection wants to know of its user by a prompt on stdout and a line from stdin, unseen where it is a
 * secret. Programs hand it to virConnectOpenAuth, or call its callback themselves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <glib.h>

#include <libvirt/libvirt.h>

/* Lets what is typed be unseen; returns whether *@ret_before must be put back. */
static gboolean hideInput(struct termios *ret_before)
{
    struct termios hidden;

    if (tcgetattr(STDIN_FILENO, ret_before) < 0)
        return FALSE;
    hidden = *ret_before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/* A line from stdin without its end, malloc'd; NULL at the end of input. */
static char *readLine(void)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, stdin);

    if (length < 0) {
        free(line);
        return NULL;
    }
    if (length > 0 && line[length - 1] == '\n')
        line[length - 1] = '\0';
    return line;
}

static char *readHiddenLine(void)
{
    struct termios before;
    gboolean hidden = hideInput(&before);
    char *line = readLine();

    if (hidden) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        putchar('\n');
    }
    return line;
}

static int answer(virConnectCredentialPtr cred, char *line)
{
    if (!line)
        return -1;
    if (!*line && cred->defresult) {
        free(line);
        line = strdup(cred->defresult);
        if (!line)
            return -1;
    }
    cred->result = line;
    cred->resultlen = (unsigned int)strlen(line);
    return 0;
}

static int askOne(virConnectCredentialPtr cred)
{
    gboolean secret = cred->type == VIR_CRED_PASSPHRASE || cred->type == VIR_CRED_NOECHOPROMPT;

    /* What is external is another program's work; of those only polkit's agent is known, and it needs nothing. */
    if (cred->type == VIR_CRED_EXTERNAL)
        return g_strcmp0(cred->challenge, "PolicyKit") == 0 ? 0 : -1;
    printf("%s: ", cred->prompt ? cred->prompt : "");
    if (fflush(stdout) != 0)
        return -1;
    return answer(cred, secret ? readHiddenLine() : readLine());
}

static int askAll(virConnectCredentialPtr cred, unsigned int ncred, void *cbdata G_GNUC_UNUSED)
{
    for (unsigned int i = 0; i < ncred; i++)
        if (askOne(&cred[i]) < 0)
            return -1;
    return 0;
}

static int types[] = { VIR_CRED_AUTHNAME, VIR_CRED_ECHOPROMPT, VIR_CRED_REALM, VIR_CRED_PASSPHRASE,
                       VIR_CRED_NOECHOPROMPT, VIR_CRED_EXTERNAL };

static virConnectAuth terminal = { .credtype = types, .ncredtype = G_N_ELEMENTS(types), .cb = askAll };

virConnectAuthPtr virConnectAuthPtrDefault = &terminal;

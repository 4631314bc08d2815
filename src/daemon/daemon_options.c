/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * daemon_options.c: virtnetworkd's command line
 *
 * One table makes both the parser and the help. It prints nothing itself and ends nothing; main does.
 */
#include "daemon_options.h"

#include <getopt.h>

#include "virerror.h"
#include "virtext.h"

#define VIR_FROM_THIS VIR_FROM_NONE

/* --root has no letter; any number that is no character will do. */
#define OPTION_ROOT 256

typedef struct {
    const char *name;
    int letter;             /* what getopt_long returns */
    const char *argument;   /* NULL: takes none */
    const char *help;
} optionRow;

static const optionRow rows[] = {
    { "root", OPTION_ROOT, "DIR", N_("keep configuration, state and sockets below DIR") },
    { "config", 'f', "FILE", N_("read settings from FILE") },
    { "pid-file", 'p', "FILE", N_("write the process id to FILE") },
    { "timeout", 't', "SECS", N_("end after SECS without client and active network") },
    { "verbose", 'v', NULL, N_("log what an operator may want to know") },
    { "daemon", 'd', NULL, N_("go to the background once ready") },
    { "version", 'V', NULL, N_("print the version and end") },
    { "help", 'h', NULL, N_("print this and end") },
};

static void makeOptions(struct option *options, GString *letters)
{
    g_string_append_c(letters, ':');
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        options[i].name = rows[i].name;
        options[i].val = rows[i].letter;
        options[i].has_arg = rows[i].argument ? required_argument : no_argument;
        if (rows[i].letter == OPTION_ROOT)
            continue;
        g_string_append_c(letters, (char) rows[i].letter);
        if (rows[i].argument)
            g_string_append_c(letters, ':');
    }
}

static void setPath(char **path, const char *text)
{
    g_free(*path);
    *path = g_canonicalize_filename(text, NULL);
}

static int setTimeout(virDaemonOptions *options, const char *text, GError **err)
{
    guint64 seconds = 0;

    /* A timer counts milliseconds. */
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT / 1000, &seconds, NULL))
        return virFail(err, VIR_ERR_INVALID_ARG, "invalid value for timeout: %s", text);
    options->timeout_s = (unsigned int)seconds;
    return 0;
}

static int takeOption(virDaemonOptions *options, int letter, const char *argument, GError **err)
{
    if (argument && !*argument)
        return virFail(err, VIR_ERR_INVALID_ARG, "an option has an empty argument");
    switch (letter) {
    case OPTION_ROOT:
        setPath(&options->root, argument);
        break;
    case 'f':
        setPath(&options->config_file, argument);
        break;
    case 'p':
        setPath(&options->pid_file, argument);
        break;
    case 't':
        return setTimeout(options, argument, err);
    case 'v':
        options->verbose = TRUE;
        break;
    case 'd':
        options->daemonize = TRUE;
        break;
    case 'V':
        options->mode = VIR_DAEMON_SHOW_VERSION;
        break;
    case 'h':
        options->mode = VIR_DAEMON_SHOW_HELP;
        break;
    default:
        g_assert_not_reached();
    }
    return 0;
}

static int readOptions(int argc, char **argv, virDaemonOptions *options, GError **err)
{
    struct option table[G_N_ELEMENTS(rows) + 1] = { 0 };
    g_autoptr(GString) letters = g_string_new(NULL);
    int letter;

    makeOptions(table, letters);
    optind = 0;     /* begin anew: tests parse more than one command line */
    while ((letter = getopt_long(argc, argv, letters->str, table, NULL)) != -1) {
        if (letter == '?')
            return virFail(err, VIR_ERR_INVALID_ARG, "unknown option: %s", argv[optind - 1]);
        if (letter == ':')
            return virFail(err, VIR_ERR_INVALID_ARG, "option %s needs an argument", argv[optind - 1]);
        if (takeOption(options, letter, optarg, err) < 0)
            return -1;
    }
    if (optind < argc)
        return virFail(err, VIR_ERR_INVALID_ARG, "unexpected argument: %s", argv[optind]);
    return 0;
}

int virDaemonOptionsParse(int argc, char **argv, virDaemonOptions *ret_options, GError **err)
{
    g_auto(virDaemonOptions) options = { .mode = VIR_DAEMON_RUN };

    if (readOptions(argc, argv, &options, err) < 0)
        return -1;
    if (!options.root)
        options.root = g_strdup("");
    *ret_options = options;
    options = (virDaemonOptions) { 0 };
    return 0;
}

void virDaemonOptionsClear(virDaemonOptions *options)
{
    g_clear_pointer(&options->root, g_free);
    g_clear_pointer(&options->config_file, g_free);
    g_clear_pointer(&options->pid_file, g_free);
}

char *virDaemonOptionsHelp(const char *program)
{
    GString *help = g_string_new(NULL);

    g_string_append_printf(help, virText("Usage: %s [OPTION]...\n\n"
                                         "Manages virtual networks and serves libvirt's clients.\n\n"), program);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const optionRow *row = &rows[i];
        g_autofree char *spelling = g_strdup_printf("--%s%s%s", row->name, row->argument ? " " : "",
                                                    row->argument ? row->argument : "");

        if (row->letter == OPTION_ROOT)
            g_string_append_printf(help, "      %-20s %s\n", spelling, virText(row->help));
        else
            g_string_append_printf(help, "  -%c, %-20s %s\n", row->letter, spelling, virText(row->help));
    }
    g_string_append(help, virText("\nSIGHUP reloads the definitions; SIGTERM ends the daemon, and networks stay up.\n"));
    return g_string_free(help, FALSE);
}

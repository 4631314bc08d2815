/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * virtnetworkd.c: the daemon's main
 *
 * Turns command line and configuration file into what the service needs, and its end into an exit status. What goes
 * wrong before the log is set up is said on stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "daemon_activation.h"
#include "daemon_options.h"
#include "daemon_ready.h"
#include "daemon_service.h"
#include "virerror.h"
#include "virlog.h"
#include "virtext.h"

#define PROGRAM "virtnetworkd"

/* A file opened later must not become somebody's standard output. */
static void fillStandardFds(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

static void showVersion(void)
{
    printf("%s (libvirt) %d.%d.%d, libvirt-networks %s\n", PROGRAM, VIR_API_VERSION / 1000000,
           VIR_API_VERSION / 1000 % 1000, VIR_API_VERSION % 1000, VIR_PROJECT_VERSION);
}

static void showHelp(void)
{
    g_autofree char *help = virDaemonOptionsHelp(PROGRAM);

    fputs(help, stdout);
}

static int readConfig(const virDaemonOptions *options, const virDaemonPaths *paths, virDaemonConfig **ret_config)
{
    const char *path = options->config_file ? options->config_file : paths->config_file;
    g_autoptr(GError) err = NULL;

    if (virDaemonConfigRead(path, options->config_file != NULL, ret_config, &err) == 0)
        return 0;
    fprintf(stderr, virText("Can't load config file: %s: %s\n"), err->message, path);
    return -1;
}

/* With a root of its own everything lies below it, also what the configuration places. */
static void moveSocketDir(virDaemonConfig *config, const char *root)
{
    g_autofree char *given = g_steal_pointer(&config->unix_sock_dir);

    if (given)
        config->unix_sock_dir = *root ? g_build_filename(root, given, NULL) : g_steal_pointer(&given);
}

static void setUpLog(const virDaemonOptions *options, const virDaemonConfig *config)
{
    if (config->log_level)
        virLogSetLevel((virLogLevel)config->log_level);
    if (options->verbose && config->log_level != VIR_LOG_DEBUG)
        virLogSetLevel(VIR_LOG_INFO);
    virLogSetJournal(g_log_writer_is_journald(STDERR_FILENO));
    for (guint i = 0; i < config->warnings->len; i++)
        VIR_WARN("%s", (const char *)g_ptr_array_index(config->warnings, i));
}

static int goToBackground(const virDaemonOptions *options, int *ret_fd)
{
    g_autoptr(GError) err = NULL;

    *ret_fd = options->daemonize ? virDaemonBackground(&err) : -1;
    if (err)
        fprintf(stderr, "%s: %s\n", PROGRAM, err->message);
    return err ? -1 : 0;
}

/* Before the fork: what systemd passes is for this process id. */
static int takePassedSockets(GArray **ret_sockets)
{
    g_autoptr(GError) err = NULL;

    if (virDaemonActivationTake(VIR_DAEMON_ACTIVATION_FIRST_FD, ret_sockets, &err) == 0)
        return 0;
    fprintf(stderr, "%s: %s\n", PROGRAM, err->message);
    return -1;
}

static virDaemonExit run(const virDaemonOptions *options)
{
    g_autoptr(virDaemonPaths) paths = virDaemonPathsNew(options->root);
    g_autoptr(virDaemonConfig) config = NULL;
    g_autoptr(GArray) passed = NULL;
    virDaemonServiceConfig service = { .paths = paths, .timeout_s = options->timeout_s };

    if (readConfig(options, paths, &config) < 0)
        return VIR_DAEMON_EXIT_USAGE;
    if (geteuid() != 0) {
        fprintf(stderr, virText("%s: must be run as root: daemons of plain users are not supported\n"), PROGRAM);
        return VIR_DAEMON_EXIT_PRIVILEGE;
    }
    moveSocketDir(config, options->root);
    if (takePassedSockets(&passed) < 0)
        return VIR_DAEMON_EXIT_NETWORK;
    service.passed = passed;
    if (goToBackground(options, &service.background_fd) < 0)
        return VIR_DAEMON_EXIT_INIT;
    setUpLog(options, config);
    service.config = config;
    service.pid_file = options->pid_file ? options->pid_file : paths->pid_file;
    return virDaemonServiceRun(&service);
}

/* Messages alone: what goes into files and to programs is written alike everywhere. */
static void setLanguage(void)
{
    (void)setlocale(LC_CTYPE, "");      /* without the locale it is the C locale, which works */
    (void)setlocale(LC_MESSAGES, "");
}

int main(int argc, char **argv)
{
    g_auto(virDaemonOptions) options = { .mode = VIR_DAEMON_RUN };
    g_autoptr(GError) err = NULL;

    fillStandardFds();
    setLanguage();
    /* Nothing made without a mode of its own is for others. */
    umask(0077);
    if (virDaemonOptionsParse(argc, argv, &options, &err) < 0) {
        fprintf(stderr, virText("%s: %s\nTry '%s --help'.\n"), PROGRAM, virErrorGetInfo(err)->str2, PROGRAM);
        return VIR_DAEMON_EXIT_USAGE;
    }
    if (options.mode == VIR_DAEMON_SHOW_HELP)
        showHelp();
    else if (options.mode == VIR_DAEMON_SHOW_VERSION)
        showVersion();
    else
        return (int)run(&options);
    return fflush(stdout) == 0 ? VIR_DAEMON_EXIT_OK : VIR_DAEMON_EXIT_USAGE;
}

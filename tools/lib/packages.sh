# SPDX-License-Identifier: LGPL-2.1-or-later
# What is needed on Debian 12, and how it is installed: the one list that tools/quickstart and tests/run share. It installs
# what is missing and nothing else, starts no service, and makes no call to apt when nothing is missing. To be sourced.

# To build. docs/dependencies.md gives the reason for each.
packages_build="gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev libxml2-dev libnl-3-dev
    libnftables-dev libtirpc-dev rpcsvc-proto libjson-c-dev libreadline-dev gettext"
# To run the daemon, and guests beside it.
packages_run="dnsmasq-base iproute2 nftables iputils-ping udhcpc python3 util-linux mount"
# To test: the programs and libraries of others that ours are tried with.
packages_test="radvd libvirt-clients libvirt-daemon-system libvirt-dev python3-libvirt bind9-dnsutils binutils procps iptables isc-dhcp-client git g++
    bash-completion libsys-virt-perl libvirt-daemon-config-network libvirt-doc dbus-daemon python3-dbus python3-gi locales"
# To test with more programs of others. They are large (200 MB to fetch, 1.1 GB on disk, some two minutes), and less matters if one of
# them cannot be had: its tests are skipped.
packages_clients="ruby-libvirt libnss-libvirt ansible python3-lxml golang-go golang-github-digitalocean-go-libvirt-dev
    virt-manager xvfb"

# missing_packages PACKAGE...: those that are not installed
missing_packages() {
    for package in "$@"; do
        case "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
        installed) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

policy=/usr/sbin/policy-rc.d
saved_policy=$policy.virnet-saved

# While packages are installed no service may start: 101 is "forbidden" to invoke-rc.d.
forbid_services() {
    # What an earlier run that was killed has put aside is the real one.
    if [ ! -e "$saved_policy" ] && { [ -e "$policy" ] || [ -L "$policy" ]; }; then
        mv "$policy" "$saved_policy"
    fi
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}

restore_services() {
    rm -f "$policy"
    if [ -e "$saved_policy" ] || [ -L "$saved_policy" ]; then
        mv "$saved_policy" "$policy"
    fi
}

# install_packages PACKAGE...: install what is missing; says what it does
install_packages() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "These packages are missing, and only root can install them: $missing" >&2
        return 1
    fi
    echo "Installing missing packages: $missing"
    # A subshell, so that the trap ends with it, whatever becomes of apt.
    (
        trap restore_services EXIT
        trap 'exit 130' INT TERM
        forbid_services
        log=$(mktemp)
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086  # a list of words
        if ! { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            exit 1
        fi
        rm -f "$log"
    )
}

# try_packages PACKAGE...: install what is missing as far as it can be had; never fails
try_packages() {
    # Together it is faster; alone each shows whether it can be had.
    install_packages "$@" 2>/dev/null && return 0
    for package in "$@"; do
        install_packages "$package" >/dev/null 2>&1 || echo "Package $package cannot be installed: its tests are skipped."
    done
}

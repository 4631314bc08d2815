/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt.h: the public interface of the library, in one include
 *
 * Connections, networks and the event loop are declared in the headers below; errors are in virterror.h. Objects that
 * belong to other parts of a virtualization host are known as types only. Programs include this file and no part of it.
 */
#ifndef LIBVIRT_H
#define LIBVIRT_H

#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define __VIR_LIBVIRT_H_INCLUDES__
#include <libvirt/libvirt-common.h>
#include <libvirt/libvirt-host.h>
#include <libvirt/libvirt-objects.h>
#include <libvirt/libvirt-event.h>
#include <libvirt/libvirt-network.h>
#undef __VIR_LIBVIRT_H_INCLUDES__

#ifdef __cplusplus
}
#endif

#endif /* LIBVIRT_H */

/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_event.h: the event loop of the process, for the library's own use
 */
#pragma once

#include "driver.h"

/* The registered loop, which never changes again; NULL if there is none, or one that lacks a function. */
const virEventLoop *virEventLoopGet(void);

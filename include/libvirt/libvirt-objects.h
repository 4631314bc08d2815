/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt-objects.h: the kinds of object that this library knows by name only
 *
 * The functions for them exist as symbols, so that programs and bindings load, and answer VIR_ERR_NO_SUPPORT.
 * Included by libvirt.h alone.
 */
#ifndef LIBVIRT_OBJECTS_H
#define LIBVIRT_OBJECTS_H

#ifndef __VIR_LIBVIRT_H_INCLUDES__
# error "include libvirt/libvirt.h instead"
#endif

typedef struct _virDomain virDomain;
typedef virDomain *virDomainPtr;

typedef struct _virDomainCheckpoint virDomainCheckpoint;
typedef virDomainCheckpoint *virDomainCheckpointPtr;

typedef struct _virDomainSnapshot virDomainSnapshot;
typedef virDomainSnapshot *virDomainSnapshotPtr;

typedef struct _virInterface virInterface;
typedef virInterface *virInterfacePtr;

typedef struct _virNodeDevice virNodeDevice;
typedef virNodeDevice *virNodeDevicePtr;

typedef struct _virNWFilter virNWFilter;
typedef virNWFilter *virNWFilterPtr;

typedef struct _virNWFilterBinding virNWFilterBinding;
typedef virNWFilterBinding *virNWFilterBindingPtr;

typedef struct _virSecret virSecret;
typedef virSecret *virSecretPtr;

typedef struct _virStoragePool virStoragePool;
typedef virStoragePool *virStoragePoolPtr;

typedef struct _virStorageVol virStorageVol;
typedef virStorageVol *virStorageVolPtr;

#endif /* LIBVIRT_OBJECTS_H */

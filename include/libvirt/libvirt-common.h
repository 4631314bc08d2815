/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt-common.h: version, callbacks and typed parameters: what all parts of the public interface share
 *
 * A typed parameter is a name with a value of one of seven types; lists of them carry settings whose number may grow.
 * Included by libvirt.h alone.
 */
#ifndef LIBVIRT_COMMON_H
#define LIBVIRT_COMMON_H

#ifndef __VIR_LIBVIRT_H_INCLUDES__
# error "include libvirt/libvirt.h instead"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifndef VIR_DEPRECATED
# ifdef __GNUC__
#  define VIR_DEPRECATED __attribute__((__deprecated__))
# else
#  define VIR_DEPRECATED
# endif
#endif

#define VIR_EXPORT_VAR extern

/* The level of the interface, as major * 1000000 + minor * 1000 + micro. */
#define LIBVIR_VERSION_NUMBER 11003000

/* Whether the headers have at least this level. */
#define LIBVIR_CHECK_VERSION(major, minor, micro) \
    ((major) * 1000000 + (minor) * 1000 + (micro) <= LIBVIR_VERSION_NUMBER)

/* Frees the opaque value given with a callback, once the callback is not needed any more. */
typedef void (*virFreeCallback)(void *opaque);

/* Why a connection ended. */
typedef enum {
    VIR_CONNECT_CLOSE_REASON_ERROR = 0,
    VIR_CONNECT_CLOSE_REASON_EOF = 1,
    VIR_CONNECT_CLOSE_REASON_KEEPALIVE = 2,
    VIR_CONNECT_CLOSE_REASON_CLIENT = 3,

#ifdef VIR_ENUM_SENTINELS
    VIR_CONNECT_CLOSE_REASON_LAST
#endif
} virConnectCloseReason;

/* The member of the union that a parameter uses. */
typedef enum {
    VIR_TYPED_PARAM_INT = 1,
    VIR_TYPED_PARAM_UINT = 2,
    VIR_TYPED_PARAM_LLONG = 3,
    VIR_TYPED_PARAM_ULLONG = 4,
    VIR_TYPED_PARAM_DOUBLE = 5,
    VIR_TYPED_PARAM_BOOLEAN = 6,
    VIR_TYPED_PARAM_STRING = 7,

#ifdef VIR_ENUM_SENTINELS
    VIR_TYPED_PARAM_LAST
#endif
} virTypedParameterType;

typedef enum {
    VIR_TYPED_PARAM_STRING_OKAY = 1 << 2,       /* the caller can take parameters of type string */
} virTypedParameterFlags;

#define VIR_TYPED_PARAM_FIELD_LENGTH 80

typedef struct _virTypedParameter virTypedParameter;
typedef virTypedParameter *virTypedParameterPtr;

struct _virTypedParameter {
    char field[VIR_TYPED_PARAM_FIELD_LENGTH];
    int type;                           /* virTypedParameterType */
    union {
        int i;
        unsigned int ui;
        long long int l;
        unsigned long long int ul;
        double d;
        char b;
        char *s;
    } value;
};

/* The parameter called @name, or NULL (which is not an error). It belongs to the list. */
virTypedParameterPtr virTypedParamsGet(virTypedParameterPtr params, int nparams, const char *name);

/*
 * Read one value: 1 if it is there, 0 if not, -1 if it has another type. @value may be NULL and is written only at 1;
 * a string belongs to the list.
 */
int virTypedParamsGetInt(virTypedParameterPtr params, int nparams, const char *name, int *value);
int virTypedParamsGetUInt(virTypedParameterPtr params, int nparams, const char *name, unsigned int *value);
int virTypedParamsGetLLong(virTypedParameterPtr params, int nparams, const char *name, long long *value);
int virTypedParamsGetULLong(virTypedParameterPtr params, int nparams, const char *name, unsigned long long *value);
int virTypedParamsGetDouble(virTypedParameterPtr params, int nparams, const char *name, double *value);
int virTypedParamsGetBoolean(virTypedParameterPtr params, int nparams, const char *name, int *value);
int virTypedParamsGetString(virTypedParameterPtr params, int nparams, const char *name, const char **value);

/*
 * Append one value to a list that starts as NULL, 0, 0 and grows as needed: @nparams are used, @maxparams allocated.
 * Strings are copied, NULL as "". Return 0, or -1 with the list unchanged.
 */
int virTypedParamsAddInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value);
int virTypedParamsAddUInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                          unsigned int value);
int virTypedParamsAddLLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                           long long value);
int virTypedParamsAddULLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            unsigned long long value);
int virTypedParamsAddDouble(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            double value);
int virTypedParamsAddBoolean(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value);
int virTypedParamsAddString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            const char *value);

/* Appends one parameter of type string for each entry of the NULL-terminated @values (NULL: none). */
int virTypedParamsAddStringList(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                                const char **values);

/* Appends the value that the text @value means in @type. */
int virTypedParamsAddFromString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                                int type, const char *value);

/* Frees the strings in a list and keeps the list. */
void virTypedParamsClear(virTypedParameterPtr params, int nparams);

/* Frees the strings in a list and the list. */
void virTypedParamsFree(virTypedParameterPtr params, int nparams);

#ifdef __cplusplus
}
#endif

#endif /* LIBVIRT_COMMON_H */

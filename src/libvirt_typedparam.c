/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvirt_typedparam.c: public functions for lists of typed parameters
 *
 * A list is an array that the program owns and that grows as values are added. The functions know nothing of what
 * parameters mean, and touch no connection.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libvirt_call.h"
#include "virerror.h"

static const char *const type_names[] = {
    [VIR_TYPED_PARAM_INT] = "int",
    [VIR_TYPED_PARAM_UINT] = "uint",
    [VIR_TYPED_PARAM_LLONG] = "llong",
    [VIR_TYPED_PARAM_ULLONG] = "ullong",
    [VIR_TYPED_PARAM_DOUBLE] = "double",
    [VIR_TYPED_PARAM_BOOLEAN] = "boolean",
    [VIR_TYPED_PARAM_STRING] = "string",
};

static const char *typeName(int type)
{
    if (type <= 0 || type >= (int)G_N_ELEMENTS(type_names))
        return "unknown";
    return type_names[type];
}

/* --- Reading ---------------------------------------------------------------------------------------------------- */

virTypedParameterPtr virTypedParamsGet(virTypedParameterPtr params, int nparams, const char *name)
{
    if (!params || !name)
        return NULL;
    for (int i = 0; i < nparams; i++)
        if (strncmp(params[i].field, name, sizeof(params[i].field)) == 0)
            return &params[i];
    return NULL;
}

/* Looks @name up for a function that wants @type: 1 with *@ret_param, 0 if it is not there, -1 if of another type. */
static int find(virCall *call, virTypedParameterPtr list, int type, virTypedParameterPtr *ret_param)
{
    if (!list)
        return 0;
    if (list->type == type) {
        *ret_param = list;
        return 1;
    }
    virErrorSet(&call->err, VIR_FROM_NONE, VIR_ERR_INVALID_ARG,
                "Invalid type '%s' requested for parameter '%.*s', actual type is '%s'", typeName(type),
                VIR_TYPED_PARAM_FIELD_LENGTH, list->field, typeName(list->type));
    return -1;
}

/* The body of one getter: MEMBER of the union goes to *value. */
#define GET_VALUE(TYPE, MEMBER) \
    virCall call = VIR_CALL(VIR_FROM_NONE); \
    virTypedParameterPtr param = NULL; \
    int found = find(&call, virTypedParamsGet(params, nparams, name), TYPE, &param); \
    if (found > 0 && value) \
        *value = param->value.MEMBER; \
    return virCallEnd(&call, found)

int virTypedParamsGetInt(virTypedParameterPtr params, int nparams, const char *name, int *value)
{
    GET_VALUE(VIR_TYPED_PARAM_INT, i);
}

int virTypedParamsGetUInt(virTypedParameterPtr params, int nparams, const char *name, unsigned int *value)
{
    GET_VALUE(VIR_TYPED_PARAM_UINT, ui);
}

int virTypedParamsGetLLong(virTypedParameterPtr params, int nparams, const char *name, long long *value)
{
    GET_VALUE(VIR_TYPED_PARAM_LLONG, l);
}

int virTypedParamsGetULLong(virTypedParameterPtr params, int nparams, const char *name, unsigned long long *value)
{
    GET_VALUE(VIR_TYPED_PARAM_ULLONG, ul);
}

int virTypedParamsGetDouble(virTypedParameterPtr params, int nparams, const char *name, double *value)
{
    GET_VALUE(VIR_TYPED_PARAM_DOUBLE, d);
}

int virTypedParamsGetBoolean(virTypedParameterPtr params, int nparams, const char *name, int *value)
{
    GET_VALUE(VIR_TYPED_PARAM_BOOLEAN, b != 0);
}

int virTypedParamsGetString(virTypedParameterPtr params, int nparams, const char *name, const char **value)
{
    GET_VALUE(VIR_TYPED_PARAM_STRING, s);
}

/* --- Adding ----------------------------------------------------------------------------------------------------- */

/* The program's list, in one piece. */
typedef struct {
    virTypedParameterPtr *params;
    int *n_params;
    int *max_params;
} List;

static gboolean checkList(virCall *call, const List *list, const char *name)
{
    if (!virCallNotNull(call, list->params, "params") || !virCallNotNull(call, list->n_params, "nparams") ||
        !virCallNotNull(call, list->max_params, "maxparams") || !virCallNotNull(call, name, "name"))
        return FALSE;
    if (strlen(name) < VIR_TYPED_PARAM_FIELD_LENGTH)
        return TRUE;
    virErrorSet(&call->err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, "Field name '%s' too long", name);
    return FALSE;
}

static void grow(const List *list)
{
    int wanted;

    if (*list->n_params < *list->max_params)
        return;
    wanted = *list->n_params + *list->n_params / 2 + 1;
    *list->params = g_renew(virTypedParameter, *list->params, wanted);
    *list->max_params = wanted;
}

/* Appends a copy of @value under @name; a string in it is copied as well, and none is the empty one. */
static int append(virCall *call, const List *list, const char *name, const virTypedParameter *value)
{
    virTypedParameterPtr param;

    if (!checkList(call, list, name))
        return -1;
    grow(list);
    param = &(*list->params)[*list->n_params];
    *param = *value;
    memset(param->field, 0, sizeof(param->field));
    memcpy(param->field, name, strlen(name));
    if (value->type == VIR_TYPED_PARAM_STRING)
        param->value.s = g_strdup(value->value.s ? value->value.s : "");
    (*list->n_params)++;
    return 0;
}

/* The body of one adding function: the argument goes to MEMBER of the union. */
#define ADD_VALUE(TYPE, MEMBER, WHAT) \
    virCall call = VIR_CALL(VIR_FROM_NONE); \
    List list = { params, nparams, maxparams }; \
    virTypedParameter param = { .type = TYPE, .value.MEMBER = WHAT }; \
    return virCallEnd(&call, append(&call, &list, name, &param))

int virTypedParamsAddInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value)
{
    ADD_VALUE(VIR_TYPED_PARAM_INT, i, value);
}

int virTypedParamsAddUInt(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                          unsigned int value)
{
    ADD_VALUE(VIR_TYPED_PARAM_UINT, ui, value);
}

int virTypedParamsAddLLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                           long long value)
{
    ADD_VALUE(VIR_TYPED_PARAM_LLONG, l, value);
}

int virTypedParamsAddULLong(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            unsigned long long value)
{
    ADD_VALUE(VIR_TYPED_PARAM_ULLONG, ul, value);
}

int virTypedParamsAddDouble(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            double value)
{
    ADD_VALUE(VIR_TYPED_PARAM_DOUBLE, d, value);
}

int virTypedParamsAddBoolean(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name, int value)
{
    ADD_VALUE(VIR_TYPED_PARAM_BOOLEAN, b, value != 0);
}

int virTypedParamsAddString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                            const char *value)
{
    ADD_VALUE(VIR_TYPED_PARAM_STRING, s, (char *)value);
}

int virTypedParamsAddStringList(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                                const char **values)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);
    List list = { params, nparams, maxparams };
    int result = 0;

    for (gsize i = 0; values && values[i] && result == 0; i++) {
        virTypedParameter param = { .type = VIR_TYPED_PARAM_STRING, .value.s = (char *)values[i] };

        result = append(&call, &list, name, &param);
    }
    return virCallEnd(&call, result);
}

/* --- From text -------------------------------------------------------------------------------------------------- */

/* Whether a number that strto* has read is the whole of @text, and no number too large. */
static gboolean readAll(const char *text, const char *end)
{
    return errno == 0 && end != text && *end == '\0';
}

static gboolean parseSigned(const char *text, long long *ret)
{
    char *end;

    errno = 0;
    *ret = strtoll(text, &end, 10);
    return readAll(text, end);
}

static gboolean parseInt(const char *text, virTypedParameterPtr param)
{
    long long number;

    if (!parseSigned(text, &number) || number < G_MININT || number > G_MAXINT)
        return FALSE;
    param->value.i = (int)number;
    return TRUE;
}

/* As strtoul does, "-1" is taken for the largest number: programs rely on it. */
static gboolean parseUInt(const char *text, virTypedParameterPtr param)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(text, &end, 10);
    if (!readAll(text, end))
        return FALSE;
    param->value.ui = (unsigned int)number;
    return number == param->value.ui || number >= (unsigned long long)(long long)G_MININT;
}

static gboolean parseLLong(const char *text, virTypedParameterPtr param)
{
    return parseSigned(text, &param->value.l);
}

static gboolean parseULLong(const char *text, virTypedParameterPtr param)
{
    char *end;

    errno = 0;
    param->value.ul = strtoull(text, &end, 10);
    return readAll(text, end);
}

static gboolean parseDouble(const char *text, virTypedParameterPtr param)
{
    char *end;

    errno = 0;
    /* The decimal point is a point whatever the locale. */
    param->value.d = g_ascii_strtod(text, &end);
    return readAll(text, end);
}

static gboolean parseBoolean(const char *text, virTypedParameterPtr param)
{
    gboolean truth = g_ascii_strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;

    param->value.b = (char)truth;
    return truth || g_ascii_strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static gboolean parseString(const char *text, virTypedParameterPtr param)
{
    param->value.s = (char *)text;
    return TRUE;
}

/* How the text of each type is read, and what the error calls it. */
static const struct {
    gboolean (*parse)(const char *text, virTypedParameterPtr param);
    const char *expected;
} readers[] = {
    [VIR_TYPED_PARAM_INT] = { parseInt, "int" },
    [VIR_TYPED_PARAM_UINT] = { parseUInt, "unsigned int" },
    [VIR_TYPED_PARAM_LLONG] = { parseLLong, "long long" },
    [VIR_TYPED_PARAM_ULLONG] = { parseULLong, "unsigned long long" },
    [VIR_TYPED_PARAM_DOUBLE] = { parseDouble, "double" },
    [VIR_TYPED_PARAM_BOOLEAN] = { parseBoolean, "boolean" },
    [VIR_TYPED_PARAM_STRING] = { parseString, "string" },
};

static int fromText(virTypedParameterPtr param, const char *name, const char *text, GError **err)
{
    if (!text)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INVALID_ARG, "NULL value for field '%s'", name);
    if (param->type <= 0 || param->type >= (int)G_N_ELEMENTS(readers))
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, "unexpected type %d for field %s", param->type,
                           name);
    if (readers[param->type].parse(text, param))
        return 0;
    if (param->type == VIR_TYPED_PARAM_BOOLEAN)
        return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INVALID_ARG, "Invalid boolean value for field '%s'", name);
    return virErrorSet(err, VIR_FROM_NONE, VIR_ERR_INVALID_ARG, "Invalid value for field '%s': expected %s", name,
                       readers[param->type].expected);
}

int virTypedParamsAddFromString(virTypedParameterPtr *params, int *nparams, int *maxparams, const char *name,
                                int type, const char *value)
{
    virCall call = VIR_CALL(VIR_FROM_NONE);
    List list = { params, nparams, maxparams };
    virTypedParameter param = { .type = type };

    if (!checkList(&call, &list, name) || fromText(&param, name, value, &call.err) < 0)
        return virCallEnd(&call, -1);
    return virCallEnd(&call, append(&call, &list, name, &param));
}

/* --- Freeing ---------------------------------------------------------------------------------------------------- */

void virTypedParamsClear(virTypedParameterPtr params, int nparams)
{
    for (int i = 0; params && i < nparams; i++) {
        if (params[i].type != VIR_TYPED_PARAM_STRING)
            continue;
        free(params[i].value.s);
        params[i].value.s = NULL;
    }
}

void virTypedParamsFree(virTypedParameterPtr params, int nparams)
{
    virTypedParamsClear(params, nparams);
    free(params);
}

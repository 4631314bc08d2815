/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * compat_values.c: typed parameters and the event loop, as a program uses them
 *
 * Prints results and values. test_compat.py runs it with our library and with Debian's; both must say the same.
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void handle(void *opaque, virErrorPtr error)
{
    (void)opaque;
    printf("error %d/%d '%s'\n", error->code, error->domain, error->message);
}

static virTypedParameterPtr params;
static int n_params, max_params;

#define ADD(suffix, ...) \
    printf(#suffix " %d of %d\n", virTypedParamsAdd##suffix(&params, &n_params, &max_params, __VA_ARGS__), n_params)

static void try_adding(void)
{
    const char *values[] = { "one", "two", NULL };
    char name[VIR_TYPED_PARAM_FIELD_LENGTH + 1];

    ADD(Int, "int", -1);
    ADD(UInt, "uint", 4000000000U);
    ADD(LLong, "llong", -5000000000LL);
    ADD(ULLong, "ullong", 18446744073709551615ULL);
    ADD(Double, "double", 0.5);
    ADD(Boolean, "boolean", 7);
    ADD(String, "string", "text");
    ADD(String, "null", NULL);
    ADD(StringList, "list", values);
    ADD(StringList, "list", NULL);
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    ADD(Int, name, 1);
    name[sizeof(name) - 2] = '\0';
    ADD(Int, name, 1);
}

static void try_texts(void)
{
    static const char *const texts[] = { "12", " 12", "+12", "-1", "12k", "0x12", "", "zz", "99999999999",
                                         "99999999999999999999", "1.5", "true", "1", "0", "2" };

    for (int type = VIR_TYPED_PARAM_INT; type <= VIR_TYPED_PARAM_STRING + 1; type++)
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
            ADD(FromString, "text", type, texts[i]);
    ADD(FromString, "text", VIR_TYPED_PARAM_STRING, NULL);
}

static void print_one(const virTypedParameter *param)
{
    printf("%s type %d: ", param->field, param->type);
    switch (param->type) {
    case VIR_TYPED_PARAM_INT:
        printf("%d\n", param->value.i);
        break;
    case VIR_TYPED_PARAM_UINT:
        printf("%u\n", param->value.ui);
        break;
    case VIR_TYPED_PARAM_LLONG:
        printf("%lld\n", param->value.l);
        break;
    case VIR_TYPED_PARAM_ULLONG:
        printf("%llu\n", param->value.ul);
        break;
    case VIR_TYPED_PARAM_DOUBLE:
        printf("%g\n", param->value.d);
        break;
    case VIR_TYPED_PARAM_BOOLEAN:
        printf("%d\n", param->value.b);
        break;
    default:
        printf("%s\n", param->value.s ? param->value.s : "(none)");
    }
}

static void try_getting(void)
{
    int number = 42;
    unsigned int positive = 42;
    const char *text = "untouched";

    printf("get %d", virTypedParamsGetInt(params, n_params, "int", &number));
    printf(" %d\n", number);
    printf("get %d", virTypedParamsGetUInt(params, n_params, "int", &positive));
    printf(" %u\n", positive);
    printf("get %d", virTypedParamsGetString(params, n_params, "none", &text));
    printf(" %s\n", text);
    printf("get %d", virTypedParamsGetString(params, n_params, "list", &text));
    printf(" %s\n", text);
    printf("get %d\n", virTypedParamsGetBoolean(params, n_params, "boolean", NULL));
    printf("find %d %d\n", virTypedParamsGet(params, n_params, "uint") == &params[1],
           virTypedParamsGet(params, n_params, NULL) != NULL);
}

static int frees;

static void count_free(void *opaque)
{
    (void)opaque;
    frees++;
}

static int ticks;

static void on_tick(int timer, void *opaque)
{
    printf("tick %s, freed %d\n", (const char *)opaque, frees);
    if (++ticks < 3)
        return;
    printf("remove %d\n", virEventRemoveTimeout(timer));
    printf("again %d\n", virEventRemoveTimeout(timer));
}

static void on_handle(int watch, int fd, int events, void *opaque)
{
    char byte = '?';

    printf("handle %s events %d", (const char *)opaque, events);
    if (events & VIR_EVENT_HANDLE_READABLE && read(fd, &byte, 1) == 1)
        printf(" read %c", byte);
    printf("\n");
    if (events & VIR_EVENT_HANDLE_HANGUP)
        printf("remove %d\n", virEventRemoveHandle(watch));
}

static void run_until_freed(int wanted)
{
    while (frees < wanted)
        if (virEventRunDefaultImpl() < 0)
            return;
    printf("freed %d\n", frees);
}

static int try_events(void)
{
    int ends[2], watch, silent;

    if (pipe(ends) < 0)
        return -1;
    printf("before %d %d\n", virEventAddTimeout(0, on_tick, NULL, NULL), virEventRemoveHandle(3));
    if (virEventRegisterDefaultImpl() < 0)
        return -1;
    printf("unknown %d %d\n", virEventRemoveHandle(99), virEventRemoveTimeout(99));
    silent = virEventAddTimeout(-1, on_tick, (void *)"silent", count_free);
    if (virEventAddTimeout(0, on_tick, (void *)"fast", count_free) < 0)
        return -1;
    run_until_freed(1);
    printf("remove silent %d\n", virEventRemoveTimeout(silent));
    run_until_freed(2);
    watch = virEventAddHandle(ends[0], 0, on_handle, (void *)"pipe", count_free);
    virEventUpdateHandle(watch, VIR_EVENT_HANDLE_READABLE);
    if (write(ends[1], "a", 1) != 1 || virEventRunDefaultImpl() < 0)
        return -1;
    close(ends[1]);
    run_until_freed(3);
    close(ends[0]);
    return 0;
}

int main(void)
{
    /* Lines stay whole beside what libraries print to stderr. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (virInitialize() < 0)
        return 2;
    virSetErrorFunc(NULL, handle);
    try_adding();
    try_texts();
    for (int i = 0; i < n_params; i++)
        print_one(&params[i]);
    try_getting();
    virTypedParamsFree(params, n_params);
    return try_events() < 0;
}

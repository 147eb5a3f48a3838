/* registry.h (internal) -- kinds stay what they are while a planned experiment lives. */
#ifndef TEPUI_BASE_REGISTRY_H
#define TEPUI_BASE_REGISTRY_H
#include <tepui/kind.h>

void registry_hold(void);
void registry_release(void);
/* All that tepui_kind_register_as() checks, without adding. */
tepui_status registry_check(const tepui_family *family, const void *kind, unsigned abi, size_t size, tepui_error *err);
#endif

/* registry.h (internal) -- kinds stay what they are while a planned experiment lives. */
#ifndef TEPUI_BASE_REGISTRY_H
#define TEPUI_BASE_REGISTRY_H

void registry_hold(void);
void registry_release(void);
#endif

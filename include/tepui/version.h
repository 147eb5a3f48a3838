/* version.h -- what this build is. */
#ifndef TEPUI_VERSION_H
#define TEPUI_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when the bits of any sample or fold change: results of another one are not added to. */
#define TEPUI_BIT_VERSION "8"

typedef struct {
    const char *name, *value;
} tepui_fact;
const char *tepui_version(void); /* "0.2.0" */
/* git revision, compiler, flags, libraries and versions; ends with name == NULL. No host, no time. */
const tepui_fact *tepui_provenance(void);

#ifdef __cplusplus
}
#endif
#endif

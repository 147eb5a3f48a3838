/* version.c -- what this build is: nothing about the host, the time or the place, so that files stay comparable. */
#include <base/revision.h>
#include <config.h>
#include <gsl/gsl_version.h>
#include <H5public.h>
#include <tepui/version.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

const char *tepui_version(void)
{
    return PACKAGE_VERSION;
}

const tepui_fact *tepui_provenance(void)
{
    static const tepui_fact facts[] = {{"revision", TEPUI_REVISION},
                                       {"bits", TEPUI_BIT_VERSION},
                                       {"compiler", COMPILER},
                                       {"flags", TEPUI_FLAGS},
                                       {"gsl", GSL_VERSION},
                                       {"hdf5", H5_VERS_INFO},
                                       {"libyaml", YAML_VERSION},
#ifdef HAVE_LAPACKE
                                       {"linear algebra", "lapacke"},
#else
                                       {"linear algebra", "gsl"},
#endif
                                       {0, 0}};
    return facts;
}

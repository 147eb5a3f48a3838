/* tepui.h -- everything. Link with `pkg-config --libs tepui`. */
#ifndef TEPUI_H
#define TEPUI_H
#include <tepui/activation.h>
#include <tepui/cell.h>
#include <tepui/curvature.h>
#include <tepui/distribution.h>
#include <tepui/experiment.h>
#include <tepui/kernel.h>
#include <tepui/kind.h>
#include <tepui/law.h>
#include <tepui/loss.h>
#include <tepui/network.h>
#include <tepui/observable.h>
#include <tepui/rng.h>
#include <tepui/run.h>
#include <tepui/scale.h>
#include <tepui/source.h>
#include <tepui/stat.h>
#include <tepui/status.h>
#include <tepui/store.h>
#include <tepui/team.h>
#include <tepui/theory.h>
#include <tepui/verdict.h>
#include <tepui/version.h>
#endif

/* plugin.h -- what the writer of a kind needs: a struct for each family, whose first member is tepui_kind (kind.h).

       activation.h    phi, phi', phi''              distribution.h  entries of a weight matrix
       scale.h         their standard deviation      layer.h         a layer of a composition
       architecture.h  layers put together           loss.h          of one data point
       source.h        inputs and targets            optimizer.h, schedule.h, escape.h  trajectories
       observable.h    what is measured              law.h           a theorem: where it holds, what it predicts
       kernel.h, team.h   hot loops, and work in pieces, for those who write such kinds

   A plug-in is a shared object of kinds, made of one C file: cc -shared -fPIC $(pkg-config --cflags tepui) my.c -o
   my.so Its last lines name the kinds:

       TEPUI_PLUGIN(TEPUI_KIND(activation, &isru), TEPUI_KIND(law, &centred));

   An experiment file names it (plugins: [my.so]); docs/plugins.md says what else there is to know. */
#ifndef TEPUI_PLUGIN_H
#define TEPUI_PLUGIN_H
#include <tepui/activation.h>
#include <tepui/architecture.h>
#include <tepui/distribution.h>
#include <tepui/escape.h>
#include <tepui/kernel.h>
#include <tepui/kind.h>
#include <tepui/law.h>
#include <tepui/layer.h>
#include <tepui/loss.h>
#include <tepui/observable.h>
#include <tepui/optimizer.h>
#include <tepui/scale.h>
#include <tepui/schedule.h>
#include <tepui/source.h>
#include <tepui/team.h>
#endif

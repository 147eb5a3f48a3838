/* tepui.h -- the library, and the rules that all its functions follow. docs/library.md has examples.

   Compile with `pkg-config --cflags tepui`, link with `pkg-config --libs tepui`. C11, or C++11 and later.

   Headers. A program that runs experiments and reads results needs the first group; they come with this header:
       status.h      what a function returns, and the sentence about what went wrong
       experiment.h  an experiment file: read, check, plan
       run.h         sample it into a result file
       result.h      read a result file
       sample.h      one sampled network: weights, gradient, Hessian products, every observable
       verdict.h     laws against samples; trends, thresholds, escapes; two results compared
       theory.h      exact distributions, mean field; law.h: the laws and their predictions
       stat.h        moments, histograms, quantiles, rank correlation, Kolmogorov-Smirnov
       rng.h         addressed random numbers
       version.h, machine.h   what this build is, what this machine has
   What is behind them: cell.h, network.h, curvature.h, dynamics.h; the state of a run, and publishing: store.h.
   Kinds (own activations, laws, observables, ...) are described by the headers that plugin.h includes.

   Names. Functions, types and objects begin with tepui_, macros and constants with TEPUI_.

   Arguments. The object first, then what goes in, then what comes out, tepui_error *err last. The length of an array
   stands before or behind it. A pointer to const is only read. err may be NULL; its text must be "" before the call
   (tepui_error err = {""}), the first message wins.

   Returns. TEPUI_OK (0), or why not (status.h); then err holds one sentence, *out is NULL, and nothing is left to be
   freed. Functions that return a number return NaN where there is none. The library never prints and never exits;
   when it is loaded it turns off the error handler of GSL, which would end the process.

   Ownership. What *_read, *_parse, *_open, *_alloc, *_new hand out through `**out` is the caller's, and is given back
   to the *_free of that type, which takes NULL, too. Pointers inside a struct belong to the struct. A returned pointer
   to const is borrowed: it is valid until the object that it came from is changed (for a network: until the next
   sample) or freed. Arguments are borrowed for the call alone, but for: a network, follower or state keeps the cell or
   experiment that it was made for, and the run keeps its options until it returns.

   Threads. An object may be used by one thread at a time; functions that take it as const may run side by side.
   Different objects are independent, with these exceptions: files are read and written by one thread at a time
   (libhdf5), kinds are registered by one thread before others begin, and tepui_missed_memory() is about the whole
   process. tepui_run() starts threads of its own. Numbers in texts are in C notation: leave LC_NUMERIC at "C".

   Bits. A sample is a pure function of (seed, cell, number of the sample), whatever the threads. OpenBLAS has to run on
   one thread: set OPENBLAS_NUM_THREADS=1 before the program starts.

   Compatibility. Names stay. Before version 1.0 the layout of structs may change with every version; kinds tell which
   layout they were compiled for (TEPUI_ABI). */
#ifndef TEPUI_H
#define TEPUI_H
#include <tepui/experiment.h>
#include <tepui/law.h>
#include <tepui/machine.h>
#include <tepui/result.h>
#include <tepui/rng.h>
#include <tepui/run.h>
#include <tepui/sample.h>
#include <tepui/stat.h>
#include <tepui/status.h>
#include <tepui/theory.h>
#include <tepui/verdict.h>
#include <tepui/version.h>

/* one network, and the state of a run */
#include <tepui/cell.h>
#include <tepui/curvature.h>
#include <tepui/dynamics.h>
#include <tepui/network.h>
#include <tepui/store.h>

/* kinds */
#include <tepui/plugin.h>
#endif

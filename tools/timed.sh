#!/bin/sh
# timed.sh TEST... -- runs a test; the last line of its log is the processor time that it took (user, system).
"$@"
status=$?
times
exit $status

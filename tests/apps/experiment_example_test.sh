#!/bin/bash
# The programs of examples/ do what `triptych` does with the same options.
. "$(dirname "$0")/cases.sh"

examples=$(dirname "$program")/examples
said=$("$examples/experiment" synthetic:24)
is "an experiment from C++ runs" [ "$?" = 0 ]
is "... in 25 lines at most" [ "$(wc -l <examples/experiment.cpp)" -le 25 ]
call train --data synthetic:24 --image-height 64 --image-width 32 --crop-height 60 --crop-width 28 \
  --strips 3 --epochs 20 --people 6 --validation 0 --threads 1 --out "$work/run"
key=$(grep -m1 -oE '"key": "[0-9a-f]{16}' "$work/run/job.json") key=${key: -16}
rank1=$(grep -m1 -oE '"1": [0-9.]+' "$work/run/results.json") rank1=$(printf '%.1f' "${rank1#*: }")
is "train says the same: $said" [ "$said" = "rank 1 $rank1%, ${said#*, }" ]
is "... under the same key" [ "${said##* }" = "$key" ]
finish

#!/bin/bash
# What a training step asks of a GPU, counted without one: the host waits once, however the triplets are
# mined; launches are few, and the products of the weights' gradients have warps for every multiprocessor.
. "$(dirname "$0")/cases.sh"
# figure NAME: its value in the last output.
figure() { sed -n "s/^$1  *\([0-9][0-9.]*\) .*/\1/p" <<<"$output"; }

for mining in all hard semihard random; do
  call bench --device emulator --launches --mining "$mining"
  expect "a step with --mining $mining is counted" status 0
  is "it waits once, and not $(figure waits) times" [ "$(figure waits)" = 1 ]
  is "it has at most 120 launches, and not $(figure launches)" [ "$(figure launches)" -le 120 ]
  for name in fewest_warps_weight_gradients fewest_warps_patch_match; do
    is "$name is $(figure $name), and at least 12" awk "BEGIN {exit !($(figure $name) >= 12)}"
  done
done
call bench --device cpu --launches
expect "a device without launches" message 'add --device emulator'
finish

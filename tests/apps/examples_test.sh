#!/bin/bash
# The examples: the first one prints what README.md says, and README.md shows its code; each of the others
# trains a few steps, its loss falls, and its PyTorch twin has the same losses where PyTorch is installed
# (PYTHON=python3).
. "$(dirname "$0")/cases.sh"
examples=$(dirname "$program")/examples
bare=${PYTHON:-python3}

# block NAME FILE: the fenced block that follows the line <!-- NAME --> of a page.
block() {
  awk -v mark="<!-- $1 -->" '$0 == mark { found = 1 }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside' "$2"
}
falls() { # FILE: the last loss is well below the first
  awk '/^step 0 loss/ { first = $4 } /^step/ { last = $4 }
    END { exit !(last > 0 && last < 0.8 * first) }' "$1"
}
is "README.md shows examples/first.cpp" diff <(block "examples/first.cpp" README.md) examples/first.cpp
is "README.md shows what it prints" diff <(block "its output" README.md) <("$examples/first")
is "two moons takes at most 20 lines" [ "$(grep -c '[^[:space:]]' examples/two_moons.cpp)" -le 20 ]

for name in two_moons digits autoencoder character_rnn gpt; do
  "$examples/$name" 60 >"$work/$name" 2>&1
  is "$name learns" falls "$work/$name"
done
if "$bare" -c 'import torch' 2>/dev/null; then
  is "every twin has the same losses" env STEPS=20 BOUND=0.001 examples/compare.sh "$examples"
else
  skip "$bare has no torch, so the PyTorch twins of the examples did not run: pip install torch"
fi
finish

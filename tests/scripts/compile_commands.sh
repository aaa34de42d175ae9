#!/bin/bash
# compile_commands.sh: reads the commands that `make -nB V=1` prints, and writes the compilations among them
# as compile_commands.json.
set -euo pipefail
entry='{"directory": "'$PWD'", "file": "\2", "command": "\1"}'
sed -n 's/[\\"]/\\&/g; s|^\(.* -c -o [^ ]*\.o \([^ ]*\)\)$|'"$entry"'|p' |
  sed -e '1s/^/[\n/; $!s/$/,/; $s/$/\n]/'

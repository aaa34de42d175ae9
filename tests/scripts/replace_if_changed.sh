#!/bin/bash
# replace_if_changed.sh FILE TEXT: writes TEXT into FILE unless it is there already, so that what depends on
# FILE is made again only when TEXT is new.
set -eu
if [ "$(cat "$1" 2>/dev/null)" != "$2" ]; then
  echo "$2" >"$1"
fi

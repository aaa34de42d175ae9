#!/bin/bash
# setup.sh ["COMPILER" [PACKAGE...]]: installs what the build lacks, and the packages named, with apt. Does
# nothing, quickly, when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/scripts/packages.sh

compiler=${1:-g++}
shift || true
missing=$(missing_packages "$compiler") || exit 1
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -z "${missing// /}" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "setup: install these Debian packages, or what your system calls them, and run make again: $missing" \
    >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  as_root="sudo -n"
  if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
    # shellcheck disable=SC2086  # a list of names
    echo "setup: installing packages needs root. Run this, and make again: $(install_command $missing)" >&2
    exit 1
  fi
fi
echo "setup: installing $missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086  # a list of names
$as_root apt-get install -q -y --no-install-recommends $missing

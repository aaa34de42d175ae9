#!/bin/bash
# fresh.sh SUITE [root|user]: the two commands of README, `make demo` and `make test`, on a bare system made
# by debootstrap: Debian (bookworm, trixie) or Ubuntu (noble), with make and nothing else installed, no git,
# and a German locale, whose numbers have commas. Needs root, the network and about 5 GB.
#   root   make installs what is missing
#   user   a person without sudo, in a read-only source tree: make must name the packages, which are then
#          installed as it says
#   FOLDER=DIR         where the system goes, or is from an earlier run (default: a temporary folder)
#   COMMANDS="demo"    only these (default: demo test)
#   MIRROR=URL         where packages come from (default: the suite's own, as debootstrap knows it)
set -euo pipefail
suite=${1:?say which: tests/scripts/fresh.sh bookworm [root|user]} who=${2:-root}
if [ "$(id -u)" != 0 ]; then
  echo "fresh.sh: a new system is made and entered as root; run it with sudo" >&2
  exit 1
fi
if ! command -v debootstrap >/dev/null; then
  apt-get update -q && apt-get install -q -y --no-install-recommends debootstrap >/dev/null
fi
cd "$(dirname "$0")/../.."

case $suite in
  bookworm | trixie | forky | sid) components=main ;;
  *) components=main,universe ;;
esac
root=${FOLDER:-}
if [ -z "$root" ]; then
  root=$(mktemp -d)
  trap 'umount -q "$root"/{proc,dev/pts,dev} 2>/dev/null; rm -rf --one-file-system "$root"' EXIT
else
  trap 'umount -q "$root"/{proc,dev/pts,dev} 2>/dev/null || true' EXIT
fi
if [ ! -x "$root/usr/bin/make" ]; then
  debootstrap --variant=minbase --components="$components" --include=make,locales,ca-certificates "$suite" \
    "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log"; exit 1; }
  rm -f "$root.log"
fi
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc" 2>/dev/null || mount --bind /proc "$root/proc"
mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
mountpoint -q "$root/dev/pts" || mount --bind /dev/pts "$root/dev/pts"
cp /etc/resolv.conf "$root/etc/resolv.conf"
for setting in /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf; do
  [ -f "$setting" ] && cp "$setting" "$root/etc/apt/apt.conf.d/" # the way to the mirror is this machine's
done
environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8)
inside() { chroot "$root" env -i "${environment[@]}" "$@"; }
chroot "$root" localedef -i de_DE -f UTF-8 de_DE.UTF-8 >/dev/null 2>&1 || true

# The sources alone: no build, no .git.
rm -rf "$root/home/triptych"
mkdir -p "$root/home/triptych"
tar -c --exclude=./build --exclude=./runs --exclude=./.git . | tar -x -C "$root/home/triptych"

run=(inside bash -c)
options=""
if [ "$who" = user ]; then
  inside useradd -m reader 2>/dev/null || true
  chown -R root:root "$root/home/triptych" # a person who may read the tree and not write it
  options="BUILD=/home/reader/build"
  run=(inside setpriv --reuid=reader --regid=reader --init-groups env HOME=/home/reader bash -c)
  if said=$("${run[@]}" "cd /home/reader && make -C /home/triptych $options setup" 2>&1); then
    echo "fresh.sh: make setup should have asked for packages" >&2
  else
    echo "$said" | grep 'setup:'
    packages=$(sed -n "s/.*apt-get install \([^']*\).*/\1/p" <<<"$said" | head -1)
    [ -n "$packages" ] || { echo "FAILED: make setup does not name the packages"; exit 1; }
    # shellcheck disable=SC2086  # a list of names
    inside sh -c "apt-get update -q && apt-get install -q -y --no-install-recommends $packages" >/dev/null
  fi
fi
failed=0
for command in ${COMMANDS:-demo test}; do
  start=$SECONDS
  # The demo writes runs/ where it is started: a read-only tree is used from outside.
  result=ok
  "${run[@]}" "cd ~ && make -C /home/triptych $options $command" >"$root/$command.log" 2>&1 || result=FAILED
  if [ "$result" = FAILED ]; then
    tail -n 30 "$root/$command.log"
    failed=1
  fi
  last=$(grep -v '^make' "$root/$command.log" | tail -n 1) # with -C, make speaks last
  echo "$result $suite $who make $command, $((SECONDS - start)) s: $last"
done
exit "$failed"

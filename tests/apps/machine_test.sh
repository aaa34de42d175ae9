#!/bin/bash
# What make says on machines that lack something: a compiler, packages, a name without spaces; `make doctor`;
# compile_commands.json.
. "$(dirname "$0")/cases.sh"
. tests/scripts/packages.sh

# answer COMMAND...: afterwards $message has everything that it printed. make's own variables stay out.
answer() {
  command_line=$*
  message=$(env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "$@" 2>&1)
  status=$? output=$message
}

answer make -n BUILD="$work/a b"
expect "a build folder with a space is refused" status 2
expect "and the message says why" message "BUILD='.*a b' must be one path without spaces"

answer make BUILD="$work/build" CXX=no-such-compiler "$work/build/flags"
expect "an unknown compiler ends the build" status 2
expect "and is named" message 'there is no no-such-compiler here'
mkdir -p "$work/bin"
printf '#!/bin/sh\nexec "$@"\n' >"$work/bin/wrapper"
chmod +x "$work/bin/wrapper"
answer env PATH="$work/bin:$PATH" make BUILD="$work/build" CXX="wrapper ${CXX:-g++}" "$work/build/flags"
expect "a compiler may have a wrapper" status 0

is "a known compiler has a package" test "$(compiler_package g++-14)" = g++-14
is "and so has one for ARM" test "$(compiler_package aarch64-linux-gnu-g++)" = g++-aarch64-linux-gnu
is "packages of a missing compiler and of nothing else" test "$(missing_packages g++-99)" = g++-99
is "nothing is missing for the compiler of this build" test -z "$(missing_packages "${CXX:-g++}")"
message=$(install_command libfmt-dev) output=$message status=0
expect "packages are installed after an update" message 'apt-get update && .*apt-get install libfmt-dev'

answer env LC_ALL=de_DE.UTF-8 make doctor BUILD="$(dirname "$program")"
expect "doctor finds that this machine can build" status 0
expect "it names the compiler" message '^compiler  '
expect "and the instruction sets" message '^instructions .*portable'

if [ -w . ] && [ ! -e compile_commands.json ]; then
  answer make "BUILD=$work/build" compile_commands.json
  is "compile_commands.json has the sources, each compiled alone" \
    grep -q '"file": "engine/tape.cpp"' compile_commands.json
  if command -v python3 >/dev/null; then
    is "and is JSON" python3 -c 'import json; assert len(json.load(open("compile_commands.json"))) > 100'
  fi
  rm -f compile_commands.json
fi
finish

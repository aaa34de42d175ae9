# Sourced by tests/apps/*_test.sh, which are called with the path of the program: tests of what a person sees
# at the command line. A test is a call and what to expect of it:
#
#   . tests/apps/cases.sh
#   call train --data nowhere
#   expect "a missing folder is named" status 1
#   expect "and so is the way out" message 'nowhere.*no such'
#   finish
#
# tests/scripts/run.sh counts the lines "ok ...", "FAILED ..." and "SKIPPED: ...".
export LC_ALL=C.UTF-8 # numbers have points, whatever the locale
program=$1
work=$(mktemp -d) # files of this test; gone when it ends
trap 'rm -rf "$work"' EXIT
failures=0

# call ARGUMENTS...: runs the program; afterwards $status, $output and $message (what it wrote to stderr) can
# be looked at.
call() {
  command_line="triptych $*"
  "$program" "$@" >"$work/.output" 2>"$work/.message" </dev/null
  status=$?
  output=$(cat "$work/.output") message=$(cat "$work/.message")
}

# expect NAME status NUMBER | expect NAME output REGEX | expect NAME message REGEX | expect NAME file PATH
# (not empty)
expect() {
  local good=no
  case $2 in
    status) [ "$status" = "$3" ] && good=yes ;;
    output) grep -qE -- "$3" <<<"$output" && good=yes ;;
    message) grep -qE -- "$3" <<<"$message" && good=yes ;;
    file) [ -s "$3" ] && good=yes ;;
  esac
  if [ "$good" = yes ]; then
    echo "ok $1"
  else
    failures=$((failures + 1))
    printf 'FAILED %s: %s\n  expected %s: %s\n  status %s\n  output: %s\n  message: %s\n' \
      "$1" "$command_line" "$2" "$3" "$status" "$output" "$message"
  fi
}

# is NAME COMMAND...: the command must succeed.
is() {
  local name=$1
  shift
  if "$@"; then
    echo "ok $name"
  else
    failures=$((failures + 1))
    echo "FAILED $name: $*"
  fi
}

skip() { echo "SKIPPED: $1"; }

finish() { exit "$((failures > 0))"; }

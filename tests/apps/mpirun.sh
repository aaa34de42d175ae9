# Sourced by tests/apps/*_test.sh after cases.sh: several ranks of the program, started by mpirun on this
# machine. Ends the test, SKIPPED, where there is no mpirun or no MPI module.
if ! command -v mpirun >/dev/null; then
  skip "mpirun is not installed (packages openmpi-bin libopenmpi-dev): several ranks"
  finish
fi
if [ ! -e "$(dirname "$program")/communicator_mpi.so" ]; then
  skip "this build has no communicator_mpi.so: it was made without libopenmpi-dev, or for another processor"
  finish
fi
# mpirun counts the cores and refuses to be root; in a test neither matters.
launcher=(mpirun --oversubscribe --allow-run-as-root --bind-to none)

# call_ranks N ARGUMENTS...: as call, by N ranks.
call_ranks() {
  local ranks=$1
  shift
  command_line="mpirun -n $ranks triptych $*"
  timeout 300 "${launcher[@]}" -n "$ranks" "$program" "$@" >"$work/.output" 2>"$work/.message" </dev/null
  status=$?
  output=$(cat "$work/.output") message=$(cat "$work/.message")
}

# kill_rank READY ARGUMENTS...: two ranks, of which the second is killed as soon as the command READY
# succeeds.
kill_rank() {
  local ready=$1 launcher_pid start of_launcher
  shift
  command_line="a rank of triptych $* is killed"
  timeout 300 "${launcher[@]}" -n 2 "$program" "$@" >"$work/.output" 2>"$work/.message" </dev/null &
  launcher_pid=$!
  for _ in $(seq 3000); do
    eval "$ready" 2>/dev/null && break
    sleep 0.02
  done
  of_launcher=($(pgrep -P "$(pgrep -P $launcher_pid)")) # below timeout and mpirun
  start=$(date +%s%N)
  kill -9 "${of_launcher[1]}"
  wait $launcher_pid
  status=$? output=$(cat "$work/.output") message=$(cat "$work/.message")
  is "the others end within seconds" [ $((($(date +%s%N) - start) / 1000000)) -lt 20000 ]
  is "and that is no success" [ "$status" -ne 0 ]
}

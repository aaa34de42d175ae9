#include "apps/interrupt.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>

namespace triptych {
namespace {

// `timeout -s INT` and some terminals send the signal twice at once; that is still asking once.
std::atomic<std::time_t> first_time = 0;
static_assert(std::atomic<std::time_t>::is_always_lock_free);
constexpr std::time_t patience = 2;  // seconds

void drop_output_without_reader() {
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    pollfd state = {descriptor, POLLOUT, 0};
    if (::poll(&state, 1, 0) != 1 || (state.revents & POLLERR) == 0) continue;
    const int nowhere = ::open("/dev/null", O_WRONLY);
    if (nowhere >= 0) ::dup2(nowhere, descriptor), ::close(nowhere);
  }
}

// Calls nothing but what POSIX allows in a signal handler.
void handle(int signal) {
  const int error = errno;
  if (signal == SIGPIPE) drop_output_without_reader();
  const std::time_t now = std::time(nullptr);
  if (!stop_flag().exchange(true))
    first_time = now;
  else if (now - first_time >= patience && signal != SIGPIPE)
    std::_Exit(130);
  errno = error;
}

}  // namespace

void catch_interrupts() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction before {};
    ::sigaction(signal, nullptr, &before);
    // nohup ignores SIGHUP. That a shell ignores SIGINT for what it starts in the background is no such wish.
    if (before.sa_handler == SIG_IGN && signal == SIGHUP) continue;
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace triptych

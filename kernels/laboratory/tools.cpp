#include "kernels/laboratory/tools.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace triptych::laboratory {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Result run_tool(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {127, "no pipe"};
  const pid_t child = fork();
  if (child < 0) return {127, "no process"};
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  Result result;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    result.output.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string find_compiler(std::string& why) {
  const std::string named = environment("CXX"), compiler = named.empty() ? "g++" : named;
  const Result version = run_tool({compiler, "--version"});
  if (version.status != 0)
    why = "there is no C++ compiler '" + compiler +
          "', which builds the file for the emulator: install g++ (12 or newer), or name one with CXX";
  else if (version.output.find("clang") != std::string::npos)
    why = compiler +
          " is clang, which cannot announce each access to memory as the emulator needs it: install "
          "g++ (12 or newer), or name one with CXX";
  return why.empty() ? compiler : "";
}

std::string find_nvcc(std::string& version) {
  for (const std::string& candidate :
       {environment("NVCC"), std::string("nvcc"), std::string("/usr/local/cuda/bin/nvcc")}) {
    if (candidate.empty()) continue;
    const Result said = run_tool({candidate, "--version"});
    const std::size_t at = said.output.find("release ");
    if (said.status != 0 || at == std::string::npos) continue;
    version = said.output.substr(at + 8, said.output.find(',', at) - at - 8);
    if (std::atoi(version.c_str()) >= 12) return candidate;
  }
  return "";
}

}  // namespace triptych::laboratory

#include "kernels/laboratory/build.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "kernels/laboratory/precompiled.h"
#include "kernels/laboratory/tools.h"

namespace triptych::laboratory {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// The first error of a compiler's output: "learner.cu:7: g++ does not accept this line: ..."
std::string first_error(const std::string& tool, const std::string& path, const std::string& output) {
  // g++: "file:7:3: error: ..."; nvcc: "file(7): error: ..."
  static const std::regex by_gcc(R"(^(.*?):(\d+):\d+: (?:fatal )?error: (.*)$)");
  static const std::regex by_nvcc(R"(^(.*?)\((\d+)\): (?:catastrophic )?error(?: #[^:]*)?: (.*)$)");
  std::istringstream lines(output);
  std::string line, first;
  while (std::getline(lines, line)) {
    std::smatch parts;
    if (std::regex_match(line, parts, by_gcc) || std::regex_match(line, parts, by_nvcc))
      return parts[1].str() + ":" + parts[2].str() + ": " + tool +
             " does not accept this line: " + parts[3].str();
    if (first.empty() && line.find("rror") != std::string::npos) first = line;
  }
  return path + " is not accepted by " + tool + ": " + (first.empty() ? output.substr(0, 300) : first);
}

// As kernels/cuda is compiled for the emulator (kernels/emulator/emulator.mk), but less optimised: the reader
// of a report wants each of its lines. In DWARF 5 addr2line of binutils 2.40 takes lines of an included file
// for those of the file that includes it.
std::vector<std::string> compiler_flags() {
  return {
    "-std=gnu++20", "-O1", "-g1", "-gdwarf-4", "-w", "-fPIC", "-pthread", "-fno-semantic-interposition",
#if defined(__x86_64__)
        "-mtls-dialect=gnu2",
#endif
        "-D__CUDACC__", "-DTRIPTYCH_INSTRUMENTED", "-fsanitize=thread", "-U__SANITIZE_THREAD__", "--param",
        "tsan-instrument-func-entry-exit=0", "--param", "tsan-distinguish-volatile=1",
        "-fsanitize=signed-integer-overflow", "-ffp-contract=off", "-fstack-clash-protection",
        "-fno-crossjumping", "-fno-tree-tail-merge", "-fno-ipa-icf", "-Wno-unknown-pragmas"
  };
}

}  // namespace

std::string build_library(const Program& program, const std::string& folder, const std::string& compiler) {
  const fs::path root(folder), object = root / "learner.o", library = root / "learner.so";
  for (const Source& source : program.sources) write(root / "source" / source.name, source.text);
  const Source& first = program.sources.front();
  const std::string beside = fs::absolute(first.path).parent_path().string();
  const std::string own_headers = (root / "headers").string();
  const auto compile = [&](const Headers& headers) {
    std::vector<std::string> command{compiler};
    for (const std::string& flag : compiler_flags()) command.push_back(flag);
    for (const std::string& word :
         {std::string("-I"), headers.folder + "/kernels/emulator/include", std::string("-I"), headers.folder,
          std::string("-iquote"), (root / "source").string(), std::string("-iquote"), beside,
          std::string("-include"), headers.folder + "/all.h", std::string("-x"), std::string("c++"),
          std::string("-c"), std::string("-o"), object.string(), (root / "source" / first.name).string()})
      command.push_back(word);
    return run_tool(command);
  };
  const Headers headers = headers_for(compiler, compiler_flags(), own_headers);
  Result said = compile(headers);
  // What is kept may be gone, or of no use to this compiler: only without it an error is the learner's.
  if (said.status != 0 && headers.are_kept) said = compile(headers_in(own_headers));
  if (said.status != 0) throw std::runtime_error(first_error(compiler, first.path, said.output));
  said = run_tool({compiler, "-shared", "-pthread", "-o", library.string(), object.string()});
  if (said.status != 0) throw std::runtime_error(first_error(compiler, first.path, said.output));
  return library.string();
}

std::string build_ptx(const std::string& path, const std::string& folder, const std::string& nvcc) {
  const std::string out = (fs::path(folder) / "learner.ptx").string();
  const Result said =
      run_tool({nvcc, "-std=c++20", "-O1", "-lineinfo", "-ptx", "-arch=compute_80", "-w", "-o", out, path});
  if (said.status != 0) throw std::runtime_error(first_error("nvcc", path, said.output));
  return out;
}

}  // namespace triptych::laboratory

#pragma once
#include <string>
#include <vector>

// A learner's CUDA file as a file of C++ for the emulator: what C++ cannot spell is rewritten, line by line,
// so that a line of the result is that line of the file. kernels/emulator/learner.h shows what becomes of it.
namespace triptych::laboratory {

// Something that a file uses and that is not known here, with the reason in one sentence.
struct Refusal {
  std::string place;  // "learner.cu:12"
  std::string sentence;
  bool of_emulator_alone = false;  // the interpreter may know it
};

struct Source {
  std::string path;  // of the learner's file
  std::string text;  // rewritten
  std::string name;  // of the file that the text is to be written to
};

struct Program {
  std::vector<Source> sources;  // the file itself, and the files that it includes with quotes
  std::vector<Refusal> refusals;
};

// Reads the file and what it includes from beside it. Throws std::runtime_error with a sentence where a file
// cannot be read.
Program rewrite(const std::string& path);

// One text alone; `name` stands in messages and #line.
std::string rewrite_text(const std::string& text, const std::string& name, std::vector<Refusal>& refusals);

}  // namespace triptych::laboratory

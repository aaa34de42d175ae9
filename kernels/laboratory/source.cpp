#include "kernels/laboratory/source.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "kernels/laboratory/kernel_head.h"
#include "kernels/laboratory/rewriter.h"

namespace triptych::laboratory {
namespace {

namespace fs = std::filesystem;

using Kind = Token::Kind;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && !file.eof()) throw std::runtime_error(path.string() + " cannot be read");
  return text;
}

// The names of the kernels that a text declares: the word before the first parenthesis that belongs to none
// of the attributes.
void collect_kernels(std::string_view text, KernelNames& kernels) {
  const std::vector<Token> tokens = tokenize(text);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is("__global__")) continue;
    int depth = 0;
    for (std::size_t j = i + 1; j < tokens.size(); ++j) {
      if (depth == 0 && (tokens[j].is(";") || tokens[j].is("{"))) break;
      if (tokens[j].is("(") && depth++ == 0 && !is_attribute_with_arguments(tokens[j - 1].text)) {
        if (tokens[j - 1].kind == Kind::word) kernels.emplace(tokens[j - 1].text);
        break;
      }
      if (tokens[j].is(")")) --depth;
    }
  }
}

// Quoted includes of a text, as they are spelled.
std::vector<std::string> quoted_includes(std::string_view text) {
  std::vector<std::string> found;
  for (const Token& t : tokenize(text)) {
    if (t.kind != Kind::directive || t.text.find("include") == std::string_view::npos) continue;
    const std::size_t open = t.text.find('"');
    if (open == std::string_view::npos) continue;
    const std::size_t close = t.text.find('"', open + 1);
    if (close != std::string_view::npos) found.emplace_back(t.text.substr(open + 1, close - open - 1));
  }
  return found;
}

}  // namespace

std::string rewrite_text(const std::string& text, const std::string& name, std::vector<Refusal>& refusals) {
  KernelNames kernels;
  collect_kernels(text, kernels);
  return rewritten(text, name, kernels, {}, refusals);
}

Program rewrite(const std::string& path) {
  struct File {
    fs::path path;
    std::string text;
    std::map<std::string, std::string> includes;  // as spelled: the name of the rewritten file
  };
  std::vector<File> files;
  std::map<fs::path, std::string> names;  // of rewritten files
  KernelNames kernels;
  const auto add = [&](const fs::path& file) {
    const auto [found, fresh] = names.try_emplace(
        fs::weakly_canonical(file), std::to_string(names.size()) + "/" + file.filename().string());
    if (fresh) files.push_back({file, read_text(file), {}});
    return found->second;
  };
  add(path);
  for (std::size_t i = 0; i < files.size(); ++i) {
    collect_kernels(files[i].text, kernels);
    for (const std::string& spelled : quoted_includes(files[i].text)) {
      const fs::path beside = files[i].path.parent_path() / spelled;
      std::error_code ignored;
      if (!fs::is_regular_file(beside, ignored)) continue;
      std::string name = add(beside);  // may move `files`
      files[i].includes[spelled] = std::move(name);
    }
  }
  Program program;
  for (const File& file : files) {
    program.sources.push_back(
        {file.path.string(),
         rewritten(file.text, file.path.string(), kernels, file.includes, program.refusals),
         names[fs::weakly_canonical(file.path)]});
  }
  return program;
}

}  // namespace triptych::laboratory

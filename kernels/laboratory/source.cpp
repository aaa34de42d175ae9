#include "kernels/laboratory/source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>

#include "kernels/laboratory/assembly.h"
#include "kernels/laboratory/refusals.h"
#include "kernels/laboratory/tokens.h"

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

// The ends of lines of a text, alone.
std::string line_ends(std::string_view text) {
  std::string ends;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') ends += i > 0 && text[i - 1] == '\\' ? "\\\n" : "\n";
  return ends;
}

bool is_attribute_with_arguments(std::string_view word) {
  return word == "__launch_bounds__" || word == "__attribute__" || word == "__align__" ||
         word == "__cluster_dims__" || word == "__maxnreg__" || word == "__block_size__" ||
         word == "alignas" || word == "__declspec";
}

bool is_builtin_type(std::string_view word) {
  for (const std::string_view type :
       {"void", "bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "const",
        "volatile", "__restrict__", "__restrict", "auto", "struct", "typename"})
    if (word == type) return true;
  return false;
}

// The parameters of a template or of a function, by their tokens.
struct Parameter {
  std::string declaration;  // with its default argument
  std::string type;         // without it, for a type of function
  std::string name;
  bool is_pack = false;
};

struct KernelHead {
  std::string name;
  std::string template_head;  // "template <class T, int N>"; empty: no template
  std::vector<Parameter> template_parameters, parameters;
};

class Rewriter {
 public:
  Rewriter(std::string_view text, std::string name, const std::set<std::string, std::less<>>& kernels,
           const std::map<std::string, std::string>& includes, std::vector<Refusal>& refusals)
      : text_(text),
        name_(std::move(name)),
        tokens_(tokenize(text)),
        kernels_(kernels),
        includes_(includes),
        refusals_(refusals) {}

  std::string run() {
    for (at_ = 0; tokens_[at_].kind != Kind::end; ++at_) step();
    for (const FileScopeShared& shared : file_scope_shared_) place_in_functions(shared);
    return "#line 1 \"" + name_ + "\"\n" + edited();
  }

 private:
  struct Edit {
    std::size_t at, length;
    std::string text;
  };
  struct FileScopeShared {
    std::string name, type;
  };
  enum class Brace { space, type, function };

  const Token& token(std::size_t n) const { return tokens_[std::min(n, tokens_.size() - 1)]; }
  std::string_view between(std::size_t first, std::size_t last) const {  // tokens first .. last - 1
    if (first >= last) return {};
    return text_.substr(token(first).at, token(last - 1).end() - token(first).at);
  }
  // The same on one line, without comments.
  std::string joined(std::size_t first, std::size_t last) const {
    std::string line;
    for (std::size_t i = first; i < last; ++i) {
      if (i > first && token(i).at != token(i - 1).end()) line += ' ';
      line += token(i).text;
    }
    return line;
  }
  void replace(std::size_t at, std::size_t length, std::string text) {
    edits_.push_back({at, length, std::move(text)});
  }
  void refuse(const Token& where, std::string_view sentence) {
    refusals_.push_back({name_ + ":" + std::to_string(where.line), std::string(sentence)});
  }

  // The token behind the one that closes what token `open` opens.
  std::size_t behind(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; token(i).kind != Kind::end; ++i) {
      const std::string_view t = token(i).text;
      if (t == "(" || t == "[" || t == "{") ++depth;
      if (t == ")" || t == "]" || t == "}") --depth;
      if (depth == 0) return i + 1;
    }
    return tokens_.size() - 1;
  }
  // The same for a list of template parameters or arguments; `open` is its <.
  std::size_t behind_angles(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; token(i).kind != Kind::end; ++i) {
      const std::string_view t = token(i).text;
      if (t == "(" || t == "[" || t == "{") {
        i = behind(i) - 1;
        continue;
      }
      if (t == "<") ++depth;
      if (t == ">" && --depth == 0) return i + 1;
      if (t == ";") break;
    }
    return open;
  }
  std::size_t before_angles(std::size_t close) const {  // the position of its <, or `close`
    int depth = 0;
    for (std::size_t i = close + 1; i-- > 0;) {
      const std::string_view t = token(i).text;
      if (t == ">") ++depth;
      if (t == "<" && --depth == 0) return i;
      if (t == ";" || t == "{" || t == "}") break;
    }
    return close;
  }
  std::size_t before(std::size_t close) const {
    int depth = 0;
    for (std::size_t i = close + 1; i-- > 0;) {
      const std::string_view t = token(i).text;
      if (t == ")" || t == "]" || t == "}") ++depth;
      if ((t == "(" || t == "[" || t == "{") && --depth == 0) return i;
    }
    return close;
  }

  bool in_function() const { return std::ranges::count(braces_, Brace::function) > 0; }

  void step() {
    const Token& t = token(at_);
    if (at_ > 0 && token(at_ - 1).in_directive && !t.in_directive) begin_ = at_;  // behind a #define
    if (t.kind == Kind::directive) return directive(t);
    if (t.is("{")) return open_brace();
    if (t.is("}")) {
      if (!braces_.empty()) braces_.pop_back();
      begin_ = at_ + 1;
      return;
    }
    if (t.is(";")) return void(begin_ = at_ + 1);
    if (t.is("<<<")) return launch();
    if (t.kind != Kind::word) return;
    if (t.is("__global__")) return kernel();
    if (t.is("__noinline__") && !(at_ > 0 && token(at_ - 1).is("(")))
      return replace(t.at, t.text.size(), "__attribute__((noinline))");
    if (t.is("__shared__")) return shared();
    if (t.is("__device__") || t.is("__constant__") || t.is("__managed__")) return device_variable(t);
    if ((t.is("asm") || t.is("__asm__")) && (in_function() || t.in_directive)) return assembly();
    const bool is_member = at_ > 0 && (token(at_ - 1).is(".") || token(at_ - 1).is("->"));
    if (const std::string_view reason = reason_against(t.text); !reason.empty() && !is_member)
      refuse_once(t, reason);
  }

  // A file that uses textures names them in many places: the first one is enough.
  void refuse_once(const Token& t, std::string_view reason) {
    if (refused_.insert(reason).second) refuse(t, std::string(t.text) + ": " + std::string(reason));
  }

  // asm volatile("text" : "=r"(out), ... : "r"(in), ... : "memory")
  void assembly() {
    const Token& t = token(at_);
    std::size_t open = at_ + 1;
    while (!token(open).is("(") && token(open).kind == Kind::word) ++open;
    const std::size_t closed = behind(open);
    std::string text, unknown;
    std::size_t i = open + 1;
    for (; token(i).kind == Kind::text; ++i) text += characters_of(token(i).text);
    std::vector<AssemblyOperand> operands;
    for (int section = 0; i + 1 < closed; ++i) {
      if (token(i).is(":") || token(i).is("::")) {
        section += token(i).is(":") ? 1 : 2;
      } else if (section < 3 && token(i).kind == Kind::text && token(i + 1).is("(")) {
        const std::size_t end = behind(i + 1);
        operands.push_back({characters_of(token(i).text), joined(i + 2, end - 1)});
        i = end - 1;
      }
    }
    std::string code = translate_assembly(text, operands, unknown);
    if (code.empty()) {
      refusals_.push_back({name_ + ":" + std::to_string(t.line),
                           "of inline PTX the emulator knows the instructions of tensor cores, asynchronous "
                           "copies and their conversions, and not '" +
                               unknown + "': nvcc's PTX of the file knows more (--only ptx)",
                           true});
      code = "__trap()";
    }
    const std::size_t length = token(closed - 1).end() - t.at;
    replace(t.at, length, code + line_ends(text_.substr(t.at, length)));
    at_ = closed - 1;
  }

  void directive(const Token& t) {
    begin_ = at_ + 1;
    std::size_t word = t.text.find_first_not_of(" \t", 1);
    if (word == std::string_view::npos || !t.text.substr(word).starts_with("include")) return;
    const std::size_t open = t.text.find_first_of("<\"", word);
    if (open == std::string_view::npos) return;
    const std::size_t close = t.text.find_first_of(">\"", open + 1);
    const std::string header(t.text.substr(open + 1, close - open - 1));
    if (const std::string_view reason = reason_against_header(header); !reason.empty())
      return refuse(t, "<" + header + ">: " + std::string(reason));
    if (const auto found = includes_.find(header); found != includes_.end() && t.text[open] == '"')
      replace(t.at, t.text.size(),
              "#include \"" + found->second + "\"" + line_ends(t.text) + "\n#line " +
                  std::to_string(t.line + 1) + " \"" + name_ + "\"");
  }

  void open_brace() {
    const std::string_view head = between(begin_, at_);
    Brace kind = Brace::function;
    if (!in_function()) {
      bool is_type = false, has_parenthesis = false;
      for (std::size_t i = begin_; i < at_; ++i) {
        is_type |=
            token(i).is("struct") || token(i).is("class") || token(i).is("union") || token(i).is("enum");
        has_parenthesis |= token(i).is("(") && !(i > 0 && is_attribute_with_arguments(token(i - 1).text));
      }
      if (head.starts_with("namespace") || head.starts_with("inline namespace") ||
          head.starts_with("extern \""))
        kind = Brace::space;
      else if (is_type && !has_parenthesis)
        kind = Brace::type;
      else if (at_ > 0 && token(at_ - 1).is("="))
        kind = Brace::type;  // an initialiser
      else
        bodies_.push_back({at_, behind(at_)});
    }
    braces_.push_back(kind);
    begin_ = at_ + 1;
  }

  // ---- __global__ ----------------------------------------------------------------------------------------

  std::vector<Parameter> parameters_of(std::size_t first, std::size_t last) const {
    std::vector<Parameter> result;
    std::size_t begin = first;
    int angles = 0;
    for (std::size_t i = first; i <= last; ++i) {
      const std::string_view t = i == last ? "," : token(i).text;
      if (i < last && (t == "(" || t == "[" || t == "{")) {
        i = behind(i) - 1;
        continue;
      }
      if (t == "<") ++angles;
      if (t == ">") --angles;
      if (t != "," || (angles > 0 && i < last)) continue;
      if (i > begin && !(i == begin + 1 && token(begin).is("void"))) result.push_back(parameter(begin, i));
      begin = i + 1;
    }
    return result;
  }

  Parameter parameter(std::size_t first, std::size_t last) const {
    std::size_t end = first;  // before the default argument
    int angles = 0;
    for (; end < last; ++end) {
      if (token(end).is("=") && angles <= 0) break;
      if (token(end).is("<")) ++angles;
      if (token(end).is(">")) --angles;
    }
    Parameter p;
    p.declaration = joined(first, last);
    p.type = joined(first, end);
    std::size_t name = end;
    while (name > first && (token(name - 1).is("]") || token(name - 1).is(")")))
      name = token(name - 1).is("]") ? before(name - 1) : name - 1;  // x[3], (*x)
    for (std::size_t i = first; i < end; ++i) p.is_pack |= token(i).is("...");
    if (name == first || token(name - 1).kind != Kind::word || is_builtin_type(token(name - 1).text) ||
        (name - 1 > first && token(name - 2).is("::")) || name - 1 == first) {
      p.name = "triptych_" + std::to_string(first);
      p.declaration = p.type + " " + p.name;
      if (end < last) p.declaration += joined(end, last);
      return p;
    }
    p.name = token(name - 1).text;
    return p;
  }

  void kernel() {
    std::size_t open = at_ + 1;
    while (!token(open).is("(") || is_attribute_with_arguments(token(open - 1).text)) {
      if (token(open).is(";") || token(open).is("{") || token(open).kind == Kind::end) return;
      open = token(open).is("(") ? behind(open) : open + 1;
    }
    if (token(open - 1).kind != Kind::word) return;  // void scale<float>(...): a specialisation
    KernelHead head;
    head.name = token(open - 1).text;
    if (token(begin_).is("template")) {
      if (!token(begin_ + 1).is("<")) return;  // an instantiation
      const std::size_t end = behind_angles(begin_ + 1);
      head.template_head = joined(begin_, end);
      head.template_parameters = parameters_of(begin_ + 2, end - 1);
      if (head.template_parameters.empty()) return;
    }
    const std::size_t closed = behind(open);
    head.parameters = parameters_of(open + 1, closed - 1);
    std::size_t body = closed;
    while (!token(body).is("{") && !token(body).is(";")) {
      if (token(body).kind == Kind::end) return;
      ++body;
    }
    const std::size_t last = token(body).is("{") ? behind(body) - 1 : body;
    std::string signature = head.name + (head.template_head.empty() ? "(" : "<");
    for (const Parameter& p : head.parameters)
      signature += head.template_head.empty() ? p.type.substr(0, p.type.rfind(p.name)) + "," : "T,";
    if (launchers_.insert(signature).second) replace(token(last).end(), 0, launcher(head));
  }

  static std::string launcher(const KernelHead& head) {
    std::string names, types, values, arguments;
    for (const Parameter& p : head.template_parameters)
      arguments += (arguments.empty() ? "" : ", ") + p.name + (p.is_pack ? "..." : "");
    for (const Parameter& p : head.parameters) {
      const char* const comma = names.empty() ? "" : ", ";
      names += comma + p.declaration;
      types += comma + p.type;
      values += ", " + p.name + (p.is_pack ? "..." : "");
    }
    const std::string address = head.name + (arguments.empty() ? "" : "<" + arguments + ">");
    return " " + head.template_head + " inline auto triptych_launch_" + head.name + "(" + names +
           ") { return triptych_bound(static_cast<void (*)(" + types + ")>(&" + address + ")" + values +
           "); }";
  }

  // ---- kernel<<<grid, block>>>(arguments) ----------------------------------------------------------------

  void launch() {
    std::size_t close = at_ + 1;
    while (!(token(close).is(">") && token(close + 1).is(">") && token(close + 2).is(">"))) {
      const std::string_view t = token(close).text;
      if (token(close).kind == Kind::end || t == ";") return;
      close = t == "(" || t == "[" || t == "{" ? behind(close) : close + 1;
    }
    const std::size_t arguments = close + 3;
    if (at_ == 0 || !token(arguments).is("(")) return;
    std::size_t last = at_ - 1, template_arguments = at_;  // of the kernel's name
    if (token(last).is(">")) {
      template_arguments = before_angles(last);
      last = template_arguments - 1;
    }
    std::size_t first = last;
    if (token(first).is(")") || token(first).is("]")) first = before(first);
    if (first != last && first > 0 && token(first).is("[")) --first;
    while (first >= 2 && (token(first - 1).is("::") || token(first - 1).is(".") || token(first - 1).is("->")))
      first -= 2;
    if (first > 0 && token(first - 1).is("::")) --first;
    const std::string configuration = "triptych_configure(" + joined(at_ + 1, close) + ") << ";
    const std::string ends = line_ends(text_.substr(token(at_).at, token(close + 2).end() - token(at_).at));
    if (is_inside_kernel(at_))
      return refuse(token(at_),
                    "a kernel that launches kernels is not known here: launch both from the host");
    replace(token(first).at, 0, configuration);
    if (token(last).kind == Kind::word && kernels_.contains(token(last).text)) {
      replace(token(last).at, 0, "triptych_launch_");
      replace(token(at_).at, token(close + 2).end() - token(at_).at, ends);
    } else {
      replace(token(first).at, 0, "triptych_pointer(");
      replace(token(at_).at, token(close + 2).end() - token(at_).at, ")" + ends);
    }
  }

  bool is_inside_kernel(std::size_t position) const {
    for (const auto& [open, end] : bodies_)
      if (position >= open && position < end) return is_for_device(open);
    return false;
  }
  // Whether the function whose body opens there is __global__ or __device__.
  bool is_for_device(std::size_t open) const {
    for (std::size_t i = open; i-- > 0 && !token(i).is(";") && !token(i).is("}");)
      if (token(i).is("__global__") || token(i).is("__device__")) return true;
    return false;
  }

  // ---- variables -----------------------------------------------------------------------------------------

  // extern __shared__ float s[];
  void shared() {
    std::size_t end = at_;
    while (!token(end).is(";") && token(end).kind != Kind::end) ++end;
    bool is_extern = false;
    for (std::size_t i = begin_; i < end; ++i) is_extern |= token(i).is("extern");
    if (!is_extern) return;
    std::string type;
    std::size_t name = end;
    while (name > begin_ && token(name - 1).is("]")) name = before(name - 1);
    --name;
    for (std::size_t i = begin_; i < name; ++i) {
      if (is_attribute_with_arguments(token(i).text) && token(i + 1).is("(")) {
        i = behind(i + 1) - 1;
      } else if (!token(i).is("extern") && !token(i).is("__shared__")) {
        type += std::string(token(i).text) + " ";
      }
    }
    const std::size_t inner = behind(name + 1);  // s[][32]: an array of arrays
    type += inner < end ? joined(inner, end) : "";
    const std::string spelled(token(name).text);
    const std::string_view whole = between(begin_, end + 1);
    if (in_function()) {
      replace(token(begin_).at, whole.size(), shared_pointer(spelled, type) + line_ends(whole));
    } else {
      replace(token(begin_).at, whole.size(), line_ends(whole));
      file_scope_shared_.push_back({spelled, type});
    }
    at_ = end - 1;
  }

  static std::string shared_pointer(const std::string& name, const std::string& type) {
    return "[[maybe_unused]] auto* const " + name + " = triptych_shared<" + type + ">();";
  }

  // An array that is declared outside of functions becomes a pointer in each of those that name it.
  void place_in_functions(const FileScopeShared& shared) {
    for (const auto& [open, end] : bodies_)
      for (std::size_t i = open; i < end && is_for_device(open); ++i)
        if (token(i).is(shared.name)) {
          replace(token(open).end(), 0, " " + shared_pointer(shared.name, shared.type));
          break;
        }
  }

  // __device__ float d[4] = {...};  at the scope of a file or of a namespace
  void device_variable(const Token& t) {
    if (in_function() || (!braces_.empty() && braces_.back() == Brace::type) || t.in_directive) return;
    for (std::size_t i = begin_; i < at_; ++i)  // already seen: __device__ __constant__; or of another kind
      for (const std::string_view word : {"__device__", "__constant__", "__managed__", "template", "extern",
                                          "inline", "const", "constexpr", "__host__", "__global__"})
        if (token(i).is(word)) return;
    for (std::size_t i = at_ + 1; token(i).kind != Kind::end; ++i) {
      const std::string_view text = token(i).text;
      if (is_attribute_with_arguments(text) && token(i + 1).is("(")) {
        i = behind(i + 1) - 1;
      } else if (text == "(" || text == "__host__" || text == "const" || text == "constexpr" ||
                 text == "operator" || text == "inline" || text == "struct" || text == "class") {
        return;
      } else if (text == "=" || text == ";" || text == "[" || text == "{") {
        return replace(t.at, t.text.size(), "TRIPTYCH_DEVICE_VARIABLE");
      }
    }
  }

  // ---- the result ----------------------------------------------------------------------------------------

  std::string edited() {
    std::ranges::stable_sort(edits_, {}, &Edit::at);
    std::string result;
    std::size_t done = 0;
    for (const Edit& edit : edits_) {
      result += text_.substr(done, edit.at - done);
      result += edit.text;
      done = std::max(done, edit.at + edit.length);
    }
    return result + std::string(text_.substr(std::min(done, text_.size())));
  }

  std::string_view text_;
  std::string name_;
  std::vector<Token> tokens_;
  const std::set<std::string, std::less<>>& kernels_;
  const std::map<std::string, std::string>& includes_;
  std::vector<Refusal>& refusals_;
  std::set<std::string_view> refused_;

  std::size_t at_ = 0, begin_ = 0;  // this token; the first one of its declaration or statement
  std::vector<Brace> braces_;
  std::vector<std::pair<std::size_t, std::size_t>> bodies_;  // of functions: the { and what is behind the }
  std::set<std::string> launchers_;
  std::vector<FileScopeShared> file_scope_shared_;
  std::vector<Edit> edits_;
};

// The names of the kernels that a text declares: the word before the first parenthesis that belongs to none
// of the attributes.
void collect_kernels(std::string_view text, std::set<std::string, std::less<>>& kernels) {
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
  std::set<std::string, std::less<>> kernels;
  collect_kernels(text, kernels);
  return Rewriter(text, name, kernels, {}, refusals).run();
}

Program rewrite(const std::string& path) {
  struct File {
    fs::path path;
    std::string text;
    std::map<std::string, std::string> includes;  // as spelled: the name of the rewritten file
  };
  std::vector<File> files;
  std::map<fs::path, std::string> names;  // of rewritten files
  std::set<std::string, std::less<>> kernels;
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
    Rewriter rewriter(file.text, file.path.string(), kernels, file.includes, program.refusals);
    program.sources.push_back({file.path.string(), rewriter.run(), names[fs::weakly_canonical(file.path)]});
  }
  return program;
}

}  // namespace triptych::laboratory

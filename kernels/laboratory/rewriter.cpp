#include "kernels/laboratory/rewriter.h"

#include <algorithm>

#include "kernels/laboratory/assembly.h"
#include "kernels/laboratory/kernel_head.h"
#include "kernels/laboratory/refusals.h"

namespace triptych::laboratory {
namespace {

using Kind = Token::Kind;

// The ends of lines of a text, alone.
std::string line_ends(std::string_view text) {
  std::string ends;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') ends += i > 0 && text[i - 1] == '\\' ? "\\\n" : "\n";
  return ends;
}

class Rewriter {
 public:
  Rewriter(std::string_view text, std::string name, const KernelNames& kernels,
           const std::map<std::string, std::string>& includes, std::vector<Refusal>& refusals)
      : name_(std::move(name)), tokens_(text), kernels_(kernels), includes_(includes), refusals_(refusals) {}

  std::string run() {
    for (at_ = 0; tokens_.token(at_).kind != Kind::end; ++at_) step();
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

  void replace(std::size_t at, std::size_t length, std::string text) {
    edits_.push_back({at, length, std::move(text)});
  }
  void refuse(const Token& where, std::string_view sentence) {
    refusals_.push_back({name_ + ":" + std::to_string(where.line), std::string(sentence)});
  }

  bool in_function() const { return std::ranges::count(braces_, Brace::function) > 0; }

  void step() {
    const Token& t = tokens_.token(at_);
    if (at_ > 0 && tokens_.token(at_ - 1).in_directive && !t.in_directive) begin_ = at_;  // behind a #define
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
    if (t.is("__noinline__") && !(at_ > 0 && tokens_.token(at_ - 1).is("(")))
      return replace(t.at, t.text.size(), "__attribute__((noinline))");
    if (t.is("__shared__")) return shared();
    if (t.is("__device__") || t.is("__constant__") || t.is("__managed__")) return device_variable(t);
    if ((t.is("asm") || t.is("__asm__")) && (in_function() || t.in_directive)) return assembly();
    const bool is_member = at_ > 0 && (tokens_.token(at_ - 1).is(".") || tokens_.token(at_ - 1).is("->"));
    if (const std::string_view reason = reason_against(t.text); !reason.empty() && !is_member)
      refuse_once(t, reason);
  }

  // A file that uses textures names them in many places: the first one is enough.
  void refuse_once(const Token& t, std::string_view reason) {
    if (refused_.insert(reason).second) refuse(t, std::string(t.text) + ": " + std::string(reason));
  }

  // asm volatile("text" : "=r"(out), ... : "r"(in), ... : "memory")
  void assembly() {
    const Token& t = tokens_.token(at_);
    std::size_t open = at_ + 1;
    while (!tokens_.token(open).is("(") && tokens_.token(open).kind == Kind::word) ++open;
    const std::size_t closed = tokens_.behind(open);
    std::string text, unknown;
    std::size_t i = open + 1;
    for (; tokens_.token(i).kind == Kind::text; ++i) text += characters_of(tokens_.token(i).text);
    std::vector<AssemblyOperand> operands;
    for (int section = 0; i + 1 < closed; ++i) {
      if (tokens_.token(i).is(":") || tokens_.token(i).is("::")) {
        section += tokens_.token(i).is(":") ? 1 : 2;
      } else if (section < 3 && tokens_.token(i).kind == Kind::text && tokens_.token(i + 1).is("(")) {
        const std::size_t end = tokens_.behind(i + 1);
        operands.push_back({characters_of(tokens_.token(i).text), tokens_.joined(i + 2, end - 1)});
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
    const std::size_t length = tokens_.token(closed - 1).end() - t.at;
    replace(t.at, length, code + line_ends(tokens_.text().substr(t.at, length)));
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
    const std::string_view head = tokens_.between(begin_, at_);
    Brace kind = Brace::function;
    if (!in_function()) {
      bool is_type = false, has_parenthesis = false;
      for (std::size_t i = begin_; i < at_; ++i) {
        is_type |= tokens_.token(i).is("struct") || tokens_.token(i).is("class") ||
                   tokens_.token(i).is("union") || tokens_.token(i).is("enum");
        has_parenthesis |=
            tokens_.token(i).is("(") && !(i > 0 && is_attribute_with_arguments(tokens_.token(i - 1).text));
      }
      if (head.starts_with("namespace") || head.starts_with("inline namespace") ||
          head.starts_with("extern \""))
        kind = Brace::space;
      else if (is_type && !has_parenthesis)
        kind = Brace::type;
      else if (at_ > 0 && tokens_.token(at_ - 1).is("="))
        kind = Brace::type;  // an initialiser
      else
        bodies_.push_back({at_, tokens_.behind(at_)});
    }
    braces_.push_back(kind);
    begin_ = at_ + 1;
  }

  // ---- __global__ ----------------------------------------------------------------------------------------

  void kernel() {
    std::size_t open = at_ + 1;
    while (!tokens_.token(open).is("(") || is_attribute_with_arguments(tokens_.token(open - 1).text)) {
      if (tokens_.token(open).is(";") || tokens_.token(open).is("{") || tokens_.token(open).kind == Kind::end)
        return;
      open = tokens_.token(open).is("(") ? tokens_.behind(open) : open + 1;
    }
    if (tokens_.token(open - 1).kind != Kind::word) return;  // void scale<float>(...): a specialisation
    KernelHead head;
    head.name = tokens_.token(open - 1).text;
    if (tokens_.token(begin_).is("template")) {
      if (!tokens_.token(begin_ + 1).is("<")) return;  // an instantiation
      const std::size_t end = tokens_.behind_angles(begin_ + 1);
      head.template_head = tokens_.joined(begin_, end);
      head.template_parameters = parameters_of(tokens_, begin_ + 2, end - 1);
      if (head.template_parameters.empty()) return;
    }
    const std::size_t closed = tokens_.behind(open);
    head.parameters = parameters_of(tokens_, open + 1, closed - 1);
    std::size_t body = closed;
    while (!tokens_.token(body).is("{") && !tokens_.token(body).is(";")) {
      if (tokens_.token(body).kind == Kind::end) return;
      ++body;
    }
    const std::size_t last = tokens_.token(body).is("{") ? tokens_.behind(body) - 1 : body;
    std::string signature = head.name + (head.template_head.empty() ? "(" : "<");
    for (const Parameter& p : head.parameters)
      signature += head.template_head.empty() ? p.type.substr(0, p.type.rfind(p.name)) + "," : "T,";
    if (launchers_.insert(signature).second) replace(tokens_.token(last).end(), 0, launcher_of(head));
  }

  // ---- kernel<<<grid, block>>>(arguments) ----------------------------------------------------------------

  void launch() {
    std::size_t close = at_ + 1;
    while (!(tokens_.token(close).is(">") && tokens_.token(close + 1).is(">") &&
             tokens_.token(close + 2).is(">"))) {
      const std::string_view t = tokens_.token(close).text;
      if (tokens_.token(close).kind == Kind::end || t == ";") return;
      close = t == "(" || t == "[" || t == "{" ? tokens_.behind(close) : close + 1;
    }
    const std::size_t arguments = close + 3;
    if (at_ == 0 || !tokens_.token(arguments).is("(")) return;
    std::size_t last = at_ - 1, template_arguments = at_;  // of the kernel's name
    if (tokens_.token(last).is(">")) {
      template_arguments = tokens_.before_angles(last);
      last = template_arguments - 1;
    }
    std::size_t first = last;
    if (tokens_.token(first).is(")") || tokens_.token(first).is("]")) first = tokens_.before(first);
    if (first != last && first > 0 && tokens_.token(first).is("[")) --first;
    while (first >= 2 && (tokens_.token(first - 1).is("::") || tokens_.token(first - 1).is(".") ||
                          tokens_.token(first - 1).is("->")))
      first -= 2;
    if (first > 0 && tokens_.token(first - 1).is("::")) --first;
    const std::string configuration = "triptych_configure(" + tokens_.joined(at_ + 1, close) + ") << ";
    const std::string ends = line_ends(
        tokens_.text().substr(tokens_.token(at_).at, tokens_.token(close + 2).end() - tokens_.token(at_).at));
    if (is_inside_kernel(at_))
      return refuse(tokens_.token(at_),
                    "a kernel that launches kernels is not known here: launch both from the host");
    replace(tokens_.token(first).at, 0, configuration);
    if (tokens_.token(last).kind == Kind::word && kernels_.contains(tokens_.token(last).text)) {
      replace(tokens_.token(last).at, 0, "triptych_launch_");
      replace(tokens_.token(at_).at, tokens_.token(close + 2).end() - tokens_.token(at_).at, ends);
    } else {
      replace(tokens_.token(first).at, 0, "triptych_pointer(");
      replace(tokens_.token(at_).at, tokens_.token(close + 2).end() - tokens_.token(at_).at, ")" + ends);
    }
  }

  bool is_inside_kernel(std::size_t position) const {
    for (const auto& [open, end] : bodies_)
      if (position >= open && position < end) return is_for_device(open);
    return false;
  }
  // Whether the function whose body opens there is __global__ or __device__.
  bool is_for_device(std::size_t open) const {
    for (std::size_t i = open; i-- > 0 && !tokens_.token(i).is(";") && !tokens_.token(i).is("}");)
      if (tokens_.token(i).is("__global__") || tokens_.token(i).is("__device__")) return true;
    return false;
  }

  // ---- variables -----------------------------------------------------------------------------------------

  // extern __shared__ float s[];
  void shared() {
    std::size_t end = at_;
    while (!tokens_.token(end).is(";") && tokens_.token(end).kind != Kind::end) ++end;
    bool is_extern = false;
    for (std::size_t i = begin_; i < end; ++i) is_extern |= tokens_.token(i).is("extern");
    if (!is_extern) return;
    std::string type;
    std::size_t name = end;
    while (name > begin_ && tokens_.token(name - 1).is("]")) name = tokens_.before(name - 1);
    --name;
    for (std::size_t i = begin_; i < name; ++i) {
      if (is_attribute_with_arguments(tokens_.token(i).text) && tokens_.token(i + 1).is("(")) {
        i = tokens_.behind(i + 1) - 1;
      } else if (!tokens_.token(i).is("extern") && !tokens_.token(i).is("__shared__")) {
        type += std::string(tokens_.token(i).text) + " ";
      }
    }
    const std::size_t inner = tokens_.behind(name + 1);  // s[][32]: an array of arrays
    type += inner < end ? tokens_.joined(inner, end) : "";
    const std::string spelled(tokens_.token(name).text);
    const std::string_view whole = tokens_.between(begin_, end + 1);
    if (in_function()) {
      replace(tokens_.token(begin_).at, whole.size(), shared_pointer(spelled, type) + line_ends(whole));
    } else {
      replace(tokens_.token(begin_).at, whole.size(), line_ends(whole));
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
        if (tokens_.token(i).is(shared.name)) {
          replace(tokens_.token(open).end(), 0, " " + shared_pointer(shared.name, shared.type));
          break;
        }
  }

  // __device__ float d[4] = {...};  at the scope of a file or of a namespace
  void device_variable(const Token& t) {
    if (in_function() || (!braces_.empty() && braces_.back() == Brace::type) || t.in_directive) return;
    for (std::size_t i = begin_; i < at_; ++i)  // already seen: __device__ __constant__; or of another kind
      for (const std::string_view word : {"__device__", "__constant__", "__managed__", "template", "extern",
                                          "inline", "const", "constexpr", "__host__", "__global__"})
        if (tokens_.token(i).is(word)) return;
    for (std::size_t i = at_ + 1; tokens_.token(i).kind != Kind::end; ++i) {
      const std::string_view text = tokens_.token(i).text;
      if (is_attribute_with_arguments(text) && tokens_.token(i + 1).is("(")) {
        i = tokens_.behind(i + 1) - 1;
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
      result += tokens_.text().substr(done, edit.at - done);
      result += edit.text;
      done = std::max(done, edit.at + edit.length);
    }
    return result + std::string(tokens_.text().substr(std::min(done, tokens_.text().size())));
  }

  std::string name_;
  TokenList tokens_;
  const KernelNames& kernels_;
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

}  // namespace

std::string rewritten(std::string_view text, const std::string& name, const KernelNames& kernels,
                      const std::map<std::string, std::string>& includes, std::vector<Refusal>& refusals) {
  return Rewriter(text, name, kernels, includes, refusals).run();
}

}  // namespace triptych::laboratory

#include "reid/report/page/page.h"

#include <map>

#include "engine/error.h"
#include "engine/json.h"
#include "reid/report/page/assets.h"

namespace triptych {
namespace {

constexpr std::string_view folder = "reid/report/page/assets/";
// In the order in which they build on each other.
constexpr const char* scripts[] = {"core.js",     "save.js", "charts.js",  "run.js",       "cmc.js",
                                   "training.js", "em.js",   "gallery.js", "distances.js", "embedding.js",
                                   "looks.js",    "tape.js", "main.js"};

std::string text_of(const std::string& name) {
  return std::string(asset(std::string(folder) + name));
}

// Replaces each {{mark}} of the template. What is put in is not searched for marks.
std::string filled(const std::string& page, const std::map<std::string, std::string>& texts) {
  std::string result;
  std::size_t done = 0, replaced = 0;
  for (std::size_t at; (at = page.find("{{", done)) != std::string::npos; ++replaced) {
    const std::size_t end = page.find("}}", at);
    const std::string name = page.substr(at + 2, end - at - 2);
    require(texts.contains(name), "the report's page.html has an unknown mark {}", name);
    result += page.substr(done, at - done) + texts.at(name);
    done = end + 2;
  }
  require(replaced == texts.size(), "the report's page.html has {} marks, not {}", replaced, texts.size());
  return result + page.substr(done);
}

// Inside <script> the letters "</" could end it and "<!--" begin a comment. JSON has a < in texts alone,
// where it may be written as a number.
std::string for_script(const std::string& json) {
  std::string result;
  for (const char c : json) result += c == '<' ? "\\u003c" : std::string(1, c);
  return result;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '<')
      result += "&lt;";
    else if (c == '&')
      result += "&amp;";
    else
      result += c;
  }
  return result;
}

}  // namespace

std::string_view asset(std::string_view path) {
  for (const Asset& one : embedded_assets())
    if (one.path == path) return one.text;
  fail("this program was built without {}; build it again with make", path);
}

Section absent(const std::string& name, const std::string& why) {
  return {name, json_dump(nlohmann::json({{"absent", why}}))};
}

std::string page_html(const std::string& title, std::span<const Section> sections,
                      const std::string& images) {
  std::string data = "{\"title\":" + json_dump(nlohmann::json(title)) + ",\n\"images\":" + images;
  for (const Section& section : sections)
    data += ",\n" + json_dump(nlohmann::json(section.name)) + ":" + section.data;
  std::string script;
  for (const char* name : scripts) script += text_of(name);

  return filled(text_of("page.html"), {{"title", escaped(title)},
                                       {"style", text_of("style.css")},
                                       {"script", script},
                                       {"data", for_script(data + "}")}});
}

}  // namespace triptych

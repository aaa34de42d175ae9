#include "reid/report/page/page.h"

#include <nlohmann/json.hpp>

#include "engine/error.h"
#include "reid/report/page/assets.h"

namespace triptych {
namespace {

constexpr std::string_view folder = "reid/report/page/assets/";
// In the order in which they build on each other.
constexpr const char* scripts[] = {"core.js",      "save.js",     "charts.js", "run.js",
                                   "cmc.js",       "training.js", "em.js",     "gallery.js",
                                   "embedding.js", "looks.js",    "tape.js",   "main.js"};

std::string text_of(const std::string& name) {
  return std::string(asset(std::string(folder) + name));
}

void put(std::string& page, const std::string& mark, const std::string& text) {
  const std::size_t at = page.find(mark);
  require(at != std::string::npos, "the report's page.html lacks the mark {}", mark);
  page.replace(at, mark.size(), text);
}

// Inside <script> the letters "</" could end it.
std::string for_script(std::string json) {
  for (std::size_t at = 0; (at = json.find("</", at)) != std::string::npos; at += 3)
    json.insert(at + 1, "\\");
  return json;
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
  return {name, nlohmann::json({{"absent", why}}).dump()};
}

std::string page_html(const std::string& title, std::span<const Section> sections,
                      const std::string& images) {
  std::string data = "{\"title\":" + nlohmann::json(title).dump() + ",\n\"images\":" + images;
  for (const Section& section : sections)
    data += ",\n" + nlohmann::json(section.name).dump() + ":" + section.data;
  std::string script;
  for (const char* name : scripts) script += text_of(name);

  std::string page = text_of("page.html");
  put(page, "{{title}}", escaped(title));
  put(page, "{{style}}", text_of("style.css"));
  put(page, "{{script}}", script);
  put(page, "{{data}}", for_script(data + "}"));
  return page;
}

}  // namespace triptych

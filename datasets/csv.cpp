#include "datasets/csv.h"

#include <algorithm>
#include <string_view>

#include "engine/error.h"

namespace triptych {
namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name) : text_(text), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  bool done() const { return at_ == text_.size(); }

  // A record, and the end of its line; a record of one empty field is an empty line.
  CsvRecord record() {
    CsvRecord record{line_, {field()}};
    while (accept(',')) record.fields.push_back(field());
    accept('\r');
    require(done() || text_[at_] == '\n',
            "{}, line {}: after a closing quote comes a comma or the end of the line", name_, line_);
    if (accept('\n')) ++line_;
    return record;
  }

 private:
  bool accept(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string field() { return accept('"') ? quoted() : plain(); }

  std::string plain() {
    const std::size_t end = std::min(text_.find_first_of(",\"\n", at_), text_.size());
    require(
        end == text_.size() || text_[end] != '"',
        "{}, line {}: a quote in the middle of a field; put the whole field in quotes and double the quote",
        name_, line_);
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    if (value.ends_with('\r')) value.pop_back();
    return value;
  }

  std::string quoted() {
    const Index first_line = line_;
    std::string value;
    for (;;) {
      require(!done(), "{}, line {}: a quote is opened and never closed", name_, first_line);
      const char c = text_[at_++];
      if (c == '"' && !accept('"')) return value;
      if (c == '\n') ++line_;
      value += c;
    }
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  Index line_ = 1;
};

}  // namespace

std::vector<CsvRecord> parse_csv(const std::string& text, const std::string& name) {
  CsvReader reader(text, name);
  std::vector<CsvRecord> records;
  while (!reader.done())
    if (CsvRecord record = reader.record(); record.fields.size() > 1 || !record.fields[0].empty())
      records.push_back(std::move(record));
  return records;
}

}  // namespace triptych

#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace triptych {

// libsqlite3 with its errors as Errors that name the file. One connection, used by one thread at a time.
class Database {
 public:
  enum class Open { read, write };
  // `path` exists; Open::write also makes a database of an empty file. A file that is no database is an Error
  // at the first statement. Waits up to a minute for another process that is writing.
  Database(const std::filesystem::path& path, Open how);

  void execute(const char* statements);
  const std::string& name() const { return name_; }

 private:
  friend class Statement;
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::string name_;
  std::unique_ptr<sqlite3, Close> connection_;
};

// A prepared statement. Parameters and columns are numbered from 0.
class Statement {
 public:
  Statement(const Database& database, std::string_view text);

  // Sets all parameters for the next execution. A text or blob must live until it has ended.
  template <class... Values>
  Statement& with(const Values&... values) {
    reset();
    int at = 0;
    (bind(at++, values), ...);
    return *this;
  }
  bool step();  // to the next row; false: there is none
  void run() {  // a statement without rows
    step();
    reset();
  }
  void reset();

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // NULL: empty
  bool is_null(int column) const;
  std::span<const std::byte> blob(int column) const;  // until the next step

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  void bind(int at, std::int64_t value);
  void bind(int at, std::string_view value);
  void bind(int at, const std::string& value) { bind(at, std::string_view(value)); }
  template <class Value>
  void bind(int at, const std::optional<Value>& value) {
    if (value)
      bind(at, *value);
    else
      bind(at, nullptr);
  }
  void bind(int at, std::nullptr_t);  // NULL
  void bind(int at, std::span<const std::byte> value);

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Everything until commit() happens or nothing does, also when the process is killed. Without commit() it is
// taken back.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace triptych

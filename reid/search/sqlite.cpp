#include "reid/search/sqlite.h"

#include <sqlite3.h>

#include "engine/error.h"
#include "engine/text.h"

namespace triptych {
namespace {

constexpr int patience = 60'000;  // milliseconds

// What SQLite says, in the words of this program where they say what to do.
[[noreturn]] void fail_with(const std::string& name, sqlite3* connection, int code) {
  const char* says = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      fail("{} is not an index: it is no SQLite database", name);
    case SQLITE_CORRUPT:
      fail("{} is damaged ({}); make the index again", name, says);
    case SQLITE_FULL:
      fail("{} could not be written: the disk is full; what was added before is kept", name);
    case SQLITE_BUSY:
      fail("{} is in use by another process; wait until it has ended", name);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      fail("{} may not be written: check the permissions of the file and of its folder", name);
    case SQLITE_NOMEM:
      throw std::bad_alloc();
    default:
      fail("{} could not be read or written: {}", name, says);
  }
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close(connection);
}

Database::Database(const std::filesystem::path& path, Open how) : name_(shown(path)) {
  sqlite3* connection = nullptr;
  // A reader, too, must be able to take back what a killed writer left half done; SQLite opens a file that
  // may not be written for reading.
  const int code = sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) fail_with(name_, connection, code);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, patience);
  // A database from elsewhere may hold views and triggers: none of their functions may do more than compute.
  execute("PRAGMA trusted_schema = OFF");
  if (how == Open::read) execute("PRAGMA query_only = ON");
}

void Database::execute(const char* statements) {
  if (const int code = sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr);
      code != SQLITE_OK)
    fail_with(name_, connection_.get(), code);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(const Database& database, std::string_view text) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database.connection_.get(), text.data(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail_with(database.name_, database.connection_.get(), code);
  statement_.reset(statement);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail_with(database_.name_, database_.connection_.get(), code);
  return false;
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (!text) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
std::span<const std::byte> Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const std::byte*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Statement::bind(int at, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), at + 1, value);
}
void Statement::bind(int at, std::string_view value) {
  sqlite3_bind_text(statement_.get(), at + 1, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
}
void Statement::bind(int at, std::nullptr_t) {
  sqlite3_bind_null(statement_.get(), at + 1);
}
void Statement::bind(int at, std::span<const std::byte> value) {
  sqlite3_bind_blob64(statement_.get(), at + 1, value.data(), value.size(), SQLITE_STATIC);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}
Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {  // SQLite has already taken it back, as it does when a disk is full
  }
}
void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace triptych

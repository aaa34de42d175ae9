#include "reid/report/ranked_run.h"

#include <filesystem>

#include "engine/file.h"
#include "engine/json.h"
#include "reid/report/ranked_json.h"

namespace triptych {
namespace {

namespace fs = std::filesystem;
using report::Json;

// An older table has the splits' rank 1 without the ranks behind it.
RankedSplit split_of_row(const Json& split, const Json& test) {
  if (split.contains("ranks")) return report::ranked_from_json(test, split.at("ranks"));
  RankedSplit ranked = report::ranked_from_json(test, Json::array());
  ranked.rank1 = split.at("cmc").at("1");
  return ranked;
}

RankedRun row_of_table(const Json& table, const std::string& slug, const std::string& where) {
  std::string slugs;
  for (const Json& row : table.at("rows")) {
    if (row.at("slug") != slug) {
      slugs += (slugs.empty() ? "" : ", ") + row.at("slug").get<std::string>();
      continue;
    }
    RankedRun run{where, {}};
    for (const Json& split : row.at("splits"))
      for (const Json& test : table.at("tests"))
        if (test.at("split") == split.at("split")) run.splits.push_back(split_of_row(split, test));
    return run;
  }
  fail("{}: there is no row {} in the table, but {}", where, slug, slugs);
}

RankedRun run_of_results(const Json& results, const std::string& where) {
  RankedRun run{where, {}};
  for (const Json& split : results.at("splits"))
    run.splits.push_back(report::ranked_from_json(split.at("ranked")));
  return run;
}

}  // namespace

RankedRun read_ranked_run(const std::string& where) {
  // A colon that is part of an existing path is not one before a slug.
  const std::size_t colon = fs::exists(where) ? std::string::npos : where.rfind(':');
  const bool row = colon != std::string::npos;
  fs::path file = where.substr(0, colon);
  if (fs::is_directory(file)) file /= row ? "table1.json" : "results.json";
  require(fs::exists(file),
          "there is no {}; give the folder of a finished run, or a row of a table as TABLE.json:SLUG",
          file.string());
  const std::string text = read_file(file);
  try {
    const Json json = parse_json<Json>(text, shown(file));
    require(row || !json.contains("rows"), "{} is a table; say which row: {}:SLUG", file.string(), where);
    return row ? row_of_table(json, where.substr(colon + 1), where) : run_of_results(json, where);
  } catch (const Json::exception& error) {
    fail("{} does not hold the ranks of single queries ({}); evaluate the run, or compute the table, again",
         file.string(), error.what());
  }
}

}  // namespace triptych

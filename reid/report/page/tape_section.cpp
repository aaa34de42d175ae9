#include "reid/report/page/tape_section.h"

#include "engine/json.h"
#include "engine/op_examples.h"
#include "reid/report/json.h"
#include "reid/report/page/op_source.h"

namespace triptych {

using report::Json;

namespace {

double milliseconds(double seconds) {
  return std::round(seconds * 1e6) / 1e3;
}

std::string name_of(const Parameter* parameter, const ParameterList& parameters) {
  for (const auto& [name, known] : parameters)
    if (known == parameter) return name;
  return "";
}

}  // namespace

Section tape_section(const Tape& tape, const ParameterList& parameters) {
  Json nodes = Json::array(), sources = Json::object();
  for (const Tape::Node& node : tape.nodes()) {
    Json json = {{"op", node.op},
                 {"inputs", node.inputs},
                 {"shape", node.shape.text()},
                 {"bytes", static_cast<std::size_t>(node.shape.elements()) * sizeof(Real)},
                 {"gradient", node.needs_gradient},
                 {"forward", milliseconds(node.forward_seconds)},
                 {"backward", milliseconds(node.backward_seconds)}};
    if (node.parameter) json["parameter"] = name_of(node.parameter, parameters);
    nodes.push_back(json);
    if (sources.contains(node.op)) continue;
    const OpSource source = op_source(node.op);
    if (!source.code.empty())
      sources[node.op] = {{"formula", op_formula(node.op)},
                          {"file", source.file},
                          {"line", source.line},
                          {"code", source.code}};
  }
  return {"tape", json_dump(Json({{"nodes", nodes}, {"sources", sources}}))};
}

}  // namespace triptych

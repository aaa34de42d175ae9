#pragma once

namespace CLI {
class App;
}

namespace triptych {

// Each adds one subcommand: its options, an example below its help, and the callback that does the work. One
// file each.
void add_train(CLI::App& app);
void add_verify(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_table1(CLI::App& app);
void add_rank(CLI::App& app);
void add_index(CLI::App& app);
void add_embed(CLI::App& app);
void add_export(CLI::App& app);
void add_features(CLI::App& app);
void add_compare(CLI::App& app);
void add_data(CLI::App& app);
void add_demo(CLI::App& app);
void add_report(CLI::App& app);
void add_explain(CLI::App& app);
void add_patches(CLI::App& app);
void add_tape(CLI::App& app);
void add_gradcheck(CLI::App& app);
void add_bench(CLI::App& app);
void add_devices(CLI::App& app);
void add_cuda(CLI::App& app);
void add_machines(CLI::App& app);

}  // namespace triptych

#pragma once
#include <string>

#include "reid/training/trainer.h"

namespace triptych {

// The lines of a run's log.jsonl, epochs.jsonl and events.jsonl: one JSON object each, without the newline.
// JSON has no NaN: a number that is not finite is an Error that names it.
std::string log_line(const StepRecord& record);
// A line of epochs.jsonl; `step`: how many steps had been done at the epoch's end.
std::string epoch_line(const EpochRecord& record, Index step);
std::string event_line(const EmRecord& record, Index step);
std::string event_line(const ValidationRecord& record, Index step);
std::string event_line(const std::string& warning, Index step);

// What a log line says, as far as a run that resumes needs it.
struct LoggedStep {
  Index step = 0;
  double seconds = 0;
};
// An event of a run, read back: the one of the two that the line holds. `step`: how many steps had been done.
struct LoggedEvent {
  Index step = 0;
  std::optional<EmRecord> em;
  std::optional<ValidationRecord> validation;
};
struct LoggedEpoch {
  Index step = 0;
  EpochRecord record;
};
// Nothing for a line that is no such record (a line that a kill cut off).
std::optional<LoggedStep> read_log_line(const std::string& line);
std::optional<LoggedEvent> read_event_line(const std::string& line);
std::optional<LoggedEpoch> read_epoch_line(const std::string& line);

}  // namespace triptych

#ifndef LEEWAY_SRC_STORE_EVENT_LINE_HPP
#define LEEWAY_SRC_STORE_EVENT_LINE_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/rollout/tick.hpp"
#include "store/json_reader.hpp"

namespace leeway::inline v1::store::detail {

/// Adds one event to a tick, whose time becomes the event's. Where there is an error, the tick is of no use.
void read_event(const JsonReader& event, rollout::Tick& tick);

/// The time of member "at".
[[nodiscard]] TimePoint read_at(const JsonReader& reader, const char* key = "at");

/// The events of a tick without line ends, at least one. Errors: those of format_events.
[[nodiscard]] Result<std::vector<std::string>> event_lines(const rollout::Tick& tick);

}  // namespace leeway::inline v1::store::detail

#endif

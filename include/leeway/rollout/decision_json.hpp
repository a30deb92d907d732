#ifndef LEEWAY_ROLLOUT_DECISION_JSON_HPP
#define LEEWAY_ROLLOUT_DECISION_JSON_HPP

// A decision as JSON: in the journal, in reports, and for a host's log. Cost: some microseconds. Thread contract: pure
// functions.

#include <string>

#include "leeway/base/export.hpp"
#include "leeway/rollout/decision.hpp"

namespace leeway::inline v1::rollout {

/// One line without its end, one spelling of each decision: members in a fixed order, those without a value absent,
/// numbers that read back to the same double; NaN and the infinities are the texts "NaN", "Infinity", "-Infinity".
/// Bytes that are no UTF-8 are shown as U+FFFD.
///   {"tick":3,"at":"2026-01-01T00:15:00Z","decision":"rollback","tier":"rapid","rule":"errors","phase":"rolling_back",
///    "stage":1,"weight":0,"target":"..","reasons":[{"rule":"errors","verdict":"fail","value":0.09,..}],"actions":[..]}
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const Decision& decision);

}  // namespace leeway::inline v1::rollout

#endif

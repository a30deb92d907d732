#ifndef LEEWAY_REPORT_SKEW_HPP
#define LEEWAY_REPORT_SKEW_HPP

// Training-serving skew for a person, and as JSON. Thread contract: pure functions.

#include <optional>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/validate/contract_report.hpp"
#include "leeway/validate/skew.hpp"
#include "leeway/validate/skew_report.hpp"

namespace leeway::inline v1::report {

/// A summary line, a table of the features (worst first), and for each that differs what probably happened. The layout
/// may change between versions.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const validate::SkewReport& report);

/// One sentence on a feature that differs: how far, the likely cause and what it explains, an example. Without its end
/// of line; empty where nothing differs.
[[nodiscard]] LEEWAY_EXPORT std::string to_sentence(const validate::FeatureSkew& feature);

/// Format "leeway.skew"; a key that has no value is absent. With a cost "cost_per_day" and "cost_per_year"; with what
/// the contract of the serving rows found, that as "contract".
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const validate::SkewReport& report,
                                                const std::optional<validate::SkewCost>& cost = {},
                                                const std::optional<validate::ContractReport>& contract = {});

}  // namespace leeway::inline v1::report

#endif

#ifndef LEEWAY_DRIFT_PRESET_HPP
#define LEEWAY_DRIFT_PRESET_HPP

// The numbers of other libraries, to the last digits: for moving from one of them, and for reading what it reported.
//
//   auto theirs = measure(Preset::evidently, Metric::psi, reference_values, live_values);
//   theirs->convention;                                      // "psi/evidently"
//
// The same data give a PSI of 0.639 in one library and 0.154 in another, so a preset brings the bins, the treatment of
// empty cells, the base and the unit of the library that it is named after, and its defects where they are part of the
// number:
//
//   evidently   psi, kl_reference_live, js_distance (base e): uniform bins over both samples (Sturges), or one cell per
//               value where the reference has at most 20; empty cells become 0.0001, not renormalised in psi.
//               hellinger: Sturges on the distinct values. wasserstein: in deviations of the reference, of at least
//               0.001. chi_square takes the reference for the truth: p-values are too small, and 0 at an unseen
//               category. g: likewise, and as it does not scale the reference, for equal sizes only. total_variation
//               without its p-value, which is drawn by lot. z_test: of the second category, in order of names.
//   nannyml     js_distance (base 2), hellinger: Doane's bins of the reference, or one cell per value where it has at
//               most 50 and a tenth of its size; what lies elsewhere is one cell more. ks, wasserstein: from 10,000
//               reference values on, over 10,000 uniform bins unless `exact`; of values below the range, wasserstein
//               counts one too many.
//   frouros     psi, hellinger: `bins` uniform cells over both samples; an empty one becomes the least positive number,
//               and adds 708 times the other share to psi. js_distance (base e), kl_live_reference: one cell fewer, of
//               two interpolated distribution functions.
//   deepchecks  psi: shares below 0.01 become 0.01, not renormalised. psi, cramers_v: categories of less than
//               `min_ratio` of the reference are one. cramers_v: of counts scaled to the smaller side, without bias.
//               wasserstein: without the outer `margin` of each sample, in lengths of what is left.
//   tfdv        js_divergence (base 2): ten uniform buckets of each side, cut at the edges of both, evenly filled;
//               cells empty on one side count in full. l_infinity: of categories.
//   whylogs     hellinger: up to 30 uniform cells over both samples. ks: at percentiles of both, so that it can miss
//               the largest difference. chi_square: expected counts rounded down, infinite where one is 0, categories
//               that vanished left out. With all values where whylogs has sketches, which have an error of their own.
//   alibi       ks: asymptotic p-value unless `exact`. chi_square. cramer_von_mises.
//
// Of nannyml, frouros and alibi: chi_square is of two samples, with Yates' correction for two categories. Of evidently,
// frouros and alibi: cramer_von_mises by midranks, which is unbounded on ties; and of the first two anderson_darling as
// (A^2 - 1) / its deviation, its p-value interpolated in a table from 0.001 to 0.25.
//
// Sources: the documentation and published formulas of each library. Thread contract: pure functions.

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift {

enum class Preset { evidently, nannyml, frouros, deepchecks, tfdv, whylogs, alibi };

inline constexpr std::array kPresets{Preset::evidently, Preset::nannyml, Preset::frouros, Preset::deepchecks,
                                     Preset::tfdv,      Preset::whylogs, Preset::alibi};

[[nodiscard]] constexpr const char* to_string(Preset preset) noexcept {
  switch (preset) {
    case Preset::evidently: return "evidently";
    case Preset::nannyml: return "nannyml";
    case Preset::frouros: return "frouros";
    case Preset::deepchecks: return "deepchecks";
    case Preset::tfdv: return "tfdv";
    case Preset::whylogs: return "whylogs";
    case Preset::alibi: return "alibi";
  }
  return "unknown";
}

[[nodiscard]] constexpr std::optional<Preset> parse_preset(std::string_view name) noexcept {
  for (const Preset preset : kPresets) {
    if (name == to_string(preset)) return preset;
  }
  return std::nullopt;
}

/// What a library lets its user choose, with its own defaults. Each is read by the preset named and ignored by others.
struct PresetOptions {
  std::size_t bins = 10;    ///< frouros: uniform cells; 2 to 4096
  bool exact = false;       ///< nannyml: whatever the sizes; alibi: exact p-value up to 10,000 values a side
  double margin = 0.025;    ///< deepchecks: share cut off at each end; in [0, 0.5)
  double min_ratio = 0.01;  ///< deepchecks: least reference share of a category of its own; in [0, 1]
};

/// What the values of a feature are.
enum class ValueKind { numeric, categorical };

/// The metrics that a preset has for values of a kind.
[[nodiscard]] LEEWAY_EXPORT std::span<const Metric> metrics_of(Preset preset, ValueKind kind) noexcept;

/// The metric of two samples as the library that the preset is named after has it. "psi/evidently".
/// Errors: invalid_argument (a metric that the preset does not have, with those it has; a value that is not finite; an
/// option out of range), undefined (an empty sample; no answer on these data), incompatible (z_test of other than two
/// categories; evidently's g of unequal sizes), limit (2^31 values or more).
/// Cost: sorts both samples.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> measure(Preset preset, Metric metric, std::span<const double> reference,
                                                       std::span<const double> live, const PresetOptions& options = {});
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> measure(Preset preset, Metric metric,
                                                       std::span<const std::string_view> reference,
                                                       std::span<const std::string_view> live,
                                                       const PresetOptions& options = {});

/// The same of counts, as a profile has them; cells of categories are in the order of their names.
/// Errors: as above; incompatible with the reason for numeric values: each preset bins them by a rule of its own, or
/// needs them one by one, and neither can be had from the cells of a profile.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> measure(Preset preset, Metric metric, ValueKind kind,
                                                       CountsView reference, CountsView live,
                                                       const PresetOptions& options = {});

}  // namespace leeway::inline v1::drift

#endif

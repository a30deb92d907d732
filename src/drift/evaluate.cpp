#include "leeway/drift/evaluate.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "drift/informative_cells.hpp"
#include "drift/ks_binned.hpp"
#include "leeway/profile/edges.hpp"
#include "leeway/stats/proportions.hpp"

namespace leeway::inline v1::drift {
namespace {

// A feature can be found drifted by its shape, its missing share, or its unseen or out-of-range share.
constexpr double kTestsPerFeature = 3;

using profile::FeatureProfile;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double finding_rate(const Policy& policy, std::size_t features) {
  const double sharers = policy.correction == Correction::none ? 1 : static_cast<double>(features);
  return policy.budget / (kTestsPerFeature * sharers);
}

const char* to_string(Correction correction) {
  switch (correction) {
    case Correction::bonferroni: return "bonferroni";
    case Correction::bh: return "bh";
    case Correction::none: return "none";
  }
  return "unknown";
}

const Bands& governing_bands(const Policy& policy, const std::string& feature) {
  const auto own = policy.feature_bands.find(feature);
  return own != policy.feature_bands.end() ? own->second : policy.bands.at(policy.govern);
}

Verdict in_bands(double effect, const Bands& bands) {
  if (effect >= bands.drift) return Verdict::drift;
  return effect >= bands.warning ? Verdict::warning : Verdict::stable;
}

// Six digits: a name for a person; the profile holds the edges to the last bit.
std::string number(double x) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, x, std::chars_format::general, 6);
  return {text, end};
}

std::string exact_number(double x) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, x, std::chars_format::general);
  return {text, end};
}

// Where a cell ends and the next begins: before the value, or just above it, as at a value that many rows share, whose
// edge is the next double (profile/edges.hpp).
struct Border {
  double value;
  bool above;
};

Border border(std::span<const double> edges, std::size_t i) {
  const double before = std::nextafter(edges[i], -std::numeric_limits<double>::infinity());
  const std::string name = exact_number(before);
  const bool is_short = name.size() <= 12 && name == number(before);
  const bool above = is_short || (i > 0 && edges[i - 1] == before);
  return {above ? before : edges[i], above};
}

// "[1.5, 3)"; "(0, inf)"; "12.8" for a cell of that value alone.
std::string interval_name(std::span<const double> edges, std::size_t cell) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Border from = cell == 0 ? Border{-kInfinity, true} : border(edges, cell - 1);
  const Border to = cell == edges.size() ? Border{kInfinity, false} : border(edges, cell);
  if (from.value == to.value) return exact_number(from.value);
  const auto text = number(from.value) == number(to.value) ? exact_number : number;
  return (from.above ? "(" : "[") + text(from.value) + ", " + text(to.value) + (to.above ? "]" : ")");
}

std::string cell_name(const Axis& axis, std::size_t cell) {
  if (const auto* categories = std::get_if<CategoryAxis>(&axis)) {
    return cell < categories->size() ? categories->values()[cell] : "(rare or unseen)";
  }
  if (const auto* edges = std::get_if<EdgesAxis>(&axis)) return interval_name(edges->interior_edges(), cell);
  return interval_name(std::get<UniformAxis>(axis).interior_edges(), cell);
}

SideSummary summarise(const Counts& counts) {
  const SideCounts& side = counts.side;
  return {counts.total(),
          side.missing,
          side.malformed,
          side.unseen,
          side.below,
          side.above,
          share(side.missing, counts.total())};
}

// The cells that a shape metric compares.
struct ShapeCells {
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
  std::vector<std::size_t> name;  // index of the axis' cell that each is named after
};

// A category seen a few times is rarer or more frequent than it seems, and there are more of its kind not seen at all:
// one by one they look like drift on clean data. Together, and with the unseen, they are one cell. Which are rare is
// decided by both sides: by the reference alone, those would be chosen whose counts came out low.
constexpr double kRare = 20;  // expected in the reference, from the share on both sides

class Rarity {
 public:
  Rarity(const Counts& reference, const Counts& live)
      : part_(share(reference.present(), reference.present() + live.present())) {}
  [[nodiscard]] bool rare(std::uint64_t reference, std::uint64_t live) const {
    return static_cast<double>(reference + live) * part_ < kRare;
  }

 private:
  double part_;  // of all values that the reference holds
};

ShapeCells shape_cells(const CategoryAxis& axis, const Counts& reference, const Counts& live) {
  ShapeCells cells;
  std::uint64_t rare_reference = reference.side.unseen;
  std::uint64_t rare_live = live.side.unseen;
  std::vector<std::size_t> rare;
  const Rarity rarity(reference, live);
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (rarity.rare(reference.cells[i], live.cells[i])) {
      rare_reference += reference.cells[i];
      rare_live += live.cells[i];
      rare.push_back(i);
      continue;
    }
    cells.reference.push_back(reference.cells[i]);
    cells.live.push_back(live.cells[i]);
    cells.name.push_back(i);
  }
  cells.reference.push_back(rare_reference);
  cells.live.push_back(rare_live);
  const bool one_alone = rare.size() == 1 && reference.side.unseen + live.side.unseen == 0;
  cells.name.push_back(one_alone ? rare.front() : axis.size());
  return cells;
}

ShapeCells shape_cells(const Axis& axis, const Counts& reference, const Counts& live) {
  if (const auto* categories = std::get_if<CategoryAxis>(&axis)) return shape_cells(*categories, reference, live);
  ShapeCells cells{reference.cells, live.cells, std::vector<std::size_t>(reference.cells.size())};
  std::iota(cells.name.begin(), cells.name.end(), std::size_t{0});
  return cells;
}

// measure(), but for KS's p-value: evidence has that of the null law.
Result<Divergence> measure_effect(Metric metric, CountsView reference, CountsView live) {
  return metric == Metric::ks ? detail::ks_binned_effect(reference, live) : measure(metric, reference, live);
}

// One feature's comparison in the making.
class FeatureEvaluation {
 public:
  FeatureEvaluation(const FeatureProfile& feature, const Counts& live, const Policy& policy, ErrorRate rate,
                    Calibration& calibration)
      : feature_(feature),
        live_(live),
        policy_(policy),
        rate_(rate),
        calibration_(calibration),
        all_cells_(shape_cells(feature.axis, feature.counts, live)),
        cells_(detail::informative_cells(all_cells_.reference, all_cells_.live)) {}

  FeatureReport run() {
    report_.feature = feature_.name;
    report_.categorical = is_categorical(feature_.axis);
    report_.design = feature_.design;
    report_.axis_hash = profile::axis_hash(feature_.axis);
    report_.reference = summarise(feature_.counts);
    report_.live = summarise(live_);
    if (reference().present() == 0) report_.live.below = report_.live.above = 0;  // beyond no range
    if (feature_.moments) {
      report_.reference.mean = feature_.moments->mean;
      report_.reference.standard_deviation = feature_.moments->standard_deviation;
    }
    add_shape();
    add_missing();
    report_.categorical ? add_unseen() : add_range();
    for (const Finding& finding : report_.findings) report_.verdict = worse(report_.verdict, finding.verdict);
    return std::move(report_);
  }

 private:
  const Counts& reference() const { return feature_.counts; }

  // "psi/jeffreys" on these cells is "psi/equal-frequency-10/jeffreys".
  std::string full_convention(const std::string& convention) const {
    const std::size_t slash = convention.find('/');
    return convention.substr(0, slash) + "/" + feature_.cells_name + convention.substr(slash);
  }

  // Cells between the reference's quantiles hold what they hold by choice, not by chance.
  bool reference_chose_cells() const {
    return feature_.cells_name.starts_with(profile::to_string(profile::EdgeRule::equal_frequency));
  }

  Evidence evidence_of(Metric metric, const Divergence& measured) {
    Evidence evidence{to_string(metric), full_convention(measured.convention), measured.value};
    const double deff = feature_.design.cells;
    const NullLaw law = reference_chose_cells()
                            ? calibration_.law(metric, cells_.reference, measured.live_count, deff)
                            : calibration_.law_given_both(metric, cells_.reference, cells_.live, deff);
    evidence.null_quantile = calibration_.quantile(law, rate_);
    evidence.p_value = law.p_value(measured.value);
    evidence.error_bound = measured.error_bound;
    evidence.reference_count = measured.reference_count;
    evidence.live_count = measured.live_count;
    if (metric == policy_.govern) {
      evidence.threshold = governing_bands(policy_, feature_.name).drift;
    } else if (const auto bands = policy_.bands.find(metric); bands != policy_.bands.end()) {
      evidence.threshold = bands->second.drift;
    }
    return evidence;
  }

  // One cell holds all that was seen, whatever it was.
  bool all_rare() const { return report_.categorical && all_cells_.reference.size() == 1; }

  void add_shape() {
    if (reference().present() == 0) return;  // no shape to compare with: the missing share speaks
    const Metric govern = report_.categorical && needs_order(policy_.govern) ? Metric::psi : policy_.govern;
    const auto measured = measure_effect(govern, cells_.reference, cells_.live);
    if (!measured || all_rare()) {  // no live values, or nothing but rare ones: their shape cannot be said
      Finding finding{Cause::shape, Verdict::not_enough_data, {}};
      finding.evidence.name = to_string(govern);
      finding.evidence.reference_count = reference().present();
      finding.evidence.live_count = live_.present();
      report_.findings.push_back(std::move(finding));
      return;
    }
    report_.metrics.push_back(evidence_of(govern, *measured));
    report_.findings.push_back({Cause::shape, shape_verdict(report_.metrics.front()), report_.metrics.front()});
    add_cells(*measured);
    add_other_metrics(govern);
  }

  Verdict shape_verdict(const Evidence& evidence) const {
    const Bands& bands = governing_bands(policy_, feature_.name);
    if (evidence.value >= *evidence.null_quantile) return in_bands(evidence.value, bands);
    return *evidence.null_quantile > bands.drift ? Verdict::not_enough_data : Verdict::stable;
  }

  void add_other_metrics(Metric govern) {
    for (const Metric metric : policy_.metrics) {
      if (metric == govern || (report_.categorical && needs_order(metric))) continue;
      if (const auto measured = measure_effect(metric, cells_.reference, cells_.live)) {
        report_.metrics.push_back(evidence_of(metric, *measured));
      }
    }
  }

  void add_cells(const Divergence& measured) {
    for (std::size_t i = 0; i < measured.contributions.size(); ++i) {
      report_.cells.push_back({cell_name(feature_.axis, all_cells_.name[cells_.index[i]]),
                               share(cells_.reference[i], measured.reference_count),
                               share(cells_.live[i], measured.live_count), measured.contributions[i]});
    }
  }

  // A change of a share from events among trials: `p_value` says whether it is noise, `effect` whether it matters.
  void add_share(Cause cause, const char* name, double change, double effect, double p_value, const Bands& bands) {
    Finding finding{cause, Verdict::stable, {name, std::string(name) + "/difference", change}};
    finding.evidence.threshold = bands.drift;
    finding.evidence.p_value = p_value;
    finding.evidence.reference_count = reference().total();
    finding.evidence.live_count = live_.total();
    if (p_value <= rate_.value()) finding.verdict = in_bands(effect, bands);
    report_.findings.push_back(std::move(finding));
  }

  // How often dependent rows may be taken for as many independent ones: a share of events is kept, rounded down.
  static std::uint64_t rows_of(std::uint64_t rows, double deff) {
    return static_cast<std::uint64_t>(static_cast<double>(rows) / deff);
  }

  static double proportions_p_value(std::uint64_t events_a, std::uint64_t trials_a, std::uint64_t events_b,
                                    std::uint64_t trials_b, double deff) {
    return stats::two_proportions_p_value(rows_of(events_a, deff), rows_of(trials_a, deff), rows_of(events_b, deff),
                                          rows_of(trials_b, deff));
  }

  void add_missing() {
    const double change = report_.live.missing_rate - report_.reference.missing_rate;
    const double p = proportions_p_value(reference().side.missing, reference().total(), live_.side.missing,
                                         live_.total(), feature_.design.missing);
    add_share(Cause::missing, "missing_rate", change, std::fabs(change), p, policy_.missing);
  }

  // The reference leaves room for values that it has not shown: about the share of those it has shown once (Good 1953).
  // That estimate varies more than a count of as many: by those shown twice (Esty 1983).
  void add_unseen() {
    if (reference().present() == 0) return;
    const auto shown = [&](std::uint64_t times) {
      return static_cast<std::uint64_t>(std::count(reference().cells.begin(), reference().cells.end(), times));
    };
    const std::uint64_t expected = reference().side.unseen + shown(1) + 1;
    const double excess = 1 + 2 * static_cast<double>(shown(2)) / static_cast<double>(expected);
    const std::uint64_t trials = reference().present() + 1;
    const double deff = feature_.design.cells;
    const double change =
        share(live_.side.unseen, live_.present()) - share(reference().side.unseen, reference().present());
    const bool rise = share(live_.side.unseen, live_.present()) > share(expected, trials);
    const double p =
        rise ? stats::two_proportions_p_value(rows_of(expected, deff * excess), rows_of(trials, deff * excess),
                                              rows_of(live_.side.unseen, deff), rows_of(live_.present(), deff))
             : 1;
    add_share(Cause::unseen, "unseen_rate", change, change, p, policy_.unseen);
  }

  void add_range() {
    const std::uint64_t reference_beyond = reference().side.below + reference().side.above;
    const std::uint64_t live_beyond = live_.side.below + live_.side.above;
    const std::uint64_t n = reference().present();
    const std::uint64_t m = live_.present();
    const double change = share(live_beyond, m) - share(reference_beyond, n);
    const double deff = feature_.design.cells;
    const double p = reference_beyond == 0
                         ? stats::beyond_range_p_value(rows_of(live_beyond, deff), rows_of(m, deff), rows_of(n, deff))
                     : change > 0 ? proportions_p_value(reference_beyond, n, live_beyond, m, deff)
                                  : 1;
    if (n > 0) add_share(Cause::range, "beyond_range_rate", change, change, p, policy_.range);
  }

  const FeatureProfile& feature_;
  const Counts& live_;
  const Policy& policy_;
  ErrorRate rate_;
  Calibration& calibration_;
  ShapeCells all_cells_;
  detail::CellPair cells_;
  FeatureReport report_;
};

Result<void> check_fit(const profile::Profile& profile, std::span<const Counts> live) {
  if (profile.features().size() != live.size()) {
    return Error{ErrorCode::incompatible,
                 "expected counts of " + std::to_string(profile.features().size()) + " features, found " +
                     std::to_string(live.size()),
                 {}};
  }
  for (std::size_t i = 0; i < live.size(); ++i) {
    const FeatureProfile& feature = profile.features()[i];
    if (live[i].cells.size() == feature.counts.cells.size()) continue;
    return Error{ErrorCode::incompatible,
                 "expected " + std::to_string(feature.counts.cells.size()) + " cells, found " +
                     std::to_string(live[i].cells.size()),
                 "feature " + feature.name};
  }
  return {};
}

std::vector<FeatureReport> evaluate_features(const profile::Profile& profile, std::span<const Counts> live,
                                             const Policy& policy, double rate, Calibration& calibration) {
  std::vector<FeatureReport> features;
  features.reserve(live.size());
  for (std::size_t i = 0; i < live.size(); ++i) {
    features.push_back(FeatureEvaluation(profile.features()[i], live[i], policy, ErrorRate(rate), calibration).run());
  }
  return features;
}

// The rate of a finding that keeps the false-discovery share at the budget (Benjamini & Hochberg 1995): with p-values
// in ascending order, k times the rate of one, for the largest k whose p-value is within it.
double discovery_rate(const std::vector<FeatureReport>& features, double rate_of_one) {
  std::vector<double> p;
  for (const FeatureReport& feature : features) {
    for (const Finding& finding : feature.findings) p.push_back(finding.evidence.p_value.value_or(1));
  }
  std::sort(p.begin(), p.end());
  std::size_t found = 1;
  for (std::size_t k = 1; k <= p.size(); ++k) {
    if (p[k - 1] <= static_cast<double>(k) * rate_of_one) found = k;
  }
  return static_cast<double>(found) * rate_of_one;
}

}  // namespace

Result<DriftReport> evaluate(const profile::Profile& profile, std::span<const Counts> live, const Policy& policy,
                             Calibration& calibration) {
  if (auto checked = policy.check(); !checked) return std::move(checked).error();
  if (auto checked = check_fit(profile, live); !checked) return std::move(checked).error();
  DriftReport report;
  report.profile_hash = profile.hash();
  report.artifact = profile.artifact();
  report.reference_rows = profile.rows();
  report.live_rows = live.empty() ? 0 : live.front().total();
  report.budget = policy.budget;
  report.correction = to_string(policy.correction);
  const double rate = finding_rate(policy, live.size());
  report.features = evaluate_features(profile, live, policy, rate, calibration);
  if (policy.correction == Correction::bh) {
    const double found = discovery_rate(report.features, rate);
    if (found > rate) report.features = evaluate_features(profile, live, policy, found, calibration);
  }
  for (const FeatureReport& feature : report.features) report.verdict = worse(report.verdict, feature.verdict);
  return report;
}

}  // namespace leeway::inline v1::drift

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <vector>

#include "leeway/report/skew.hpp"
#include "leeway/report/time_text.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::aligned;
using detail::plural;
using detail::printable;
using detail::Row;
using validate::FeatureSkew;
using validate::SkewReport;

// Independent of the locale.
std::string number(double x, int digits = 4) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, digits).ptr;
  return {text.data(), end};
}

std::string percent(double share) { return number(100 * share, 3) + " %"; }

bool is_notable(const FeatureSkew& feature) {
  return feature.verdict >= Verdict::warning || !feature.attribution.empty() ||
         (feature.rows && feature.rows->differing > 0);
}

// ---- the table

std::string cause_text(const FeatureSkew& feature) {
  return feature.attribution.empty() ? "-" : to_string(feature.attribution.front().cause);
}

Row row_of(const FeatureSkew& feature) {
  return {printable(feature.feature),
          to_string(feature.verdict),
          feature.gate ? number(feature.gate->value) : "-",
          feature.psi ? number(feature.psi->value) : "-",
          percent(feature.training.missing_rate()) + " / " + percent(feature.serving.missing_rate()),
          feature.rows ? percent(feature.rows->rate()) : "-",
          cause_text(feature)};
}

std::string table_of(const SkewReport& report) {
  std::vector<const FeatureSkew*> features;
  for (const FeatureSkew& feature : report.features) features.push_back(&feature);
  std::stable_sort(features.begin(), features.end(),
                   [](const FeatureSkew* a, const FeatureSkew* b) { return a->verdict > b->verdict; });
  std::vector<Row> rows{
      {"feature", "verdict", "distance", "psi", "missing (training / serving)", "differing", "cause"}};
  for (const FeatureSkew* feature : features) rows.push_back(row_of(*feature));
  return aligned(rows);
}

// ---- sentences

std::string fill_text(const validate::Fill& fill) {
  if (fill.kind == "missing") return "leaves it missing";
  if (fill.kind == "infinite") return "has infinity (" + number(*fill.value) + ')';
  const std::string value = fill.value ? number(*fill.value, 6) : '"' + printable(fill.text) + '"';
  return "fills " + (fill.kind == "zero" || fill.kind == "constant" ? value : "the " + fill.kind + " (" + value + ')');
}

std::string nulls_text(const validate::NullHandling& nulls) {
  return "where there is no value training " + fill_text(nulls.training) + " (" + percent(nulls.training.share) +
         " of rows), serving " + fill_text(nulls.serving) + " (" + percent(nulls.serving.share) + " of rows)";
}

std::string rows_text(const validate::RowSkew& rows) {
  return percent(rows.rate()) + " of " + plural(rows.joined, "joined row") +
         (rows.differing == 1 ? " differs" : " differ");
}

std::string infinite_text(const char* side, const validate::SkewSide& values) {
  if (values.infinite == 0) return {};
  return std::string(", ") + percent(static_cast<double>(values.infinite) / static_cast<double>(values.rows)) +
         " infinite in " + side;
}

std::string distance_text(const FeatureSkew& feature) {
  if (!feature.gate)
    return feature.serving.missing == feature.serving.rows ? "no value in serving" : "no value in training";
  std::string text = (feature.gate->name == "ks" ? "KS " : "total variation ") + number(feature.gate->value);
  if (feature.gate->threshold) text += " (limit " + number(*feature.gate->threshold) + ')';
  if (feature.training.mean && feature.serving.mean) {
    text +=
        ", mean " + number(*feature.training.mean) + " in training, " + number(*feature.serving.mean) + " in serving";
  }
  return text + infinite_text("training", feature.training) + infinite_text("serving", feature.serving);
}

std::string likely_text(const FeatureSkew& feature) {
  if (feature.null_handling && !feature.rows) return nulls_text(*feature.null_handling);
  if (feature.attribution.empty()) return {};
  const validate::Attribution& best = feature.attribution.front();
  if (best.cause != validate::Cause::unknown) {
    return "likely " + printable(to_string(best)) + ", which explains " + percent(best.support) + " of it";
  }
  return feature.rows ? "no known cause explains enough of it"
                      : "no known cause; is it one definition of the feature on both sides?";
}

std::string example_text(const FeatureSkew& feature) {
  if (!feature.rows || feature.rows->examples.empty()) return {};
  const validate::Mismatch& one = feature.rows->examples.front();
  return "; for example serving row " + std::to_string(one.serving_row) + ", key " + printable(one.key) +
         ": training " + printable(one.training) + ", serving " + printable(one.serving);
}

// ---- what is not about one feature

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + printable(name);
  return text;
}

std::string columns_text(const SkewReport& report) {
  std::string text;
  if (!report.only_training.empty()) {
    text += "Columns that serving lacks: " + names_text(report.only_training) + ". Labels belong in --exclude.\n";
  }
  if (!report.unlike_types.empty()) {
    text += "Type changed, numbers on one side and texts on the other: " + names_text(report.unlike_types) + ".\n";
  }
  if (!report.only_serving.empty()) {
    text += "Columns that training lacks (no finding): " + names_text(report.only_serving) + ".\n";
  }
  return text;
}

std::string join_text(const SkewReport& report) {
  if (!report.join) return {};
  const validate::JoinSummary& join = *report.join;
  std::string text = "Joined " + plural(join.joined, "row") + "; " + std::to_string(join.only_training) +
                     " only in training, " + std::to_string(join.only_serving) + " only in serving.\n";
  if (join.joined > 0)
    text += "Feature skew rate " + percent(report.skew_rate()) + ": the share with any value that differs.\n";
  if (!join.duplicate_examples.empty()) {
    text += "Keys that are not unique, left out: " + std::to_string(join.duplicate_training) + " in training, " +
            std::to_string(join.duplicate_serving) + " in serving; first " +
            printable(join.duplicate_examples.front()) + ".\n";
  }
  if (join.missing_training + join.missing_serving > 0) {
    text += "Rows without a key, left out: " + std::to_string(join.missing_training) + " in training, " +
            std::to_string(join.missing_serving) + " in serving.\n";
  }
  return text;
}

std::string cutoff_text(const SkewReport& report) {
  if (!report.cutoff) return {};
  std::string text;
  if (report.cutoff->training_after > 0) {
    text += "Leakage: " + plural(report.cutoff->training_after, "training row") + " after the cut-off, the last at " +
            time_text(*report.cutoff->training_last) + ".\n";
  }
  if (report.cutoff->serving_before > 0) {
    text += "Leakage: " + plural(report.cutoff->serving_before, "serving row") + " before the cut-off, the first at " +
            time_text(*report.cutoff->serving_first) + ".\n";
  }
  return text;
}

std::string artifact_text(const SkewReport& report) {
  std::string text;
  for (const auto& one : report.artifact) {
    text += "Not the same " + one.part + ": " + printable(one.name) + ": training " + printable(one.training) +
            ", serving " + printable(one.serving) + ".\n";
  }
  return text;
}

std::string summary_text(const SkewReport& report) {
  const auto notable =
      static_cast<std::uint64_t>(std::count_if(report.features.begin(), report.features.end(), is_notable));
  return std::string(report.verdict == Verdict::drift ? "skew" : to_string(report.verdict)) + ": " +
         plural(report.training_rows, "training row") + ", " + plural(report.serving_rows, "serving row") + ", " +
         std::to_string(notable) + " of " + plural(report.features.size(), "feature") +
         (notable == 1 ? " differs" : " differ") + "\n";
}

}  // namespace

std::string to_sentence(const FeatureSkew& feature) {
  if (!is_notable(feature)) return {};
  const std::string likely = likely_text(feature);
  const std::string said =
      printable(feature.feature) + ": " +
      (feature.rows && feature.rows->differing > 0 ? rows_text(*feature.rows) : distance_text(feature)) +
      (likely.empty() ? "" : "; " + likely) + example_text(feature);
  return said.ends_with('?') ? said : said + '.';
}

std::string to_text(const SkewReport& report) {
  std::string text =
      summary_text(report) + columns_text(report) + join_text(report) + cutoff_text(report) + artifact_text(report);
  if (report.features.empty()) return text;
  text += '\n' + table_of(report);
  std::string sentences;
  for (const FeatureSkew& feature : report.features) {
    const std::string sentence = to_sentence(feature);
    if (!sentence.empty()) sentences += sentence + '\n';
  }
  return sentences.empty() ? text : text + '\n' + sentences;
}

}  // namespace leeway::inline v1::report

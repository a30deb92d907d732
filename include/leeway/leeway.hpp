#ifndef LEEWAY_LEEWAY_HPP
#define LEEWAY_LEEWAY_HPP

// leeway: is the world that a model serves still the one that it was trained in?
//
// The way of one value: request row -> stream::Recorder -> stream::Pane -> drift::evaluate against a profile::Profile
// -> drift::DriftReport -> report::to_text, report::to_json, report::to_html. monitor::ModelMonitor does all of it.
//
//   base     Result, Error, time, Evidence, Verdict
//   core     axes, histograms, moments, quantiles: header-only, also by itself as leeway/core.hpp
//   simd     the kernels that count and sum columns and blocks of rows, on whatever instruction set the machine has
//   stats    the laws behind the p-values; tests of a candidate against its baseline that may be looked at all the time
//   drift    PSI, KS, JS, KL and the other metrics; conventions, calibration, verdicts
//   profile  the reference: built once at training
//   stream   recorders, panes, windows
//   validate the contract of a table: schema, batches and rows held against it, freshness; training-serving skew: both
//            paths' features compared, by distribution and row by row, and why they differ
//   monitor  ModelMonitor: where most users start
//   retrain  what staleness costs, and when a retraining pays
//   rollout  how a candidate replaces its baseline: A/B tests and rollouts planned, CUPED
//   rollout  shadow, canary, blue-green: whether a candidate goes on, waits, is promoted or goes back
//   report   text, JSON and HTML
//   store    profiles as files, written atomically, checksummed
//
// Left out on purpose, because they show types of other libraries: leeway/adapt/eigen.hpp, leeway/adapt/gtest.hpp,
// leeway/adapt/json.hpp, leeway/adapt/spdlog.hpp; and leeway/base/value_or_throw.hpp, which needs exceptions.

#include "leeway/base/calendar_time.hpp"
#include "leeway/base/duration_text.hpp"
#include "leeway/base/utf8.hpp"
#include "leeway/core.hpp"
#include "leeway/drift/anderson_darling.hpp"
#include "leeway/drift/batch.hpp"
#include "leeway/drift/calibration.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/cramer_von_mises.hpp"
#include "leeway/drift/divergence.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/drift/evaluate.hpp"
#include "leeway/drift/hellinger.hpp"
#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/ks_reference.hpp"
#include "leeway/drift/ks_streaming.hpp"
#include "leeway/drift/metric.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/drift/preset.hpp"
#include "leeway/drift/psi.hpp"
#include "leeway/drift/sequential_alarm.hpp"
#include "leeway/drift/strata.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/trend.hpp"
#include "leeway/drift/wasserstein.hpp"
#include "leeway/monitor/model_monitor.hpp"
#include "leeway/monitor/window_report.hpp"
#include "leeway/profile/artifact.hpp"
#include "leeway/profile/design_effect.hpp"
#include "leeway/profile/edges.hpp"
#include "leeway/profile/feature_profile.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/profile/season.hpp"
#include "leeway/report/contract.hpp"
#include "leeway/report/fit.hpp"
#include "leeway/report/html.hpp"
#include "leeway/report/interval.hpp"
#include "leeway/report/json.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/report/rollout.hpp"
#include "leeway/report/skew.hpp"
#include "leeway/report/text.hpp"
#include "leeway/report/time_text.hpp"
#include "leeway/retrain/costs.hpp"
#include "leeway/retrain/fit.hpp"
#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/optimal_curve.hpp"
#include "leeway/retrain/policy.hpp"
#include "leeway/retrain/quantity.hpp"
#include "leeway/retrain/resources.hpp"
#include "leeway/retrain/trigger.hpp"
#include "leeway/rollout/ab_test.hpp"
#include "leeway/rollout/cuped.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/decision_json.hpp"
#include "leeway/rollout/drill.hpp"
#include "leeway/rollout/engine.hpp"
#include "leeway/rollout/journal.hpp"
#include "leeway/rollout/measure.hpp"
#include "leeway/rollout/phase.hpp"
#include "leeway/rollout/planner.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/replay.hpp"
#include "leeway/rollout/tick.hpp"
#include "leeway/simd/active_target.hpp"
#include "leeway/simd/count.hpp"
#include "leeway/simd/count_codes.hpp"
#include "leeway/simd/count_rows.hpp"
#include "leeway/simd/moments.hpp"
#include "leeway/simd/quantiles.hpp"
#include "leeway/stats/anderson_darling.hpp"
#include "leeway/stats/arms.hpp"
#include "leeway/stats/betting_mean.hpp"
#include "leeway/stats/chi_square.hpp"
#include "leeway/stats/cramer_von_mises.hpp"
#include "leeway/stats/e_value.hpp"
#include "leeway/stats/exceedance.hpp"
#include "leeway/stats/gamma.hpp"
#include "leeway/stats/guarded_rate.hpp"
#include "leeway/stats/kolmogorov.hpp"
#include "leeway/stats/mann_kendall.hpp"
#include "leeway/stats/multinomial_e_value.hpp"
#include "leeway/stats/proportions.hpp"
#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/sample_ratio.hpp"
#include "leeway/stats/share_interval.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "leeway/store/atomic_file.hpp"
#include "leeway/store/policy_file.hpp"
#include "leeway/store/profile_file.hpp"
#include "leeway/store/rollout_events.hpp"
#include "leeway/store/rollout_journal.hpp"
#include "leeway/store/schema_file.hpp"
#include "leeway/stream/column.hpp"
#include "leeway/stream/pane.hpp"
#include "leeway/stream/pane_history.hpp"
#include "leeway/stream/recorder.hpp"
#include "leeway/stream/row_layout.hpp"
#include "leeway/stream/seasonal_counter.hpp"
#include "leeway/stream/unseen_sample.hpp"
#include "leeway/stream/value.hpp"
#include "leeway/stream/weighted_counts.hpp"
#include "leeway/stream/window.hpp"
#include "leeway/validate/attribution.hpp"
#include "leeway/validate/contract.hpp"
#include "leeway/validate/contract_report.hpp"
#include "leeway/validate/freshness.hpp"
#include "leeway/validate/row_validator.hpp"
#include "leeway/validate/schema.hpp"
#include "leeway/validate/schema_inference.hpp"
#include "leeway/validate/skew.hpp"
#include "leeway/validate/skew_report.hpp"
#include "leeway/validate/table.hpp"
#include "leeway/validate/table_column.hpp"

#endif

#include "leeway/stream/row_layout.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/stream/recorder.hpp"
#include "support/generator.hpp"

namespace leeway::stream {
namespace {

struct Request {
  float amount;
  double price;
  std::int32_t visits;
  std::int64_t id;
  bool member;
  std::string_view country;
  std::optional<std::string> channel;
};

std::vector<double> ramp(double to) {
  std::vector<double> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(to * i / 1000);
  return values;
}

std::shared_ptr<const profile::Profile> request_profile() {
  return std::make_shared<const profile::Profile>(
      *profile::ProfileBuilder()
           .numeric("amount", ramp(10))
           .numeric("price", ramp(1))
           .numeric("visits", ramp(100))
           .categorical("id", {{"0", 5}, {"17", 5}, {"9007199254740993", 991}}, 0)
           .categorical("member", {{"true", 5}, {"false", 5}}, 991)
           .categorical("country", {{"DE", 5}, {"FR", 5}, {"", 1}}, 990)
           .categorical("channel", {{"web", 5}, {"app", 5}}, 991)
           .build());
}

std::vector<Field> by_member() {
  return {field<&Request::channel>("channel"), field<&Request::amount>("amount"), field<&Request::price>("price"),
          field<&Request::visits>("visits"),   field<&Request::id>("id"),         field<&Request::member>("member"),
          field<&Request::country>("country")};
}

std::vector<Field> by_offset() {
  return {field("amount", FieldType::float32, offsetof(Request, amount)),
          field("price", FieldType::float64, offsetof(Request, price)),
          field("visits", FieldType::int32, offsetof(Request, visits)),
          field("id", FieldType::int64, offsetof(Request, id)),
          field("member", FieldType::boolean, offsetof(Request, member)),
          field("country", FieldType::text, offsetof(Request, country)),
          field("channel", [](const void* row) {
            const auto& channel = static_cast<const Request*>(row)->channel;
            return channel ? Value(std::string_view(*channel)) : Value();
          })};
}

using Values = std::array<Value, 7>;

Values values_of(const Request& r) {
  return {Value(r.amount),
          Value(r.price),
          Value(r.visits),
          Value(r.id),
          Value(r.member),
          Value(r.country),
          r.channel ? Value(std::string_view(*r.channel)) : Value()};
}

Request draw(test::Generator& g) {
  constexpr std::string_view kCountries[] = {"DE", "FR", "", "ES"};
  constexpr std::int64_t kIds[] = {0, 17, 9007199254740993, -3};
  Request request{static_cast<float>(g.uniform(-1, 12)),
                  g.uniform(-1, 2),
                  static_cast<std::int32_t>(g.below(200)),
                  kIds[g.below(4)],
                  g.below(2) == 0,
                  kCountries[g.below(4)],
                  std::nullopt};
  if (g.below(9) == 0) request.amount = std::numeric_limits<float>::quiet_NaN();
  if (g.below(9) == 0) request.price = std::numeric_limits<double>::infinity();
  if (g.below(3) != 0) request.channel = g.below(2) == 0 ? "web" : "some channel that nobody has thought of";
  return request;
}

void expect_equal(const Pane& a, const Pane& b) {
  EXPECT_EQ(a.rows(), b.rows());
  for (std::size_t i = 0; i < a.counts().size(); ++i) {
    EXPECT_EQ(a.counts()[i], b.counts()[i]) << "feature " << i;
    EXPECT_EQ(a.moments()[i], b.moments()[i]) << "feature " << i;
    if (a.unseen(i) == nullptr) continue;
    const auto ours = a.unseen(i)->entries();
    const auto theirs = b.unseen(i)->entries();
    EXPECT_TRUE(std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end())) << "feature " << i;
  }
}

TEST(RowLayout, records_a_struct_as_its_values_would_be_recorded) {
  const auto profile = request_profile();
  for (const auto& fields : {by_member(), by_offset()}) {
    Collector collector(profile, {.moments = true});
    Recorder recorder = collector.recorder();
    const auto layout = RowLayout::make(*profile, fields);
    ASSERT_TRUE(layout);
    Pane expected(profile, {.moments = true});
    test::Generator generator(3);
    for (int i = 0; i < 5000; ++i) {
      const Request request = draw(generator);
      recorder.record(&request, *layout);
      expected.record(values_of(request));
    }
    expect_equal(collector.drain(), expected);
  }
}

struct Strings {
  const char* country;
  std::optional<const char*> channel;
};

TEST(RowLayout, takes_a_null_pointer_as_missing) {
  const auto profile = std::make_shared<const profile::Profile>(*profile::ProfileBuilder()
                                                                     .categorical("country", {{"DE", 1}}, 0)
                                                                     .categorical("channel", {{"web", 1}}, 0)
                                                                     .build());
  const auto layout =
      RowLayout::make(*profile, {field<&Strings::country>("country"), field<&Strings::channel>("channel")});
  ASSERT_TRUE(layout);
  Collector collector(profile);
  Recorder recorder = collector.recorder();
  for (const Strings& row : {Strings{nullptr, nullptr}, Strings{"DE", "web"}, Strings{"DE", std::nullopt}})
    recorder.record(&row, *layout);
  const Pane drained = collector.drain();
  EXPECT_EQ(drained.counts()[0], (Counts{{2}, {.missing = 1}}));
  EXPECT_EQ(drained.counts()[1], (Counts{{1}, {.missing = 2}}));
  EXPECT_EQ(Value(static_cast<const char*>(nullptr)).type(), Value::Type::missing);
}

TEST(RowLayout, takes_any_byte_but_0_as_true) {
  const auto profile = profile::ProfileBuilder().numeric("member", ramp(10)).build();
  const auto layout = RowLayout::make(*profile, {field("member", FieldType::boolean, 1)});
  ASSERT_TRUE(layout);
  const unsigned char bytes[] = {7, 0, 1, 2, 255};
  for (std::size_t i = 0; i + 1 < sizeof(bytes); ++i) EXPECT_EQ(layout->read(0, bytes + i).number(), i == 0 ? 0 : 1);
}

TEST(RowLayout, of_another_number_of_features_is_rejected) {
  Collector collector(request_profile());
  Recorder recorder = collector.recorder();
  const auto one = profile::ProfileBuilder().numeric("amount", ramp(1)).build();
  const auto layout = RowLayout::make(*one, {field<&Request::amount>("amount")});
  ASSERT_TRUE(layout);
  const Request request{};
  recorder.record(&request, *layout);
  EXPECT_EQ(collector.drain().rejected_rows(), 1u);
}

std::string error_of(const std::vector<Field>& fields) {
  const auto layout = RowLayout::make(*request_profile(), fields);
  return layout ? "" : layout.error().message + " in " + layout.error().where;
}

TEST(RowLayout, names_the_feature_that_has_no_field_or_two_or_none_of_its_kind) {
  auto fields = by_offset();
  fields.pop_back();
  EXPECT_EQ(error_of(fields), "expected a field, found none in feature channel");
  fields = by_offset();
  fields.push_back(fields.front());
  EXPECT_EQ(error_of(fields), "expected one field, found two in feature amount");
  fields = by_offset();
  fields.push_back(field("amuont", FieldType::float32, 0));
  EXPECT_EQ(error_of(fields), "expected fields of features of the profile, found another in feature amuont");
  fields = by_offset();
  fields.front().type = FieldType::text;
  EXPECT_EQ(error_of(fields), "expected a field of numbers, found one of text in feature amount");
}

TEST(RowWriter, writes_a_row_feature_by_feature_and_what_is_not_set_is_missing) {
  const auto profile = request_profile();
  Collector collector(profile);
  Recorder recorder = collector.recorder();
  recorder.row().set(0, 2.5).set(5, "FR").set(4, true).set(3, 17).set(1, "text where a number belongs").record();
  recorder.row().set(5, "FR").set(5, "ES").set(4, true).set_missing(4).record();
  Pane expected(profile);
  expected.record(Values{2.5, "text", std::nullopt, 17, true, "FR", std::nullopt});
  expected.record(Values{{{}, {}, {}, {}, {}, "ES", {}}});
  const Pane drained = collector.drain();
  expect_equal(drained, expected);
  EXPECT_EQ(drained.counts()[1].side.malformed, 1u);
}

// Whatever the forms in which rows come, and wherever the drains fall between them.
TEST(Recorder, mixes_all_forms_of_rows_and_loses_none) {
  const auto profile = request_profile();
  const auto layout = RowLayout::make(*profile, by_member());
  for (const std::uint32_t block : {1u, 2u, 5u, 64u}) {
    Collector collector(profile, {.moments = true});
    Recorder recorder = collector.recorder({.block_rows = block});
    Pane expected(profile, {.moments = true});
    Pane drained(profile, {.moments = true});
    test::Generator g(block);
    for (int i = 0; i < 5000; ++i) {
      const Request request = draw(g);
      const std::array<double, 7> doubles{g.uniform(-1, 11), g.uniform(), std::nan(""), 17, -1.5, 7, 2};
      const std::array<float, 7> floats{1.5F, 2, 3, 17, NAN, 7, 2};
      switch (g.below(8)) {
        case 0: recorder.record(&request, *layout), expected.record(values_of(request)); break;
        case 1: recorder.record(values_of(request)), expected.record(values_of(request)); break;
        case 2: recorder.record(doubles), expected.record(doubles); break;
        case 3: recorder.record(std::span(doubles).first(3)), expected.record(std::span(doubles).first(3)); break;
        case 4: ASSERT_TRUE(drained.merge(collector.drain())); break;
        default: recorder.record(floats), expected.record(floats); break;
      }
    }
    ASSERT_TRUE(drained.merge(collector.drain()));
    expect_equal(drained, expected);
    EXPECT_EQ(drained.rejected_rows(), expected.rejected_rows());
  }
}

TEST(Recorder, keeps_the_text_of_unseen_categories_on_request_alone) {
  const auto profile = request_profile();
  Collector collector(profile, {.unseen_text = {"country"}});
  Recorder recorder = collector.recorder();
  recorder.row().set(5, "ES").set(6, "a name").record();
  recorder.record(Values{1, 1, 1, 1, true, "PT", "another name"});
  const Pane drained = collector.drain();
  ASSERT_EQ(drained.unseen(5)->entries().size(), 2u);
  std::vector<std::string_view> texts{drained.unseen(5)->text(0), drained.unseen(5)->text(1)};
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(texts, (std::vector<std::string_view>{"ES", "PT"}));
  EXPECT_EQ(drained.unseen(5)->entries()[0].length(), 2u);
  EXPECT_EQ(drained.unseen(6)->text(0), "");
  EXPECT_EQ(drained.unseen(0), nullptr) << "a numeric feature";
}

TEST(Recorder, shows_no_category_of_a_row_that_is_not_recorded) {
  Collector collector(request_profile(), {.unseen_text = {"country"}});
  Recorder recorder = collector.recorder();
  recorder.row().set(5, "never recorded");
  EXPECT_TRUE(collector.drain().unseen(5)->entries().empty());
  recorder.row().set(5, "replaced").set(5, "DE").record();
  EXPECT_TRUE(collector.drain().unseen(5)->entries().empty());
}

TEST(Collector, estimates_the_distinct_unseen_categories_of_all_its_recorders) {
  Collector collector(request_profile());
  Recorder recorders[] = {collector.recorder({.block_rows = 2}), collector.recorder()};
  for (int i = 0; i < 1000; ++i) recorders[i % 2].row().set(5, 1000 + i).record();
  EXPECT_GT(collector.drain().unseen(5)->distinct(), 300);
}

TEST(Pane, counts_columns_of_every_kind_as_it_counts_their_values) {
  const auto profile =
      std::make_shared<const profile::Profile>(*profile::ProfileBuilder()
                                                    .numeric("x", ramp(10))
                                                    .categorical("c", {{"red", 2}, {"7", 1}, {"true", 1}}, 997)
                                                    .build());
  const std::vector<float> floats{1, NAN, 20, -1};
  const std::vector<double> doubles{1, NAN, 20, -1};
  const std::vector<std::int32_t> ints{1, 7, 20, -1};
  const std::vector<std::int64_t> longs{1, 7, 20, -1};
  const std::vector<std::optional<std::string_view>> texts{"red", std::nullopt, "7", "blue"};
  const std::vector<std::string_view> words{"7", "red", "blue"};
  const std::vector<std::int8_t> codes8{1, -1, 0, 2};
  const std::vector<std::int16_t> codes16{1, -1, 0, 2};
  const std::vector<std::int32_t> codes32{1, -1, 0, 2};
  const auto value = [&](const Column& column, std::size_t i) -> Value {
    if (const auto* x = std::get_if<std::span<const float>>(&column.data())) return (*x)[i];
    if (const auto* x = std::get_if<std::span<const double>>(&column.data())) return (*x)[i];
    if (const auto* x = std::get_if<std::span<const std::int32_t>>(&column.data())) return (*x)[i];
    if (const auto* x = std::get_if<std::span<const std::int64_t>>(&column.data())) return (*x)[i];
    return texts[i] ? Value(*texts[i]) : Value();  // codes stand for the same texts
  };
  const std::vector<Column> columns{floats,
                                    doubles,
                                    ints,
                                    longs,
                                    texts,
                                    Dictionary<std::int8_t>{codes8, words},
                                    Dictionary<std::int16_t>{codes16, words},
                                    Dictionary<std::int32_t>{codes32, words}};
  for (const Column& x : columns) {
    for (const Column& c : columns) {
      SCOPED_TRACE(std::to_string(x.data().index()) + " " + std::to_string(c.data().index()));
      Pane pane(profile, {.moments = true});
      pane.record_columns(std::array<Column, 2>{x, c});
      Pane expected(profile, {.moments = true});
      for (std::size_t i = 0; i < 4; ++i) expected.record(std::array<Value, 2>{value(x, i), value(c, i)});
      expect_equal(pane, expected);
    }
  }
}

TEST(Pane, counts_a_code_beyond_the_dictionary_as_malformed) {
  const auto profile = std::make_shared<const profile::Profile>(
      *profile::ProfileBuilder().categorical("c", {{"red", 2}, {"blue", 1}}, 0).build());
  std::vector<std::string> names(5000);
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = "name " + std::to_string(i);
  const std::vector<std::string_view> large(names.begin(), names.end());
  const std::vector<std::string_view> small{"red", "blue", "green"};
  for (const auto& dictionary : {small, large}) {
    Pane pane(profile);
    const std::vector<std::int32_t> codes{0, 1, 2, -1, static_cast<std::int32_t>(dictionary.size()), 1 << 30};
    pane.record_columns(std::array<Column, 1>{Dictionary<std::int32_t>{codes, dictionary}});
    const bool is_small = dictionary.size() == 3;
    EXPECT_EQ(pane.counts()[0].cells, (std::vector<std::uint64_t>{is_small ? 1u : 0u, is_small ? 1u : 0u}));
    EXPECT_EQ(pane.counts()[0].side, (SideCounts{.missing = 3, .malformed = 2, .unseen = is_small ? 1u : 3u}));
  }
}

}  // namespace
}  // namespace leeway::stream

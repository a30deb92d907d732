#include "leeway/stream/row_layout.hpp"

#include <cstring>
#include <map>

namespace leeway::inline v1::stream {
namespace {

Error no_layout(ErrorCode code, std::string message, const std::string& feature) {
  return Error{code, std::move(message), "feature " + feature};
}

template <class T>
Value load(const void* row, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(row) + offset, sizeof(T));
  return Value(value);
}

// As a byte: a bool that is neither 0 nor 1, as C or a wire may leave it, would be undefined.
Value load_bool(const void* row, std::size_t offset) noexcept {
  return Value(*(static_cast<const unsigned char*>(row) + offset) != 0);
}

using FieldsByName = std::map<std::string_view, const Field*>;

Result<FieldsByName> by_name(const std::vector<Field>& fields) {
  FieldsByName result;
  for (const Field& field : fields) {
    if (!result.emplace(field.feature, &field).second)
      return no_layout(ErrorCode::invalid_argument, "expected one field, found two", field.feature);
  }
  return result;
}

Result<Field> take_field(const profile::FeatureProfile& feature, FieldsByName& fields) {
  const auto found = fields.find(feature.name);
  if (found == fields.end())
    return no_layout(ErrorCode::invalid_argument, "expected a field, found none", feature.name);
  const Field& field = *found->second;
  if (field.read == nullptr && field.type == FieldType::text && !is_categorical(feature.axis))
    return no_layout(ErrorCode::incompatible, "expected a field of numbers, found one of text", feature.name);
  fields.erase(found);
  return field;
}

}  // namespace

Result<RowLayout> RowLayout::make(const profile::Profile& profile, std::vector<Field> fields) {
  auto left = by_name(fields);
  if (!left) return std::move(left).error();
  std::vector<Field> ordered;
  for (const profile::FeatureProfile& feature : profile.features()) {
    auto field = take_field(feature, *left);
    if (!field) return std::move(field).error();
    ordered.push_back(*std::move(field));
  }
  if (!left->empty()) {
    return no_layout(ErrorCode::invalid_argument, "expected fields of features of the profile, found another",
                     left->begin()->second->feature);
  }
  return RowLayout(std::move(ordered));
}

Value RowLayout::read(std::size_t feature, const void* row) const noexcept {
  const Field& field = fields_[feature];
  if (field.read != nullptr) return field.read(row);
  switch (field.type) {
    case FieldType::float32: return load<float>(row, field.offset);
    case FieldType::float64: return load<double>(row, field.offset);
    case FieldType::int32: return load<std::int32_t>(row, field.offset);
    case FieldType::int64: return load<std::int64_t>(row, field.offset);
    case FieldType::boolean: return load_bool(row, field.offset);
    case FieldType::text: return load<std::string_view>(row, field.offset);
  }
  return Value::malformed();
}

}  // namespace leeway::inline v1::stream

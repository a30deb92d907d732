#ifndef LEEWAY_SRC_VALIDATE_TEXT_FORMS_HPP
#define LEEWAY_SRC_VALIDATE_TEXT_FORMS_HPP

// Ways in which one text is written: what pipelines do to categories without meaning to.

#include <array>
#include <string>
#include <string_view>

namespace leeway::inline v1::validate::detail {

/// Letter case of Latin (to U+017F), Greek and Cyrillic; elsewhere as it is.
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::string upper_case(std::string_view text);
/// Without blanks at the ends, and single ones within.
[[nodiscard]] std::string single_blanks(std::string_view text);
/// Latin letters (to U+017F) without their accents, and no combining marks.
[[nodiscard]] std::string without_accents(std::string_view text);
/// UTF-8 taken for Latin-1 and written as UTF-8 once more.
[[nodiscard]] std::string mojibake(std::string_view text);
/// Letter case, accents, blanks, underscores and hyphens do not count.
[[nodiscard]] std::string folded(std::string_view text);
/// At most `bytes` bytes of UTF-8, no character cut.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t bytes) noexcept;

struct TextForm {
  const char* name;
  std::string (*apply)(std::string_view);
};

/// The forms by name, the simple ones first.
[[nodiscard]] const std::array<TextForm, 10>& text_forms() noexcept;

}  // namespace leeway::inline v1::validate::detail

#endif

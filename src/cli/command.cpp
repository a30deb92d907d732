#include "cli/command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "cli/compare_command.hpp"
#include "cli/economics_command.hpp"
#include "cli/options.hpp"
#include "cli/profile_command.hpp"
#include "cli/rollout_command.hpp"
#include "cli/schema_command.hpp"
#include "cli/sequential_command.hpp"
#include "cli/skew_command.hpp"
#include "cli/watch_command.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

constexpr const char* kPurpose =
    "Is the world that a model serves still the one that it was trained in?\n"
    "First `leeway profile` the training data, then `leeway compare` or `leeway watch` live data with that.";

bool is_option(const std::string& argument) { return argument.size() > 1 && argument.front() == '-'; }

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = nearest(name, known);
  return near.empty() ? "" : "; did you mean " + near + '?';
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? "leeway" : full_name(*app.get_parent()) + ' ' + app.get_name();
}

Error unknown_option(const CLI::App& app, const std::string& option) {
  const std::string name = option.substr(0, option.find('='));
  return usage_error(
      name, "expected an option of " + full_name(app) + ", found another" + did_you_mean(name, option_names(app)));
}

/// An argument that the command has no use for. CLI11 would name it only after complaints about what is missing.
std::optional<Error> unexpected_argument(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return {};
  const auto option = std::find_if(extras.begin(), extras.end(), is_option);
  if (option != extras.end()) return unknown_option(app, *option);
  return usage_error(full_name(app), "expected no further argument, found " + cli::quoted(extras.front()));
}

std::optional<Error> missing_argument(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() || option->count() > 0) continue;
    return usage_error(full_name(app), "expected " + option->get_single_name() + ", found no such argument; see " +
                                           full_name(app) + " --help");
  }
  return {};
}

/// CLI11 says it in other words than everything else here.
Error mismatch(const CLI::ArgumentMismatch& error) {
  const std::string text = error.what();
  const bool none = text.ends_with("missing");
  return usage_error(text.substr(0, text.find(':')),
                     none ? "expected a value, found none" : "expected it once, found it more often");
}

/// For the help alone: what is missing is found by missing_argument.
void require_arguments(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) option->required(option->get_positional());
}

class Leeway {
 public:
  Leeway() : app_(kPurpose, "leeway") {
    app_.allow_extras();
    app_.require_subcommand(0, 1);  // so that a file may have the name of a command
    add_version_flag(app_);
    commands_ = {add_profile_command(app_), add_compare_command(app_), add_watch_command(app_), add_skew_command(app_)};
    for (Command& command : add_schema_commands(app_)) commands_.push_back(std::move(command));
    for (Command& command : add_economics_commands(app_)) commands_.push_back(std::move(command));
    for (Command& command : add_rollout_commands(app_)) commands_.push_back(std::move(command));
    commands_.push_back(add_sequential_command(app_));
    app_.footer(exit_status_help());
  }

  ExitStatus run(std::span<const char* const> arguments, const Console& console) {
    try {
      // CLI11 takes them from the back.
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForVersion& version) {
      console.out << version.what() << '\n';
      return ExitStatus::fine;
    } catch (const CLI::Success&) {
      for (const Command& command : commands_) require_arguments(*command.app);
      console.out << app_.help();
      return ExitStatus::fine;
    } catch (const CLI::ArgumentMismatch& error) {
      return failed(console, mismatch(error));
    } catch (const CLI::ParseError& error) {
      return failed(console, usage_error("", error.what()));
    }
    return run_command(console);
  }

 private:
  static ExitStatus failed(const Console& console, const Error& error) {
    report_error(console, error);
    return status_of(error);
  }

  ExitStatus run_command(const Console& console) {
    for (const Command& command : commands_) {
      if (!command.app->parsed() || !app_.remaining().empty()) continue;
      if (const auto error = unexpected_argument(*command.app)) return failed(console, *error);
      if (const auto error = missing_argument(*command.app)) return failed(console, *error);
      const auto status = command.run(console);
      return status ? *status : failed(console, status.error());
    }
    return failed(console, no_command(named_group()));
  }

  /// The innermost of the groups that were named, up to the first that was given something else.
  [[nodiscard]] const CLI::App& named_group() const {
    const CLI::App* group = &app_;
    while (group->remaining().empty() && !group->get_subcommands().empty()) group = group->get_subcommands().front();
    return *group;
  }

  /// What `app`, leeway or a group of commands, was given in the place of a command.
  static Error no_command(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    const std::string where = app.get_parent() == nullptr ? "" : full_name(app);
    const std::vector<std::string> extras = app.remaining();
    const std::string expected = "expected a command (" + joined(names) + "), found ";
    if (extras.empty()) return usage_error(where, expected + "none; see " + full_name(app) + " --help");
    if (is_option(extras.front())) return unknown_option(app, extras.front());
    return usage_error(where, expected + cli::quoted(extras.front()) + did_you_mean(extras.front(), names));
  }

  CLI::App app_;
  std::vector<Command> commands_;
};

}  // namespace

int run(std::span<const char* const> arguments, std::ostream& out, std::ostream& err) {
  const Console console{out, err};
  try {
    return static_cast<int>(Leeway().run(arguments, console));
  } catch (const std::exception& exception) {
    report_error(console, {ErrorCode::invalid_argument, exception.what(), "internal error"});
  } catch (...) {
    report_error(console, {ErrorCode::invalid_argument, "an exception of unknown type", "internal error"});
  }
  return static_cast<int>(ExitStatus::internal);
}

}  // namespace leeway::cli

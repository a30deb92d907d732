#!/bin/sh
# Builds and runs one program with what pkg-config says, as a user without CMake would.
#   pkg_config.sh PKG_CONFIG FOLDER COMPILER SOURCE PROGRAM
set -eu
PKG_CONFIG_PATH=$2
export PKG_CONFIG_PATH
"$1" --validate leeway
# The flags are a list of words.
# shellcheck disable=SC2046
"$3" -std=c++20 "$4" $("$1" --cflags --libs leeway) -o "$5"
"$5"

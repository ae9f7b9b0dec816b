# Sourced by ./run, ./check and .ci/run: installs what is missing on Debian 12, configures, builds.
# Does nothing that is done already.

packages=(
  cmake g++ ninja-build
  qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev qt6-image-formats-plugins
  libeigen3-dev libhwy-dev libcli11-dev nlohmann-json3-dev
  fonts-dejavu-core
)

say() { printf 'factorscope: %s\n' "$*" >&2; }

install_missing() {
  command -v dpkg-query >/dev/null || { say "not Debian: please install the counterparts of ${packages[*]}"; return 0; }
  local package missing=()
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "neither root nor sudo: please install ${missing[*]}"; return 1; }
    as_root=(sudo)
  fi
  local log
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
           apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "the packages could not be installed"
    return 1
  fi
  rm -f "$log"
}

# build PRESET [TARGET ...]
build() {
  local preset=$1
  shift
  if [ ! -f "build/$preset/build.ninja" ]; then
    say "configuring ($preset)"
    mkdir -p build
    cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || { cat "build/configure-$preset.log" >&2; return 1; }
  fi
  say "building ($preset)"
  local targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  cmake --build --preset "$preset" "${targets[@]}"
}

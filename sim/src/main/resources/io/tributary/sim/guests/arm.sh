#!/bin/bash
# JVMs of ARM machines, and emulators that run them here: Debian's packages, unpacked into a directory of their own.
#
#   arm.sh prepare DIRECTORY
#       Downloads what is not there yet, by the mirror that this machine's own apt uses. Needs no root, and installs nothing.
#   arm.sh java DIRECTORY armhf|arm64 ARGUMENT...
#       Becomes that machine's java.
set -euo pipefail
verb=$1 directory=$2
shift 2

suite=trixie # the first with Java 21 for armhf and 25 for arm64
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# fetch ARCHITECTURE PACKAGE...: into $directory/ARCHITECTURE, with lists and a cache that are not the machine's.
fetch() {
  architecture=$1
  shift
  root=$directory/$architecture
  [ ! -f "$root/ready" ] || return 0
  work=$directory/$architecture.work
  rm -rf "$work" "$root" && mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/debs" "$root"
  : >"$work/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
  own="-o Dir::State=$work -o Dir::State::status=$work/status -o Dir::Cache=$work -o Dir::Etc::sourcelist=$work/sources.list
    -o Dir::Etc::sourceparts=- -o APT::Architecture=$architecture -o APT::Architectures=$architecture"
  # shellcheck disable=SC2086 # the options are words
  apt-get $own -q update
  # shellcheck disable=SC2086
  (cd "$work/debs" && apt-get $own -q download "$@")
  mkdir -p "$root/usr/lib" && ln -s usr/lib "$root/lib"
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
  # Links that begin at the root mean this root.
  find "$root" -type l -lname '/*' | while read -r link; do ln -sfn "$root$(readlink "$link")" "$link"; done
  rm -rf "$work"
  touch "$root/ready"
}

prepare() {
  for tool in apt-get dpkg dpkg-deb; do
    command -v $tool >/dev/null || { echo "there is no $tool here: this needs a Debian, or one in a container"; exit 1; }
  done
  [ -r $keyring ] || { echo "$keyring is missing: install debian-archive-keyring"; exit 1; }
  # shellcheck disable=SC2016 # apt's own variables
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' | sed -n 's|^Debian \(.*/debian/\)$|\1|p' | sed -n 1p)
  [ -n "$mirror" ] || { echo "apt knows no mirror of Debian: run apt-get update"; exit 1; }
  mkdir -p "$directory"
  libraries="libc6 libgcc-s1 libstdc++6 zlib1g"
  # shellcheck disable=SC2086
  fetch armhf openjdk-21-jre-headless $libraries
  # shellcheck disable=SC2086
  fetch arm64 openjdk-25-jre-headless $libraries
  emulators=$(dpkg --print-architecture)
  fetch "$emulators" qemu-user
  find "$directory/$emulators/usr/bin" -type f ! -name qemu-arm ! -name qemu-aarch64 -delete # of all the other machines
}

java() {
  case $1 in
    armhf) emulator=qemu-arm ;;
    arm64) emulator=qemu-aarch64 ;;
  esac
  root=$directory/$1
  shift
  exec "$directory/$(dpkg --print-architecture)/usr/bin/$emulator" -L "$root" "$root"/usr/lib/jvm/java-[0-9][0-9]-openjdk-*/bin/java "$@"
}

"$verb" "$@"

#!/usr/bin/env bash
# Gets the newest Docker Engine of Debian into a folder of its own, as root on Debian: install.sh FOLDER.
# Nothing is installed; tests.oracle starts the engine from the folder.
set -euo pipefail

work=$(realpath -m "$1")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
mkdir -p "$work"/apt/{lists/partial,cache/archives/partial} "$work/root"
: >"$work/apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror testing main" >"$work/apt/sources.list"
testing=(apt-get -qq -o Dir::Etc::sourcelist="$work/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
	-o Dir::State::lists="$work/apt/lists" -o Dir::State::status="$work/apt/status" -o Dir::Cache="$work/apt/cache"
	-o APT::Sandbox::User=root -o Debug::NoLocking=1)
"${testing[@]}" update
cd "$work/apt/cache/archives"
"${testing[@]}" download docker.io docker-cli docker-buildx containerd
# The newest runc needs a newer C library; the system's own release has one that starts.
apt-get -qq -o APT::Sandbox::User=root download runc
for package in ./*.deb; do dpkg -x "$package" "$work/root"; done

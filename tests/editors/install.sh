#!/usr/bin/env bash
# Installs every editor that the tests drive, as root on Debian: install.sh FOLDER.
# Those of other suites go into FOLDER/bin, to be put on the PATH: the newest Neovim, beside the system's, and Helix.
set -euo pipefail

# A program of another Debian suite, in a folder of its own: it brings its libraries, and nothing is installed.
from_suite() { # SUITE FOLDER PACKAGE…
	local suite=$1 folder=$2 mirror apt
	shift 2
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
	mkdir -p "$folder"/apt/{lists/partial,cache/archives/partial} "$folder/root"
	: >"$folder/apt/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$folder/apt/sources.list"
	apt=(apt-get -qq -o Dir::Etc::sourcelist="$folder/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o Dir::State::lists="$folder/apt/lists" -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache"
		-o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Debug::NoLocking=1)
	"${apt[@]}" update
	"${apt[@]}" install -y --download-only "$@" libc6
	for package in "$folder"/apt/cache/archives/*.deb; do dpkg -x "$package" "$folder/root"; done
	libraries=$(dirname "$folder"/root/usr/lib/*/ld-linux-*.so.*)
	start="$(echo "$libraries"/ld-linux-*.so.*) --library-path $libraries"
}

work=$(realpath -m "$1")
here=$(realpath "$(dirname "$0")")
mkdir -p "$work/bin"

apt-get update -qq
apt-get install -qq -y --no-install-recommends neovim pypy3 emacs-nox elpa-eglot elpa-dockerfile-mode elpa-lsp-mode elpa-company elpa-yaml-mode \
	vim-nox vim-ale tmux chromium mmdebstrap >/dev/null

from_suite testing "$work/neovim" neovim
cat >"$work/bin/nvim" <<END_OF_NVIM
#!/bin/sh
export VIMRUNTIME=$work/neovim/root/usr/share/nvim/runtime
exec $start $work/neovim/root/usr/bin/nvim --cmd "set rtp+=$work/neovim/root/usr/lib/nvim,$libraries/nvim" "\$@"
END_OF_NVIM

from_suite trixie "$work/helix" hx
cat >"$work/bin/hx" <<END_OF_HX
#!/bin/sh
export HELIX_RUNTIME=$work/helix/root/usr/lib/hx/runtime
exec $start $work/helix/root/usr/lib/hx/hx "\$@"
END_OF_HX

chmod +x "$work"/bin/*
sh "$here/vscode_tools/install.sh"
(cd "$here/../../client-config/vscode" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)

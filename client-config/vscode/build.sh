#!/bin/sh
# Builds dist/azureml-dockerfile-ls.vsix: the extension, the server and its dependencies.
# Requires Node 20 or newer, and Python 3.10 or newer with pip: $PYTHON, otherwise python3.
set -eu
cd "$(dirname "$0")"
[ -d node_modules ] || npm ci --ignore-scripts
rm -rf dist bundled NOTICE
node_modules/.bin/tsc --noEmit
node_modules/.bin/esbuild src/extension.ts --bundle --platform=node --target=node20 --format=cjs --external:vscode \
    --minify --metafile=dist/meta.json --outfile=dist/extension.js --log-level=warning
"${PYTHON:-python3}" bundle.py
cp ../../LICENSE LICENSE
# VS Code does not show the pictures of a local README.
sed '/^!\[/d' README.md >dist/README.md
node_modules/.bin/vsce package --no-dependencies --allow-missing-repository --no-rewrite-relative-links \
    --readme-path dist/README.md --out dist/azureml-dockerfile-ls.vsix

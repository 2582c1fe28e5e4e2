"""Takes the README's picture: a real Neovim in a real terminal, with findings and an open completion menu.

    python tests/editors/screenshot.py

Needs nvim, Xvfb, xterm, ImageMagick and the JetBrains Mono font (Debian: neovim xvfb xterm imagemagick
fonts-jetbrains-mono). Writes client-config/neovim/screenshot.png.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.editors.neovim import CLIENT_CONFIG, Neovim, find_neovim

PICTURE = CLIENT_CONFIG / "screenshot.png"

DOCKERFILE = """\
FROM mcr.microsoft.com/azureml/pytorch-1.6-ubuntu18.04-py37-cpu-inference AS old

# The packages and the code
RUN apt-get update && apt-get install -y libpng-tools
COPY requirements.txt /tmp/
RUN pip install –r /tmp/requirements.txt
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py

FROM mcr.microsoft.com/azureml/"""

COLUMNS, ROWS = 118, 24

LOOK = """
set termguicolors background=dark number laststatus=0 noruler noshowmode shortmess+=Fc signcolumn=yes pumheight=12
syntax on
highlight Normal guibg=#1e2030 guifg=#c8d3f5
highlight EndOfBuffer guifg=#1e2030
highlight SignColumn guibg=#1e2030
highlight LineNr guifg=#545c7e
highlight Pmenu guibg=#2f334d guifg=#c8d3f5
highlight PmenuSel guibg=#3e68d7 guifg=#ffffff gui=NONE
highlight PmenuSbar guibg=#2f334d
highlight PmenuThumb guibg=#828bb8
highlight Comment guifg=#7a88cf gui=italic
highlight Keyword guifg=#c099ff gui=bold
highlight Statement guifg=#c099ff gui=bold
highlight String guifg=#c3e88d
highlight Identifier guifg=#86e1fc
highlight DiagnosticError guifg=#ff757f
highlight DiagnosticWarn guifg=#ffc777
highlight DiagnosticInfo guifg=#82aaff
highlight DiagnosticHint guifg=#4fd6be
highlight DiagnosticUnderlineError gui=underline guisp=#ff757f
highlight DiagnosticUnderlineWarn gui=underline guisp=#ffc777
"""


def main() -> None:
    """Set the scene and take the picture."""
    program = find_neovim()
    if program is None:
        sys.exit("nvim is not on the PATH")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
        (folder / "look.vim").write_text(LOOK, encoding="utf-8")
        (folder / "code").mkdir()
        (folder / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
        (folder / "requirements.txt").write_text("numpy\n")
        display_read, display_write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(display_write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
            pass_fds=[display_write],
            stderr=subprocess.DEVNULL,
        )
        os.environ["DISPLAY"] = ":" + os.read(display_read, 20).decode().strip()
        try:
            take_picture(program, folder)
        finally:
            server.terminate()
            server.wait()


def take_picture(program: str, folder: Path) -> None:
    """Open the Dockerfile in a terminal on the current display, complete at its end, and photograph the window."""
    terminal = ["xterm", "-class", "Picture", "-tn", "xterm-256color", "-u8", "-b", "8", "-bw", "0", "+sb"]
    terminal += ["-fa", "JetBrains Mono", "-fs", "10.5", "-bg", "#1e2030", "-fg", "#c8d3f5"]
    terminal += ["-geometry", f"{COLUMNS}x{ROWS}+0+0", "-e"]
    neovim = Neovim(program, folder, terminal=terminal)
    try:
        neovim.keys(f":source {folder}/look.vim<CR>")
        neovim.keys(
            ":lua vim.diagnostic.config({ severity_sort = true, underline = true, virtual_text = {"
            " format = function(d) return d.code end } })<CR>"
        )
        neovim.open(Path("Dockerfile"))
        neovim.wait_for("the findings", lambda state: len(state.findings) >= 3)
        neovim.keys("<C-l>GA")
        neovim.complete()
        time.sleep(0.5)  # the terminal has drawn what Neovim sent
        subprocess.run(["import", "-window", "root", "-crop", crop(), "+repage", str(PICTURE)], check=True)
    finally:
        neovim.close()


def crop() -> str:
    """The place of the terminal's window on the display."""
    answer = subprocess.run(["xwininfo", "-root", "-tree"], capture_output=True, text=True, check=True).stdout
    line = next(line for line in answer.splitlines() if '"Picture"' in line)
    return line.split()[-2]


if __name__ == "__main__":
    main()

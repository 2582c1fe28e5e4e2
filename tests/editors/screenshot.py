"""Takes the pictures of the READMEs: a real editor in a real terminal, with findings and an open completion menu.

    python tests/editors/screenshot.py [neovim emacs vim helix]

Without a name it takes all four. Needs the editors (see `install.sh`), Xvfb, xterm, ImageMagick and the JetBrains Mono
font (Debian: xvfb xterm imagemagick fonts-jetbrains-mono). Debian's Helix lacks the grammar that colours a Dockerfile;
`hx --grammar fetch` and `hx --grammar build` bring it. Writes client-config/EDITOR/screenshot.png.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.editors import emacs, helix, neovim, vim
from tests.editors.terminal import CLIENT_CONFIG, Terminal

DOCKERFILE = """\
FROM mcr.microsoft.com/azureml/pytorch-1.6-ubuntu18.04-py37-cpu-inference AS old

# The packages and the code
RUN apt-get update && apt-get install -y libpng-tools
COPY requirements.txt /tmp/
RUN pip install –r /tmp/requirements.txt
COPY code /var/azureml-app
ENV AZUREML_ENTRY_SCRIPT=score.py

FROM """
MARKED = ("mcr.microsoft.com/azureml/pytorch-1.6-ubuntu18.04-py37-cpu-inference", "apt-get", "–")
LAST_OFFERED = "minimal-py312-cuda12.4-inference"

SETTINGS = {"registry": {"enabled": False}}  # the same picture on every day

NEOVIM_BACKGROUND = "#1e2030"
NEOVIM_LOOK = """
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
lua vim.diagnostic.config({ severity_sort = true, virtual_text = { format = function(d) return d.code end } })
"""

# A retired image is struck through, but not by Emacs 28 in a terminal.
EMACS_BACKGROUND = "#000000"
EMACS_LOOK = r"""
(setq inhibit-startup-screen t
      company-tooltip-align-annotations t)
(menu-bar-mode -1)
(load-theme 'modus-vivendi t)
(custom-set-faces
 '(flymake-error ((t :underline t :foreground "#ff8059")))
 '(eglot-diagnostic-tag-deprecated-face ((t :underline t :foreground "#d0bc00"))))
(add-to-list 'display-buffer-alist '("Flymake diagnostics" display-buffer-at-bottom (window-height . 7)))
(add-hook 'dockerfile-mode-hook #'company-mode)
(add-hook 'flymake-diagnostics-buffer-mode-hook
          (lambda () (visual-line-mode) (setq tabulated-list-sort-key '("Line"))))
(global-set-key (kbd "C-c d") #'flymake-show-buffer-diagnostics)
(global-set-key (kbd "C-c m") #'company-complete)
"""

VIM_BACKGROUND = "#1c1c1c"
VIM_LOOK = r"""
cd ~
let &t_8f = "\<Esc>[38;2;%lu;%lu;%lum"
let &t_8b = "\<Esc>[48;2;%lu;%lu;%lum"
set termguicolors background=dark number laststatus=0 noruler noshowmode shortmess+=Fc
syntax on
colorscheme habamax
highlight EndOfBuffer guifg=#1c1c1c
highlight ALEError cterm=underline guibg=NONE guifg=#d75f5f
highlight ALEWarning cterm=underline guibg=NONE guifg=#d7af5f
highlight qfError guibg=NONE guifg=#d75f5f
highlight! link QuickFixLine Normal
autocmd FileType qf setlocal nonumber linebreak
let g:ale_open_list = 1
let g:ale_list_window_size = 5
let g:ale_loclist_msg_format = '%s [%code%]'
"""

HELIX_BACKGROUND = "#3b224c"
HELIX_LOOK = (":theme default", ":set inline-diagnostics.other-lines hint")


class PicturedEmacs(emacs.Emacs):
    """An Emacs with eglot and company-mode, and with the colours of the picture."""

    packages = ("eglot", "company")
    init = emacs.EGLOT + EMACS_LOOK


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description="Takes the pictures of the READMEs.")
    parser.add_argument("editors", nargs="*", metavar="EDITOR", help=f"one of {', '.join(PICTURES)}; none means all")
    names = parser.parse_args().editors or list(PICTURES)
    if not PICTURES.keys() >= set(names):
        parser.error(f"there are only {', '.join(PICTURES)}")
    os.environ["COLORTERM"] = "truecolor"
    with display():
        for name in names:
            with tempfile.TemporaryDirectory() as home:
                PICTURES[name](Path(home), CLIENT_CONFIG / name / "screenshot.png")


@contextmanager
def display() -> Iterator[None]:
    """A display for the programs that are started meanwhile."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1200x640x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.environ["DISPLAY"] = ":" + os.read(read, 20).decode().strip()
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def write_scene(folder: Path, typed: str) -> Path:
    """Write the Dockerfile, with this part of an image's name at its end, and the files that it copies."""
    (folder / "code").mkdir()
    (folder / "code" / "score.py").write_text("def init():\n    pass\n\n\ndef run(data):\n    return data\n")
    (folder / "requirements.txt").write_text("numpy\n")
    (folder / "Dockerfile").write_text(DOCKERFILE + typed, encoding="utf-8")
    return folder / "Dockerfile"


def xterm(background: str, rows: int = 24) -> list[str]:
    """The command line of a window with a terminal in it, to put before that of a program."""
    look = ["-fa", "JetBrains Mono", "-fs", "10", "-bg", background, "-fg", "#c8d3f5", "-b", "8", "-bw", "0", "+sb"]
    return ["xterm", "-class", "Picture", "-tn", "xterm-256color", "-u8", *look, "-geometry", f"132x{rows}+0+0", "-e"]


def photograph(picture: Path) -> None:
    """Write the terminal's window as it is now."""
    time.sleep(0.5)  # the terminal has drawn what the editor sent
    windows = subprocess.run(["xwininfo", "-root", "-tree"], capture_output=True, text=True, check=True).stdout
    place = next(line for line in windows.splitlines() if '"Picture"' in line).split()[-2]
    small = ["+dither", "-colors", "128", f"PNG8:{picture}"]
    subprocess.run(["import", "-window", "root", "-crop", place, "+repage", *small], check=True)


@contextmanager
def window(folder: Path, background: str, rows: int) -> Iterator[None]:
    """A window, beside the test's terminal with this home folder, that shows the same in 24-bit colours."""
    tmux = ["tmux", "-S", str(folder / "tmux.socket"), "-T", "256,RGB", "set", "-g", "status", "off", ";", "attach"]
    process = subprocess.Popen([*xterm(background, rows), *tmux])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def take_neovim(folder: Path, picture: Path) -> None:
    """Photograph Neovim, which runs in the window itself. Neovim 0.7 offers nothing for a name without its registry."""
    program = neovim.find_neovim()
    if program is None:
        sys.exit("nvim is not on the PATH")
    (folder / "look.vim").write_text(NEOVIM_LOOK, encoding="utf-8")
    dockerfile = write_scene(folder, "mcr.microsoft.com/azureml/")
    editor = neovim.Neovim(program, folder, terminal=xterm(NEOVIM_BACKGROUND), settings=SETTINGS)
    try:
        editor.keys(":source look.vim<CR>")
        editor.open(dockerfile)
        editor.wait_for("the findings", lambda state: len(state.findings) >= len(MARKED))
        editor.keys("<C-l>GA")
        editor.complete()
        photograph(picture)
    finally:
        editor.close()


def settle(editor: Terminal) -> None:
    """Wait until nothing has moved on the screen for a while: a new size, or a menu, takes more than one step."""
    before, now = "", str(editor.screen())
    while now != before:
        time.sleep(1)
        before, now = now, str(editor.screen())


def take(
    editor: emacs.Emacs | vim.Vim | helix.Helix,
    folder: Path,
    background: str,
    rows: int,
    menu: list[str],
    picture: Path,
) -> None:
    """Photograph an editor of a terminal with its findings, and with the menu that these keys open."""
    try:
        editor.wait_until_underlined(*MARKED)
        with window(folder, background, rows):
            settle(editor)
            editor.append(9, "")
            settle(editor)
            editor.keys(*menu)
            editor.wait_until_shown(LAST_OFFERED)
            settle(editor)
            editor.wait_until_underlined(*MARKED)
            photograph(picture)
    finally:
        editor.close()


def take_emacs(folder: Path, picture: Path) -> None:
    """Photograph Emacs, with eglot, the list of its findings and company-mode's menu."""
    editor = PicturedEmacs(folder, write_scene(folder, "minimal"), SETTINGS)
    take(editor, folder, EMACS_BACKGROUND, 25, ["C-c", "d", "C-c", "m"], picture)


def take_vim(folder: Path, picture: Path) -> None:
    """Photograph Vim, with ALE and its list of findings."""
    (folder / ".vim" / "after" / "plugin").mkdir(parents=True)
    (folder / ".vim" / "after" / "plugin" / "look.vim").write_text(VIM_LOOK, encoding="utf-8")
    editor = vim.Vim(folder, write_scene(folder, "minimal"), SETTINGS)
    take(editor, folder, VIM_BACKGROUND, 24, ["C-x", "C-o"], picture)


def take_helix(folder: Path, picture: Path) -> None:
    """Photograph Helix, with the messages below their lines and the description of the first image."""
    editor = helix.Helix(folder, write_scene(folder, "minimal"), SETTINGS)
    editor.wait_until_shown(" NOR ")
    for line in HELIX_LOOK:
        editor.type(line)
        editor.keys("Enter")
    take(editor, folder, HELIX_BACKGROUND, 28, ["C-x", "Tab"], picture)


PICTURES = {"neovim": take_neovim, "emacs": take_emacs, "vim": take_vim, "helix": take_helix}

if __name__ == "__main__":
    main()

"""The folders and files of a build context that Docker would send to the build.

Paths have the form that COPY uses: relative to the root of the context, with `/`, without a leading `/`; the root
itself is "". In a path with `..` the root is, as for Docker, its own parent.

Nothing outside the root is ever opened or listed. A path is resolved name by name, links are read rather than followed
by the system, and folders are opened one below the other if the system supports that. So a link that appears in the
meantime cannot lead out.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import stat
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from azureml_dockerfile_ls.context.context_source import ASSUMED, ContextSource, EnvironmentPlace
from azureml_dockerfile_ls.context.dockerignore import EVERYTHING, NOTHING, Ignore, Verdict, parse
from azureml_dockerfile_ls.context.entries import Entry, EntryKind, entry_on_disk, is_text, kind_of_mode
from azureml_dockerfile_ls.context.file_memory import FileMemory
from azureml_dockerfile_ls.context.patterns import Budget, TooMuchError
from azureml_dockerfile_ls.context.places import Place, Seen, folders_above, normal

T = TypeVar("T")

MAX_FILE_BYTES = 1024 * 1024
"""The largest file that is read."""

MAX_ENTRIES = 20_000
"""The number of entries up to which a folder is listed."""

MAX_LINKS = 40
"""The number of links that a path can contain, as on Linux; more are considered a loop."""

_MAX_PARTS = 200
_MODIFIED = 0
"""The index of the time of the last change in a stamp."""
_COARSEST_TIME = 2_000_000_000
"""In nanoseconds; file systems record times in steps of up to two seconds."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_AS_IT_IS = getattr(os, "O_BINARY", 0)
_FOLDER_ONLY = getattr(os, "O_DIRECTORY", 0)
_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and bool(_NO_LINK)


class BuildContext:
    """One reading of a build context. It reads each thing once, and does not change. Make another one to see changes.

    `root` is the absolute path of the folder, `dockerfile` the name of the Dockerfile, relative to the folder; its own
    `NAME.dockerignore` takes precedence over `.dockerignore`. `open_files` holds the texts of files that are open in an
    editor, by absolute path. They take precedence over the disk; such a file exists even if it was never saved. `files`
    keeps values for the readings to come. `source` is who says that the folder is the context, and `environments` are
    those of Azure ML's YAML that build the Dockerfile. No method raises.
    """

    def __init__(
        self,
        root: str,
        dockerfile: str = "Dockerfile",
        open_files: Mapping[str, str] | None = None,
        files: FileMemory | None = None,
        source: ContextSource = ASSUMED,
        environments: tuple[EnvironmentPlace, ...] = (),
    ) -> None:
        self.root = os.path.realpath(root)
        self.source = source
        self.environments = environments
        self.derived: dict[Any, Any] = {}
        self._files = files or FileMemory()
        self._read_at = time.time_ns()
        self._dockerfile = dockerfile
        self._open_files = _below_root(open_files or {}, self.root, os.path.abspath(root))
        self._open_folders = {folder for path in self._open_files for folder in folders_above(path) if path != folder}
        self._places: dict[str, Place] = {}
        self._raw: dict[str, Place] = {}
        self._verdicts: dict[str, Verdict] = {"": NOTHING}
        self._listings: dict[str, tuple[Entry, ...] | None] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self._texts: dict[str, str | None] = {}
        self._budget = Budget()
        self._ignore_read = False
        self._ignore: Ignore | None = None

    @property
    def dockerfile(self) -> str:
        """The name of the Dockerfile, relative to the folder."""
        return self._dockerfile

    def absolute(self, path: str) -> str:
        """The absolute path of a path of the context, in the notation of the system."""
        return self._on_system(normal(path))

    def _on_system(self, path: str) -> str:
        return f"{self.root.rstrip(os.sep)}{os.sep}{path.replace('/', os.sep)}" if path else self.root

    def kind_of(self, path: str) -> EntryKind:
        """The kind of a path for COPY, which follows links that stay inside the context."""
        return self._place(normal(path)).kind

    def is_link(self, path: str) -> bool:
        """Whether a path contains a link. COPY copies a link inside a folder as a link, not as its target."""
        return self._place(normal(path)).through_link

    def entries(self, folder: str) -> tuple[Entry, ...] | None:
        """The entries of a folder sorted by name, without those that `.dockerignore` excludes.

        Their kinds are FILE, FOLDER and UNKNOWN. None if the folder cannot be listed, or has too many entries.
        """
        folder = normal(folder)
        if folder not in self._listings:
            self._listings[folder] = self._entries(folder)
        return self._listings[folder]

    def read(self, path: str) -> str | None:
        """The text of a file that is sent to the build; None if there is none, or it is too large, or not UTF-8."""
        path = normal(path)
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def value_of(self, path: str, function: Callable[[str], T]) -> T | None:
        """The value of a function for the text of a file; None if `read` gives None.

        It is worked out once while the file stays the same, also for later readings that share `files`.
        """
        return self._value(self._place(normal(path)), function, lambda: self.read(path))

    def _value(self, place: Place, function: Callable[[str], T], text: Callable[[], str | None]) -> T | None:
        if place.kind is not EntryKind.FILE:
            return None
        return self._files.value(function, self._on_system(place.path), self._identity(place), text)

    def _identity(self, place: Place) -> object:
        if place.path in self._open_files:
            return self._open_files[place.path]
        if not place.stamp:
            return None
        # A file system with coarse times gives a file that is written twice in a row the same stamp.
        is_settled = self._read_at - place.stamp[_MODIFIED] > _COARSEST_TIME
        return place.stamp if is_settled else (place.stamp, self._read_at)

    def walk(self, folder: str, limit: int) -> Iterator[tuple[str, Entry] | None]:
        """The entries below a folder with their paths, the nearest first, and finally None if these are not all.

        That is the case if there are more than `limit`, or a folder cannot be listed. Links are not followed.
        """
        folders = deque([normal(folder)])
        count = 0
        is_complete = True
        while folders:
            current = folders.popleft()
            entries = self.entries(current)
            if entries is None:
                is_complete = False
                continue
            for entry in entries:
                count += 1
                if count > limit:
                    yield None
                    return
                path = posixpath.join(current, entry.name)
                if entry.kind is EntryKind.FOLDER and not entry.is_link:
                    folders.append(path)
                yield path, entry
        if not is_complete:
            yield None

    @property
    def seen(self) -> Seen:
        """What this reading has looked up so far."""
        places = {path: (place, self._identity(place)) for path, place in self._raw.items()}
        return Seen(places, dict(self._listings), frozenset(map(self._on_system, places)))

    def has_seen(self, file: str) -> bool:
        """Whether a file, by its absolute path without links, was looked up so far."""
        return any(self._on_system(path) == file for path in self._raw)

    def agrees_with(self, seen: Seen) -> bool:
        """Whether all that an earlier reading of the same folder has looked up is the same in this one."""
        for path, known in seen.places.items():
            place = self._find(path)
            if (place, self._identity(place)) != known:
                return False
        return all(self.entries(folder) == listing for folder, listing in seen.listings.items())

    def _place(self, path: str) -> Place:
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = self._judged(path)
        return place

    def _judged(self, path: str) -> Place:
        ignore = self._rules()
        if ignore is None:
            return Place(EntryKind.UNKNOWN, path)
        place = self._find(path)
        if place.kind not in (EntryKind.FILE, EntryKind.FOLDER):
            return place
        for sent in {path, place.path}:
            kind = self._sent(ignore, sent, is_folder=place.kind is EntryKind.FOLDER)
            if kind is not None:
                return place._replace(kind=kind)
        return place

    def _sent(self, ignore: Ignore, path: str, *, is_folder: bool) -> EntryKind | None:
        """IGNORED if a path is excluded, UNKNOWN if that is undecidable, None if it is sent."""
        try:
            return self._judged_by(ignore, path, is_folder=is_folder)
        except TooMuchError:
            return EntryKind.UNKNOWN

    def _judged_by(self, ignore: Ignore, path: str, *, is_folder: bool) -> EntryKind | None:
        if not ignore.lines or not self._verdict(ignore, path).is_ignored:
            return None
        if not is_folder or not ignore.may_except_below(path):
            return EntryKind.IGNORED
        # A folder is sent as soon as anything in it is sent.
        count = 0
        folders = [path]
        while folders:
            folder = folders.pop()
            found = self._list(folder)
            if found is None:
                return EntryKind.UNKNOWN
            for name, kind, _, _ in found:
                inner = posixpath.join(folder, name)
                count += 1
                if not self._verdict(ignore, inner).is_ignored:
                    return None
                if count > MAX_ENTRIES:
                    return EntryKind.UNKNOWN
                if kind is EntryKind.FOLDER and ignore.may_except_below(inner):
                    folders.append(inner)
        return EntryKind.IGNORED

    def _verdict(self, ignore: Ignore, path: str) -> Verdict:
        verdict = self._verdicts.get(path)
        if verdict is None:
            verdict = NOTHING
            for above in (*reversed(list(folders_above(path))), path):
                known = self._verdicts.get(above)
                verdict = self._verdicts[above] = ignore.judge(above, verdict, self._budget) if known is None else known
        return verdict

    @property
    def may_exclude(self) -> bool:
        """Whether `excludes` may be true for a path."""
        ignore = self._rules()
        return ignore is not None and bool(ignore.lines) and not ignore.has_exceptions

    def excludes(self, path: str) -> bool:
        """Whether `.dockerignore` excludes a path, which need not exist and may have wildcards.

        False if the file has exceptions, because what they include depends on the files. False also for a path with a
        leading `/` or `..`, with which BuildKit does not compare the lines that name a file.
        """
        ignore = self._rules()
        if path.startswith(("/", "..")) or ignore is None or not self.may_exclude:
            return False
        with contextlib.suppress(TooMuchError):
            return self._verdict(ignore, path).is_ignored
        return False

    @property
    def ignore_file(self) -> str:
        """The path of the file of exclusions: the Dockerfile's own one if it exists, otherwise `.dockerignore`."""
        *own, of_all = self._ignore_files()
        return next((name for name in own if self._find(name).kind is not EntryKind.MISSING), of_all)

    def _ignore_files(self) -> Iterator[str]:
        own = f"{self._dockerfile}.dockerignore"
        if not own.startswith(".."):  # such a file would lie outside the context
            yield normal(own)
        yield ".dockerignore"

    def _rules(self) -> Ignore | None:
        """The rules of `.dockerignore`; None if it exists but cannot be read."""
        if not self._ignore_read:
            self._ignore_read = True
            self._ignore = self._read_rules()
        return self._ignore

    def _read_rules(self) -> Ignore | None:
        for name in self._ignore_files():
            place = self._find(name)
            if place.kind is EntryKind.MISSING:
                continue
            return self._value(place, parse, partial(self._text, place))
        return EVERYTHING

    def _find(self, path: str) -> Place:
        """The target of a path, whether it is sent or not."""
        place = self._raw.get(path)
        if place is None:
            place = self._raw[path] = self._resolve(path)
        return place

    def _resolve(self, path: str) -> Place:
        pending = deque(path.split("/")) if path else deque()
        if len(pending) > _MAX_PARTS:
            return Place(EntryKind.UNKNOWN, path)
        reached, links = "", 0
        place = self._look("")
        while pending and place.kind is EntryKind.FOLDER:
            name = pending.popleft()
            if name in ("", "."):
                continue
            if name == "..":
                if not reached:
                    return Place(EntryKind.UNKNOWN, path, through_link=True)
                reached = posixpath.dirname(reached)
                place = self._look(reached)
                continue
            inner = posixpath.join(reached, name)
            target = self._target(inner) if inner not in self._open_files else None
            if target is None:
                reached, place = inner, self._look(inner)
                continue
            links += 1
            if links > MAX_LINKS or len(pending) > _MAX_PARTS or not target or target.startswith(("/", "\\")):
                return Place(EntryKind.UNKNOWN, path, through_link=True)
            pending.extendleft(reversed(target.split("/")))
        kind = place.kind if not pending or place.kind is EntryKind.UNKNOWN else EntryKind.MISSING
        return Place(kind, reached, place.size, links > 0, place.stamp)

    def _target(self, path: str) -> str | None:
        """The target of a link at a path without links; None if there is no link, "" if it cannot be followed."""
        try:
            if not stat.S_ISLNK(os.lstat(self._on_system(path)).st_mode):
                return None
            target = os.readlink(self._on_system(path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            # The look-up that follows fails in the same way.
            return None
        if os.sep != "/":
            target = target.replace(os.sep, "/")
        return "" if os.path.isabs(target) else target

    def _look(self, path: str) -> Place:
        """The target of a path without links."""
        if path in self._open_files:
            return Place(EntryKind.FILE, path, self._size_of_open(path))
        place = self._on_disk(path)
        if place.kind is EntryKind.MISSING and path in self._open_folders:
            return Place(EntryKind.FOLDER, path)
        return place

    def _size_of_open(self, path: str) -> int | None:
        # A reading is kept while its Dockerfile is edited, and nearly every edit changes the size.
        return None if path == self._dockerfile else len(self._open_files[path].encode("utf-8", "replace"))

    def _on_disk(self, path: str) -> Place:
        if os.sep != "/" and any(character in path for character in f"{os.sep}:"):
            return Place(EntryKind.UNKNOWN, path)
        try:
            found = os.lstat(self._on_system(path))
        except (FileNotFoundError, NotADirectoryError):
            # A context that does not exist (yet) is not an empty one.
            return Place(EntryKind.MISSING if path else EntryKind.UNKNOWN, path)
        except (OSError, ValueError):
            return Place(EntryKind.UNKNOWN, path)
        kind = kind_of_mode(found.st_mode)
        if not path:
            return Place(EntryKind.FOLDER if kind is EntryKind.FOLDER else EntryKind.UNKNOWN, path)
        if not self._has_exactly(path, found):
            return Place(EntryKind.MISSING, path)
        if kind is not EntryKind.FILE:
            return Place(kind, path)
        stamp = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino)
        return Place(kind, path, found.st_size, stamp=stamp)

    def _has_exactly(self, path: str, found: os.stat_result) -> bool:
        """Whether a name that the disk finds has the same letter case there. For Docker `a.py` is not `A.py`."""
        folder, name = posixpath.split(path)
        other = name.swapcase()
        if other == name:
            return True
        with contextlib.suppress(OSError, ValueError):
            twin = os.lstat(self._on_system(posixpath.join(folder, other)))
            if (twin.st_dev, twin.st_ino) == (found.st_dev, found.st_ino):
                names = self._names_in(folder)
                return names is None or unicodedata.normalize("NFC", name) in names
        return True

    def _names_in(self, folder: str) -> frozenset[str] | None:
        if folder not in self._names:
            found = self._list(folder)
            self._names[folder] = (
                None if found is None else frozenset(unicodedata.normalize("NFC", name) for name, *_ in found)
            )
        return self._names[folder]

    def _entries(self, folder: str) -> tuple[Entry, ...] | None:
        ignore = self._rules()
        place = self._place(folder)
        if ignore is None or place.kind is not EntryKind.FOLDER:
            return None
        found = self._list(place.path)
        if found is None:
            return None
        entries = []
        for name, kind, size, is_link in sorted(found):
            path = posixpath.join(folder, name)
            if is_link:
                target = self._place(path)
                kind, size = target.kind, target.size
            elif kind in (EntryKind.FILE, EntryKind.FOLDER):
                left_out = self._sent(ignore, posixpath.join(place.path, name), is_folder=kind is EntryKind.FOLDER)
                kind = kind if left_out is None else left_out
            if kind in (EntryKind.FILE, EntryKind.FOLDER, EntryKind.UNKNOWN):
                entries.append(Entry(name, kind, size, is_link))
        return tuple(entries)

    def _list(self, folder: str) -> list[Entry] | None:
        """The entries of a folder without links in its path, whether sent or not; None if there are too many."""
        found: dict[str, Entry] = {}
        for path in self._open_files:
            if posixpath.dirname(path) == folder:
                name = posixpath.basename(path)
                found[name] = Entry(name, EntryKind.FILE, self._size_of_open(path))
        for path in self._open_folders:
            if path and posixpath.dirname(path) == folder:
                name = posixpath.basename(path)
                found.setdefault(name, Entry(name, EntryKind.FOLDER, None))
        if self._on_disk(folder).kind is EntryKind.MISSING and folder in self._open_folders:
            return list(found.values())
        try:
            with self._opened(folder, _FOLDER_ONLY) as opened, os.scandir(opened) as listing:
                for item in listing:
                    if len(found) > MAX_ENTRIES:
                        return None
                    if item.name not in found and is_text(item.name):
                        found[item.name] = entry_on_disk(item)
        except (OSError, ValueError):
            return None
        return None if len(found) > MAX_ENTRIES else list(found.values())

    def _read(self, path: str) -> str | None:
        place = self._place(path)
        return self._text(place) if place.kind is EntryKind.FILE else None

    def _text(self, place: Place) -> str | None:
        if place.path in self._open_files:
            text = self._open_files[place.path]
            return text if len(text) <= MAX_FILE_BYTES else None
        if place.size is None or place.size > MAX_FILE_BYTES:
            return None
        try:
            with self._opened(place.path, _NO_WAIT) as opened:
                descriptor = opened if isinstance(opened, int) else os.open(opened, os.O_RDONLY | _AS_IT_IS)
                with os.fdopen(descriptor, "rb", closefd=not isinstance(opened, int)) as file:
                    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                        return None
                    content = file.read(MAX_FILE_BYTES + 1)
            return content.decode("utf-8-sig") if len(content) <= MAX_FILE_BYTES else None
        except (OSError, ValueError):
            return None

    @contextlib.contextmanager
    def _opened(self, path: str, flags: int) -> Iterator[int | str]:
        """A path without links, opened step by step from the root; its absolute path if the system cannot do that.

        Raises OSError if a part of the path has become a link.
        """
        if not _BY_DESCRIPTOR:
            yield self._on_system(path)
            return
        names = path.split("/") if path else []
        folder_flags = os.O_RDONLY | _FOLDER_ONLY | _NO_LINK
        descriptor = os.open(self.root, folder_flags if names else folder_flags | flags)
        try:
            for number, name in enumerate(names):
                is_last = number == len(names) - 1
                inner = os.open(name, os.O_RDONLY | _NO_LINK | flags if is_last else folder_flags, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


def _below_root(files: Mapping[str, str], *roots: str) -> dict[str, str]:
    """The files below any of the spellings of the root, by their paths in the context."""
    below = {}
    for file, text in files.items():
        for root in roots:
            start = root if root.endswith(os.sep) else root + os.sep
            if file.startswith(start):
                below[file[len(start) :].replace(os.sep, "/")] = text
    return below

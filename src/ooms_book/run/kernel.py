"""A Jupyter kernel that writes down which parts of the project it uses.

``python -m ooms_book.run.kernel -f CONNECTION_FILE`` is ipykernel, started after an audit hook
(PEP 578) that appends to the file named by ``OOMS_BOOK_TRACE`` a JSON line for each thing under
``OOMS_BOOK_ROOT`` that the process opens, lists, looks for or imports. Project modules are compiled
from their source: a cached ``.pyc`` is judged by time and size, which can lie.

``python -m ooms_book.run.kernel --forked LIBRARY ...`` imports libraries once and forks a kernel
whenever one is asked for (`ooms_book.run.kernels`). What was seen until then, each kernel has seen:
so a module of the project that would come before a library is a reason to run again, as ever.

Only the standard library is imported before the hook is in place.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.machinery
import json
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

__all__ = ["Tracer", "begin_anew", "forked", "observe", "watch_stat"]

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Libraries start these to learn about the machine; they read nothing of a project.
_HARMLESS = frozenset({"cc", "gcc", "ld", "ldconfig", "lsb_release", "objdump", "uname"})
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_INSTALLED = re.compile(r"[/\\\\](?:site|dist)-packages[/\\\\]")
_FINDERS = (os.path.join(_LIBRARY, "importlib"), os.path.join(_LIBRARY, "pkgutil.py"))
# What a kernel imports while it starts, whatever it is to run.
_OF_KERNELS = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
)
_PROCESSES = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn"})


class Tracer:
    """Appends one line to a file for each new thing seen.

    Parameters
    ----------
    root
        The project's folder; what lies elsewhere is not recorded.
    path
        The file to append to. Lines are written at once, so that a killed kernel leaves them.
    """

    def __init__(self, root: str, path: str) -> None:
        self.roots = {os.path.abspath(root), os.path.realpath(root)}
        self.ignored = tuple(
            os.path.join(base, name) + os.sep
            for base in self.roots
            for name in ("_build", ".git", "__pycache__")
        ) + tuple(
            # An environment kept inside the project is accounted for by its package versions.
            prefix + os.sep
            for prefix in {sys.prefix, sys.base_prefix, os.path.realpath(sys.prefix)}
        )
        self.seen: set[tuple[str, str]] = set()
        self.placed: dict[tuple[str, str], list[str]] = {}
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def follow(self, path: str, seen: frozenset[tuple[str, str]]) -> None:
        """Go on in another file, as if no more than this had been seen."""
        self.seen = set()
        self.descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for kind, what in sorted(seen):
            self.write(kind, what)

    def write(self, kind: str, what: str) -> None:
        """Record one event, once."""
        if (kind, what) in self.seen:
            return
        self.seen.add((kind, what))
        os.write(self.descriptor, (json.dumps([kind, what]) + "\n").encode())

    def under_root(self, path: Any) -> list[str]:
        """Return a path as named and as resolved, relative to the project, where it lies in it."""
        if path is None:
            path = "."
        if isinstance(path, int):
            return []
        try:
            text = os.fsdecode(path)
        except TypeError:
            return []
        # To resolve a path asks the system of each folder on it, and most are asked for often.
        named = ("" if os.path.isabs(text) else os.getcwd(), text)
        if named not in self.placed:
            self.placed[named] = self._place(text)
        return self.placed[named]

    def _place(self, text: str) -> list[str]:
        found = []
        for candidate in dict.fromkeys((os.path.abspath(text), os.path.realpath(text))):
            if candidate.startswith(self.ignored) or f"{os.sep}__pycache__" in candidate:
                continue
            for base in self.roots:
                if candidate == base:
                    found.append(".")
                elif candidate.startswith(base + os.sep):
                    found.append(candidate[len(base) + 1 :].replace(os.sep, "/"))
        return list(dict.fromkeys(found))

    def path(self, kind: str, path: Any) -> None:
        """Record an event about a path, if it lies in the project."""
        for relative in self.under_root(path):
            self.write(kind, relative)

    def seeks_modules(self) -> bool:
        """Say whether a folder is being listed only to find modules or installed packages.

        The import system does so, and libraries do to find their plug-ins. It must not make a
        chapter depend on every name in a folder, only on those that could be a module asked for.
        What the project itself lists by these means is a plain listing.
        """
        frame: FrameType | None = sys._getframe(2)
        if frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        finders = False
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(_FINDERS) or "importlib_metadata" in name:
                finders = True
            elif _INSTALLED.search(name) or not name.startswith((_LIBRARY, "<frozen")):
                # The first caller that is not Python itself; the code of a cell has a name of its
                # own, which is that of no installed file.
                return finders and bool(_INSTALLED.search(name))
            frame = frame.f_back
        return finders

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Receive CPython's audit events."""
        if event == "open":
            path, mode, flags = arguments
            writes = (
                any(letter in mode for letter in "wax+")
                if isinstance(mode, str)
                else isinstance(flags, int) and bool(flags & _WRITES)
            )
            self.path("write" if writes else "open", path)
        elif event in ("os.listdir", "os.scandir"):
            self.path("search" if self.seeks_modules() else "list", arguments[0])
        elif event == "import":
            self.write("import", str(arguments[0]).rpartition(".")[2])
        elif event in _PROCESSES:
            program = os.fsdecode(arguments[0]) if arguments[0] else ""
            if os.path.basename(program) not in _HARMLESS:
                self.write("unseen", f"another process ({program})")
        elif event == "socket.connect":
            address = arguments[1]
            if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
                self.write("unseen", f"the network ({address[0]})")
        elif event == "sqlite3.connect" and arguments[0] not in (":memory:", b":memory:"):
            self.path("open", arguments[0])


class _FromSource(importlib.machinery.SourceFileLoader):
    """Compiles a module from its source, or takes what was compiled from the same bytes."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        source = self.get_data(path)
        known, code = _COMPILED.get(path, (None, None))
        return code if known == source else self.source_to_code(source, path)


#: By path, what `_compile` read and what it made of it, for the kernels that are forked.
_COMPILED: dict[str, tuple[bytes, CodeType]] = {}


def _compile(folder: str) -> None:
    """Compile the modules in a folder once for all kernels; none is imported."""
    for within, _, names in os.walk(folder):
        for path in (os.path.join(within, name) for name in names if name.endswith(".py")):
            # What cannot be read or compiled, or only with a warning, is left to who imports it.
            with (
                contextlib.suppress(OSError, SyntaxError, ValueError, Warning),
                open(path, "rb") as file,
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("error")
                source = file.read()
                _COMPILED[path] = source, compile(source, path, "exec", dont_inherit=True)


def _source_finder(tracer: Tracer) -> Callable[[str], importlib.machinery.FileFinder]:
    loaders = (
        (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES),
        (_FromSource, importlib.machinery.SOURCE_SUFFIXES),
    )

    def find(path: str) -> importlib.machinery.FileFinder:
        if not tracer.under_root(path) or not os.path.isdir(path or "."):
            raise ImportError("not a folder of the project", path=path)
        return importlib.machinery.FileFinder(path, *loaders)

    return find


def watch_stat(tracer: Tracer) -> None:
    """Record what is merely looked for: ``os.stat`` raises no audit event of its own."""
    original = os.stat

    def stat(path: Any, *args: Any, **kwargs: Any) -> os.stat_result:
        tracer.path("look", path)
        return original(path, *args, **kwargs)

    stat.__doc__ = original.__doc__
    for supports in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if original in supports:
            supports.add(stat)
    os.stat = stat


def observe(root: str, trace: str) -> Tracer:
    """Start recording, in this process and until it ends.

    Parameters
    ----------
    root
        The project's folder.
    trace
        The file to append events to, one JSON pair ``[kind, what]`` a line. The kinds: ``open``,
        ``write``, ``list``, ``look`` and ``search`` (paths relative to ``root``), ``import`` (the
        last part of a module's name), ``unseen`` (a way out that can't be followed).
    """
    tracer = Tracer(root, trace)
    sys.path_hooks.insert(0, _source_finder(tracer))
    sys.path_importer_cache.clear()
    sys.addaudithook(tracer.hook)
    watch_stat(tracer)
    return tracer


def _fork(tracer: Tracer, libraries: list[str]) -> bool:
    """Import libraries, and fork a process for each kernel that standard input asks for.

    Returns
    -------
    bool
        True in such a process; False once nobody can ask any more.
    """
    # Whose end will be theirs; ipykernel reads it once, when it is imported.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    for name in (*libraries, *_OF_KERNELS):
        # A chapter that needs what is not there says so itself. (The hook sees only this import.)
        with contextlib.suppress(ImportError):
            __import__(name)
    gc.freeze()
    seen = frozenset(tracer.seen)
    asked = forked()
    if asked is None:
        return False
    _become(tracer, seen, **asked)
    return True


def forked() -> dict[str, Any] | None:
    """Fork a process for each kernel that standard input asks for, and say which have ended.

    Returns
    -------
    dict or None
        In such a process, what was asked of it; None once nobody can ask any more.
    """
    ended: dict[int, int | None] = {}
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if "pid" in asked:
            pid = asked["pid"]
            if ended[pid] is None:
                gone, status = os.waitpid(pid, os.WNOHANG)
                ended[pid] = os.waitstatus_to_exitcode(status) if gone else None
            answer = ended[pid]
        elif (answer := os.fork()) == 0:
            return asked
        else:
            ended[answer] = None
        print(json.dumps(answer), flush=True)
    for pid in (pid for pid, code in ended.items() if code is None):
        os.kill(pid, signal.SIGKILL)
    return None


def begin_anew(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Give a forked process the arguments, folder, variables and streams of one of its own."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    sys.argv[1:] = arguments


def _become(
    tracer: Tracer,
    seen: frozenset[tuple[str, str]],
    arguments: list[str],
    folder: str,
    environment: dict[str, str],
) -> None:
    """Make a forked process what it would be had it been started by itself."""
    begin_anew(arguments, folder, environment)
    # Beside the notebook, a module of the project comes before a library of that name.
    beside = {name.partition(".")[0] for name in os.listdir()}
    if beside & {name.partition(".")[0] for name in sys.modules} or any(
        kind in ("open", "list", "unseen") for kind, _ in seen
    ):
        os.execv(sys.executable, [sys.executable, "-m", "ooms_book.run.kernel", *arguments])
    tracer.follow(os.environ["OOMS_BOOK_TRACE"], seen)
    tracer.path("search", folder)


def main() -> None:
    """Observe, then become ipykernel."""
    # As ipykernel's own launcher does: the folder python was started in is not a library.
    if sys.path and os.path.abspath(sys.path[0] or ".") == os.getcwd():
        del sys.path[0]
    root = os.environ["OOMS_BOOK_ROOT"]
    if sys.argv[1:2] == ["--forked"]:
        _compile(os.path.join(root, "src"))
    tracer = observe(root, os.environ["OOMS_BOOK_TRACE"])
    if sys.argv[1:2] == ["--forked"] and not _fork(tracer, sys.argv[2:]):
        return
    del os.environ["OOMS_BOOK_ROOT"], os.environ["OOMS_BOOK_TRACE"]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()

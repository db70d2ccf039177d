# `open` and `io.FileIO` over the in-memory file system.
import _io
import _sandbox
import builtins
import _sandbox_files as files

_FLAGS = {"r": 0, "w": 1 | 64 | 512, "a": 1 | 64 | 1024, "x": 1 | 64 | 128}


class FileIO(_io._RawIOBase):
    def __init__(self, file, mode="r", closefd=True, opener=None):
        kind = next((c for c in mode if c in _FLAGS), None)
        if kind is None:
            raise ValueError("Must have exactly one of create/read/write/append mode and at most one plus")
        flags = _FLAGS[kind]
        self._plus = "+" in mode
        if self._plus:
            flags = flags & ~1 | 2
        self._kind, self._closefd, self.name = kind, closefd, file
        if isinstance(file, int):
            self._fd = file
            files.entry(file)
        else:
            self._fd = (opener or files.open_)(file, flags)
            if files.is_folder(self._fd):
                files.close(self._fd)
                files.fail(21, file)
        if kind == "a":
            files.lseek(self._fd, 0, 2)

    @property
    def mode(self):
        return {"r": "rb", "w": "wb", "a": "ab", "x": "xb"}[self._kind] + ("+" if self._plus else "")

    @property
    def closefd(self):
        return self._closefd

    def _open(self):
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def readable(self):
        return self._kind == "r" or self._plus

    def writable(self):
        return self._kind != "r" or self._plus

    def seekable(self):
        self._open()
        return True

    def fileno(self):
        self._open()
        return self._fd

    def isatty(self):
        return False

    def readinto(self, buffer):
        self._open()
        if not self.readable():
            raise _io.UnsupportedOperation("File not open for reading")
        found = files.read(self._fd, len(buffer))
        buffer[:len(found)] = found
        return len(found)

    def readall(self):
        return files.read(self._fd, 1 << 40)

    def write(self, data):
        self._open()
        if not self.writable():
            raise _io.UnsupportedOperation("File not open for writing")
        return files.write(self._fd, data)

    def seek(self, offset, whence=0):
        self._open()
        return files.lseek(self._fd, offset, whence)

    def tell(self):
        return self.seek(0, 1)

    def truncate(self, size=None):
        files.ftruncate(self._fd, self.tell() if size is None else size)
        return size

    def close(self):
        if not self.closed:
            super().close()
            if self._closefd:
                files.close(self._fd)


def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    if set(mode) - set("rwaxbt+") or sum(mode.count(c) for c in "rwax") != 1:
        raise ValueError(f"invalid mode: {mode!r}")
    binary = "b" in mode
    raw = FileIO(file, mode.replace("b", "").replace("t", ""), closefd, opener)
    if buffering == 0:
        if not binary:
            raise ValueError("can't have unbuffered text I/O")
        return raw
    if "+" in mode:
        buffered = _io.BufferedRandom(raw)
    elif raw.writable():
        buffered = _io.BufferedWriter(raw)
    else:
        buffered = _io.BufferedReader(raw)
    if binary:
        return buffered
    text = _io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline, buffering == 1)
    text.mode = mode
    return text


def open_code(path):
    return open(path, "rb")


FileIO.__module__ = open.__module__ = open_code.__module__ = "_io"
_io.FileIO, _io.open, _io.open_code = FileIO, _sandbox.unbound("open", open), open_code
builtins.open = _io.open

# An empty machine behind `os`: files live in memory, there are no processes, no environment and no chance.
import _sandbox
import sys

error = OSError
environ = {}
_have_functions = []

F_OK, R_OK, W_OK, X_OK = 0, 4, 2, 1
O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND = 0, 1, 2, 64, 128, 512, 1024
O_NOFOLLOW, O_CLOEXEC, O_NONBLOCK, O_DIRECTORY = 131072, 524288, 2048, 65536
TMP_MAX = 10000
EX_OK = 0

_REFUSED = (
    "system fork forkpty execv execve kill killpg pipe pipe2 wait waitpid posix_spawn posix_spawnp "
    "link symlink mkfifo mknod chroot setuid setgid dup dup2 sendfile openpty "
    "getlogin getloadavg getrandom urandom nice abort statvfs"
).split()
# `fork` and its kin are added after asyncio and random have looked for them: see patches.py.
LATE = ("fork", "forkpty", "posix_spawn", "posix_spawnp", "execv", "execve", "statvfs")
for _name in _REFUSED:
    if _name not in LATE:
        globals()[_name] = _sandbox.refusing("os." + _name)
_exit = _sandbox.refusing("os._exit")


class stat_result(tuple):
    _fields = ("st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size",
               "st_atime", "st_mtime", "st_ctime")

    def __getattr__(self, name):
        if name in self._fields:
            return self[self._fields.index(name)]
        if name in ("st_mtime_ns", "st_atime_ns", "st_ctime_ns"):
            return self[8] * 10**9
        if name == "st_blksize":
            return 4096
        raise AttributeError(f"'os.stat_result' object has no attribute {name!r}")


class terminal_size(tuple):
    columns = property(lambda self: self[0])
    lines = property(lambda self: self[1])


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    try:
        found = type(path).__fspath__
    except AttributeError:
        raise TypeError("expected str, bytes or os.PathLike object, not " + type(path).__name__) from None
    return found(path)


def _disk():
    return sys.modules["_sandbox_files"]


def _delegate(name):
    def function(*args, **kwargs):
        return getattr(_disk(), name)(*args, **kwargs)

    function.__name__ = function.__qualname__ = name.rstrip("_")
    return function


for _name in ("stat lstat fstat listdir scandir mkdir rmdir unlink rename replace getcwd chdir access "
              "close read write lseek ftruncate truncate fsync").split():
    globals()[_name] = _delegate(_name)
open = _delegate("open_")
remove = unlink


def getcwdb():
    return getcwd().encode()


def isatty(fd):
    return False


def getpid():
    return 1


getppid = getuid = geteuid = getgid = getegid = lambda: 0


def umask(mask):
    return 0o022


def utime(*args, **kwargs):
    pass


chmod = chown = fchmod = utime


def strerror(code):
    return {2: "No such file or directory", 17: "File exists"}.get(code, f"error {code}")


def cpu_count():
    return 1


def get_terminal_size(fd=1):
    raise OSError(25, "Inappropriate ioctl for device")


def uname():
    return ("Linux", "sandbox", "0", "0", "sandbox")


def putenv(key, value):
    pass


def unsetenv(key):
    pass


def get_inheritable(fd):
    return False


def set_inheritable(fd, inheritable):
    pass


def register_at_fork(**kwargs):
    pass


def readlink(path, *, dir_fd=None):
    raise OSError(22, "Invalid argument", path)


# Functions of the host do not become methods when they are put into a class.
for _name, _value in list(globals().items()):
    if type(_value) is type(uname) and not _name.startswith("__"):
        globals()[_name] = _sandbox.unbound(_name, _value)

# Modules of the host: they import, so that the standard library imports, and refuse to be used.
import _sandbox
import sys

_Module = type(sys)


def _lazy(module):
    """Names nobody listed: constants are numbers, errors are classes, all else refuses."""

    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        what = f"{module.__name__}.{name}"
        if name.isupper() or name.startswith("has_") or name.startswith("HAS_"):
            value = 0
        elif name.endswith(("Error", "Exception", "error", "herror")):
            value = type(name, (OSError,), {"__module__": module.__name__})
        elif name[0].isupper() or name == "socket":
            value = type(name, (), {"__module__": module.__name__, "__init__": _sandbox.refusing(what)})
        else:
            value = _sandbox.refusing(what)
        setattr(module, name, value)
        return value

    module.__getattr__ = __getattr__


def _make(name, lazy=True, **names):
    module = _Module(name)
    for key, value in names.items():
        setattr(module, key, value)
    if lazy:
        _lazy(module)
    sys.modules[name] = module
    return module


_socket = dict(error=OSError, timeout=TimeoutError, gaierror=type("gaierror", (OSError,), {}), AF_INET=2, AF_INET6=10,
               AF_UNSPEC=0, SOCK_STREAM=1, SOCK_DGRAM=2, SOL_SOCKET=1, SO_REUSEADDR=2, IPPROTO_TCP=6, IPPROTO_IPV6=41,
               TCP_NODELAY=1, has_ipv6=False, SHUT_RDWR=2)
_make("_socket", **_socket)
_make("socket", **_socket)
_make("select", lazy=False, select=_sandbox.refusing("select.select"), error=OSError)
_make("ssl")


class SubprocessError(Exception):
    pass


class CalledProcessError(SubprocessError):
    def __init__(self, returncode, cmd, output=None, stderr=None):
        self.returncode, self.cmd, self.output, self.stderr = returncode, cmd, output, stderr

    def __str__(self):
        return f"Command {self.cmd!r} returned non-zero exit status {self.returncode}."


class TimeoutExpired(SubprocessError):
    def __init__(self, cmd, timeout, output=None, stderr=None):
        self.cmd, self.timeout, self.output, self.stderr = cmd, timeout, output, stderr


for _class in (SubprocessError, CalledProcessError, TimeoutExpired):
    _class.__module__ = "subprocess"
_make("subprocess", PIPE=-1, STDOUT=-2, DEVNULL=-3, SubprocessError=SubprocessError,
      CalledProcessError=CalledProcessError, TimeoutExpired=TimeoutExpired)

# Signals can be asked for; none ever comes.
_handlers = {}


def _signal(number, handler):
    old = _handlers.get(number, 0)
    _handlers[number] = handler
    return old


def default_int_handler(number, frame):
    raise KeyboardInterrupt


_names = dict(SIGHUP=1, SIGINT=2, SIGQUIT=3, SIGABRT=6, SIGKILL=9, SIGUSR1=10, SIGSEGV=11, SIGUSR2=12, SIGPIPE=13,
              SIGALRM=14, SIGTERM=15, SIGCHLD=17, SIG_DFL=0, SIG_IGN=1, NSIG=65)
for _name in ("signal", "_signal"):
    _make(_name, lazy=False, signal=_signal, getsignal=lambda number: _handlers.get(number, 0),
          default_int_handler=default_int_handler, set_wakeup_fd=lambda fd, **kw: -1,
          siginterrupt=lambda number, flag: None, alarm=_sandbox.refusing("signal.alarm"),
          pause=_sandbox.refusing("signal.pause"), raise_signal=_sandbox.refusing("signal.raise_signal"),
          strsignal=lambda number: f"signal {number}", Signals=int, Handlers=int, **_names)

# What is changed in modules of the standard library, right after they are loaded.
import _sandbox

_SEED = 0x5EED


def _asyncio(module):
    import _sandbox_loop
    import asyncio.events
    import asyncio.unix_events as unix

    loop = _sandbox_loop.EventLoop
    unix._UnixDefaultEventLoopPolicy._loop_factory = loop
    for home in (module, unix):
        home.SelectorEventLoop = home.EventLoop = loop


def _logging(module):
    handle = module.Logger.callHandlers

    def callHandlers(self, record):
        if record.exc_info and record.exc_info[1] is not None:
            exc = record.exc_info[1]
            exc = f"{type(exc).__name__}: {exc}"
        else:
            exc = None
        _sandbox.log(record.name, record.levelname, record.getMessage(), exc)
        return handle(self, record)

    module.Logger.callHandlers = callHandlers


def _random(module):
    seed = module.Random.seed

    def seeded(self, a=None, version=2):
        return seed(self, _SEED if a is None else a, version)

    seeded.__name__ = "seed"
    module.Random.seed = seeded
    module._inst.seed()
    module.SystemRandom.random = _sandbox.refusing("random.SystemRandom")
    module.SystemRandom.getrandbits = _sandbox.refusing("random.SystemRandom")
    module.SystemRandom.randbytes = _sandbox.refusing("random.SystemRandom")


def _uuid(module):
    for name in ("uuid1", "uuid4", "getnode", "uuid6", "uuid7", "uuid8"):
        if hasattr(module, name):
            setattr(module, name, _sandbox.refusing("uuid." + name))


def _os(module):
    import posix

    def __getattr__(name):
        if name in posix.LATE or name.startswith(("exec", "spawn")):
            return _sandbox.refusing("os." + name)
        raise AttributeError(f"module 'os' has no attribute {name!r}")

    # `hasattr(os, "fork")` decides what the library defines; it must go on saying no there.
    def guarded(name):
        import sys

        if not sys._getframe(1).f_code.co_filename.startswith("/program/"):
            raise AttributeError(f"module 'os' has no attribute {name!r}")
        return __getattr__(name)

    module.__getattr__ = guarded
    module.popen = _sandbox.refusing("os.popen")


PATCHES = {"asyncio": _asyncio, "logging": _logging, "random": _random, "uuid": _uuid, "os": _os}

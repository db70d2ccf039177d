# The virtual clock: starts at 2025-01-01T00:00:00Z and moves by what is slept. A reading by the program itself moves
# it by a microsecond, so that an elapsed time is never zero; readings by library code do not.
import _sandbox
import sys

_native = _sandbox.native_time
_START = 1735689600 * 10**9
_passed = 0

struct_time = _native.struct_time
timezone = altzone = daylight = 0
tzname = ("UTC", "UTC")
CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID = 0, 1, 2


def _advance(nanoseconds):
    global _passed
    _passed += max(0, int(nanoseconds))


def _read():
    global _passed
    if sys._getframe(2).f_code.co_filename.startswith("/program/"):
        _passed += 1000
    return _passed


def time_ns():
    return _START + _read()


def time():
    return (_START + _read()) / 10**9


def monotonic_ns():
    return _read()


def monotonic():
    return _read() / 10**9


def sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    _advance(seconds * 10**9)


perf_counter_ns = process_time_ns = thread_time_ns = monotonic_ns
perf_counter = process_time = thread_time = monotonic


def clock_gettime(clock):
    return time() if clock == CLOCK_REALTIME else monotonic()


def get_clock_info(name):
    import types

    if name not in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        raise ValueError("unknown clock")
    return types.SimpleNamespace(implementation="virtual", monotonic=name != "time", adjustable=False, resolution=1e-09)


def gmtime(seconds=None):
    return _native.gmtime((_START + _passed) // 10**9 if seconds is None else seconds)


def localtime(seconds=None):
    return gmtime(seconds)


def _days(year, month, day):
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def mktime(parts):
    year, month, day, hour, minute, second = tuple(parts)[:6]
    return float(_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second)


def strftime(format, parts=None):
    return _native.strftime(format, gmtime() if parts is None else parts)


def strptime(text, format="%a %b %d %H:%M:%S %Y"):
    import _strptime

    return _strptime._strptime_time(text, format)


def asctime(parts=None):
    return strftime("%a %b %e %H:%M:%S %Y", parts)


def ctime(seconds=None):
    return asctime(gmtime(seconds))


def tzset():
    pass


# Functions of the host do not become methods when they are put into a class: `Formatter.converter = time.localtime`.
for _name, _value in list(globals().items()):
    if type(_value) is type(tzset) and not _name.startswith("_"):
        globals()[_name] = _sandbox.unbound(_name, _value)

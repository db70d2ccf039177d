# asyncio on virtual time: the loop is the standard one, its selector only moves the clock.
import _sandbox
import asyncio.base_events
import asyncio.events
import time


class _Selector:
    def select(self, timeout):
        if timeout is None:
            why = "waits for something that can never happen"
            _sandbox.end("limit", why)
            raise _sandbox.NotDeterministic(why)
        if timeout > 0:
            # Rounded up, or a timer a fraction of a nanosecond away would never come.
            time._advance(int(timeout * 10**9) + 1)
        return ()

    def get_map(self):
        return {}

    def close(self):
        pass


class EventLoop(asyncio.base_events.BaseEventLoop):
    def __init__(self, selector=None):
        super().__init__()
        self._selector = _Selector()

    def time(self):
        return time._passed / 10**9

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def add_signal_handler(self, number, callback, *args):
        pass

    def remove_signal_handler(self, number):
        return False

    def add_reader(self, fd, callback, *args):
        _sandbox.refuse("loop.add_reader")

    add_writer = add_reader

    def run_in_executor(self, executor, func, *args):
        _sandbox.refuse("threads")


EventLoop.__module__ = "asyncio"

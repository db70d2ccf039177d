//! Python that real programs use; each of these runs on RustPython 0.5.0 without a change to it.

use victor_migrate::runtime::sandbox::Ended;

use super::go;

macro_rules! runs {
    ($($name:ident: $text:expr;)*) => {$(
        #[test]
        fn $name() {
            let run = go($text);
            assert_eq!((&run.ended, &run.exception), (&Ended::Normally, &None), "{}", run.stderr);
        }
    )*};
}

runs! {
    dataclasses: "
from dataclasses import *
@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class A:
    x: int
    y: list[str] = field(default_factory=list, compare=False)
    z: InitVar[int] = 0
    def __post_init__(self, z): pass
a = A(x=1)
assert replace(a, x=2, z=0) > a and asdict(a) == {'x': 1, 'y': []} and repr(a) == \"A(x=1, y=[])\"
assert [f.name for f in fields(a)] == ['x', 'y']
try: a.x = 3
except FrozenInstanceError: pass
else: raise AssertionError
class Base: pass
@dataclass
class B(Base):
    a: 'int' = 1
    def m(self): return self.a
assert B().m() == 1 and B() == B(1) and B.__match_args__ == ('a',)
";
    protocols_and_typing: "
from __future__ import annotations
from typing import *
from abc import ABC, abstractmethod
from collections.abc import Callable, AsyncIterator, Awaitable
@runtime_checkable
class P(Protocol):
    name: str
    async def f(self, x: int) -> str: ...
class A:
    name = 'a'
    async def f(self, x): return ''
assert isinstance(A(), P) and not isinstance(1, P)
T = TypeVar('T')
class G(Generic[T]):
    def get(self) -> T | None: return None
x: Optional[dict[str, list[int]]] = None
class TD(TypedDict, total=False):
    a: Required[int]
    b: str
class NT(NamedTuple):
    a: int
    b: str = 'x'
assert NT(1) == (1, 'x') and TD(a=1) == {'a': 1} and G[int]().get() is None
L = Literal['a', 'b']; U = Union[int, str]; C = Callable[[int], Awaitable[str]]; An = Annotated[int, 'm']
assert get_args(Literal['a', 'b']) == ('a', 'b') and get_origin(Optional[int]) is Union
@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x): return x
assert get_type_hints(NT) == {'a': int, 'b': str} and cast(int, 'x') == 'x'
class Abs(ABC):
    @property
    @abstractmethod
    def p(self): ...
try: Abs()
except TypeError as e: assert 'abstract' in str(e)
if TYPE_CHECKING: import nothing
Self; Final; ClassVar; ParamSpec('P'); NewType('N', int)(1); assert_never; Concatenate; TypeAlias; Never; Unpack
";
    new_type_syntax: "
type Alias[T] = list[T] | None
def first[T](xs: list[T]) -> T: return xs[0]
class Box[T]:
    def __init__(self, v: T): self.v = v
assert first([1]) == 1 and Box[int](2).v == 2 and Alias.__name__ == 'Alias'
";
    f_strings: "
d = {'a': {'b': [1]}}; name = 'x'; w = 8
assert f\"{d[\"a\"][\"b\"][0]}\" == '1' and f'{name!r:>{w}}' == \"     'x'\" and f'{w=}' == 'w=8'
assert f\"{'\\n'.join(['a', 'b'])}\" == 'a\\nb' and f'{1234.5:,.2f} {w:#x} {0.5:.0%}' == '1,234.50 0x8 50%'
assert f'''{
    name  # comment
}''' == 'x' and f'{{}}' == '{}' and rf'\\d{w}' == '\\\\d8'
assert f\"{f'{f\"{name}\"}'}\" == 'x' and '{:>5}|{x}'.format('a', x=1) == '    a|1' and '%s %05.1f' % ('a', 2) == 'a 002.0'
";
    match_statements: "
from dataclasses import dataclass
from enum import Enum
@dataclass
class P: x: int; y: int
class C(Enum): R = 1
def f(v):
    match v:
        case 0 | 1: return 'small'
        case [a, *rest] if rest: return ('list', a, rest)
        case {'type': 'x', **other}: return ('dict', other)
        case P(x=0, y=yy): return ('p', yy)
        case P(a, b): return ('pp', a, b)
        case C.R: return 'red'
        case str(s): return s
        case (int() | float()) as n: return n
        case None: return 'none'
        case _: return 'other'
assert [f(v) for v in (1, [1, 2], {'type': 'x', 'q': 2}, P(0, 5), P(1, 2), C.R, 'hi', 2.5, None, object())] == \
    ['small', ('list', 1, [2]), ('dict', {'q': 2}), ('p', 5), ('pp', 1, 2), 'red', 'hi', 2.5, 'none', 'other']
";
    exception_groups: "
seen = []
try:
    raise ExceptionGroup('g', [ValueError(1), TypeError(2), ExceptionGroup('h', [KeyError(3)])])
except* ValueError as e: seen.append(e.exceptions)
except* (TypeError, KeyError) as e: seen.append(len(e.exceptions))
assert len(seen) == 2, seen
e = ValueError('x'); e.add_note('n'); assert e.__notes__ == ['n']
m, r = ExceptionGroup('g', [ValueError(1), TypeError(2)]).split(ValueError)
assert len(m.exceptions) == 1 == len(r.exceptions)
";
    async_generators: "
import asyncio
log = []
async def g(n):
    try:
        for i in range(n):
            await asyncio.sleep(1)
            x = yield i
    finally:
        log.append('closed')
async def main():
    assert [i async for i in g(3)] == [0, 1, 2]
    assert {i: i async for i in g(2) if i} == {1: 1}
    async for i in g(5):
        if i == 1: break
    a = g(2); assert await anext(a) == 0; await a.aclose()
    it = aiter(g(1)); assert await anext(it, None) == 0 and await anext(it, 'end') == 'end'
    assert await asyncio.gather(*(f() for f in [lambda: asyncio.sleep(1, 'x')])) == ['x']
asyncio.run(main())
assert log.count('closed') == 5, log
";
    contextlib_forms: "
import contextlib, io, asyncio
log = []
@contextlib.contextmanager
def cm(n):
    log.append(n)
    try: yield n
    finally: log.append(-n)
@contextlib.asynccontextmanager
async def acm(n): yield n
with cm(1) as a, cm(2) as b: assert a + b == 3
with (cm(3) as c, cm(4)): pass
with contextlib.ExitStack() as s:
    s.enter_context(cm(5)); s.callback(log.append, 'cb')
with contextlib.suppress(ValueError): raise ValueError
with contextlib.redirect_stdout(io.StringIO()) as out: print('x')
assert out.getvalue() == 'x\\n' and log[-2:] == ['cb', -5]
async def main():
    async with acm(1) as x, contextlib.AsyncExitStack() as s: return await s.enter_async_context(acm(x + 1))
assert asyncio.run(main()) == 2
@cm(7)
def deco(): return 1
assert deco() == 1
with contextlib.closing(io.StringIO()): pass
";
    functools_and_itertools: "
import functools, itertools, operator
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
assert fib(60) == 1548008755920 and fib.cache_info().hits
@functools.singledispatch
def f(x): return 'o'
@f.register
def _(x: int): return 'i'
assert f(1) == 'i' and f('') == 'o'
class A:
    @functools.cached_property
    def p(self): return object()
    @functools.singledispatchmethod
    def m(self, x): return 'o'
    @m.register
    def _(self, x: str): return 's'
a = A(); assert a.p is a.p and a.m('') == 's' and a.m(1) == 'o'
@functools.wraps(fib)
def w(*a): return 0
assert w.__name__ == 'fib' and functools.reduce(operator.add, [1, 2]) == 3 and functools.partial(int, base=2)('10') == 2
@functools.total_ordering
class O:
    def __init__(s, v): s.v = v
    def __eq__(s, o): return s.v == o.v
    def __lt__(s, o): return s.v < o.v
assert O(1) <= O(2)
assert list(itertools.batched('abc', 2)) == [('a', 'b'), ('c',)] and list(itertools.pairwise([1, 2, 3])) == [(1, 2), (2, 3)]
assert [(k, list(g)) for k, g in itertools.groupby('aab')] == [('a', ['a', 'a']), ('b', ['b'])]
";
    enums: "
from enum import *
class S(StrEnum):
    A = auto()
    B = 'x'
class F(Flag):
    R = auto(); W = auto(); RW = R | W
class I(IntEnum): ONE = 1
class E(Enum):
    X = (1, 'a')
    def __init__(self, n, s): self.n = n
    @property
    def label(self): return self.name.lower()
assert S.A == 'a' and f'{S.B}' == 'x' and F.R in F.RW and I.ONE + 1 == 2 and E.X.label == 'x' and E((1, 'a')) is E.X
assert [m.name for m in S] == ['A', 'B'] and repr(F.RW) == '<F.RW: 3>' and unique(I)
";
    json_re_datetime: "
import json, re, datetime as dt, decimal, fractions, textwrap, string, copy, collections, heapq, bisect, hashlib, base64
assert json.loads(json.dumps({'a': [1, None, True, 1.5, 'é'], 'b': {}}, indent=2, sort_keys=True)) == {'a': [1, None, True, 1.5, 'é'], 'b': {}}
try: json.loads('{')
except json.JSONDecodeError as e: assert e.pos == 1
class Enc(json.JSONEncoder):
    def default(self, o): return str(o)
assert json.dumps(dt.date(2025, 1, 1), cls=Enc) == '\"2025-01-01\"'
m = re.search(r'(?P<k>\\w+)=(?P<v>\\d+)', 'a b=12'); assert m and m['v'] == '12' and m.groupdict() == {'k': 'b', 'v': '12'}
assert re.sub(r'(a)(b)?', lambda m: m[1].upper(), 'abac') == 'AAc' and re.split(r'[,;]\\s*', 'a, b;c') == ['a', 'b', 'c']
assert re.findall(r'(?i)(?<=x)y+(?!z)', 'xYyz xyy') == ['Y', 'yy'], re.findall(r'(?i)(?<=x)y+(?!z)', 'xYyz xyy')
assert dt.datetime.now().isoformat().startswith('2025-01-01T00:00:00') and dt.datetime.now(dt.timezone.utc).tzinfo
assert dt.datetime.strptime('2024-02-29 10:00', '%Y-%m-%d %H:%M') + dt.timedelta(days=1) == dt.datetime(2024, 3, 1, 10)
assert dt.datetime.fromisoformat('2024-01-01T00:00:00+00:00').strftime('%a %d %b %Y') == 'Mon 01 Jan 2024'
assert decimal.Decimal('0.1') + decimal.Decimal('0.2') == decimal.Decimal('0.3') and fractions.Fraction(1, 3) * 3 == 1
assert textwrap.dedent('  a\\n  b') == 'a\\nb' and string.Template('$a').substitute(a=1) == '1'
assert hashlib.sha256(b'x').hexdigest()[:4] == '2d71' and base64.b64encode(b'x') == b'eA=='
assert collections.Counter('aab').most_common(1) == [('a', 2)] and copy.deepcopy({'a': [1]}) == {'a': [1]}
assert collections.ChainMap({'a': 1}, {'b': 2})['b'] == 2 and collections.OrderedDict(a=1).popitem() == ('a', 1)
";
    logging_setup: "
import logging, logging.handlers, logging.config, io
s = io.StringIO()
h = logging.StreamHandler(s); h.setFormatter(logging.Formatter('%(asctime)s %(name)s %(levelname)s %(message)s'))
l = logging.getLogger('x'); l.addHandler(h); l.setLevel('DEBUG'); l.propagate = False
l.debug('a %s', {'k': 1}, extra={'z': 1}); l.log(25, 'b')
assert s.getvalue().splitlines()[0] == \"2025-01-01 00:00:00,000 x DEBUG a {'k': 1}\", s.getvalue()
logging.config.dictConfig({'version': 1, 'root': {'level': 'INFO'}})
logging.FileHandler('log.txt').close()
";
    asyncio_forms: "
import asyncio, time
async def work(n, r=None):
    await asyncio.sleep(n)
    if r: raise r
    return n
async def main():
    t0 = asyncio.get_running_loop().time()
    assert await asyncio.gather(work(3600), asyncio.create_task(work(1), name='t')) == [3600, 1]
    r = await asyncio.gather(work(1, ValueError('x')), work(2), return_exceptions=True); assert isinstance(r[0], ValueError)
    q = asyncio.Queue(maxsize=1); out = []
    async def produce():
        for i in range(3): await q.put(i)
        await q.put(None)
    async def consume():
        while (i := await q.get()) is not None: out.append(i); q.task_done()
    await asyncio.gather(produce(), consume()); assert out == [0, 1, 2]
    try:
        async with asyncio.timeout(5): await work(10)
    except TimeoutError: pass
    else: raise AssertionError
    try: await asyncio.wait_for(work(10), 1)
    except asyncio.TimeoutError: pass
    async with asyncio.TaskGroup() as tg: a = tg.create_task(work(1)); b = tg.create_task(work(2))
    assert a.result() + b.result() == 3
    try:
        async with asyncio.TaskGroup() as tg: tg.create_task(work(1, KeyError('k'))); tg.create_task(work(9))
    except* KeyError: pass
    t = asyncio.create_task(work(100)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: pass
    assert t.cancelled()
    done, pending = await asyncio.wait({asyncio.create_task(work(1)), asyncio.create_task(work(50))}, return_when=asyncio.FIRST_COMPLETED)
    assert len(done) == len(pending) == 1
    for p in pending: p.cancel()
    assert [await f for f in asyncio.as_completed([work(2), work(1)])] == [1, 2]
    lock, sem, ev = asyncio.Lock(), asyncio.Semaphore(2), asyncio.Event()
    async with lock, sem: ev.set(); await ev.wait()
    fut = asyncio.get_running_loop().create_future(); asyncio.get_running_loop().call_later(3, fut.set_result, 7); assert await fut == 7
    await asyncio.shield(work(1)); assert asyncio.current_task() and asyncio.iscoroutinefunction(work)
    cond = asyncio.Condition()
    async with cond: cond.notify_all()
asyncio.run(main())
with asyncio.Runner() as r: assert r.run(work(1)) == 1
loop = asyncio.new_event_loop(); asyncio.set_event_loop(loop); assert loop.run_until_complete(work(2)) == 2; loop.close()
";
    classes_and_descriptors: "
import weakref, inspect, types, abc, contextvars, copy, pickle, operator
class D:
    def __set_name__(self, o, n): self.n = n
    def __get__(self, i, o=None): return self if i is None else i.__dict__.get(self.n, 0)
    def __set__(self, i, v): i.__dict__[self.n] = v
class M(type):
    def __call__(cls, *a, **k): o = super().__call__(*a, **k); o.made = True; return o
class A(metaclass=M):
    d = D(); __slots__ = ('__dict__', '__weakref__')
    def __init_subclass__(cls, tag=None, **k): cls.tag = tag; super().__init_subclass__(**k)
    def __class_getitem__(cls, i): return i
    @classmethod
    def c(cls): return cls
    @staticmethod
    def s(): return 1
class B(A, tag='t'):
    def __getattr__(self, n): return n
b = B(); b.d = 3; assert (b.d, b.made, B.tag, A[1], b.zz, B.c(), b.s()) == (3, True, 't', 1, 'zz', B, 1)
r = weakref.ref(b); assert r() is b
def f(a, /, b: int = 1, *c, d, **e) -> str: 'doc'
assert str(inspect.signature(f)) == '(a, /, b: int = 1, *c, d, **e) -> str', inspect.signature(f)
v = contextvars.ContextVar('v', default=1); t = v.set(2); v.reset(t); assert v.get() == 1
assert pickle.loads(pickle.dumps({'a': (1, {2})})) == {'a': (1, {2})} and types.SimpleNamespace(a=1).a == 1
assert inspect.iscoroutinefunction(f) is False and inspect.getsource(f).startswith('def f')
def gen():
    x = yield from (1, 2)
    return x
assert list(gen()) == [1, 2] and (lambda *a, k=(y := 5): (a, k, y))(1) == ((1,), 5, 5)
a, *m, z = range(5); assert m == [1, 2, 3] and {**{'a': 1}, 'b': 2} | {'c': 3}
assert isinstance(b, A | int) and not issubclass(int, A)
";
    library_imports: "
import argparse, array, ast, calendar, cmath, configparser, csv, difflib, email.message, fnmatch, glob, graphlib, gzip, hmac, html, http, inspect, io, ipaddress, keyword, linecache, locale, math, mimetypes, numbers, pathlib, pickle, platform, pprint, queue, reprlib, sched, shelve, shlex, shutil, statistics, string, struct, tempfile, threading, timeit, token, tokenize, tomllib, traceback, types, unicodedata, unittest, unittest.mock, urllib.parse, urllib.request, uuid, weakref, xml.etree.ElementTree, zipfile, zlib, zoneinfo, concurrent.futures, selectors, signal, socket, ssl, subprocess, http.client, typing, collections.abc, secrets, getpass, atexit, dis, sysconfig, site
p = argparse.ArgumentParser(); p.add_argument('--x', type=int, default=1); assert p.parse_args([]).x == 1
assert csv.reader(['a,\"b,c\"']).__next__() == ['a', 'b,c'] and urllib.parse.urlparse('http://a/b?c=1').query == 'c=1'
assert statistics.mean([1, 2, 3]) == 2 and tomllib.loads('a = 1') == {'a': 1} and shlex.split('a \"b c\"') == ['a', 'b c']
assert uuid.uuid5(uuid.NAMESPACE_DNS, 'x') and threading.Lock().acquire()
assert ast.unparse(ast.parse('x = 1')) == 'x = 1'
";
    mocks: "
from unittest.mock import *
import unittest, asyncio
m = MagicMock(); m.a.b(1); m.a.b.assert_called_once_with(1); m.f.return_value = 3; assert m.f() == 3
am = AsyncMock(return_value=5); assert asyncio.run(am(1)) == 5; am.assert_awaited_once()
with patch('json.dumps', return_value='x'):
    import json; assert json.dumps(1) == 'x'
class T(unittest.TestCase):
    def test(self):
        self.assertEqual(1, 1)
        with self.assertRaises(ValueError): raise ValueError
class AT(unittest.IsolatedAsyncioTestCase):
    async def test(self): await asyncio.sleep(1)
s = unittest.TestSuite([T('test'), AT('test')]); r = unittest.TestResult(); s.run(r); assert r.wasSuccessful(), (r.errors, r.failures)
";
    tracebacks: "
import traceback, sys
def f(): 1 / 0
try: f()
except ZeroDivisionError:
    text = traceback.format_exc(); kind, value, tb = sys.exc_info()
assert 'File \"/program/main.py\", line 3, in f' in text and '1 / 0' in text and text.endswith('ZeroDivisionError: division by zero\\n'), text
";
    main_guard: "
def main(): return 0
if __name__ == '__main__':
    import sys
    code = main()
    assert __file__ == '/program/main.py'
else: raise AssertionError(__name__)
";
}

//! What a run writes down.

use victor_migrate::runtime::sandbox::{Ended, Limits, Program};

use super::{child, global, go};

#[test]
fn output_logs_and_warnings_are_kept_apart() {
    let run = go("
import sys, logging, warnings
print('out', end='')
print('err', file=sys.stderr)
sys.stdout.write('more\\n')
logging.basicConfig(level=logging.INFO)
logging.getLogger('a.b').info('n=%d', 3)
try:
    1 / 0
except ZeroDivisionError:
    logging.exception('bad')
warnings.warn('old', DeprecationWarning)
async def never(): pass
never()
");
    assert_eq!(run.stdout, "outmore\n", "{run:?}");
    assert!(run.stderr.starts_with("err\nINFO:a.b:n=3\n"), "{:?}", run.stderr);
    let logs: Vec<_> = run.logs.iter().map(|l| (l.logger.as_str(), l.level.as_str(), l.message.as_str())).collect();
    assert_eq!(logs, [("a.b", "INFO", "n=3"), ("root", "ERROR", "bad")]);
    assert_eq!(run.logs[1].exception.as_deref(), Some("ZeroDivisionError: division by zero"));
    let warnings: Vec<_> = run.warnings.iter().map(|w| (w.category.as_str(), w.message.as_str())).collect();
    assert_eq!(warnings, [("DeprecationWarning", "old"), ("RuntimeWarning", "coroutine 'never' was never awaited")]);
    assert_eq!(run.warnings[0].line, Some(12));
}

#[test]
fn globals_show_exact_types_and_no_addresses() {
    let run = go("
import enum, collections, dataclasses, datetime, functools
class Colour(enum.IntEnum):
    RED = 1
class Mine(list): pass
@dataclasses.dataclass
class Point:
    x: int
    y: object = None
class Plain:
    def __init__(self): self.me = self; self.f = lambda: 1
    def __repr__(self): raise SystemExit
P = collections.namedtuple('P', 'a b')
values = [1, True, 1.0, '1', b'1', None, Colour.RED, Mine([1]), Point(1, Point(2)), Plain(), P(1, 2)]
d = {'b': 1, 'a': {2, 1}}
o = object()
dq = collections.deque([1]); when = datetime.datetime(2025, 1, 2); dd = collections.defaultdict(int, a=1)
bound = values.append
part = functools.partial(int, '2')
");
    assert_eq!(run.exception, None, "{run:?}");
    assert_eq!(
        global(&run, "values"),
        "[1, True, 1.0, '1', b'1', None, <__main__.Colour.RED>, __main__.Mine([1]), \
         __main__.Point{x: 1, y: __main__.Point{x: 2, y: None}}, \
         __main__.Plain{me: <cycle>, f: <function __main__.Plain.__init__.<locals>.<lambda>>}, __main__.P(a=1, b=2)]"
    );
    assert_eq!(global(&run, "d"), "{'b': 1, 'a': set({1, 2})}");
    assert_eq!(global(&run, "o"), "<object object>");
    assert_eq!(global(&run, "dq"), "deque([1])");
    assert_eq!(global(&run, "when"), "datetime.datetime(2025, 1, 2, 0, 0)");
    assert_eq!(global(&run, "dd"), "collections.defaultdict({'a': 1}){default_factory: <class int>}");
    assert_eq!(global(&run, "part"), "functools.partial(<class 'int'>, '2')");
    assert!(run.globals.iter().all(|g| !g.value.contains("0x")), "{:?}", run.globals);
}

#[test]
fn an_exception_keeps_its_chain() {
    let run = go("
def f():
    raise KeyError('k')
try:
    f()
except KeyError as e:
    raise ValueError('bad') from e
");
    let raised = run.exception.expect("raises");
    assert_eq!((raised.class.as_str(), raised.message.as_str(), raised.explicit), ("ValueError", "bad", true));
    assert_eq!(raised.lines, [7]);
    let cause = raised.cause.expect("cause");
    assert_eq!((cause.class.as_str(), cause.message.as_str(), cause.lines.as_slice()), ("KeyError", "'k'", &[5, 3][..]));
    assert_eq!(run.ended, Ended::Normally);
    let run = go("raise ExceptionGroup('g', [ValueError(1), TypeError(2)])");
    assert_eq!(run.exception.expect("raises").group.len(), 2);
    let run = go("import sys\nsys.exit(3)");
    assert_eq!(run.exception.map(|e| (e.class, e.message)), Some(("SystemExit".into(), "3".into())));
    let run = go("x = = 1");
    assert_eq!(run.exception.map(|e| (e.class, e.lines)), Some(("SyntaxError".into(), vec![1])));
}

#[test]
fn executed_lines_are_those_of_the_program() {
    let mut program = Program::new("from pkg.a import f\nif f(1):\n    x = 1\nelse:\n    x = 2\n");
    program.modules.insert("pkg".into(), String::new());
    program.modules.insert("pkg.a".into(), "def f(n):\n    if n:\n        return 1\n    return 0\n".into());
    let run = child().run(&program);
    assert_eq!(run.exception, None, "{run:?}");
    let lines = |path: &str| run.lines.get(path).map(|l| l.iter().copied().collect::<Vec<_>>());
    assert_eq!(lines("main.py"), Some(vec![1, 2, 3]));
    assert_eq!(lines("pkg/a.py"), Some(vec![1, 2, 3]));
}

#[test]
fn what_was_written_before_a_limit_is_kept() {
    let limits = Limits { instructions: 10_000, ..Limits::default() };
    let run = child().run(&Program { text: "print('before')\nwhile True: pass".into(), limits, ..Program::default() });
    assert_eq!(run.stdout, "before\n");
    assert_eq!(run.ended, Ended::Limit("instructions".into()));
}

#[test]
fn a_last_line_that_a_condition_kept_from_running_is_not_executed() {
    let text = "def f(x):\n    if x:\n        print(x)\n\n\ndef g(x):\n    if x:\n        print(x)\n    return\n\n\nf(0)\ng(0)\nif f(0):\n    print(1)\n";
    let run = go(text);
    let lines: Vec<u32> = run.lines["main.py"].iter().copied().collect();
    assert_eq!(lines, [1, 2, 6, 7, 9, 12, 13, 14]);
}

//! Programs that want out, or want to stay: none may hang, crash the parent or touch the machine.

use std::time::{Duration, Instant};

use victor_migrate::runtime::sandbox::{Ended, Limits, Program, Run};

use super::{child, global, go};

fn refused(text: &str) -> String {
    match go(text).ended {
        Ended::NotDeterministic(why) => why,
        other => panic!("{text}: {other:?}"),
    }
}

fn limited(text: &str) -> String {
    let limits = Limits { millis: 6000, instructions: 300_000, ..Limits::default() };
    let start = Instant::now();
    let run = child().run(&Program { text: text.into(), limits, ..Program::default() });
    assert!(start.elapsed() < Duration::from_secs(20), "{text}: {:?}", start.elapsed());
    match run.ended {
        Ended::Limit(why) => why,
        other => panic!("{text}: {other:?} {:?}", run.exception),
    }
}

#[test]
fn modules_of_the_host_are_refused() {
    for name in ["ctypes", "fcntl", "mmap", "resource", "multiprocessing.shared_memory", "_posixsubprocess", "faulthandler"] {
        let run = go(&format!("import {name}"));
        assert!(matches!(run.ended, Ended::NotDeterministic(_)) || run.exception.is_some(), "{name}: {run:?}");
    }
    assert_eq!(refused("import subprocess\nsubprocess.run(['ls'])"), "subprocess.run");
    assert_eq!(refused("import os\nos.system('touch /tmp/x')"), "os.system");
    assert_eq!(refused("import os\nos.fork()"), "os.fork");
    assert_eq!(refused("import socket\nsocket.socket()"), "socket.socket");
    assert_eq!(refused("import socket\nsocket.create_connection(('a', 1))"), "socket.create_connection");
    assert_eq!(refused("__import__('cty' + 'pes')"), "import ctypes");
    assert_eq!(refused("import importlib\nimportlib.import_module('ctypes')"), "import ctypes");
}

#[test]
fn a_swallowed_refusal_still_counts() {
    assert_eq!(refused("import os\ntry:\n    os.system('x')\nexcept BaseException:\n    pass\nprint('on')"), "os.system");
}

#[test]
fn chance_is_refused() {
    assert_eq!(refused("import uuid\nuuid.uuid4()"), "uuid.uuid4");
    assert_eq!(refused("import secrets\nsecrets.token_hex()"), "random.SystemRandom");
    assert_eq!(refused("import os\nos.urandom(4)"), "os.urandom");
    assert_eq!(refused("import random\nrandom.SystemRandom().random()"), "random.SystemRandom");
    assert_eq!(refused("import threading\nthreading.Thread(target=print).start()"), "threads");
    assert_eq!(refused("from concurrent.futures import ThreadPoolExecutor as T\nT().submit(print)"), "threads");
    assert_eq!(refused("import asyncio\nasyncio.run(asyncio.to_thread(print))"), "threads");
}

#[test]
fn files_live_in_memory() {
    let path = std::env::temp_dir().join("victor-sandbox-must-not-exist");
    let _ = std::fs::remove_file(&path);
    let run = go(&format!(
        "import pathlib, os\np = {path:?}\nos.makedirs(os.path.dirname(p), exist_ok=True)\n\
         with open(p, 'w') as f:\n    f.write('x\\n')\nback = open(p).read()\n\
         other = pathlib.Path('a.txt')\nother.write_text('é')\nthere = other.exists(), other.read_text(), os.listdir('.')\n"
    ));
    assert_eq!(run.exception, None, "{run:?}");
    assert_eq!(global(&run, "back"), "'x\\n'");
    assert_eq!(global(&run, "there"), "(True, 'é', ['a.txt', 'main.py'])");
    assert_eq!(run.files.get("/program/a.txt").map(String::as_str), Some("'é'"));
    assert!(!path.exists());
    let run = go("open('/etc/passwd').read()");
    assert_eq!(run.exception.map(|e| e.class), Some("FileNotFoundError".into()));
}

#[test]
fn the_environment_is_empty() {
    let run = go(
        "import os, sys\nkeys = list(os.environ)\nhome = os.path.expanduser('~')\ncwd = os.getcwd()\nexe = sys.executable\nargv = sys.argv",
    );
    assert_eq!(global(&run, "keys"), "[]", "{run:?}");
    assert_eq!(global(&run, "cwd"), "'/program'");
    assert_eq!(global(&run, "exe"), "''");
    assert_eq!(global(&run, "argv"), "['/program/main.py']");
}

#[test]
fn walks_over_frames_and_classes_find_no_host() {
    let run = go("
import sys
names = sorted({c.__module__ + '.' + c.__name__ for c in ().__class__.__base__.__subclasses__()})
bad = [n for n in names if any(w in n for w in ('Popen', 'FileIO', 'socket', 'ctypes', 'mmap', 'Stdio'))]
f, paths = sys._getframe(), []
while f:
    paths.append(f.f_code.co_filename)
    f = f.f_back
loaders = [c.__name__ for c in sys.meta_path]
natives = sorted(m for m in sys.builtin_module_names if m in ('_ctypes', '_socket', 'select', 'mmap', 'fcntl', '_signal', 'nt'))
");
    assert_eq!(run.exception, None);
    // A class without instances that makes none.
    assert_eq!(global(&run, "bad"), "['sys._SandboxStdio']");
    for make in ["c()", "c.__new__(c)", "object.__new__(c)"] {
        let run = go(&format!("c = [c for c in object.__subclasses__() if c.__name__ == '_SandboxStdio'][0]\n{make}.write('x')"));
        assert_eq!(run.exception.map(|e| e.class).as_deref(), Some("TypeError"), "{make}");
    }
    assert_eq!(global(&run, "natives"), "[]");
    assert_eq!(refused("import sys\nsys.settrace(None)"), "sys.settrace");
    let run = go("import sys\ntype(sys.__stdout__.buffer.raw)\nstdin = sys.stdin.read()\nfd = sys.stdin.fileno()");
    assert_eq!(global(&run, "stdin"), "''");
    assert!(run.exception.is_some(), "{run:?}");
}

#[test]
fn endless_programs_end() {
    assert_eq!(limited("while True: pass"), "instructions");
    assert_eq!(limited("while True:\n    try:\n        x = 1\n    except BaseException:\n        pass"), "instructions");
    assert_eq!(limited("while True:\n  try:\n    while True: pass\n  except BaseException: pass"), "instructions");
    // By the child's clock, or on a busy machine by the parent's.
    assert!(limited("import itertools\nsum(itertools.count())").starts_with("time"));
    assert_eq!(limited("import asyncio\nasync def f():\n    while True: await asyncio.sleep(1)\nasyncio.run(f())"), "instructions");
    assert_eq!(
        limited("import asyncio\nasync def f():\n    await asyncio.Event().wait()\nasyncio.run(f())"),
        "waits for something that can never happen"
    );
    assert!(limited("import re\nre.match('(a*)*b', 'a' * 64)").starts_with("time"));
    assert_eq!(limited("print('x' * 3_000_000)"), "output");
    assert_eq!(limited("while True: print('x' * 1000)"), "output");
    assert_eq!(limited("class A:\n    def __del__(self):\n        while True: pass\na = A()\ndel a"), "instructions");
}

#[test]
fn huge_values_end() {
    for text in ["'x' * 10**10", "[0] * 10**10", "bytearray(10**10)", "a = 'x'\nwhile True: a += a"] {
        let run = child().run(&Program::new(text));
        let ended = run.ended == Ended::Limit("memory".into());
        let raised = run.exception.as_ref().is_some_and(|e| e.class == "MemoryError" || e.class == "OverflowError");
        assert!(ended || raised, "{text}: {:?} {:?}", run.ended, run.exception);
    }
    for text in ["10 ** 10 ** 10", "2 ** (1 << 40)", "1 << 10**12"] {
        let limits = Limits { millis: 2000, ..Limits::default() };
        let run = child().run(&Program { text: text.into(), limits, ..Program::default() });
        assert!(matches!(run.ended, Ended::Limit(_)) || run.exception.is_some(), "{text}: {:?}", run.ended);
    }
}

#[test]
fn deep_recursion_is_a_python_error_or_a_limit() {
    let run = go("def f(n): return f(n + 1)\ntry:\n    f(0)\nexcept RecursionError as e:\n    seen = str(e)");
    assert_eq!(run.ended, Ended::Normally, "{run:?}");
    assert!(global(&run, "seen").contains("recursion"), "{run:?}");
    for text in [
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)",
        "a = []\nfor _ in range(100_000): a = [a]\nrepr(a)",
        "a = []\nfor _ in range(100_000): a = [a]\na == a.copy()",
        "eval('(' * 100_000 + ')' * 100_000)",
        "eval('-' * 1_000_000 + '1')",
        "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nA().b",
        "a = ()\nfor _ in range(1_000_000): a = (a,)\ndel a",
    ] {
        let run = go(text);
        assert!(!matches!(run.ended, Ended::NotDeterministic(_)), "{text}: {:?}", run.ended);
        eprintln!("{:40} {:?} {:?}", &text[..text.len().min(40)], run.ended, run.exception.map(|e| e.class));
    }
}

#[test]
fn a_crashed_child_is_replaced() {
    let mut child = child();
    assert_eq!(child.run(&Program::new("x = 1")).ended, Ended::Normally);
    let run = child.run(&Program::new("'x' * 10**10"));
    assert_ne!(run.ended, Ended::Normally, "{run:?}");
    let run = child.run(&Program::new("x = 2"));
    assert_eq!((global(&run, "x"), run.ended.clone()), ("2", Ended::Normally));
}

#[test]
fn one_program_leaves_nothing_for_the_next() {
    let mut child = child();
    let first = "import random, builtins, json, asyncio\njson.x = 1\nclass Left: pass\nkeep = Left()\nopen('f', 'w').write('x')\nr = random.random()\nbuiltins.len = 5";
    let second = "import json, random, os\nn = len('ab')\nx = hasattr(json, 'x')\nfiles = os.listdir()\n\
                  left = [c.__name__ for c in object.__subclasses__() if c.__name__ == 'Left']\nr = random.random()";
    let one = child.run(&Program::new(first));
    let two = child.run(&Program::new(second));
    assert_eq!(two.ended, Ended::Normally);
    assert_eq!(["n", "x", "files", "left"].map(|g| global(&two, g)), ["2", "False", "['main.py']", "[]"]);
    assert_eq!(global(&one, "r"), global(&two, "r"));
}

#[test]
fn the_same_program_runs_the_same() {
    let text = "import random, time, datetime, tempfile\na = random.random(), random.Random().random(), {'b', 'a', 'c'}, hash('x')\n\
                b = time.time(), datetime.datetime.now(), time.perf_counter(), time.strftime('%c'), time.localtime()\n\
                print(list({'b', 'a', 'c', 'd'}), object)\nc = tempfile.mkdtemp()";
    let mut child = child();
    let runs: Vec<Run> = (0..3).map(|_| child.run(&Program::new(text))).chain([go(text)]).collect();
    assert_eq!(runs[0].exception, None);
    assert!(runs.windows(2).all(|pair| pair[0] == pair[1]), "{runs:#?}");
}

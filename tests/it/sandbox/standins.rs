//! Third-party modules that are not here.

use victor_migrate::runtime::sandbox::Ended;

use super::{global, go};

#[test]
fn a_stand_in_takes_every_use_and_writes_it_down() {
    let run = go("
import asyncio
import openai
from fastapi import FastAPI, Depends
import numpy as np
import a.b.c
app = FastAPI(title='x')
@app.get('/')
async def root(dep=Depends(print)): return 1
class Model(openai.types.Base, metaclass=type):
    def f(self): return self.inherited(2)
m = Model(1)
m.f()
client = openai.Client(key='k')
with client.session() as s:
    s.send(1)
async def main():
    r = await client.chat.create(messages=[{'role': 'user'}])
    async with client.stream() as stream:
        async for chunk in stream:
            chunk.text
    return f'{r.content}'
answer = asyncio.run(main())
for x in np.array([1]) * 2: pass
try:
    raise openai.RateLimitError('slow')
except openai.RateLimitError as e:
    caught = str(e)
keep = root
d = client['k']
client.timeout = 3
a.b.c.f()
");
    assert_eq!(run.exception, None, "{run:#?}");
    assert_eq!(run.ended, Ended::Normally);
    assert_eq!(global(&run, "keep"), "<function __main__.root>");
    assert_eq!(global(&run, "answer"), "'<stand-in await openai.Client().chat.create().content>'");
    assert_eq!(global(&run, "caught"), "'slow'");
    let uses: Vec<String> = run.standins.iter().map(|u| format!("{} {} {}", u.kind, u.path, u.detail)).collect();
    for expected in [
        "import openai ",
        "call fastapi.FastAPI title='x'",
        "call fastapi.FastAPI().get '/'",
        "decorate fastapi.FastAPI().get() <function __main__.root>",
        "subclass openai.types.Base ",
        "construct openai.types.Base 1",
        "call openai.types.Base().inherited 2",
        "call openai.Client().chat.create messages=[{'role': 'user'}]",
        "await openai.Client().chat.create() ",
        "enter openai.Client().session() ",
        "iterate async openai.Client().stream().__enter__() ",
        "set openai.Client() timeout = 3",
        "call a.b.c.f ",
    ] {
        assert!(uses.iter().any(|u| u == expected), "{expected} not in {uses:#?}");
    }
}

#[test]
fn a_decision_on_a_stand_in_is_unknowable() {
    for (text, why) in [
        ("import requests\nif requests.get('x').ok: pass", "requests.get().ok as a truth"),
        ("import requests\nrequests.get('x').status == 200", "requests.get().status == 200"),
        ("import numpy\nlen(numpy.array([1]))", "numpy.array() as a length"),
        ("import requests\ntry:\n    int(requests.x)\nexcept BaseException: pass", "requests.x as an int"),
        ("import a\nisinstance(1, a.B)", "a.B in isinstance"),
    ] {
        let ended = go(text).ended;
        let Ended::Unknowable(said) = &ended else { panic!("{text}: {ended:?}") };
        assert!(why.starts_with(said.as_str()), "{said} for {why}");
    }
}

#[test]
fn a_missing_module_of_the_program_is_missing() {
    let run = go("import main\nimport pkg_that_is_not_here\ntry:\n    import pkg_that_is_not_here.sub\nexcept ImportError: x = 1");
    assert_eq!(run.ended, Ended::Normally, "{run:?}");
}

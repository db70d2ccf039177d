//! Rules by people: pages about classes, modules and functions that are not Victor's, drafted, tested and applied.

use crate::support::{Project, Run, repository};

const RULE: &str = "---\nexample: 0\nreplaces: acme.http.Client.fetch\nlevel: safe\neffort: 1-2 min\nwhere: client: acme.http.Client\n---\n\n# Use get\n\nWhy.\n\n```python match\n$client.fetch($url)\n```\n\n```python rewrite\n$client.get($url)\n```\n\n## Changed\n\n```python before\nfrom acme.http import Client\n\nClient().fetch(1)\n```\n\n```python after\nfrom acme.http import Client\n\nClient().get(1)\n```\n\n## Left alone\n\n```python keep\ndef f(client):\n    client.fetch(1)\n```\n";

const PATH: &str = "---\nexample: 0\nreplaces: acme.util.old\nlevel: safe\neffort: 1-2 min\nimports: acme.util.new\n---\n\n# Use new\n\nWhy.\n\n```python match\nacme.util.old($x)\n```\n\n```python rewrite\nnew($x)\n```\n\n## Changed\n\n```python before\nimport acme.util as u\n\nu.old(1)\n```\n\n```python after\nfrom acme.util import new\n\nnew(1)\n```\n\n## Left alone\n\n```python keep\ndef old(x):\n    return x\n\n\nold(1)\n```\n";

/// What `--fix` makes of `app.py`, with a page.
fn fixed(page: &str, program: &str) -> String {
    let project = Project::new(&[("rules/own-rule.md", page), ("app.py", program)]);
    let run = project.run(&["scan", "app.py", "--rules", "rules", "--fix"]);
    assert!(run.code == Some(0) || run.code == Some(1), "{}{}", run.out, run.err);
    project.text("app.py")
}

#[track_caller]
fn stays(page: &str, program: &str) {
    assert_eq!(fixed(page, program), program);
}

fn draft(project: &Project, more: &[&str]) -> Run {
    let args = ["rules", "new", "--from", "before.py", "--to", "after.py", "-o", "rules"];
    project.run(&[&args[..], more].concat())
}

#[test]
fn nothing_is_changed_by_a_name_alone() {
    for program in [
        "def f(client):\n    return client.fetch(1)\n",
        "class Client:\n    def fetch(self, x): ...\n\nClient().fetch(1)\n",
        "from other.http import Client\n\nClient().fetch(1)\n",
        "from acme.http import Client\n\ndef f(client: 'Other'):\n    client.fetch(1)\n",
        "from acme.http import Client\n\nClient.fetch(1)\n",
        "from acme import http\n\nhttp.fetch(1)\n",
        "from acme.http import Client\n\nClient = make()\nClient().fetch(1)\n",
        "from acme.http import Client\n\nclass Own(Client):\n    def fetch(self, x): ...\n\nOwn().fetch(1)\n",
        "from acme.http import Client\n\ndef f(c):\n    x = Client() if c else c\n    x.fetch(1)\n",
        "from unittest.mock import Mock\nfrom acme.http import Client\n\nMock(spec=Client).fetch(1)\n",
        "# acme.http.Client().fetch(1)\ns = 'from acme.http import Client'\n",
    ] {
        stays(RULE, program);
    }
}

#[test]
fn an_object_is_followed_into_a_file_that_does_not_know_its_class() {
    let helper = "def go(worker):\n    worker.fetch(1)\n";
    let app = "from acme.http import Client\nfrom helpers import go\n\ngo(Client())\n";
    let project = Project::new(&[("rules/own-rule.md", RULE), ("app.py", app), ("helpers.py", helper)]);
    project.scan("--rules rules --no-cache --fix");
    assert_eq!(project.text("helpers.py"), helper.replace("fetch", "get"));
}

#[test]
fn a_function_of_the_same_name_is_left_alone() {
    for program in [
        "def old(x): ...\n\nold(1)\n",
        "from other.util import old\n\nold(1)\n",
        "from acme.util import old\n\ndef f(old):\n    return old(1)\n",
        "from acme.util import old\n\ndef old(x): ...\n\nold(1)\n",
        "import acme.util as u\n\nclass Own:\n    old = staticmethod(print)\n\nOwn.old(1)\n",
        "class u:\n    old = print\n\nu.old(1)\n",
        "try:\n    from acme.util import old\nexcept ImportError:\n    def old(x): ...\n\nold(1)\n",
    ] {
        stays(PATH, program);
    }
}

#[test]
fn an_instance_is_known_by_whatever_leads_to_its_class() {
    for (program, receiver) in [
        ("from acme.http import Client as C\n\nC().fetch(1)\n", "C()"),
        ("import acme.http\n\nx = acme.http.Client()\nx.fetch(1)\n", "x"),
        ("import acme.http as h\n\ndef f(c: 'h.Client | None'):\n    c.fetch(1)\n", "c"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from acme.http import Client\n\ndef f(c: 'Client'):\n    c.fetch(1)\n",
            "c",
        ),
        ("from acme.http import Client\n\nclass Own(Client):\n    def f(self):\n        self.fetch(1)\n", "self"),
        (
            "from acme.http import Client\n\nclass A:\n    def __init__(self):\n        self.x = Client()\n\n    def f(self):\n        self.x.fetch(1)\n",
            "self.x",
        ),
        ("from acme.http import Client\n\ndef make():\n    return Client()\n\nmake().fetch(1)\n", "make()"),
        ("from acme.http import Client\n\ndef use(c):\n    c.fetch(1)\n\nuse(Client())\n", "c"),
        ("from acme.http import Client\n\ndef f(x):\n    if isinstance(x, Client):\n        x.fetch(1)\n", "x"),
    ] {
        assert_eq!(fixed(RULE, program), program.replace(&format!("{receiver}.fetch"), &format!("{receiver}.get")), "{program}");
    }
}

#[test]
fn a_function_is_known_by_its_import_and_imports_follow() {
    for (before, after) in [
        ("from acme.util import old\n\nold(1)\n", "from acme.util import new\n\nnew(1)\n"),
        ("from acme.util import keep, old as o\n\no(keep)\n", "from acme.util import keep, new\n\nnew(keep)\n"),
        ("import acme.util as u\n\nu.old(1)\nu.other(2)\n", "import acme.util as u\nfrom acme.util import new\n\nnew(1)\nu.other(2)\n"),
        ("from acme import util\n\nprint(util.old(1))\n", "from acme.util import new\n\nprint(new(1))\n"),
    ] {
        assert_eq!(fixed(PATH, before), after, "{before}");
    }
    let taken = fixed(PATH, "from acme.util import old\n\nnew = 1\nrenew = old(new)\n");
    assert!(taken.contains("from acme.util import new as acme_new") && taken.contains("renew = acme_new(new)"), "{taken}");
}

#[test]
fn a_call_with_other_arguments_is_reported_and_what_is_done_is_not() {
    let project = Project::new(&[
        ("rules/own-rule.md", RULE),
        ("app.py", "from acme.http import Client\n\nClient().fetch(1, 2)\nClient().fetch(*[1])\n"),
    ]);
    let run = project.run(&["scan", "app.py", "--rules", "rules"]).ends_with(1);
    assert!(run.out.contains("argument 2 has no counterpart") && run.out.contains("hides which argument is which"), "{}", run.out);
    let more =
        RULE.replace("$client.get($url)", "$client.fetch($url, retries=3)").replace("Client().get(1)", "Client().fetch(1, retries=3)");
    let project = Project::new(&[("rules/own-rule.md", more.as_str()), ("app.py", "from acme.http import Client\n\nClient().fetch(1)\n")]);
    project.run(&["scan", "app.py", "--rules", "rules", "--fix"]).ends_with(0);
    assert!(project.text("app.py").ends_with("Client().fetch(1, retries=3)\n"), "{}", project.text("app.py"));
}

#[test]
fn a_page_drafted_from_two_programs_is_proven_and_applied_to_a_tree() {
    let project = Project::copy_of("fixtures/parcels");
    let new = ["rules", "new", "--from", "pair/before.py", "--to", "pair/after.py", "-o", "rules", "--on", "before"];
    let run = project.run(&new).ends_with(0);
    assert!(run.out.contains("8 hits, 2 uses of unknown type, 2 of something else"), "{}", run.out);
    assert!(run.out.contains("unknown  before/shop/desk.py:22 courier.send: the type of `courier` is not known"), "{}", run.out);
    let page = project.text("rules/client-send.md");
    assert!(page.contains("where: client: parcels.client.Client\n") && page.contains("$client.dispatch\n"), "{page}");
    let test = project.run(&["rules", "test", "rules"]).ends_with(0);
    assert!(test.out.ends_with("2 samples: 1 validated, 1 reported, 0 noisy, 0 missing.\n"), "{}", test.out);
    // One is left: a class with a method of its own.
    let fix = ["scan", "before", "--rules", "rules", "--fix", "--unsafe-fixes"];
    let run = project.run(&fix).ends_with(1);
    assert!(run.out.contains("`Careful` defines `send` itself"), "{}", run.out);
    for name in ["careful.py", "desk.py", "factory.py", "mail.py", "orders.py"] {
        assert_eq!(project.text(&format!("before/shop/{name}")), project.text(&format!("after/shop/{name}")), "{name}");
    }
    let before = project.files();
    project.run(&fix).ends_with(1);
    assert!(project.files() == before, "a second run changes something");
}

#[test]
fn the_class_itself_is_no_use_and_a_re_export_in_the_tree_is_followed() {
    let project = Project::copy_of("fixtures/parcels");
    project.run(&["rules", "new", "--from", "pair/before.py", "--to", "pair/after.py", "-o", "rules"]).ends_with(0);
    let library = project.text("library/parcels/client.py");
    project.run(&["scan", "library", "--rules", "rules", "--fix", "--unsafe-fixes"]).ends_with(0);
    assert_eq!(project.text("library/parcels/client.py"), library);
    assert!(project.text("library/sender.py").ends_with("return client.dispatch(item, 1), client.dispatch(number=1, item=item)\n"));
}

#[test]
fn several_changes_become_several_pairs() {
    let before = "import acme.util as u\nfrom acme.http import Client, Mode\nfrom acme.util import LIMIT, old\n\n\nasync def go(client: \"Client\", urls):\n    for url in urls:\n        print(client.fetch(url, mode=Mode.FAST))\n    u.gone(1, x=2)\n    old(urls)\n    if client.config.timeout > LIMIT:\n        client.log(urls, 3)\n";
    let after = "import acme.util as u\nfrom acme.http import Client\nfrom acme.util import LIMIT, new\nfrom acme.retry import Retry\n\n\nasync def go(client: \"Client\", urls):\n    for url in urls:\n        print(await client.get(url, retry=Retry(3)))\n    u.fresh(1, x=2)\n    new(urls)\n    if client.config[\"timeout\"] > LIMIT:\n        await client.write(urls, 3)\n";
    let project = Project::new(&[("before.py", before), ("after.py", after)]);
    let run = draft(&project, &["--name", "acme-two"]).ends_with(0);
    let page = project.text("rules/acme-two.md");
    for pattern in [
        "$client.fetch($url, mode=acme.http.Mode.FAST)\n",
        "await $client.get($url, retry=Retry(3))\n",
        "$util.gone\n",
        "acme.util.old\n",
        "$client.config.$name\n",
        "$client.config[\"$name\"]\n",
        "$client.log($*args)\n",
        "await $client.write($*args)\n",
        "where: client: acme.http.Client, util: module acme.util\n",
        "imports: acme.retry.Retry, acme.util.new\n",
    ] {
        assert!(page.contains(pattern), "{pattern} is not in\n{page}\n{}", run.out);
    }
}

#[test]
fn what_cannot_be_generalised_is_said_and_nothing_is_written() {
    let deep = format!("x = {}1{}\n", "(".repeat(20_000), ")".repeat(20_000));
    for (before, after, reason) in [
        (
            "def f(x):\n    return x.old(1)\n",
            "def f(x):\n    return x.new(1)\n",
            "before.py:2: cannot be generalised: the type of `x` is not known",
        ),
        ("class C: ...\n\nC().old()\n", "class C: ...\n\nC().new()\n", "defined in the program itself"),
        ("x = 1\n", "x = 1\ny = 2\n", "was added, and nothing before stands for it"),
        ("x = 1\n", "x = 1\n", "nothing but imports and comments differs"),
        ("from a.b import C\n\nC().old(1)\n", "from a.b import C\n\nlocal = 1\nC().new(local, 2)\n", "cannot be generalised"),
        ("from a.b import C\n\nC().old(f(1\n", "x = 1\n", "this is not valid Python"),
        (deep.as_str(), "x = 1\n", "this is nested too deeply"),
        ("import a.b\n\na.b.old(1)\n", "import c.d\n\nc.d.new(1)\n", "does not make the programs after"),
    ] {
        let project = Project::new(&[("before.py", before), ("after.py", after)]);
        let run = draft(&project, &[]).ends_with(1);
        assert!(run.err.contains(reason), "{reason} is not in\n{}{}", run.err, run.out);
        assert!(!project.path("rules").exists(), "{before}");
    }
}

#[test]
fn an_after_with_other_imports_first_is_told_from_a_wrong_one() {
    let before = "from acme.http import Client\nfrom acme.util import LIMIT\n\nClient().old(LIMIT)\n";
    let after = "from acme.http import Client\nfrom acme.retry import Retry\nfrom acme.util import LIMIT\n\nClient().new(LIMIT, Retry())\n";
    let project = Project::new(&[("before.py", before), ("after.py", after)]);
    let run = draft(&project, &[]).ends_with(1);
    assert!(run.err.contains("only the order of lines differs"), "{}{}", run.err, run.out);
    let after = "from acme.http import Client\nfrom acme.util import LIMIT\nfrom acme.retry import Retry\n\nClient().new(LIMIT, Retry())\n";
    project.write("after.py", after);
    draft(&project, &[]).ends_with(0);
}

#[test]
fn bad_input_to_rules_new_is_named() {
    let project = Project::new(&[("before.py", &b"x = 1\n"[..]), ("binary.py", b"\0\0"), ("latin.py", b"x = '\xff'\n")]);
    for (from, to, reason) in
        [("gone.py", "before.py", "gone.py"), ("before.py", "binary.py", "binary"), ("latin.py", "before.py", "latin.py")]
    {
        let run = project.run(&["rules", "new", "--from", from, "--to", to]).ends_with(2);
        assert!(run.err.contains(reason), "{}", run.err);
    }
    let run = project.run(&["rules", "new", "--from", "before.py", "--from", "before.py", "--to", "before.py"]).ends_with(2);
    assert!(run.err.contains("each program before needs its program after"), "{}", run.err);
}

#[test]
fn a_name_that_is_no_rule_or_a_tree_that_is_not_there_is_refused_before_anything_is_written() {
    let (before, after) = ("from a.b import C\n\nC().old(1)\n", "from a.b import C\n\nC().new(1)\n");
    let project = Project::new(&[("before.py", before), ("after.py", after)]);
    for (more, reason) in
        [(["--name", "../../evil"], "kebab-case"), (["--name", "Bad Name/x"], "kebab-case"), (["--on", "nope"], "nope: does not exist")]
    {
        let run = draft(&project, &more).ends_with(2);
        assert!(run.err.contains(reason), "{}", run.err);
        assert!(!project.path("rules").exists());
    }
}

#[test]
fn a_page_is_not_overwritten_and_folders_give_one_page() {
    let (before, after) = ("from a.b import C\n\nC().old(1)\n", "from a.b import C\n\nC().new(1)\n");
    let project = Project::new(&[("one/x.py", before), ("two/x.py", after), ("one/y.py", "z = 1\n"), ("two/y.py", "z = 1\n")]);
    let new = ["rules", "new", "--from", "one", "--to", "two", "-o", "rules"];
    project.run(&new).ends_with(0);
    let page = project.text("rules/c-old.md");
    assert!(page.contains("## As in `x.py`") && !page.contains("y.py"), "{page}");
    assert!(project.run(&new).ends_with(2).err.contains("exists; name the rule with --name"));
    project.run(&[&new[..], &["--force"]].concat()).ends_with(0);
}

#[test]
fn every_sample_gets_its_word() {
    let noisy = RULE.replace("def f(client):\n    client.fetch(1)\n", "from acme.http import Client\n\nClient().fetch(1)\n");
    let missing = RULE.replace("from acme.http import Client\n\nClient().fetch(1)", "from acme.other import Client\n\nClient().fetch(1)");
    let project = Project::new(&[("good/own-rule.md", RULE), ("noisy/own-rule.md", &noisy), ("missing/own-rule.md", &missing)]);
    project.run(&["rules", "test", "good"]).ends_with(0);
    let run = project.run(&["rules", "test", "noisy"]).ends_with(1);
    assert!(run.out.contains("noisy      noisy/own-rule.md:") && run.out.contains("+Client().get(1)"), "{}", run.out);
    let run = project.run(&["rules", "test", "missing", "--format", "json"]).ends_with(1).json();
    assert_eq!(run["counts"], serde_json::json!({ "validated": 1, "reported": 0, "noisy": 0, "missing": 1 }));
    assert_eq!(run["samples"][0]["outcome"], "missing");
    project.run(&["rules", "test", "gone"]).ends_with(2);
}

#[test]
fn a_pattern_or_a_type_that_is_a_name_alone_is_refused() {
    for (old, new, message) in [
        ("where: client: acme.http.Client", "where: client: Client", "own-rule.md:6: where: `Client` is no type"),
        ("$client.fetch($url)\n", "$other.fetch($url)\n", "would match by names alone"),
        ("$client.fetch($url)\n", "self.client.fetch($client)\n", "`self` means nothing by itself"),
    ] {
        let page =
            RULE.replacen(old, new, 1).replace("$client.get($url)", "$client.get()").replace("$other.fetch($url)", "$other.fetch($client)");
        let page = if old.starts_with('$') && new.starts_with("$o") {
            RULE.replacen(old, new, 1).replace("$client.get", "$other.get")
        } else {
            page
        };
        let project = Project::new(&[("rules/own-rule.md", page.as_str()), ("app.py", "")]);
        let run = project.run(&["scan", "app.py", "--rules", "rules"]).ends_with(2);
        assert!(run.err.contains(message), "{message} is not in\n{}", run.err);
    }
}

#[cfg(feature = "verify")]
#[test]
fn the_example_in_the_manual_is_a_page_that_holds() {
    let manual = std::fs::read_to_string(repository().join("rules/README.md")).expect("the manual");
    let page = manual.split("````markdown\n").nth(1).and_then(|rest| rest.split("````\n").next()).expect("the example");
    let project = Project::new(&[("rules/config-attribute.md", page)]);
    project.run(&["rules", "prove", "--rules", "rules"]).ends_with(0);
    let run = project.run(&["rules", "test", "rules"]);
    assert!(run.out.contains(" 0 noisy, 0 missing."), "{}", run.out);
}

/// A page that takes a function away around its argument.
fn unwrapping() -> String {
    let page = PATH.replace("acme.util.new(", "(").replace("imports: acme.util.new\n", "");
    let samples = page.find("## Changed").expect("samples");
    let head = page[..samples].replace("```python rewrite\nnew($x)\n", "```python rewrite\n$x\n");
    let changed = "```python before\nimport acme.util as u\n\nprint(u.old(1))\n```\n\n```python after\nprint(1)\n```\n\n";
    format!("{head}## Changed\n\n{changed}## Left alone\n\n```python keep\nold(1)\n```\n")
}

#[test]
fn what_stands_alone_in_a_rewrite_keeps_its_meaning() {
    let program = "from acme.util import old\n\n\ndef f(a, b, c):\n    x = old(\"long \"\n            \"string\")\n    y = [old(a +\n             b)]\n    \
                   return 10 - old(a - b), old(a if c else b) + 1, not old(a or b), old(lambda: a)(), old(a).b, x, y\n";
    let after = "def f(a, b, c):\n    x = (\"long \"\n            \"string\")\n    y = [(a +\n             b)]\n    \
                 return 10 - (a - b), (a if c else b) + 1, not (a or b), (lambda: a)(), a.b, x, y\n";
    let fixed = fixed(&unwrapping(), program);
    let bare = |text: &str| text.replace("y = [(a +\n             b)]", "y = [a +\n             b]");
    assert_eq!(bare(&fixed[fixed.find("def f").expect("there")..]), bare(after));
}

#[test]
fn an_empty_rewrite_takes_the_statement_and_no_value() {
    let page = RULE.replace("$client.get($url)", "").replace("Client().get(1)\n", "");
    let page =
        page.replace("from acme.http import Client\n\nClient().fetch(1)\n", "from acme.http import Client\n\nClient().fetch(1)\nx = 1\n");
    let page = page.replace("```python after\nfrom acme.http import Client\n\n```", "```python after\nx = 1\n```");
    let program = "from acme.http import Client\n\nc = Client()\nif c:\n    c.fetch(1)\nc.fetch(2); print(1)\ny = c.fetch(3)\n\n\nasync def f():\n    await c.fetch(4)\n    print(c.fetch(5))\n";
    let after = "from acme.http import Client\n\nc = Client()\nif c:\n    pass\nprint(1)\ny = c.fetch(3)\n\n\nasync def f():\n    print(c.fetch(5))\n";
    assert_eq!(fixed(&page, program), after);
}

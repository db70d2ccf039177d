//! What a page promises its author: everything read exactly, every mistake named with its line.

use super::{Flags, PageLevel, SampleRole, marks, parse, parse_all, unknown_also};

const GOOD: &str = include_str!("tests/config-attribute.md");

/// The problems of `text` as `line: message`.
fn problems(text: &str) -> Vec<String> {
    let found = parse("rules/x.md", text).expect_err("a broken page");
    found.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
}

/// The one problem that replacing `old` in the good page makes.
fn problem(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    let found = problems(&GOOD.replacen(old, new, 1));
    assert_eq!(found.len(), 1, "{found:#?}");
    found.concat()
}

#[test]
fn a_page_is_read_completely() {
    let page = parse("rules/02-config/config-attribute.md", GOOD).expect("a good page");
    assert_eq!((page.name.as_str(), page.example, page.level, page.effort), ("config-attribute", 2, PageLevel::Safe, (2, 5)));
    assert_eq!(page.replaces, ["AgentOrchestrator._config", "AgentOrchestrator.config"]);
    assert_eq!(page.wheres[1], ("table".to_owned(), "dict[str, int]".to_owned()));
    assert_eq!(page.raises, Some(("AttributeError".to_owned(), "KeyError".to_owned())));
    assert_eq!(page.why, "Why, for the person who meets it.");
    assert_eq!((page.pairs.len(), page.pairs[0].matches.len(), page.pairs[0].unless.len()), (1, 2, 1));
    let rewrite = page.pairs[0].rewrite.as_ref().expect("a rewrite");
    assert_eq!(GOOD.lines().nth(rewrite.line - 1), Some(rewrite.body.as_str()));
    assert_eq!(page.text, GOOD);
}

#[test]
fn samples_are_exact_to_the_byte() {
    let page = parse("x.md", GOOD).expect("a good page");
    let [fix, keep, report] = &page.samples[..] else { panic!("{:#?}", page.samples) };
    let SampleRole::Fix { before, after } = &fix.role else { panic!() };
    assert_eq!(before, "\u{feff}if o:\r\n\tprint(o._config.a)\r\n\r\n");
    assert_eq!(after, "\u{feff}if o:\r\n\tprint(o._config_coordinator.get_config()[\"a\"])\r\n\r\n");
    assert_eq!(fix.flags, Flags { unsafe_: true, modernize: false, also: vec!["other".to_owned(), "third".to_owned()], target: None });
    assert_eq!(fix.title, "A value that is read");
    assert_eq!(keep.role, SampleRole::Keep("\"\"\"\n```python after\n# no title\n```\n\"\"\"\n".to_owned()));
    assert_eq!(keep.title, "Another object is left alone");
    let SampleRole::Report(text) = &report.role else { panic!() };
    assert_eq!(marks(text), [(1, None), (3, Some(PageLevel::Review))]);
}

#[test]
fn the_line_ends_of_the_page_do_not_change_its_structure() {
    let page = parse("x.md", &format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))).expect("a good page");
    let same = parse("x.md", GOOD).expect("a good page");
    assert_eq!((&page.pairs, &page.why, &page.wheres), (&same.pairs, &same.why, &same.wheres));
    assert_eq!(page.samples[0], same.samples[0]);
}

#[test]
fn a_misspelt_word_gets_a_suggestion() {
    assert_eq!(problem("level: safe", "levle: safe"), "4: unknown key `levle`; did you mean `level`?");
    assert_eq!(problem("level: safe", "level: save"), "4: unknown level `save`; did you mean `safe`?");
    assert!(problem("python unless", "python unles").ends_with("unknown role `unles`; did you mean `unless`?"));
    assert!(problem("python keep", "python keep unsave").ends_with("unknown flag `unsave`; did you mean `unsafe`?"));
    assert!(problem("<-- review", "<-- reviw").contains("unknown level `reviw` in a mark; did you mean `review`?"));
    assert!(
        problem("get_config()[\"$name\"]", "get_config()[\"$nam\"]")
            .contains("`$nam` is not bound by the `match` in line 17; did you mean `$name`?")
    );
    assert!(problem("example: 2", "example: 2\ncolour: red").contains("unknown key `colour`; use one of example, replaces"));
}

#[test]
fn a_bad_value_says_how_a_good_one_looks() {
    for (old, new, message) in [
        ("example: 2", "example: 12", "2: example is a number from 0 to 11"),
        ("example: 2", "example: 2\nexample: 3", "3: `example` is set already, in line 2"),
        ("effort: 2-5 min", "effort: 5-2 min", "write `2-5 min`"),
        ("effort: 2-5 min", "effort: soon", "such as `2-5 min`"),
        ("effort: 2-5 min\n", "", "1: the front matter has no `effort:`"),
        ("orch: Agent", "$orch: Agent", "without `$`"),
        ("-> KeyError", "KeyError", "such as `AttributeError -> KeyError`"),
        ("asyncio", "import asyncio", "is no dotted name"),
        ("asyncio", "", "empty entry"),
        ("modernize: false", "modernize: no", "`true` or `false`"),
        ("level: safe", "level: manual", "4: a manual rule needs `next:`"),
    ] {
        let found = problem(old, new);
        assert!(found.contains(message), "{found}");
    }
}

#[test]
fn what_belongs_together_stands_together() {
    for (old, new, message) in [
        ("```python rewrite", "## New\n\n```python rewrite", "this `rewrite` follows no `match` in its section"),
        ("```python after", "## New\n\n```python after", "this `before` is not followed by its `after`"),
        ("python report", "python after", "this `after` follows no `before`"),
        ("## Another", "# Another", "a page has one `# ` title"),
    ] {
        let found = problems(&GOOD.replacen(old, new, 1));
        assert!(found.concat().contains(message), "{found:#?}");
    }
    assert!(problem("python keep", "text keep").contains("4: a safe rule needs a sample of what it leaves alone"));
    assert!(problem("python match", "python match unsafe").contains("takes no flags"));
    assert!(problem("python match", "Python match").contains("begins with `python`"));
}

#[test]
fn all_problems_come_at_once() {
    let text = "---\nlevl: safe\n---\n\n# T\n\n```python before\na\n```python foo\nb\n```python keep\nc\n";
    assert_eq!(
        problems(text),
        [
            "1: the front matter has no `effort:`; add it",
            "1: the front matter has no `example:`; add it",
            "1: the front matter has no `replaces:`; add it",
            "1: the page looks for nothing; add a `python match` fence or `transform:`",
            "2: unknown key `levl`; did you mean `level`?",
            "5: the page has no prose; say below the title why the rule exists",
            "7: this `before` is not followed by its `after` in the same section; add a `python after` fence",
            "7: this fence is not closed before the next one in line 11; end it with ```",
            "11: this fence is never closed; end it with ```",
        ]
    );
    assert_eq!(problems("# T\n\nWhy.\n").len(), 6);
    assert!(!problems("").is_empty());
}

#[test]
fn a_rule_may_only_report_where_its_level_allows_it() {
    let page = |front: &str, rest: &str| {
        let text = format!(
            "---\nexample: 1\nreplaces: x\neffort: 1-1 min\n{front}\n---\n# T\n\nWhy.\n\n```python match\n$orch.chat()\n```\n{rest}"
        );
        parse("a.md", &text).map_err(|problems| problems[0].to_string())
    };
    assert!(page("level: manual\nnext: Ask.", "").is_ok());
    assert!(page("level: none", "").is_ok());
    assert!(page("level: review\ntransform: add_await", "").is_ok());
    assert!(page("level: review", "\n```python report\no.chat()  # <--\n```\n").is_ok());
    assert_eq!(
        page("level: review", ""),
        Err("a.md:11: this `match` has no `rewrite`; add one below it, or make the rule manual".to_owned())
    );
    assert!(page("level: none\nmodernize: true", "").is_err());
    assert_eq!(page("level: none", "").expect("a page").wheres, [("orch".to_owned(), "AgentOrchestrator".to_owned())]);
}

#[test]
fn a_set_has_each_rule_once_and_knows_every_rule_it_names() {
    let found = parse_all(&[("rules/a/x.md", GOOD), ("rules/b/x.md", "")]).expect_err("two rules x");
    assert_eq!(found[0].to_string(), "rules/b/x.md:1: rule `x` exists already, in rules/a/x.md; rename one of the files");
    assert!(found.len() > 1);
    let pages = parse_all(&[("rules/othr.md", GOOD), ("rules/third.md", GOOD)]).expect("good pages");
    let unknown = unknown_also(&pages);
    assert_eq!(unknown.len(), 2);
    assert!(unknown[0].to_string().ends_with("`also=other` names no rule; did you mean `othr`?"));
    assert!(parse("rules/2-Config.md", GOOD).is_err());
}

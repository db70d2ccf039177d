//! What the rules write is Python to CPython too, and not only to the parser that wrote it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use victor_migrate::rule::RuleSet;
use victor_migrate::rule::page::SampleRole;

use crate::support::{Project, program};

/// Answers a list of (name, source) with a list of (name, trouble), of those that do not compile.
const COMPILE: &str = "\
import ast, json, sys, warnings
warnings.simplefilter('ignore')
wrong = []
for name, source in json.load(sys.stdin):
    try:
        compile(source.encode('utf-8'), name, 'exec', flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except Exception as error:
        wrong.append([name, repr(error)])
json.dump(wrong, sys.stdout)
";

/// The names of the sources that CPython refuses, with its reason.
pub(crate) fn refused(sources: &[(String, String)]) -> Vec<(String, String)> {
    let input = json!(sources).to_string();
    let answer = Project::new::<&str>(&[]).other("python3", &["-X", "utf8", "-I", "-c", COMPILE], input.as_bytes()).ends_with(0).json();
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    answer.as_array().expect("a list").iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

#[test]
fn what_every_rule_writes_compiles_in_cpython() {
    if !program("python3") {
        return;
    }
    let rules = RuleSet::load(None).expect("the embedded rules compile");
    let mut sources = Vec::new();
    for page in rules.pages() {
        for sample in &page.samples {
            if let SampleRole::Fix { after, .. } = &sample.role {
                sources.push((format!("{}:{} {}", page.file, sample.line, sample.title), after.clone()));
            }
        }
    }
    assert!(sources.len() >= 20, "only {} samples were read", sources.len());
    let wrong = refused(&sources);
    assert!(wrong.is_empty(), "{} of {} do not compile:\n{wrong:#?}", wrong.len(), sources.len());
}

#[test]
fn cpython_is_asked_about_each_source_and_knows_an_await_at_the_top() {
    if !program("python3") {
        return;
    }
    let sources = [
        ("broken", "x = (\n"),
        ("await", "await chat('é')\n"),
        ("outside", "def f():\n    await g()\n"),
        ("bom", "\u{feff}x = 1\r\n"),
        ("return", "return 1\n"),
    ];
    let wrong = refused(&sources.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let names: BTreeSet<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, BTreeSet::from(["broken", "outside", "return"]), "{wrong:?}");
}

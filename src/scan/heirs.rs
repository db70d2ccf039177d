//! The classes of a project that derive from the orchestrator and bring a public member of their own, told by lines, so that no
//! file is parsed for it: where an annotation says orchestrator, the object may be one of them.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use crate::source::Source;
use crate::surface;

/// Where a member is brought: the class, the file, and the line of the class.
pub(super) type Brought = (String, PathBuf, usize);

/// A class as its lines say it.
struct Class<'t> {
    name: &'t str,
    bases: &'t str,
    line: usize,
    members: Vec<&'t str>,
}

/// What subclasses of the orchestrator bring, by the name of the member.
pub(super) fn brought(sources: &[&Source]) -> HashMap<String, Brought> {
    let mut found = HashMap::new();
    let (mut known, mut new) = (HashSet::new(), vec![surface::ORCHESTRATOR.to_owned()]);
    while let Some(base) = new.pop() {
        for source in sources.iter().filter(|source| source.text.contains(&base)) {
            for class in classes(&source.text).filter(|class| words(class.bases).any(|word| word == base)) {
                for member in class.members {
                    found.entry(member.to_owned()).or_insert_with(|| (class.name.to_owned(), source.path.clone(), class.line));
                }
                if known.insert(class.name.to_owned()) {
                    new.push(class.name.to_owned());
                }
            }
        }
    }
    found
}

fn classes(text: &str) -> impl Iterator<Item = Class<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').enumerate().filter_map(move |(number, line)| {
        let start = at;
        at += line.len();
        let head = line.trim_start().strip_prefix("class ")?;
        let name = words(head).next()?;
        let rest = text.get(start + line.len() - head.len() + name.len()..)?;
        let open = rest.strip_prefix('(')?;
        let (bases, body) = open.split_once("):")?;
        Some(Class { name, bases, line: number + 1, members: members(body, line.len() - line.trim_start().len()) })
    })
}

/// What a body defines or assigns, up to where something stands no deeper than its class.
fn members(body: &str, depth: usize) -> Vec<&str> {
    let lines = body.lines().skip(1).filter(|line| !line.trim().is_empty());
    let inside = lines.take_while(|line| line.len() - line.trim_start().len() > depth).map(str::trim_start);
    inside.filter_map(member).collect()
}

fn member(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let own = line.strip_prefix("def ").or_else(|| line.strip_prefix("self."));
    let name = words(own.unwrap_or(line)).next().filter(|name| own.unwrap_or(line).starts_with(*name))?;
    let after = own.unwrap_or(line).get(name.len()..)?.trim_start();
    let binds =
        if line.starts_with("def ") { after.starts_with(['(', '[']) } else { after.starts_with([':', '=']) && !after.starts_with("==") };
    binds.then_some(name)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_heirs_bring_is_known_however_far_they_are() {
        let text = "class A(AgentOrchestrator):\n    \"\"\"One.\"\"\"\n\n    @property\n    def model(self):\n        return 'x'\n\n\n\
                    class B(\n    A, Mixin\n):\n    async def switch_provider(self): ...\n    def __init__(self):\n        self.provider = 1\n        \
                    if self.other == 2:\n            pass\n\n\nclass C(Other):\n    messages = 1\n";
        let source = Source::decode(std::path::Path::new("a.py"), None, text.as_bytes()).expect("a text");
        let found = brought(&[&source]);
        let class = |name: &str| found.get(name).map(|(class, _, line)| (class.as_str(), *line));
        assert_eq!(["model", "switch_provider", "provider"].map(class), [Some(("A", 1)), Some(("B", 9)), Some(("B", 9))]);
        assert_eq!(["other", "messages"].map(class), [None, None]);
    }
}

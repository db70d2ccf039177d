//! The imports of a text, found without parsing it: good enough to know which file may see which. What stands in a
//! comment or a string and looks like an import counts as one.

use memchr::memmem::Finder;
use memchr::memrchr;

/// One import statement as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import<'t> {
    /// What stands between `from` and `import`; a relative module has its dots. Empty for `import a, b`.
    pub module: &'t str,
    /// The names, with aliases, brackets and comments.
    names: &'t str,
}

impl<'t> Import<'t> {
    /// The names after `import`, without their aliases.
    pub fn names(self) -> impl Iterator<Item = &'t str> {
        let code = self.names.lines().map(|line| line.split('#').next().unwrap_or(""));
        let parts = code.flat_map(|line| line.split([',', '(', ')', ';', '\\']));
        parts.filter_map(|part| part.split_ascii_whitespace().next()).filter(|name| is_dotted(name))
    }

    /// Whether it takes all names of its module.
    #[must_use]
    pub fn is_star(self) -> bool {
        self.names.trim_start().starts_with('*')
    }

    /// Every word of the statement, aliases included.
    pub fn words(self) -> impl Iterator<Item = &'t str> {
        [self.module, self.names].into_iter().flat_map(|text| text.split(|c: char| !is_part(c))).filter(|word| !word.is_empty())
    }

    /// Whether it imports a package, or something below it.
    #[must_use]
    pub fn is_of(self, package: &str) -> bool {
        let below = |name: &str| name.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if self.module.is_empty() { self.names().any(below) } else { below(self.module) }
    }
}

/// All imports of a text, in order.
#[must_use]
pub fn imports(text: &str) -> Vec<Import<'_>> {
    let finder = Finder::new("import");
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(hit) = text.as_bytes().get(at..).and_then(|rest| finder.find(rest)) {
        let (start, after) = (at + hit, at + hit + "import".len());
        let import = statement(text, start, after);
        at = import.map_or(after, |import| after + import.names.len());
        found.extend(import);
    }
    found
}

fn statement(text: &str, start: usize, after: usize) -> Option<Import<'_>> {
    let names = text.get(after..)?;
    if names.starts_with(is_part) {
        return None;
    }
    let line = memrchr(b'\n', text.as_bytes().get(..start)?).map_or(0, |end| end + 1);
    let head = text.get(line..start)?;
    let clause = head.rsplit([';', ':']).next().unwrap_or(head);
    let module = match clause.trim() {
        "" => "",
        clause => clause.strip_prefix("from").filter(|rest| rest.starts_with([' ', '\t', '.']))?.trim(),
    };
    (module.is_empty() || is_dotted(module)).then(|| Import { module, names: logical_line(names) })
}

/// The text up to the end of its line, or of its brackets.
fn logical_line(text: &str) -> &str {
    let mut end = 0;
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or(line).trim_end();
        if let Some(stop) = code.find(';').filter(|_| !open) {
            end += stop;
            break;
        }
        end += line.len();
        open = (open || code.contains('(')) && !code.contains(')');
        if !open && !code.ends_with('\\') {
            break;
        }
    }
    text.get(..end).unwrap_or(text).trim_end()
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_dotted(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| is_part(c) || c == '.')
}

#[cfg(test)]
mod tests {
    use super::imports;

    fn seen(text: &str) -> Vec<String> {
        let each = |import: super::Import<'_>| {
            let names: Vec<&str> = import.names().collect();
            format!("{}|{}", import.module, names.join(" "))
        };
        imports(text).into_iter().map(each).collect()
    }

    #[test]
    fn every_form_of_import_is_seen() {
        let text = "import os, app.deps as d\nfrom . import x\nfrom .a.b import (\n    c as e,  # why (not)\n    f,\n)\nif x:\n    from app import g, \\\n        h\nfrom m import *\n";
        assert_eq!(seen(text), ["|os app.deps", ".|x", ".a.b|c f", "app|g h", "m|"]);
    }

    #[test]
    fn imports_that_do_not_begin_a_line_are_seen_and_other_words_are_not() {
        let text = "try: import a\nexcept E: from b import c; import d\nimportant = 1\nx.import_(2)\n\"\"\"we import nothing\"\"\"\nfrom e import(f)\n";
        assert_eq!(seen(text), ["|a", "b|c", "|d", "e|f"]);
    }

    #[test]
    fn a_package_is_told_from_its_namesakes() {
        let of = |text: &str| imports(text).into_iter().any(|import| import.is_of("victor"));
        for text in ["import os, victor", "from victor.agent import x", "import victor.agent as v", "if x: import victor"] {
            assert!(of(text), "{text}");
        }
        for text in ["import victory", "from victoria import victor", "from .victor import x", "# victor"] {
            assert!(!of(text), "{text}");
        }
    }
}

//! Where an import goes: into an existing statement, or on a line after its like. Which name it gets is in `imports`;
//! what happens where nothing shows the way is in `import_top`.

use std::ops::Range;

use crate::python::syntax::{Id, Syntax};

use super::import_block::{Place, Site, Statement, beside, line_end, line_start};
use super::imports::Import;
use crate::finding::Edit;

/// Everything that the choice of a place looks at.
pub(super) struct Search<'a, 't> {
    pub imports: &'a [Statement],
    pub syntax: &'a Syntax<'t>,
    pub import: &'a Import,
    pub local: &'a str,
    pub site: Site,
}

/// See `imports::insertion`; the site is the first byte of a range, and nothing behind that range has run when it does.
pub(super) fn insertion(imports: &[Statement], syntax: &Syntax<'_>, import: &Import, local: &str, site: Range<usize>) -> Option<Edit> {
    let mut search = Search { imports, syntax, import, local, site: Site::new(syntax, site.start) };
    search.site.limit = search.site.limit.min(site.end);
    for function in search.site.functions.iter().rev() {
        let mut inside = imports.iter().filter(|s| is_in(s, *function) && import.is_bound_by(s, local)).peekable();
        if inside.peek().is_some() {
            // The name is local to the function, so that the module's would not be seen.
            return if inside.any(|s| search.site.follows(syntax, s)) { None } else { search.at_top_of_function() };
        }
    }
    let reachable = |s: &&Statement| search.is_module_level(s) && (s.place == Place::Run || search.site.follows(syntax, s));
    if imports.iter().filter(reachable).any(|s| import.is_bound_by(s, local)) {
        return None;
    }
    // An import inside a `try` may fail as a whole, and its handler substitutes only the names that were there.
    let same_module = |s: &&Statement| {
        import.name.is_some() && s.guard.is_none() && s.names.iter().any(|n| n.name.is_some() && n.module == import.module)
    };
    if let Some(statement) = imports.iter().filter(reachable).find(same_module) {
        return Some(search.extend(statement));
    }
    if import.is_standard() {
        return Some(search.above_first_import());
    }
    if let Some(edit) = search.after_last_victor() {
        return Some(edit);
    }
    let mut own = search.local_victor().peekable();
    match own.peek().copied() {
        Some(last) => Some(own.find(same_module).map_or_else(|| search.after(last.node), |s| search.extend(s))),
        None => Some(search.after_first_block()),
    }
}

fn is_in(statement: &Statement, function: Id) -> bool {
    statement.scope == Some(function)
}

impl<'t> Search<'_, 't> {
    /// At module level, outside every function and class, and early enough for the site.
    fn is_module_level(&self, statement: &Statement) -> bool {
        !matches!(statement.place, Place::Inner | Place::Checking) && self.syntax.end(statement.node) <= self.site.limit
    }

    fn after_last_victor(&self) -> Option<Edit> {
        let candidates = self.imports.iter().filter(|s| s.is_victor() && self.is_module_level(s));
        candidates
            .filter_map(|s| match s.place {
                Place::Run => Some(s.node),
                _ if self.site.follows(self.syntax, s) => Some(s.node),
                Place::Branch if self.syntax.end(s.anchor) <= self.site.limit && !self.is_around(s.anchor) => Some(s.anchor),
                _ => None,
            })
            .max_by_key(|&node| self.syntax.end(node))
            .map(|node| if self.is_guarded(node) { self.before(node) } else { self.after(node) })
    }

    fn is_guarded(&self, node: Id) -> bool {
        self.imports.iter().any(|s| s.node == node && s.place == Place::Run && s.guard.is_some())
    }

    /// A line of its own before an import that may fail: where `victor` is missing, the handler is told as before; where
    /// only that import fails, ours has been made.
    fn before(&self, statement: Id) -> Edit {
        let start = line_start(self.syntax.text, self.syntax.start(statement));
        let indent = &self.syntax.text[start..self.syntax.start(statement)];
        if indent.trim().is_empty() {
            insert(start, format!("{indent}{}{}", self.line(), self.newline()))
        } else {
            insert(self.syntax.start(statement), format!("{}; ", self.line()))
        }
    }

    fn is_around(&self, node: Id) -> bool {
        self.site.around.contains(&node)
    }

    /// The `victor` imports at the top of the innermost function's body that has some before the site, last first.
    fn local_victor(&self) -> impl Iterator<Item = &Statement> {
        let at_top = |s: &&Statement, function: &Id| {
            s.is_victor() && self.syntax.parent(s.block) == Some(*function) && self.site.follows(self.syntax, s)
        };
        let function = self.site.functions.iter().rev().find(|f| self.imports.iter().any(|s| at_top(&s, f)));
        self.imports.iter().rev().filter(move |s| function.is_some_and(|f| at_top(s, f)))
    }

    pub fn line(&self) -> String {
        self.import.line(self.local)
    }

    pub fn newline(&self) -> &'static str {
        if self.syntax.text.find('\n').is_some_and(|at| self.syntax.text[..at].ends_with('\r')) { "\r\n" } else { "\n" }
    }

    pub fn is_blank(&self, start: usize, end: usize) -> bool {
        self.syntax.text[start..end].trim().is_empty()
    }

    /// A new line after the statement's own, with its indentation.
    fn after(&self, statement: Id) -> Edit {
        self.after_padded(statement, false)
    }

    /// With `apart`, a blank line stands before and behind the new one.
    pub fn after_padded(&self, statement: Id, apart: bool) -> Edit {
        let first = last_of(self.syntax, statement, false);
        let last = last_of(self.syntax, statement, true);
        let start = line_start(self.syntax.text, self.syntax.start(first));
        let end = line_end(self.syntax.text, self.syntax.end(last));
        let indent = &self.syntax.text[start..self.syntax.start(first)];
        if !indent.trim().is_empty() || end > self.site.limit {
            // `try: import a` and `import a; site`: no line of its own to be had.
            return insert(self.syntax.end(statement), format!("; {}", self.line()));
        }
        let newline = self.newline();
        let line = format!("{indent}{}", self.line());
        if !self.syntax.text[..end].ends_with('\n') {
            return insert(end, format!("{newline}{line}"));
        }
        let before = if apart { newline } else { "" };
        insert(end, format!("{before}{line}{newline}{}", self.gap(end, apart)))
    }

    /// The blank line that the code at `at` still needs above it.
    pub fn gap(&self, at: usize, apart: bool) -> &'static str {
        let blank = self.is_blank(at, line_end(self.syntax.text, at));
        if apart && !blank { self.newline() } else { "" }
    }

    /// Before the first statement of the innermost function that is not its docstring.
    fn at_top_of_function(&self) -> Option<Edit> {
        let body = self.syntax.field(*self.site.functions.last()?, "body")?;
        let mut statements = self.syntax.named(body);
        let first = statements.by_ref().find(|&statement| !is_docstring(self.syntax, statement))?;
        let start = line_start(self.syntax.text, self.syntax.start(first));
        let indent = &self.syntax.text[start..self.syntax.start(first)];
        let behind = if indent.trim().is_empty() { format!("{}{indent}", self.newline()) } else { "; ".to_owned() };
        Some(insert(self.syntax.start(first), format!("{}{behind}", self.line())))
    }

    /// Adds the name to `from m import …`, in the statement's own layout.
    fn extend(&self, statement: &Statement) -> Edit {
        let clause = self.import.clause(self.local);
        let Some(last) = statement.names.last().map(|n| n.node) else {
            return self.after(statement.node);
        };
        let comma = self
            .syntax
            .children(statement.node)
            .filter(|&part| self.syntax.kind(part) == "," && self.syntax.start(part) >= self.syntax.end(last))
            .last();
        let start = line_start(self.syntax.text, self.syntax.start(last));
        let end = self.syntax.end(last);
        if !self.is_blank(start, self.syntax.start(last)) || !self.is_parenthesised(statement.node) {
            return match comma {
                Some(comma) => insert(self.syntax.end(comma), format!(" {clause},")),
                None => insert(end, format!(", {clause}")),
            };
        }
        // One name per line.
        let line = format!("{}{}{clause}", self.newline(), &self.syntax.text[start..self.syntax.start(last)]);
        let rest = comma.map_or(end, |c| self.syntax.end(c));
        let tail = self.syntax.text[rest..line_end(self.syntax.text, rest)].trim_end();
        let comment = tail.trim_start().starts_with('#');
        match comma {
            Some(_) if comment => insert(rest + tail.len(), format!("{line},")),
            Some(_) => insert(rest, format!("{line},")),
            None if comment => Edit { start: end, end: end + tail.len(), text: format!(",{tail}{line}") },
            None => insert(end, format!(",{line}")),
        }
    }

    fn is_parenthesised(&self, statement: Id) -> bool {
        self.syntax.str(statement).ends_with(')')
    }
}

pub(super) fn insert(at: usize, text: String) -> Edit {
    Edit { start: at, end: at, text }
}

pub(super) fn is_import(kind: &str) -> bool {
    matches!(kind, "import_statement" | "import_from_statement" | "future_import_statement")
}

pub(super) fn is_docstring(syntax: &Syntax<'_>, statement: Id) -> bool {
    syntax.kind(statement) == "expression_statement"
        && syntax.named(statement).next().is_some_and(|value| matches!(syntax.kind(value), "string" | "concatenated_string"))
}

/// The first or last statement on the logical line, which `;` may hold several of.
fn last_of(syntax: &Syntax<'_>, statement: Id, forward: bool) -> Id {
    let mut node = statement;
    while let Some(next) = beside(syntax, node, forward) {
        node = next;
    }
    node
}

#[cfg(test)]
pub(in crate::edit) mod tests {
    use crate::edit::imports::{Import, Imports};
    use crate::python::syntax::Syntax;

    /// The text with what `§` needs imported: `m.X`, `m.X as Y` or `asyncio`.
    pub fn with(text: &str, wanted: &str) -> String {
        let site = text.find('§').expect("a site is marked");
        let mut text = text.replacen('§', "", 1);
        let (path, alias) = wanted.split_once(" as ").map_or((wanted, None), |(path, alias)| (path, Some(alias)));
        let (module, name) = path.rsplit_once('.').map_or((path, None), |(module, name)| (module, Some(name.to_owned())));
        let import = Import { module: module.to_owned(), name };
        let syntax = Syntax::parse(&text).expect("a short text");
        let local = alias.unwrap_or(import.plain());
        if let Some(edit) = Imports::new(&syntax).insertion(&import, local, site) {
            text.replace_range(edit.start..edit.end, &edit.text);
        }
        assert!(Syntax::parse(&text).is_some_and(|syntax| !syntax.is_faulty()), "does not parse:\n{text}");
        text
    }

    pub fn check(cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(with(before, "victor.p.X"), *after, "of {before}");
        }
    }

    #[test]
    fn a_statement_of_the_same_module_is_extended_in_its_layout() {
        check(&[
            ("from victor.p import A  # c\n§x\n", "from victor.p import A, X  # c\nx\n"),
            ("from victor.p import A; §x\n", "from victor.p import A, X; x\n"),
            ("from victor.p import A, \\\n    B\n§x\n", "from victor.p import A, \\\n    B, X\nx\n"),
            ("from victor.p import (A, B)\n§x\n", "from victor.p import (A, B, X)\nx\n"),
            ("from victor.p import (A, B,)\n§x\n", "from victor.p import (A, B, X,)\nx\n"),
            ("from victor.p import (\n    A,\n    B,  # b\n)\n§x\n", "from victor.p import (\n    A,\n    B,  # b\n    X,\n)\nx\n"),
            ("from victor.p import (\r\n    A,\r\n)\r\n§x\r\n", "from victor.p import (\r\n    A,\r\n    X,\r\n)\r\nx\r\n"),
            ("from victor.p import (\n    A,\n    B  # b\n)\n§x\n", "from victor.p import (\n    A,\n    B,  # b\n    X\n)\nx\n"),
            ("from victor.p import (\n    A\n    # end\n)\n§x\n", "from victor.p import (\n    A,\n    X\n    # end\n)\nx\n"),
            (
                "from victor.p import (A,\n                      B)\n§x\n",
                "from victor.p import (A,\n                      B,\n                      X)\nx\n",
            ),
            ("from victor.p import (\n    A, B,\n    C, D,  # d\n)\n§x\n", "from victor.p import (\n    A, B,\n    C, D, X,  # d\n)\nx\n"),
            ("from victor.p import *\n§x\n", "from victor.p import *\nfrom victor.p import X\nx\n"),
            ("def f():\n    from victor.p import A\n    §x\n", "def f():\n    from victor.p import A, X\n    x\n"),
        ]);
        assert_eq!(with("from victor.p import A\n§x\n", "victor.p.X as Y"), "from victor.p import A, X as Y\nx\n");
    }

    #[test]
    fn a_new_line_goes_after_the_last_victor_import_that_runs() {
        check(&[
            (
                "from victor import a\nimport sys\nsys.path.insert(0, '.')\nfrom victor.b import c  # c\nimport z\n§x\n",
                "from victor import a\nimport sys\nsys.path.insert(0, '.')\nfrom victor.b import c  # c\nfrom victor.p import X\nimport z\nx\n",
            ),
            (
                "try:\n    from victor.a import b\nexcept ImportError:\n    b = None\n§x\n",
                "try:\n    from victor.p import X\n    from victor.a import b\nexcept ImportError:\n    b = None\nx\n",
            ),
            ("try: import victor\nfinally: pass\n§x\n", "try: from victor.p import X; import victor\nfinally: pass\nx\n"),
            ("if a:\n    import victor\nelse:\n    b = 1\n§x\n", "if a:\n    import victor\nelse:\n    b = 1\nfrom victor.p import X\nx\n"),
            (
                "import a\ndef f(): §x\nif __name__ == '__main__':\n    import victor\n    f()\n",
                "import a\nfrom victor.p import X\ndef f(): x\nif __name__ == '__main__':\n    import victor\n    f()\n",
            ),
            (
                "if __name__ == '__main__':\n    import victor\n    §x\n",
                "if __name__ == '__main__':\n    import victor\n    from victor.p import X\n    x\n",
            ),
            ("import victor; import b\n§x\n", "import victor; import b\nfrom victor.p import X\nx\n"),
            ("import victor; a = 1; §x\n", "import victor; from victor.p import X; a = 1; x\n"),
            (
                "import a\ndef f():\n    import victor.b\n    §x\n",
                "import a\ndef f():\n    import victor.b\n    from victor.p import X\n    x\n",
            ),
            (
                "import a\ndef f():\n    §x\n    import victor.b\n",
                "import a\nfrom victor.p import X\ndef f():\n    x\n    import victor.b\n",
            ),
            ("def f():\n    §x\nimport victor", "def f():\n    x\nimport victor\nfrom victor.p import X"),
        ]);
    }
}

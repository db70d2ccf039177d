//! Where an import goes that no other import shows the way to: by the first imports, or at the top of the file.
//! Those that have a way are in `import_place`.

use crate::python::syntax::Id;

use super::import_block::{is_type_checking, line_end, line_start};
use super::import_place::{Search, insert, is_docstring, is_import};
use crate::finding::Edit;
use crate::source::document::begins_part;

impl<'t> Search<'_, 't> {
    /// The nodes of the first run of imports at module level; comments between are left out.
    fn first_block(&self) -> Vec<Id> {
        let inside = |n: Id| {
            self.imports.iter().any(|s| self.syntax.start(n) <= self.syntax.start(s.node) && self.syntax.end(s.node) <= self.syntax.end(n))
        };
        let starts_with_import = |n: Id| {
            let body = self.syntax.field(n, "body");
            let first = body.and_then(|b| self.syntax.named(b).next());
            first.is_some_and(|s| is_import(self.syntax.kind(s)))
        };
        let is_part = |n: Id| match self.syntax.kind(n) {
            "try_statement" => starts_with_import(n),
            "if_statement" => is_type_checking(self.syntax, n) && inside(n),
            kind => is_import(kind),
        };
        self.syntax
            .children(0)
            .skip_while(|n| !is_part(*n))
            .filter(|&n| !matches!(self.syntax.kind(n), "comment" | ";"))
            .take_while(|&n| is_part(n) && self.syntax.end(n) <= self.site.limit)
            .collect()
    }

    /// After the first imports of the file, whatever they import.
    pub fn after_first_block(&self) -> Edit {
        let block = self.first_block();
        let plain = block.iter().rev().find(|&&n| matches!(self.syntax.kind(n), "import_statement" | "import_from_statement"));
        match plain.or(block.last()) {
            Some(&node) => self.after_padded(node, self.syntax.kind(node) == "future_import_statement"),
            None => self.at_top(),
        }
    }

    /// A module of the standard library goes above the first import.
    pub fn above_first_import(&self) -> Edit {
        let block = self.first_block();
        let Some(&first) = block.iter().find(|&&n| self.syntax.kind(n) != "future_import_statement") else {
            return self.after_first_block();
        };
        let start = self.syntax.start(first);
        if !self.is_blank(line_start(self.syntax.text, start), start) {
            return insert(start, format!("{}; ", self.line()));
        }
        let newline = self.newline();
        let own = self.imports.iter().find(|s| self.syntax.start(s.node) >= start).is_some_and(|s| s.is_victor() || s.is_relative());
        let blank = if own { newline } else { "" };
        insert(start, format!("{}{newline}{blank}", self.line()))
    }

    /// Without any import to go by: below the docstring, or below the comments at the top.
    fn at_top(&self) -> Edit {
        let code = self.syntax.children(0).find(|&n| self.syntax.kind(n) != "comment");
        if let Some(docstring) = code.filter(|&n| is_docstring(self.syntax, n)) {
            return self.after_padded(docstring, true);
        }
        let top = line_start(self.syntax.text, 0);
        let at = self.end_of_comments(top, code.map_or(self.syntax.text.len(), |n| line_start(self.syntax.text, self.syntax.start(n))));
        let newline = self.newline();
        let before = if at > top && !begins_part(self.syntax.text, at) { newline } else { "" };
        insert(at, format!("{before}{}{newline}{}", self.line(), self.gap(at, true)))
    }

    /// Where the comments at the top end; those directly above the code belong to it, unless they are the first.
    fn end_of_comments(&self, top: usize, code: usize) -> usize {
        let (mut at, mut last, mut settled) = (top, top, top);
        while at < code {
            let end = line_end(self.syntax.text, at);
            if self.is_blank(at, end) {
                settled = last;
            } else {
                last = end;
            }
            at = end;
        }
        if settled == top { last } else { settled }
    }
}

#[cfg(test)]
mod tests {
    use crate::edit::import_place::tests::{check, with};

    #[test]
    fn without_victor_it_goes_below_the_first_imports_or_the_top() {
        check(&[
            (
                "'''d'''\nimport a\n# c\nfrom b import c\nx = 1\nimport d\n§x\n",
                "'''d'''\nimport a\n# c\nfrom b import c\nfrom victor.p import X\nx = 1\nimport d\nx\n",
            ),
            (
                "from __future__ import annotations\ntry:\n    import q\nexcept ImportError:\n    q = 0\n§x\n",
                "from __future__ import annotations\ntry:\n    import q\nexcept ImportError:\n    q = 0\nfrom victor.p import X\nx\n",
            ),
            ("'''d'''\nfrom __future__ import a\n§x\n", "'''d'''\nfrom __future__ import a\n\nfrom victor.p import X\n\nx\n"),
            ("from __future__ import a\n\n§x\n", "from __future__ import a\n\nfrom victor.p import X\n\nx\n"),
            ("'''d'''\n§x\n", "'''d'''\n\nfrom victor.p import X\n\nx\n"),
            ("'''d'''; §x\n", "'''d'''; from victor.p import X; x\n"),
            ("§x", "from victor.p import X\n\nx"),
            ("\u{feff}§x\r\n", "\u{feff}from victor.p import X\r\n\r\nx\r\n"),
            ("\u{feff}# c\n§x\n", "\u{feff}# c\n\nfrom victor.p import X\n\nx\n"),
            (
                "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n#\n# Licence\n\n# about x\n§x\n",
                "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n#\n# Licence\n\nfrom victor.p import X\n\n# about x\nx\n",
            ),
        ]);
    }

    #[test]
    fn asyncio_stands_above_the_first_import() {
        for (before, after) in [
            ("from victor.agent import O\n§x\n", "import asyncio\n\nfrom victor.agent import O\nx\n"),
            ("\u{feff}from . import a\r\n§x\r\n", "\u{feff}import asyncio\r\n\r\nfrom . import a\r\nx\r\n"),
            ("'''d'''\nfrom __future__ import a\n\nimport os\n§x\n", "'''d'''\nfrom __future__ import a\n\nimport asyncio\nimport os\nx\n"),
            ("'d'; import os\n§x\n", "'d'; import asyncio; import os\nx\n"),
            ("import asyncio.subprocess\n§x\n", "import asyncio.subprocess\nx\n"),
            ("# c\n§x\n", "# c\n\nimport asyncio\n\nx\n"),
        ] {
            assert_eq!(with(before, "asyncio"), after, "of {before}");
        }
        assert_eq!(with("import os\n§x\n", "asyncio as asyncio_module"), "import asyncio as asyncio_module\nimport os\nx\n");
    }
}

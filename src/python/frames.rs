//! The way up from a node without the expression around it: one expression may be a hundred thousand nodes deep, what
//! holds expressions is not.

use super::nodes;
use super::syntax::{Id, Syntax};

/// Kinds that somebody looks for on the way up, and that do not nest in each other endlessly.
pub(super) const FRAMES: [&str; 31] = [
    "ERROR",
    "module",
    "block",
    "if_statement",
    "elif_clause",
    "else_clause",
    "for_statement",
    "while_statement",
    "try_statement",
    "except_clause",
    "except_group_clause",
    "finally_clause",
    "with_statement",
    "match_statement",
    "case_clause",
    "function_definition",
    "class_definition",
    "decorated_definition",
    "decorator",
    "lambda",
    "parameters",
    "lambda_parameters",
    "type",
    "string",
    "interpolation",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
    "for_in_clause",
    "if_clause",
];

/// For every node, the nearest one above that is a frame or stands right in one.
pub(super) fn steps(len: usize, parent: impl Fn(Id) -> Id, number: impl Fn(Id) -> u16) -> Vec<u32> {
    let is_frame = |id: Id| id == 0 || nodes::is_frame(number(id));
    let mut steps: Vec<u32> = Vec::with_capacity(len);
    for id in 0..len {
        let up = parent(id);
        let near = is_frame(up) || is_frame(parent(up));
        let step = if near { u32::try_from(up).unwrap_or(u32::MAX) } else { steps[up] };
        steps.push(step);
    }
    steps
}

impl Syntax<'_> {
    /// The nodes above that hold whole expressions (statements, blocks, clauses, functions, comprehensions, strings), and
    /// those right below each of them, innermost first: the ancestors without what is only a part of an expression.
    pub fn frames(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let step = |id: Id| (id != 0).then(|| self.step(id));
        std::iter::successors(step(id), move |&up| step(up))
    }

    /// Whether a node is one that holds whole expressions.
    #[must_use]
    pub fn is_frame(&self, id: Id) -> bool {
        FRAMES.contains(&self.kind(id))
    }
}

#[cfg(test)]
mod tests {
    use crate::python::Scopes;
    use crate::python::syntax::{Id, Syntax};

    const CODE: &str = "@mark(a.b)\nclass A(B):\n    def f(self, x=lambda y: y.z):\n        for i in [a.b() for a in x if a.c]:\n            \
         if (i.j and f'{i.k(1)[2]}') or not x:\n                return lambda: i.m\n            elif x:\n                pass\n        \
         else:\n            try:\n                with open(x.y) as z:\n                    z.read().strip()\n            except (E, F.g):\n                \
         x.y[z] = [1, (2, x.w)]\n";

    fn syntax_of<T>(code: &str, look: impl Fn(&Syntax<'_>) -> T) -> T {
        look(&Syntax::parse(code).expect("a short text"))
    }

    #[test]
    fn the_frames_are_the_ancestors_without_what_is_only_a_part_of_an_expression() {
        for code in [CODE, "def f(:\n  if x y z.a(\n"] {
            syntax_of(code, |syntax| {
                for id in 0..syntax.len() {
                    let frames: Vec<Id> = syntax.frames(id).collect();
                    let holds =
                        |&up: &Id| up == 0 || syntax.is_frame(up) || syntax.parent(up).is_some_and(|up| up == 0 || syntax.is_frame(up));
                    assert_eq!(frames, syntax.ancestors(id).filter(holds).collect::<Vec<_>>(), "{}", syntax.str(id));
                }
            });
        }
    }

    #[test]
    fn the_way_out_of_an_expression_does_not_grow_with_the_expression() {
        let longest = |code: &str| syntax_of(code, |syntax| (0..syntax.len()).map(|id| syntax.frames(id).count()).max());
        let call = |calls: usize| format!("def f(a):\n    x = a{}\n", ".b(1)".repeat(calls));
        let sum = |parts: usize| format!("def f(a):\n    x = a{}\n", " + a.b".repeat(parts));
        assert_eq!(longest(&call(3)), longest(&call(3000)));
        assert_eq!(longest(&sum(3)), longest(&sum(3000)));
    }

    #[test]
    fn a_name_that_is_tested_again_and_again_is_bound_once_for_each_test() {
        let code = format!("def f(a):\n    if isinstance(a, A){}:\n        a.b\n", " and isinstance(a, A)".repeat(300));
        syntax_of(&code, |syntax| {
            let scopes = Scopes::new(syntax, "");
            let function = scopes.definitions()[0];
            // The parameter, the operands after the first, and the body.
            assert_eq!(scopes.bindings(function, "a").len(), 302);
        });
    }
}

//! Whether an expression may be `None`, told by what is written: a default, an annotation, a branch, a look-up without a
//! default. What nothing is written of counts as something.

use super::flow;
use super::infer::Inference;
use super::scope::{Binding, Bound};
use super::syntax::Id;
use super::types::{Cls, Ty};

/// No value is followed further.
const DEPTH: usize = 6;

impl Inference<'_, '_> {
    /// Whether an expression may be `None` where it stands.
    #[must_use]
    pub fn may_be_none(&self, expression: Id) -> bool {
        self.may_be_absent(expression, 0)
    }

    fn may_be_absent(&self, expression: Id, depth: usize) -> bool {
        let syntax = self.syntax;
        let id = syntax.unparenthesised(expression);
        let part = |name: &str| syntax.field(id, name).is_some_and(|part| self.may_be_absent(part, depth + 1));
        match syntax.kind(id) {
            _ if depth > DEPTH => false,
            "none" => true,
            "conditional_expression" => {
                let parts: Vec<Id> = syntax.named(id).collect();
                matches!(parts[..], [yes, condition, no] if self.may_be_absent(no, depth + 1)
                    || self.may_be_absent(yes, depth + 1) && !self.says_there(condition, syntax.str(yes)))
            }
            "boolean_operator" => part("right") || syntax.children(id).any(|word| syntax.kind(word) == "and") && part("left"),
            "call" => self.looks_up(id),
            "identifier" => {
                let from = flow::reaching(syntax, self.scopes, id, syntax.str(id));
                from.iter().any(|binding| self.binds_absent(binding, depth)) && !self.is_guarded(id, depth)
            }
            "attribute" => self.assigned(id).iter().any(|binding| self.binds_absent(binding, depth)) && !self.is_guarded(id, depth),
            _ => false,
        }
    }

    /// `table.get("key")`, `os.getenv("KEY")`.
    fn looks_up(&self, call: Id) -> bool {
        let syntax = self.syntax;
        let callee = syntax.field(call, "function").map_or("", |function| syntax.str(function));
        let given = syntax.field(call, "arguments").map_or(0, |list| syntax.named(list).count());
        given == 1 && matches!(callee.rsplit_once('.'), Some((_, "get" | "getenv")))
    }

    /// What an attribute is assigned in its class, where that is one of this file.
    fn assigned(&self, attribute: Id) -> &[Binding] {
        let name = self.syntax.field(attribute, "attribute").map_or("", |name| self.syntax.str(name));
        match self.syntax.field(attribute, "object").map(|object| self.of(object).ty) {
            Some(Ty::Instance(Cls::Local(class))) => self.scopes.attribute(class, name),
            _ => &[],
        }
    }

    fn binds_absent(&self, binding: &Binding, depth: usize) -> bool {
        match binding.bound {
            Bound::Value(value) | Bound::Annotated(_, Some(value)) => self.may_be_absent(value, depth + 1),
            Bound::Annotated(annotation, None) => self.admits_none(annotation),
            Bound::Parameter(parameter) => {
                let part = |name: &str| self.syntax.field(parameter, name);
                part("value").is_some_and(|value| self.syntax.kind(value) == "none")
                    || part("type").is_some_and(|annotation| self.admits_none(annotation))
            }
            _ => false,
        }
    }

    /// `Optional[str]`, `str | None`.
    fn admits_none(&self, annotation: Id) -> bool {
        let words = self.syntax.str(annotation).split(|c: char| !(c.is_alphanumeric() || c == '_'));
        words.into_iter().any(|word| matches!(word, "None" | "Optional"))
    }

    /// Whether the way to an expression goes past a question that it answered: `if model:` around it, or
    /// `if model is None: return` before it.
    fn is_guarded(&self, expression: Id, depth: usize) -> bool {
        let syntax = self.syntax;
        let text = syntax.str(expression);
        let mut below = expression;
        for up in syntax.ancestors(expression).take_while(|&up| !matches!(syntax.kind(up), "function_definition" | "lambda")) {
            let asks = syntax.field(up, "condition").filter(|_| syntax.role(below) == Some("consequence"));
            let inside = asks.is_some_and(|condition| self.says_there(condition, text));
            let earlier = || syntax.named(up).take_while(|&one| one < below).any(|one| self.makes_there(one, text, depth));
            if inside || matches!(syntax.kind(up), "block" | "module") && earlier() {
                return true;
            }
            below = up;
        }
        false
    }

    /// Whether a condition holds only where the expression is something.
    fn says_there(&self, condition: Id, text: &str) -> bool {
        let syntax = self.syntax;
        let condition = syntax.unparenthesised(condition);
        let is_and = || syntax.children(condition).any(|word| syntax.kind(word) == "and");
        match syntax.kind(condition) {
            "boolean_operator" => is_and() && syntax.named(condition).any(|part| self.says_there(part, text)),
            _ => syntax.str(condition) == text || syntax.str(condition) == format!("{text} is not None"),
        }
    }

    /// A statement after which the expression is something.
    fn makes_there(&self, statement: Id, text: &str, depth: usize) -> bool {
        let syntax = self.syntax;
        match syntax.kind(statement) {
            "assert_statement" => syntax.named(statement).next().is_some_and(|condition| self.says_there(condition, text)),
            "if_statement" => {
                let (condition, block) = (syntax.field(statement, "condition"), syntax.field(statement, "consequence"));
                let asked = condition.map_or("", |condition| syntax.str(syntax.unparenthesised(condition)));
                let absent = asked == format!("{text} is None") || asked == format!("not {text}");
                let last = block.and_then(|block| syntax.named(block).last()).map_or("", |last| syntax.kind(last));
                let assigns = |one: Id| {
                    let assignment = syntax.named(one).next().filter(|&id| syntax.kind(id) == "assignment");
                    let (left, right) =
                        (assignment.and_then(|id| syntax.field(id, "left")), assignment.and_then(|id| syntax.field(id, "right")));
                    left.is_some_and(|left| syntax.str(left) == text) && right.is_some_and(|right| !self.may_be_absent(right, depth + 1))
                };
                let leaves = matches!(last, "return_statement" | "raise_statement" | "continue_statement" | "break_statement");
                absent && (leaves || block.is_some_and(|block| syntax.named(block).any(assigns)))
            }
            _ => false,
        }
    }
}

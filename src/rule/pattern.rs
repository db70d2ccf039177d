//! From the Python of a `match` fence to a tree of conditions. Matching is `matching`'s part.

use super::needs::needs;
use super::page::{Fence, Page, Problem};
use super::receiver::{Receiver, is_path};
use crate::python::syntax::{Id, Syntax};
use crate::surface::{self, Class, Param};

/// What a piece of code must look like.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// `$x`: any expression.
    Variable(String),
    /// `object.name`; a name that starts with `$` is bound.
    Attribute(Box<Pattern>, String),
    /// `acme.util.old`: what can be imported under that path, under whatever name it is known there.
    Path(String),
    /// A function that Python has by itself, by its name.
    Builtin(String),
    /// A call, its arguments bound to parameters.
    Call {
        /// What is called.
        function: Box<Pattern>,
        /// Parameter name (or position, without a signature) and what the argument must look like.
        arguments: Vec<(String, Pattern)>,
        /// `$*rest` takes the arguments not named.
        rest: Option<String>,
        /// The signature, where the surface has one.
        signature: Option<&'static [Param]>,
    },
    /// Anything else: the kind and the parts that matter.
    Node(String, Vec<Pattern>),
    /// A name, number, operator or literal, to the letter.
    Leaf(String),
}

/// One way a rule can apply.
#[derive(Clone, Debug)]
pub enum Shape {
    /// One expression.
    Expression(Pattern),
    /// Statements of one block; `None` is `...`, any statements between.
    Statements(Vec<Option<Pattern>>),
}

impl Shape {
    /// How many nodes deep the shape looks into an expression, parentheses aside.
    #[must_use]
    pub fn height(&self) -> usize {
        match self {
            Self::Expression(pattern) => pattern.height(),
            Self::Statements(list) => list.iter().flatten().map(Pattern::height).max().unwrap_or(0),
        }
    }
}

impl Pattern {
    fn height(&self) -> usize {
        match self {
            Self::Variable(_) | Self::Path(_) | Self::Builtin(_) | Self::Leaf(_) => 0,
            Self::Attribute(object, _) => object.height() + 1,
            Self::Call { function, arguments, .. } => {
                // A keyword argument stands in the list, its value in it.
                let deepest = arguments.iter().map(|(_, argument)| argument.height() + 3).max().unwrap_or(0);
                deepest.max(function.height() + 1)
            }
            Self::Node(_, parts) => parts.iter().map(Self::height).max().unwrap_or(0) + 1,
        }
    }
}

/// A match/rewrite pair.
#[derive(Clone, Debug)]
pub struct CompiledPair {
    /// Any of these matches.
    pub shapes: Vec<Shape>,
    /// The names that a text must have, so that the shape at the same place can hold in it.
    pub needs: Vec<Vec<String>>,
    /// None of these may.
    pub unless: Vec<Shape>,
    /// The rewrite as written.
    pub rewrite: Option<Rewrite>,
}

/// The text a match becomes.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// As written, with variables.
    pub text: String,
    /// The grammar's kind of the expression, for parentheses.
    pub kind: &'static str,
    /// Whether it awaits.
    pub awaits: bool,
    /// What it looks like where it stands already, where that is one expression.
    pub shape: Option<Shape>,
}

/// What a page says of its variables.
struct Wheres<'p> {
    /// Their types.
    types: &'p [(String, Receiver)],
    /// A move between releases is about members that the guide does not have.
    of_releases: bool,
}

const VARIABLE: &str = "VM_VAR_";
const REST: &str = "VM_REST_";

/// Compiles the fences of a page; what is wrong is added to `problems`.
pub fn compile_page(page: &Page, types: &[(String, Receiver)], problems: &mut Vec<Problem>) -> Vec<CompiledPair> {
    let wheres = &Wheres { types, of_releases: page.to.is_some() };
    let mut report = |fence: &Fence, message: String| problems.push(Problem { file: page.file.clone(), line: fence.line, message });
    let mut pairs = Vec::new();
    for pair in &page.pairs {
        let mut shapes = |fences: &[Fence], compile: fn(&Fence, &Wheres<'_>) -> Result<Shape, String>| -> Vec<Shape> {
            fences.iter().filter_map(|fence| compile(fence, wheres).map_err(|message| report(fence, message)).ok()).collect()
        };
        let (matches, unless) = (shapes(&pair.matches, anchored), shapes(&pair.unless, shape));
        let rewrite = pair.rewrite.as_ref().and_then(|fence| rewrite(fence, wheres).map_err(|message| report(fence, message)).ok());
        pairs.push(CompiledPair { needs: matches.iter().map(needs).collect(), shapes: matches, unless, rewrite });
    }
    pairs
}

fn plain(text: &str) -> String {
    text.replace("$*", REST).replace('$', VARIABLE)
}

fn rewrite(fence: &Fence, wheres: &Wheres<'_>) -> Result<Rewrite, String> {
    let text = plain(&fence.body);
    let syntax = Syntax::parse(&text).ok_or("the parser is not available")?;
    if syntax.errors().next().is_some() {
        return Err("the rewrite is not valid Python".to_owned());
    }
    let awaits = (0..syntax.len()).any(|id| syntax.kind(id) == "await" && syntax.is_named(id));
    let mut statements = syntax.named(0);
    let kind = match (statements.next(), statements.next()) {
        (Some(only), None) if syntax.kind(only) == "expression_statement" => syntax.named(only).next().map_or("", |e| syntax.kind(e)),
        _ => "statements",
    };
    let shape = shape(fence, wheres).ok().filter(|shape| matches!(shape, Shape::Expression(_)));
    Ok(Rewrite { text: fence.body.trim_end().to_owned(), kind, awaits, shape })
}

fn shape(fence: &Fence, wheres: &Wheres<'_>) -> Result<Shape, String> {
    let text = plain(&fence.body);
    let syntax = Syntax::parse(&text).ok_or("the parser is not available")?;
    if syntax.errors().next().is_some() {
        return Err("the pattern is not valid Python".to_owned());
    }
    let statements: Vec<Id> = syntax.named(0).collect();
    if let [only] = statements[..]
        && syntax.kind(only) == "expression_statement"
        && let Some(inner) = syntax.named(only).next()
        && !matches!(syntax.kind(inner), "assignment" | "augmented_assignment")
    {
        return Ok(Shape::Expression(compile(&syntax, inner, wheres)?));
    }
    let mut list = Vec::new();
    for statement in statements {
        let gap = syntax.str(statement) == "...";
        list.push(if gap { None } else { Some(compile(&syntax, statement, wheres)?) });
    }
    if matches!(list.first(), None | Some(None)) || matches!(list.last(), Some(None)) {
        return Err("`...` stands between statements, not at an end".to_owned());
    }
    Ok(Shape::Statements(list))
}

fn compile(syntax: &Syntax<'_>, id: Id, wheres: &Wheres<'_>) -> Result<Pattern, String> {
    let text = syntax.str(id);
    match syntax.kind(id) {
        "identifier" => {
            Ok(text.strip_prefix(VARIABLE).map_or_else(|| Pattern::Leaf(text.to_owned()), |name| Pattern::Variable(name.to_owned())))
        }
        "attribute" if is_path(text) && !text.contains(VARIABLE) && !text.contains(REST) => {
            if text.starts_with("self.") {
                return Err("`self` means nothing by itself; give a variable a type in `where:` and use it instead".to_owned());
            }
            Ok(Pattern::Path(text.to_owned()))
        }
        "attribute" => {
            let object = syntax.field(id, "object").ok_or("an attribute without an object")?;
            let name = syntax.field(id, "attribute").map_or("", |name| syntax.str(name));
            let name = name.strip_prefix(VARIABLE).map_or_else(|| name.to_owned(), |bound| format!("${bound}"));
            let object = compile(syntax, object, wheres)?;
            if let Some(class) = class_of(&object, wheres)
                && !name.starts_with('$')
                && class.member(&name).is_none()
                && !class.members.is_empty()
                && !wheres.of_releases
            {
                return Err(format!("`{}` has no member `{name}`", class.name));
            }
            Ok(Pattern::Attribute(Box::new(object), name))
        }
        "call" => call(syntax, id, wheres),
        _ => {
            let parts: Vec<Id> = syntax.children(id).filter(|&child| matters(syntax, child)).collect();
            if parts.is_empty() || syntax.kind(id) == "string" {
                return Ok(Pattern::Leaf(text.to_owned()));
            }
            let parts = parts.into_iter().map(|part| compile(syntax, part, wheres)).collect::<Result<_, _>>()?;
            Ok(Pattern::Node(syntax.kind(id).to_owned(), parts))
        }
    }
}

/// A pattern that something ties to a type: a typed variable, or a path.
fn anchored(fence: &Fence, wheres: &Wheres<'_>) -> Result<Shape, String> {
    let compiled = shape(fence, wheres)?;
    let tied = match &compiled {
        Shape::Expression(pattern) => is_tied(pattern, wheres),
        Shape::Statements(list) => list.iter().flatten().any(|pattern| is_tied(pattern, wheres)),
    };
    if tied {
        return Ok(compiled);
    }
    Err("the pattern would match by names alone; give a variable a type in `where:`, or write the path of a function such as `acme.util.old`"
        .to_owned())
}

fn is_tied(pattern: &Pattern, wheres: &Wheres<'_>) -> bool {
    let inside = |pattern: &Pattern| is_tied(pattern, wheres);
    match pattern {
        Pattern::Variable(name) => wheres.types.iter().any(|(variable, receiver)| variable == name && *receiver != Receiver::Text),
        Pattern::Path(_) => true,
        Pattern::Attribute(object, _) => inside(object),
        Pattern::Call { function, arguments, .. } => inside(function) || arguments.iter().any(|(_, argument)| inside(argument)),
        Pattern::Node(_, parts) => parts.iter().any(inside),
        Pattern::Builtin(_) | Pattern::Leaf(_) => false,
    }
}

/// Whether a child counts in a comparison: not comments, commas and brackets.
#[must_use]
pub fn matters(syntax: &Syntax<'_>, child: Id) -> bool {
    !syntax.is_trivia(child) && !matches!(syntax.kind(child), "," | "(" | ")" | "[" | "]" | ";" | ":" | "await")
        || (syntax.kind(child) == "await" && syntax.is_named(child))
}

fn call(syntax: &Syntax<'_>, id: Id, wheres: &Wheres<'_>) -> Result<Pattern, String> {
    let function = syntax.field(id, "function").ok_or("a call of nothing")?;
    let function = match compile(syntax, function, wheres)? {
        Pattern::Leaf(name) if is_path(&name) => Pattern::Builtin(name),
        other => other,
    };
    let signature = match &function {
        Pattern::Attribute(object, name) => class_of(object, wheres)
            .and_then(|class| class.member(name))
            .filter(|m| m.kind != surface::MemberKind::Attribute)
            .map(|m| m.params),
        _ => None,
    };
    let mut arguments = Vec::new();
    let mut rest = None;
    let list = syntax.field(id, "arguments").ok_or("a call without arguments")?;
    for (place, argument) in syntax.named(list).enumerate() {
        let text = syntax.str(argument);
        if let Some(name) = text.strip_prefix(REST) {
            rest = Some(name.to_owned());
        } else if syntax.kind(argument) == "keyword_argument" {
            let name = syntax.field(argument, "name").map_or("", |name| syntax.str(name));
            let value = syntax.field(argument, "value").ok_or("an argument without a value")?;
            if signature.is_some_and(|params| params.iter().all(|param| param.name != name)) {
                return Err(format!("the signature has no parameter `{name}`"));
            }
            arguments.push((name.to_owned(), compile(syntax, value, wheres)?));
        } else {
            let name = match signature {
                Some(params) => params.get(place).ok_or("more arguments than the signature has")?.name.to_owned(),
                None => place.to_string(),
            };
            arguments.push((name, compile(syntax, argument, wheres)?));
        }
    }
    Ok(Pattern::Call { function: Box::new(function), arguments, rest, signature })
}

/// The surface class that a pattern stands for, by its typed variable and members.
fn class_of(pattern: &Pattern, wheres: &Wheres<'_>) -> Option<&'static Class> {
    match pattern {
        Pattern::Variable(name) => wheres.types.iter().find(|(variable, _)| variable == name).and_then(|(_, receiver)| receiver.class()),
        Pattern::Attribute(object, name) => class_of(object, wheres)?.member(name).and_then(|member| surface::class(member.returns)),
        _ => None,
    }
}

//! Whether the arguments of a call are those of a pattern: bound through the surface's signature, through the parameters
//! of a function of the project, or as written.

use super::matching::{Match, Matcher};
use super::pattern::Pattern;
use crate::python::syntax::Id;
use crate::python::types::Ty;
use crate::surface::Param;

/// A call, and what a pattern says of its arguments.
pub(super) struct Given<'p> {
    /// The call.
    pub call: Id,
    /// Parameter name (or position) and pattern.
    pub wanted: &'p [(String, Pattern)],
    /// `$*rest` takes the others.
    pub rest: bool,
    /// The signature, where the surface has one.
    pub signature: Option<&'static [Param]>,
}

impl Matcher<'_, '_, '_> {
    /// Matches the arguments.
    ///
    /// # Errors
    /// Why they are others, where the method is the one that the rule is about.
    pub(super) fn arguments(&self, given: &Given<'_>, found: &mut Match) -> Result<(), Option<String>> {
        let Given { wanted, rest, signature, .. } = *given;
        let mut left = self.bound(given)?;
        let about = about(given, found);
        for (name, pattern) in wanted {
            match left.iter().position(|(given, _)| given == name) {
                Some(at) => {
                    let (_, value) = left.remove(at);
                    if !self.holds(pattern, value, found) {
                        return Err(about.then(|| format!("{} is not what the rule expects", said(name))));
                    }
                }
                None => {
                    let known = signature.and_then(|params| params.iter().find(|param| param.name == name));
                    match pattern {
                        Pattern::Variable(variable) if known.is_some_and(|param| param.default.is_some()) => {
                            found.captures.insert(variable.clone(), None);
                        }
                        _ => return Err(about.then(|| format!("{} is missing", said(name)))),
                    }
                }
            }
        }
        if rest {
            found.rest = left.into_iter().map(|(_, id)| id).collect();
            return Ok(());
        }
        match left.first() {
            Some((name, _)) => Err(about.then(|| format!("{} has no counterpart", said(name)))),
            None => Ok(()),
        }
    }

    /// The arguments of the call, each under the name or position that the pattern may want.
    fn bound(&self, given: &Given<'_>) -> Result<Vec<(String, Id)>, Option<String>> {
        let Given { call, wanted, rest, signature } = *given;
        let syntax = self.code.syntax;
        let list = syntax.field(call, "arguments").ok_or(None)?;
        if syntax.kind(list) != "argument_list" {
            return Err(Some("the argument is a generator".to_owned()));
        }
        let known = if signature.is_none() { self.parameters(call) } else { Vec::new() };
        let is_wanted = |key: &str| wanted.iter().any(|(name, _)| name == key);
        let mut left: Vec<(String, Id)> = Vec::new();
        for (place, argument) in syntax.named(list).enumerate() {
            match syntax.kind(argument) {
                "list_splat" | "dictionary_splat" => {
                    if !wanted.is_empty() || !rest {
                        return Err(Some(format!("`{}` hides which argument is which; write the arguments out", syntax.str(argument))));
                    }
                    left.push((place.to_string(), argument));
                }
                "keyword_argument" => {
                    let name = syntax.field(argument, "name").map_or("", |name| syntax.str(name));
                    let value = syntax.field(argument, "value").ok_or(None)?;
                    let param =
                        signature.and_then(|params| params.iter().find(|p| p.name == name || (!p.also.is_empty() && p.also == name)));
                    let at = known.iter().position(|known| known == name).map(|at| at.to_string());
                    let name = param.map_or(name, |param| param.name).to_owned();
                    let key = at.filter(|at| !is_wanted(&name) && is_wanted(at)).unwrap_or(name);
                    // What the rest takes is written as it stood.
                    left.push(if rest && !is_wanted(&key) { (key, argument) } else { (key, value) });
                }
                _ => {
                    let name = match signature {
                        Some(params) => match params.get(place).filter(|param| !param.keyword_only) {
                            Some(param) => param.name.to_owned(),
                            None => return Err(Some("the call has more arguments than the method takes".to_owned())),
                        },
                        None => {
                            let place = place.to_string();
                            let name = place.parse().ok().and_then(|at: usize| known.get(at));
                            name.filter(|name| !is_wanted(&place) && is_wanted(name)).cloned().unwrap_or(place)
                        }
                    };
                    left.push((name, argument));
                }
            }
        }
        Ok(left)
    }

    /// The parameters of the function that a call means, where it is one of the project; `self` is left out.
    fn parameters(&self, call: Id) -> Vec<String> {
        let syntax = self.code.syntax;
        let Some(function) = syntax.field(call, "function") else { return Vec::new() };
        let place = match self.code.of(function).ty {
            Ty::Function(id) => self.code.place(id),
            Ty::Elsewhere(place) => place,
            _ => return Vec::new(),
        };
        self.code.function_at(place).map_or_else(Vec::new, |function| {
            let own = function.parameters.iter().skip(usize::from(function.bound));
            own.take_while(|name| !name.starts_with('*')).cloned().collect()
        })
    }
}

/// Whether a rule is about this method or function whatever it is called with: it has a signature, or the pattern asks
/// nothing of its arguments.
fn about(given: &Given<'_>, found: &Match) -> bool {
    let free = |pattern: &Pattern| matches!(pattern, Pattern::Variable(_));
    given.signature.is_some() || found.named.is_some() && given.wanted.iter().all(|(_, pattern)| free(pattern))
}

fn said(name: &str) -> String {
    match name.parse::<usize>() {
        Ok(place) => format!("argument {}", place + 1),
        Err(_) => format!("the argument `{name}`"),
    }
}

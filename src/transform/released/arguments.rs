//! Whether the arguments of a call fit the parameters that a release declares.

use crate::python::syntax::Id;
use crate::releases::{How, Parameter};
use crate::scan::Context;

/// Fits a call to parameters; the error says what does not fit, for a person.
pub(super) fn bind(context: &Context<'_, '_, '_>, call: Id, parameters: &[Parameter]) -> Result<(), String> {
    let syntax = context.code.syntax;
    let Some(list) = syntax.field(call, "arguments") else { return Ok(()) };
    if syntax.kind(list) != "argument_list" {
        return fits(&Given { positions: 1, ..Given::default() }, parameters);
    }
    let mut given = Given::default();
    for argument in syntax.named(list) {
        match syntax.kind(argument) {
            "list_splat" | "dictionary_splat" => given.hidden = true,
            "keyword_argument" => given.names.extend(syntax.field(argument, "name").map(|name| syntax.str(name))),
            _ => given.positions += 1,
        }
    }
    fits(&given, parameters)
}

/// What a call passes.
#[derive(Default)]
struct Given<'t> {
    positions: usize,
    names: Vec<&'t str>,
    /// `*args` or `**kwargs`, which may pass anything else.
    hidden: bool,
}

fn fits(given: &Given<'_>, parameters: &[Parameter]) -> Result<(), String> {
    let has = |how: How| parameters.iter().any(|parameter| parameter.how == how);
    let places: Vec<&Parameter> = parameters.iter().filter(|one| matches!(one.how, How::Any | How::Position)).collect();
    if given.positions > places.len() && !has(How::Rest) {
        let takes = if places.is_empty() { "none".to_owned() } else { format!("at most {}", places.len()) };
        return Err(format!("the call passes {} by position, and the method takes {takes}", given.positions));
    }
    let by_name = |name: &str| parameters.iter().any(|one| one.name == name && matches!(one.how, How::Any | How::Name));
    if let Some(name) = given.names.iter().find(|name| !by_name(name) && !has(How::Others)) {
        return Err(format!("there is no parameter `{name}`"));
    }
    let filled = |one: &&Parameter| places.iter().take(given.positions).any(|place| place.name == one.name);
    let missing: Vec<String> = parameters
        .iter()
        .filter(|one| one.is_required() && !filled(one) && !given.names.contains(&one.name.as_str()))
        .map(|one| format!("`{}`", one.name))
        .collect();
    if missing.is_empty() || given.hidden { Ok(()) } else { Err(format!("the call does not pass {}", missing.join(", "))) }
}

#[cfg(test)]
mod tests {
    use super::{Given, fits};
    use crate::releases::Parameter;

    #[test]
    fn a_call_fits_or_the_reason_names_the_argument() {
        let parameters: Vec<Parameter> = ["a", "b = 1", ",c"].iter().map(|text| Parameter::from((*text).to_owned())).collect();
        let call = |positions: usize, names: &[&'static str], hidden: bool| {
            fits(&Given { positions, names: names.to_vec(), hidden }, &parameters).err()
        };
        assert_eq!(call(1, &["c"], false), None);
        assert_eq!(call(0, &["a", "b", "c"], false), None);
        assert_eq!(call(0, &[], true), None, "what is hidden may pass everything");
        assert_eq!(call(1, &[], false).as_deref(), Some("the call does not pass `c`"));
        assert_eq!(call(3, &["c"], false).as_deref(), Some("the call passes 3 by position, and the method takes at most 2"));
        assert_eq!(call(1, &["c", "d"], true).as_deref(), Some("there is no parameter `d`"));
    }
}

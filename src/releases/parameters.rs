//! Parameters as a manifest holds them: one line of Python each, so that a manifest can be read by people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an argument reaches its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By position or by name.
    Any,
    /// By position only.
    Position,
    /// By name only.
    Name,
    /// `*args`.
    Rest,
    /// `**kwargs`.
    Others,
}

/// One parameter, `self` and `cls` left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Parameter {
    /// Its name, without stars.
    pub name: String,
    /// How it is passed.
    pub how: How,
    /// Its annotation as written, without quotes.
    pub annotation: Option<String>,
    /// Its default as written; `None` where an argument is required.
    pub default: Option<String>,
}

impl Parameter {
    /// Whether a call must pass it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !matches!(self.how, How::Rest | How::Others)
    }
}

/// `name: str = None`; `/name` takes only positions, `,name` only names.
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.how {
            How::Any => "",
            How::Position => "/",
            How::Name => ",",
            How::Rest => "*",
            How::Others => "**",
        };
        write!(f, "{sign}{}", self.name)?;
        if let Some(annotation) = &self.annotation {
            write!(f, ": {annotation}")?;
        }
        self.default.as_ref().map_or(Ok(()), |default| write!(f, " = {default}"))
    }
}

impl From<Parameter> for String {
    fn from(parameter: Parameter) -> Self {
        parameter.to_string()
    }
}

impl From<String> for Parameter {
    fn from(text: String) -> Self {
        let signs = [("**", How::Others), ("*", How::Rest), ("/", How::Position), (",", How::Name)];
        let (how, text) = signs.into_iter().find_map(|(sign, how)| Some((how, text.strip_prefix(sign)?))).unwrap_or((How::Any, &text));
        let (left, default) = match text.split_once(" = ") {
            Some((left, default)) => (left, Some(default.to_owned())),
            None => (text, None),
        };
        let (name, annotation) = match left.split_once(": ") {
            Some((name, annotation)) => (name, Some(annotation.to_owned())),
            None => (left, None),
        };
        Parameter { name: name.to_owned(), how, annotation, default }
    }
}

/// Parameters as Python writes them, `*` and `/` included.
#[must_use]
pub fn signature(parameters: &[Parameter]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut starred = false;
    for (at, parameter) in parameters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| parameters.get(at));
        if before.is_some_and(|before| before.how == How::Position) && parameter.how != How::Position {
            parts.push("/".to_owned());
        }
        starred |= parameter.how == How::Rest;
        if parameter.how == How::Name && !starred {
            parts.push("*".to_owned());
            starred = true;
        }
        let text = parameter.to_string();
        parts.push(text.trim_start_matches(['/', ',']).to_owned());
    }
    if parameters.last().is_some_and(|last| last.how == How::Position) {
        parts.push("/".to_owned());
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{How, Parameter, signature};

    #[test]
    fn a_parameter_is_the_same_after_writing_and_reading() {
        for text in ["a", "a: str", "a = 1", "a: Dict[str, int] = None", "*args", "**kwargs: Any", ",b: bool = False", "/c"] {
            assert_eq!(Parameter::from(text.to_owned()).to_string(), text);
        }
        assert_eq!(Parameter::from(",b = 1".to_owned()).how, How::Name);
    }

    #[test]
    fn a_signature_is_python() {
        let all = |list: &[&str]| signature(&list.iter().map(|text| Parameter::from((*text).to_owned())).collect::<Vec<_>>());
        assert_eq!(all(&["/a", "b: int = 1", ",c", ",d = 2", "**e"]), "a, /, b: int = 1, *, c, d = 2, **e");
        assert_eq!(all(&["*a", ",b"]), "*a, b");
        assert_eq!(all(&["/a"]), "a, /");
    }
}

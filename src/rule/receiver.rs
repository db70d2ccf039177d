//! What `where:` asks of a variable: to be of a class of Victor, of a class or a module that is named by its dotted path,
//! or a string. Reads the words; whether an expression is one is `matching`'s question.

use crate::near::nearest;
use crate::surface::{self, CLASSES, Class};

/// What a variable must stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// `AgentOrchestrator`, also one that is only likely.
    Orchestrator,
    /// Another class of the surface.
    Surface(&'static Class),
    /// `str`.
    Text,
    /// An instance of the class that can be imported under one of the paths: `acme.http.Client | acme.Client`.
    Instance(Vec<String>),
    /// The module itself: `module acme.util`.
    Module(String),
}

impl Receiver {
    /// Reads the type of a variable.
    ///
    /// # Errors
    /// It is no type; how one is written.
    pub fn parse(words: &str) -> Result<Self, String> {
        if let Some(module) = words.strip_prefix("module ").map(str::trim) {
            return if is_path(module) { Ok(Self::Module(module.to_owned())) } else { Err(format!("`{module}` is no module")) };
        }
        let class = |path: &str| path.rsplit_once('.').and_then(|(module, name)| surface::exported(module, name));
        match surface::class(words).or_else(|| class(words)) {
            Some(class) if class.name == surface::ORCHESTRATOR => return Ok(Self::Orchestrator),
            Some(class) => return Ok(Self::Surface(class)),
            None if words == "str" => return Ok(Self::Text),
            None => {}
        }
        let paths: Vec<String> = words.split('|').map(|path| path.trim().to_owned()).collect();
        if let Some(wrong) = paths.iter().find(|path| !path.contains('.') || !is_path(path)) {
            let near = nearest(wrong, CLASSES.iter().map(|class| class.name));
            let meant = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!(
                "`{wrong}` is no type; write a class of Victor, `str`, the path of a class such as `acme.http.Client`, or `module acme.util`{meant}"
            ));
        }
        Ok(Self::Instance(paths))
    }

    /// The class of the surface, where it is one.
    #[must_use]
    pub fn class(&self) -> Option<&'static Class> {
        match self {
            Self::Orchestrator => surface::class(surface::ORCHESTRATOR),
            Self::Surface(class) => Some(class),
            Self::Text | Self::Instance(_) | Self::Module(_) => None,
        }
    }

    /// The paths it names.
    #[must_use]
    pub fn paths(&self) -> &[String] {
        match self {
            Self::Instance(paths) => paths,
            Self::Module(path) => std::slice::from_ref(path),
            Self::Orchestrator | Self::Surface(_) | Self::Text => &[],
        }
    }
}

/// `acme.util`: names with dots between.
#[must_use]
pub fn is_path(word: &str) -> bool {
    word.split('.')
        .all(|part| part.starts_with(|c: char| c.is_alphabetic() || c == '_') && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::Receiver;

    #[test]
    fn a_type_is_a_class_of_victor_a_path_a_module_or_a_string() {
        let paths = |paths: &[&str]| Receiver::Instance(paths.iter().map(|&path| path.to_owned()).collect());
        assert_eq!(Receiver::parse("AgentOrchestrator"), Ok(Receiver::Orchestrator));
        assert_eq!(Receiver::parse("victor.agent.AgentOrchestrator"), Ok(Receiver::Orchestrator));
        assert_eq!(Receiver::parse("str"), Ok(Receiver::Text));
        assert_eq!(Receiver::parse("acme.http.Client"), Ok(paths(&["acme.http.Client"])));
        assert_eq!(Receiver::parse("acme.http.Client | acme.Client"), Ok(paths(&["acme.http.Client", "acme.Client"])));
        assert_eq!(Receiver::parse("module acme.util"), Ok(Receiver::Module("acme.util".to_owned())));
        assert!(matches!(Receiver::parse("ContextCoordinator"), Ok(Receiver::Surface(_))));
    }

    #[test]
    fn a_name_alone_is_no_type() {
        assert!(Receiver::parse("AgentOrchestrater").expect_err("misspelt").contains("did you mean `AgentOrchestrator`?"));
        for wrong in ["Client", "acme.", "acme..x", "acme.http.Client | Client", "module a b", "3.4"] {
            assert!(Receiver::parse(wrong).is_err(), "{wrong}");
        }
    }
}

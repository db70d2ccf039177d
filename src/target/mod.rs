//! Against what code is judged: the design of the migration guide, or a published release of victor-ai, and why. Reads
//! manifests and the project's own files about its dependencies; finds nothing in code.

mod declared;
mod detect;
mod offers;
mod requirement;

use std::str::FromStr;

use pep440_rs::Version;

pub use detect::{installed, resolve};

use crate::releases::{Class, Manifest, Member, history};
use crate::surface;

/// What the code is to run with.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// What the release offers; none for the guide.
    pub release: Option<Manifest>,
    /// The release that the code was written for, where two are compared.
    pub from: Option<Manifest>,
    /// Where that was said, and what was assumed, for a person; empty where nothing said anything.
    pub why: String,
}

impl Target {
    /// A release.
    #[must_use]
    pub fn release(manifest: Manifest, why: String) -> Self {
        Target { release: Some(manifest), from: None, why }
    }

    /// The same for code that was written for another release.
    ///
    /// # Errors
    /// That release is not known, or there is no release to compare it with.
    pub fn since_release(self, from: &str) -> Result<Self, String> {
        if self.release.is_none() {
            return Err("--from compares two releases; say the later one with --to, such as --to victor-ai==0.9.5".to_owned());
        }
        let from = crate::releases::find(from).map_err(|reason| format!("--from: {reason}"))?;
        Ok(Target { from: Some(from), ..self })
    }

    /// For a person: `victor-ai 0.9.5`, or `the guide`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.release {
            Some(manifest) if manifest.release.is_empty() => "a victor-ai without a version".to_owned(),
            Some(manifest) => format!("victor-ai {}", manifest.release),
            None => "the guide".to_owned(),
        }
    }

    /// The orchestrator of the release.
    #[must_use]
    pub fn orchestrator(&self) -> Option<&Class> {
        self.release.as_ref().and_then(Manifest::orchestrator)
    }

    /// How code gets what the guide has and the release lacks.
    #[must_use]
    pub fn bridge(&self) -> String {
        let release = self.release.as_ref().map_or("", |manifest| manifest.release.as_str());
        match crate::bridge::of(release) {
            Ok(_) => format!("needs the bridge: `victor-migrate bridge --target victor-ai=={release} -o victor_coordinators.py`"),
            Err(_) => {
                let known: Vec<&str> = crate::bridge::RELEASES.iter().map(|known| known.release).collect();
                format!("needs a release that has a bridge: {}", known.join(", "))
            }
        }
    }

    /// Whether something that happened in a release has happened in the target, and not before what the code was written
    /// for.
    #[must_use]
    pub fn has_seen(&self, release: &str) -> bool {
        let Some(target) = &self.release else { return false };
        let then = |manifest: &Manifest| order(&manifest.release, release);
        let before = self.from.as_ref().is_none_or(|from| then(from).is_some_and(std::cmp::Ordering::is_lt));
        before && then(target).is_some_and(std::cmp::Ordering::is_ge)
    }

    /// Whether some release, or the guide, has an orchestrator member of that name.
    #[must_use]
    pub fn is_known(name: &str) -> bool {
        let of_guide = surface::class(surface::ORCHESTRATOR).is_some_and(|class| class.member(name).is_some());
        of_guide || history().iter().any(|manifest| member(manifest, name).is_some())
    }

    /// When an orchestrator member went away, for a person.
    #[must_use]
    pub fn went(&self, name: &str) -> String {
        let last = history().iter().rposition(|manifest| member(manifest, name).is_some());
        match last.map(|last| (&history()[last], history().get(last + 1))) {
            Some((last, Some(next))) if self.has_passed(&next.release) => {
                format!("the last release with it is {}, it is gone since {}", last.release, next.release)
            }
            Some((last, _)) => format!("{} has it", last.release),
            None => "no known release has it".to_owned(),
        }
    }

    fn has_passed(&self, release: &str) -> bool {
        self.release.as_ref().is_some_and(|target| order(&target.release, release).is_some_and(std::cmp::Ordering::is_ge))
    }

    /// The first release up to the target from which on `holds` is true of a member, where it was not always so.
    #[must_use]
    pub fn since(&self, name: &str, holds: impl Fn(&Member) -> bool) -> Option<String> {
        let target = self.release.as_ref()?;
        let mut first = None;
        for (at, manifest) in history().iter().enumerate() {
            if order(&manifest.release, &target.release).is_none_or(std::cmp::Ordering::is_gt) {
                break;
            }
            match (member(manifest, name).is_some_and(&holds), first) {
                (true, None) => first = Some(at),
                (true, Some(_)) => {}
                (false, _) => first = None,
            }
        }
        first.filter(|at| *at > 0).map(|at| history()[at].release.clone())
    }

    /// What the release has for something it lacks or keeps to itself: names that exist there.
    #[must_use]
    pub fn offers(&self, name: &str) -> Vec<String> {
        self.orchestrator().map_or_else(Vec::new, |class| offers::offers(class, name))
    }
}

fn member<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m Member> {
    manifest.orchestrator().and_then(|class| class.member(name))
}

/// Two versions in their order; `None` where one is none.
fn order(one: &str, other: &str) -> Option<std::cmp::Ordering> {
    Some(Version::from_str(one).ok()?.cmp(&Version::from_str(other).ok()?))
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::releases::manifest;

    fn at(release: &str) -> Target {
        Target::release(manifest(release).expect("bundled"), String::new())
    }

    #[test]
    fn a_release_says_when_something_went_or_began() {
        assert!(at("0.9.5").went("_handle_tool_calls").ends_with("is 0.6.0, it is gone since 0.7.0"));
        assert_eq!(at("0.9.5").went("_config_coordinator"), "no known release has it");
        let is_async = |member: &crate::releases::Member| member.kind == crate::releases::Kind::Async;
        assert_eq!(at("0.9.5").since("switch_model", is_async).as_deref(), Some("0.5.0"));
        assert_eq!(at("0.4.0").since("switch_model", is_async), None);
        assert_eq!(at("0.9.5").since("chat", is_async), None, "it always was");
    }

    #[test]
    fn what_happened_before_the_code_was_written_is_no_news() {
        let target = Target { from: manifest("0.6.0"), ..at("0.9.5") };
        assert!(target.has_seen("0.7.0") && target.has_seen("0.9.5"));
        assert!(!target.has_seen("0.6.0") && !target.has_seen("0.10.0"));
        assert!(!Target::default().has_seen("0.7.0"));
    }
}

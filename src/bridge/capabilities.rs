//! What has to be known of a release before its bridge is written: the one place that knows releases by name.

use crate::releases::is_same;

/// One release, as far as a bridge goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Its version.
    pub release: &'static str,
    /// What a person should know, in lines that fit into the module.
    pub notes: &'static [&'static str],
}

const OWN_PARTS: &str = "`_chat_`, `_tool_`, `_session_` and `_provider_coordinator` exist; what only they have stays theirs";
const OWN_PROVIDERS: &str = "`_provider_coordinator` exists; what only it has stays its own";
const ATTEMPTS: &str = "a short answer to no question is asked for again, up to three times, and the history has all of them";
const EVERY: &str = "every answer is asked for again, up to three times, and the history has all of them";
const NUMPY: &str = "does not import without numpy, which it does not ask for";
const VECTORS: &str = "streaming needs `sentence-transformers`, which it does not ask for";

/// The releases that a bridge was tried on, oldest first.
pub const RELEASES: &[Capabilities] = &[
    Capabilities { release: "0.5.0", notes: &[OWN_PROVIDERS] },
    Capabilities { release: "0.5.6", notes: &[OWN_PARTS] },
    Capabilities { release: "0.6.0", notes: &[OWN_PARTS, NUMPY, VECTORS] },
    Capabilities { release: "0.7.0", notes: &[EVERY, NUMPY, VECTORS] },
    Capabilities { release: "0.8.0", notes: &[ATTEMPTS, VECTORS] },
    Capabilities { release: "0.9.5", notes: &[ATTEMPTS, VECTORS] },
];

/// The release that a target such as `victor-ai==0.9.5` means.
///
/// # Errors
/// The text names no release, or one that no bridge was tried on.
pub fn of(target: &str) -> Result<&'static Capabilities, String> {
    if target.trim() == "guide" {
        return Err("the guide needs no bridge: it has the coordinators; name a release, such as victor-ai==0.9.5".to_owned());
    }
    let known = || RELEASES.iter().map(|known| known.release).collect::<Vec<_>>().join(", ");
    let (name, release) = match target.split_once("==") {
        Some((name, release)) => (name.trim(), release.trim()),
        None => ("victor-ai", target.trim()),
    };
    if !name.eq_ignore_ascii_case("victor-ai") && !name.eq_ignore_ascii_case("victor_ai") {
        return Err(format!("`{target}` names no release; write victor-ai==VERSION, with one of {}", known()));
    }
    let found = RELEASES.iter().find(|known| is_same(known.release, release));
    found.ok_or_else(|| format!("there is no bridge for victor-ai {release}; there is one for {}", known()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_as_pip_names_it() {
        for text in ["victor-ai==0.9.5", "victor_ai == 0.9.5", "Victor-AI==0.9.5", "0.9.5", "v0.9.5"] {
            assert_eq!(of(text).map(|found| found.release), Ok("0.9.5"));
        }
        assert_eq!(of("victor-ai==0.5").map(|found| found.release), Ok("0.5.0"), "as pip compares versions");
        assert!(of("guide").is_err_and(|error| error.contains("the guide needs no bridge")));
        assert!(of("victor-ai==9.9").is_err_and(|error| error.contains("no bridge for victor-ai 9.9; there is one for 0.5.0, 0.5.6")));
        assert!(of("django==5.0").is_err_and(|error| error.contains("write victor-ai==VERSION")));
    }
}

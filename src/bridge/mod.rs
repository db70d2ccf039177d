//! The Python module that gives the guide's coordinators to a published release of victor-ai: which releases there are, and
//! its text, put together from parts. Not the coordinators of the bundled runtime, and nothing here runs Python.
//!
//! What a release has is felt for by the module itself, when it is imported: so the parts are the same for all, and a release
//! is told apart by what a person must know of it.

mod capabilities;
mod presence;
mod seal;

pub use capabilities::{Capabilities, RELEASES, of};
pub use presence::{Presence, is_as_written};
pub use seal::{Seal, seal};

/// The name that the module is imported by.
pub const MODULE: &str = "victor_coordinators";

/// The parts, in the order in which they need each other.
const PARTS: [&str; 15] = [
    include_str!("parts/head.py"),
    include_str!("parts/data.py"),
    include_str!("parts/asking.py"),
    include_str!("parts/sessions.py"),
    include_str!("parts/coordinator.py"),
    include_str!("parts/config.py"),
    include_str!("parts/context.py"),
    include_str!("parts/analytics.py"),
    include_str!("parts/tools.py"),
    include_str!("parts/provider.py"),
    include_str!("parts/prompt.py"),
    include_str!("parts/small.py"),
    include_str!("parts/facade.py"),
    include_str!("parts/calls.py"),
    include_str!("parts/install.py"),
];

/// The text of the module for one release.
#[must_use]
pub fn generate(capabilities: &Capabilities) -> String {
    let notes: String = capabilities.notes.iter().map(|note| format!("\n* {note}")).collect();
    let notes = if notes.is_empty() { notes } else { format!("\nOf this release:\n{notes}\n") };
    let text = PARTS.map(str::trim_end).join("\n\n\n") + "\n";
    seal(&text.replace("@RELEASE@", capabilities.release).replace("@NOTES@\n", &notes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_release_is_named_and_nothing_is_left_to_fill_in() {
        for capabilities in RELEASES {
            let text = generate(capabilities);
            assert!(text.contains(&format!("RELEASE = \"{}\"", capabilities.release)));
            assert!(!text.contains("@RELEASE@") && !text.contains("@NOTES@"), "{}", capabilities.release);
            assert!(capabilities.notes.iter().all(|note| text.contains(note)));
            assert_eq!(Seal::of(&text), Seal::Whole);
        }
    }
}

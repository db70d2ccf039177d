//! Are we ready to switch? The number with its formula, and what it is made of. No words of any format, no files.

pub mod baseline;
pub mod breakdown;
pub mod gate;
mod owners;

pub use owners::Owners;

use crate::finding::{Finding, Kind, Level};
use crate::scan::Outcome;

/// The formula, for a person.
pub const FORMULA: &str = "ready sites / all sites, in percent, rounded down";

/// What a site is, as far as readiness is concerned. Every site is one of these, and is counted once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The public API, a coordinator, or compatible: works before and after.
    Ready,
    /// `--fix` would do it.
    Safe,
    /// `--fix --unsafe-fixes` would do it, or a person decides.
    Review,
    /// A person does it.
    Manual,
    /// An internal's name on a receiver of unknown type.
    Unresolved,
    /// The internal's name is computed or hidden.
    Dynamic,
}

/// All classes with their words, in their order.
pub const CLASSES: [(Class, &str); 6] = [
    (Class::Ready, "ready"),
    (Class::Safe, "safe"),
    (Class::Review, "review"),
    (Class::Manual, "manual"),
    (Class::Unresolved, "unresolved"),
    (Class::Dynamic, "dynamic"),
];

impl Class {
    /// The class of a finding.
    #[must_use]
    pub fn of(finding: &Finding) -> Self {
        match (finding.level, finding.kind) {
            (Level::None, _) => Class::Ready,
            (_, Kind::Unresolved) => Class::Unresolved,
            (_, Kind::Dynamic) => Class::Dynamic,
            (Level::Safe, _) => Class::Safe,
            (Level::Review, _) => Class::Review,
            (Level::Manual, _) => Class::Manual,
        }
    }

    /// Its word in every format.
    #[must_use]
    pub fn word(self) -> &'static str {
        CLASSES[self as usize].1
    }
}

/// Sites by class, and what the open ones cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    classes: [usize; 6],
    /// Open sites that a comment keeps quiet; they are open all the same.
    pub suppressed: usize,
    /// Least and most minutes that the open sites cost a person.
    pub effort: (u64, u64),
}

impl Readiness {
    /// The readiness of a whole run.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let mut readiness = Self::default();
        outcome.files.iter().flat_map(|file| &file.findings).for_each(|finding| readiness.add(finding));
        readiness
    }

    /// Counts one more site.
    pub fn add(&mut self, finding: &Finding) {
        self.classes[Class::of(finding) as usize] += 1;
        if finding.is_open() {
            self.suppressed += usize::from(finding.suppressed.is_some());
            self.effort.0 += u64::from(finding.effort.0);
            self.effort.1 += u64::from(finding.effort.1);
        }
    }

    /// Sites of one class.
    #[must_use]
    pub fn get(&self, class: Class) -> usize {
        self.classes[class as usize]
    }

    /// All sites.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.classes.iter().sum()
    }

    /// Sites that need nothing.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.get(Class::Ready)
    }

    /// Sites that somebody still has to do something about, suppressed ones included.
    #[must_use]
    pub fn open(&self) -> usize {
        self.sites() - self.ready()
    }

    /// [`FORMULA`]; 100 where there is no site.
    #[must_use]
    pub fn percent(&self) -> usize {
        (self.ready() * 100).checked_div(self.sites()).unwrap_or(100)
    }

    /// The number with its formula filled in, and the effort beside it.
    #[must_use]
    pub fn told(&self) -> String {
        if self.sites() == 0 {
            return "100 %, because no site touches the orchestrator".to_owned();
        }
        let (ready, sites) = (self.ready(), self.sites());
        let effort = if self.open() == 0 { String::new() } else { format!("; open effort {}", effort_text(self.effort)) };
        format!("{} % = {ready} ready / {sites} sites, rounded down{effort}", self.percent())
    }
}

/// Minutes as people say them: `40 min`, `2 h 10 min to 5 h`.
#[must_use]
pub fn effort_text((least, most): (u64, u64)) -> String {
    let text = |minutes: u64| match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    };
    if least == most { text(least) } else { format!("{} to {}", text(least), text(most)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_number_is_the_formula_and_is_rounded_down() {
        let readiness = Readiness::of(&sample::outcome());
        assert_eq!((readiness.sites(), readiness.ready(), readiness.open()), (6, 1, 5));
        assert_eq!(readiness.classes, [1, 2, 1, 0, 1, 1]);
        assert_eq!(readiness.percent(), 16, "16.67 is rounded down");
        assert_eq!(readiness.told(), "16 % = 1 ready / 6 sites, rounded down; open effort 10 min to 4 h 10 min");
    }

    #[test]
    fn nothing_to_count_is_ready_and_says_why() {
        assert_eq!(Readiness::default().percent(), 100);
        assert!(Readiness::default().told().contains("because no site"));
        assert_eq!((effort_text((120, 120)), effort_text((0, 61))), ("2 h".to_owned(), "0 min to 1 h 1 min".to_owned()));
    }
}

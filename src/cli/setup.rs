//! What every command that scans needs first: settings, rules, and the options that follow from both.

use std::path::PathBuf;

use super::args::Selection;
use super::progress::Progress;
use super::{Stop, Terminal, rules};
use crate::readiness::Owners;
use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome};
use crate::settings::{self, PerFile, Settings};

/// A run that can begin.
pub(super) struct Setup {
    /// The settings of the project, with `--config` over them.
    pub settings: Settings,
    /// The rules, with those of `--rules` or the settings.
    pub rules: RuleSet,
    /// The options without what a single command adds.
    pub options: Options,
    /// The paths to scan.
    pub paths: Vec<PathBuf>,
}

impl Setup {
    /// Reads settings and rules. `start` is a path to search the settings from, where it is not one of the paths.
    pub fn new(selection: &Selection, start: Option<PathBuf>) -> Result<Self, Stop> {
        let paths = if selection.paths.is_empty() { vec![PathBuf::from(".")] } else { selection.paths.clone() };
        let all = |problems: Vec<String>| Stop::Message(problems.join("\n"));
        let found = match (selection.isolated, start) {
            (true, _) => Settings::default(),
            (false, Some(start)) => settings::load(&[start]).map_err(all)?,
            (false, None) => settings::load(&paths).map_err(all)?,
        };
        let settings = settings::with_overrides(found, &selection.config).map_err(all)?;
        let folder = selection.rules.clone().or_else(|| settings.path("rules"));
        let rules = rules::load(folder.as_deref())?;
        rules::check(&rules, "--select", &selection.select)?;
        rules::check(&rules, "--ignore", &selection.ignore)?;
        let wrong = settings.unknown_rules(&rules);
        if !wrong.is_empty() {
            return Err(all(wrong));
        }
        let either = |flag: &[String], key: &str| if flag.is_empty() { settings.words(key) } else { flag.to_vec() };
        let options = Options {
            select: either(&selection.select, "select"),
            ignore: either(&selection.ignore, "ignore"),
            modernize: settings.flag("modernize"),
            unsafe_fixes: settings.flag("unsafe-fixes"),
            per_file: PerFile::new(&settings).map_err(Stop::Message)?,
            ..Options::default()
        };
        Ok(Self { settings, rules, options, paths })
    }

    /// Scans without changing anything.
    pub fn scan(&self, terminal: Terminal) -> Outcome {
        let progress = Progress::new(terminal.watched, "files");
        scan::run(&self.paths, &self.rules, &self.options, &|done, total| progress.tick(done, total))
    }

    /// Only some rules run.
    pub fn limited(&self) -> bool {
        !self.options.select.is_empty() || !self.options.ignore.is_empty()
    }

    /// Says who owns the files of a run.
    pub fn assign_owners(&self, outcome: &mut Outcome) {
        if let Some(first) = self.paths.first() {
            Owners::find(first).assign(outcome);
        }
    }
}

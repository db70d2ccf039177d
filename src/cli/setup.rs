//! What every command that scans needs first: settings, rules, and the options that follow from both.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Given, Selection};
use super::progress::Progress;
use super::{Stop, Terminal, rules};
use crate::cache::Cache;
use crate::readiness::Owners;
use crate::rule::RuleSet;
use crate::scan::{self, Options, Outcome};
use crate::settings::{self, PerFile, Settings};
use crate::source::root;
use crate::target::{self, Target};

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
    /// What is remembered of earlier runs.
    cache: Option<Cache>,
}

impl Setup {
    /// Reads settings and rules. `start` is a path to search the settings from, where it is not one of the paths.
    pub fn new(selection: &Selection, start: Option<PathBuf>) -> Result<Self, Stop> {
        let setup = Self::of(&selection.paths, &selection.given, start)?;
        rules::check(&setup.rules, "--select", &selection.select)?;
        rules::check(&setup.rules, "--ignore", &selection.ignore)?;
        let either = |flag: &Vec<String>, set: Vec<String>| if flag.is_empty() { set } else { flag.clone() };
        let options = Options {
            select: either(&selection.select, setup.options.select),
            ignore: either(&selection.ignore, setup.options.ignore),
            ..setup.options
        };
        Ok(Self { options, ..setup })
    }

    /// The same for all rules that the settings select.
    pub fn of(paths: &[PathBuf], given: &Given, start: Option<PathBuf>) -> Result<Self, Stop> {
        let paths = if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() };
        let all = |problems: Vec<String>| Stop::Message(problems.join("\n"));
        let places = start.map_or_else(|| paths.clone(), |start| vec![root::standing(&start)]);
        let found = if given.isolated { Settings::default() } else { settings::load(&places).map_err(all)? };
        let settings = settings::with_overrides(found, &given.config).map_err(all)?;
        let folder = given.rules.clone().or_else(|| settings.path("rules"));
        let rules = rules::load(folder.as_deref())?;
        let wrong = settings.unknown_rules(&rules);
        if !wrong.is_empty() {
            return Err(all(wrong));
        }
        let options = Options {
            select: settings.words("select"),
            ignore: settings.words("ignore"),
            modernize: settings.flag("modernize"),
            unsafe_fixes: settings.flag("unsafe-fixes"),
            target: Arc::new(target(given, &settings, &places)?),
            docs: settings.flag("docs"),
            per_file: PerFile::new(&settings).map_err(Stop::Message)?,
            ..Options::default()
        };
        let cache = if given.no_cache { None } else { Cache::of_user() };
        Ok(Self { settings, rules, options, paths, cache })
    }

    /// Scans without changing anything.
    pub fn scan(&self, terminal: Terminal) -> Outcome {
        self.scan_with(&self.options, terminal)
    }

    /// Scans with other options.
    pub fn scan_with(&self, options: &Options, terminal: Terminal) -> Outcome {
        let progress = Progress::new(terminal.watched, "files");
        let tick = |done, total| progress.tick(done, total);
        match &self.cache {
            Some(cache) => cache.run(&self.paths, &self.rules, options, &format!("{:?}", self.settings), &tick),
            None => scan::run(&self.paths, &self.rules, options, &tick),
        }
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

/// What the code is judged against: the flag, else the settings, else what the project's files say.
fn target(given: &Given, settings: &Settings, paths: &[PathBuf]) -> Result<Target, Stop> {
    let flag = given.target.as_deref().map(|text| (text, "--target".to_owned()));
    let set = settings.get("target").and_then(|set| Some((settings.text("target")?, format!("`target` of {}", set.place))));
    let named = flag.or(set);
    target::resolve(named.as_ref().map(|(text, place)| (*text, place.as_str())), paths).map_err(Stop::Message)
}

//! One file on the bench: some of its edits are made, the module is run as it was and as it would be, and where somebody
//! can tell, the culprit is found by halving.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compare::{Declared, Difference, Verdict, difference, judge, misfit};
use super::coverage::missed;
use super::edits::{Candidate, Outcome, Witness};
use super::prove::Sandbox;
use super::situation::{Called, SITUATIONS, Situation, project_driver};
use super::slice;
use super::world::Modules;
use crate::edit;
use crate::finding::{Edit, Finding, Fix, Level};
use crate::python::Syntax;
use crate::rule::RuleSet;
use crate::runtime::sandbox::{Ended, Run};
use crate::source::{Lines, Source};

/// Why an edit is not judged together with those that it touches.
const OVERLAPS: &str = "it overlaps another edit, and waits for a second run";

/// What a run of several edits says.
enum Judged {
    /// They are told apart, or nothing is known: to be looked at one by one.
    Alone(Outcome),
    /// Nobody can tell; which of them ran.
    Each(Vec<Outcome>),
}

/// One file on the bench.
pub(super) struct Bench<'b> {
    pub modules: &'b Modules,
    pub source: &'b Source,
    /// What is called, and with what.
    pub called: Called,
    /// The file is started, not imported.
    pub script: bool,
    pub rules: &'b RuleSet,
    pub sandbox: &'b mut dyn Sandbox,
}

/// The code as it is: run once, and again where something can be told.
struct Before {
    first: Run,
    again: Option<Run>,
}

/// The files that some edits change, as they would be.
struct Made<'m> {
    texts: BTreeMap<&'m Path, (String, Vec<Edit>)>,
}

impl<'m> Made<'m> {
    /// Makes the edits of a file, and what they need in others; `None` where one of those is not known here.
    fn new(bench: &Bench<'m>, findings: &[&'m Finding], chosen: &[(usize, &Fix)]) -> Option<Self> {
        let mut all: BTreeMap<&Path, Vec<Edit>> = BTreeMap::new();
        let own = edit::merged(chosen.iter().map(|(_, fix)| *fix));
        all.insert(&bench.source.path, own);
        for (path, edit) in chosen.iter().flat_map(|(at, _)| &findings[*at].elsewhere) {
            all.entry(Path::new(path)).or_default().push(edit.clone());
        }
        let mut texts = BTreeMap::new();
        for (path, mut edits) in all {
            edits.sort();
            edits.dedup();
            let text = edit::apply(bench.text(path)?, &edits);
            texts.insert(path, (text, edits));
        }
        Some(Made { texts })
    }

    fn pairs(&self) -> Vec<(&Path, &str)> {
        self.texts.iter().map(|(path, (text, _))| (*path, text.as_str())).collect()
    }
}

impl<'b> Bench<'b> {
    fn text(&self, path: &Path) -> Option<&'b str> {
        if path == self.source.path { Some(&self.source.text) } else { self.modules.text(path) }
    }

    fn run(&mut self, texts: &[(&Path, &str)], also: &[&Path], situations: &[Situation]) -> Run {
        let modules = self.modules.with(texts);
        let text = match self.script {
            true => modules.text(&self.source.path).unwrap_or_default().to_owned(),
            false => {
                let others = also.iter().filter_map(|path| modules.name(path)).filter(|name| **name != self.called.modules[0]);
                let mut called = self.called.clone();
                called.modules.extend(others.map(str::to_owned));
                project_driver(situations, &called, modules.all())
            }
        };
        self.sandbox.run(modules.face(), &modules.program(text))
    }

    /// The outcomes of some findings; an error where the code as it is does not come to its end, or disagrees with itself.
    pub fn part(&mut self, candidate: &Candidate<'b>, part: &[usize]) -> Result<Vec<(usize, Outcome)>, String> {
        let others = |at: &usize| candidate.findings[*at].elsewhere.iter().map(|(path, _)| Path::new(path));
        let also: BTreeSet<&Path> = part.iter().flat_map(others).collect();
        let also: Vec<&Path> = also.into_iter().collect();
        let before = self.run(&[], &also, &SITUATIONS);
        if before.ended != Ended::Normally {
            return Err(before.ended.to_string());
        }
        let mut before = Before { first: before, again: None };
        let mut outcomes = Vec::new();
        let mut open: Vec<Vec<usize>> = vec![part.to_vec()];
        while let Some(group) = open.pop() {
            let chosen: Vec<&Finding> = group.iter().map(|&at| candidate.findings[at]).collect();
            match self.group(&chosen, &mut before, &also)? {
                Judged::Alone(outcome) if group.len() == 1 => outcomes.push((group[0], outcome)),
                Judged::Alone(_) => {
                    let (left, right) = group.split_at(group.len() / 2);
                    open.extend([left.to_vec(), right.to_vec()]);
                }
                Judged::Each(each) => {
                    for (at, outcome) in group.iter().copied().zip(each) {
                        match &outcome {
                            Outcome::Unproven(why) if why == OVERLAPS && group.len() > 1 => open.push(vec![at]),
                            _ => outcomes.push((at, outcome)),
                        }
                    }
                }
            }
        }
        Ok(outcomes)
    }

    fn group(&mut self, findings: &[&'b Finding], before: &mut Before, also: &[&Path]) -> Result<Judged, String> {
        let fixes: Vec<&Fix> = findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
        let chosen = edit::compatible(&fixes);
        let Some(made) = Made::new(self, findings, &chosen) else {
            return Ok(Judged::Alone(Outcome::Unproven("it changes files that cannot be imported with this one".to_owned())));
        };
        let parses = |text: &str| Syntax::parse(text).is_some_and(|syntax| !syntax.is_faulty());
        if let Some((path, _)) = made.pairs().into_iter().find(|(_, text)| !parses(text)) {
            let words = |text: &str| format!("{} {text}", path.display());
            let difference = Difference { what: "syntax".to_owned(), old: words("parses"), new: words("does not parse") };
            return Ok(Judged::Alone(Outcome::Broken(Witness { situation: "", difference, slice: None })));
        }
        let after = self.run(&made.pairs(), also, &SITUATIONS);
        if after.ended == Ended::Normally && difference(&before.first, &after, None).is_none() {
            return Ok(Judged::Each(self.each(findings, &chosen, [&before.first, &after], &made)));
        }
        // Before an edit is blamed, the code as it is has to agree with itself.
        let again = before.again.get_or_insert_with(|| self.run(&[], also, &SITUATIONS));
        if let Some(difference) = difference(&before.first, again, None) {
            return Err(format!("it disagrees with itself in {}", difference.what));
        }
        if findings.len() > 1 {
            return Ok(Judged::Alone(Outcome::Unproven("told apart together".to_owned())));
        }
        let second = self.run(&made.pairs(), also, &SITUATIONS);
        let one = (findings.len() == 1).then(|| findings[0]);
        let page = one.and_then(|finding| self.rules.page(&finding.rule));
        let declared = page.and_then(|page| page.raises.as_ref()).map(|(old, new)| Declared { old, new });
        let judged = judge([&before.first, again], [&after, &second], declared);
        if let Verdict::Declared(difference) | Verdict::Changed(difference) = &judged
            && let Some(class) = misfit(difference)
        {
            let why = format!("it was called with an object of `{class}` where it needs an orchestrator; annotate its parameters");
            return Ok(Judged::Alone(Outcome::Unproven(why)));
        }
        let outcome = match judged {
            Verdict::Equal => return Ok(Judged::Each(self.each(findings, &chosen, [&before.first, &after], &made))),
            Verdict::Unproven(why) => Outcome::Unproven(why),
            Verdict::Declared(difference) => Outcome::Declared(self.witness(&made, also, difference)),
            Verdict::Changed(difference) => {
                let agreed = one.is_some_and(|finding| finding.level == Level::Review) && page.is_some_and(|page| page.differs.is_some());
                let mut witness = self.witness(&made, also, difference);
                let broken = raises(&witness.difference);
                if broken || !agreed {
                    witness.slice = one.and_then(|finding| self.reproduced(finding, &made));
                }
                match broken {
                    // No page declares that code breaks.
                    true => Outcome::Broken(witness),
                    false if agreed => Outcome::Declared(witness),
                    false => Outcome::Changed(witness),
                }
            }
        };
        Ok(Judged::Alone(outcome))
    }

    /// The first situation that shows a difference: the driver's output names it, another record has to be made again.
    fn witness(&mut self, made: &Made<'_>, also: &[&Path], whole: Difference) -> Witness {
        if let Some(situation) = (whole.what == "stdout").then(|| shown_in(&whole)).flatten() {
            return Witness { situation, difference: whole, slice: None };
        }
        if self.script {
            return Witness { situation: "started as a script", difference: whole, slice: None };
        }
        let mut seen = SITUATIONS.iter().filter_map(|situation| {
            let one = std::slice::from_ref(situation);
            let (old, new) = (self.run(&[], also, one), self.run(&made.pairs(), also, one));
            let difference = difference(&old, &new, None)?;
            Some(Witness { situation: situation.name, difference, slice: None })
        });
        seen.next().unwrap_or(Witness { situation: "", difference: whole, slice: None })
    }

    /// The few lines around an edit that show the same for themselves; `None` where they do not.
    fn reproduced(&mut self, finding: &Finding, made: &Made<'_>) -> Option<String> {
        let path: &Path = &self.source.path;
        let (text, edits) = made.texts.get(path)?;
        if self.script || made.texts.len() > 1 {
            return None;
        }
        let sliced = slice::of(&self.source.text, finding.span.start)?;
        let after = slice::named(text, &sliced.names).or_else(|| Some(edit::apply(&sliced.text, edits)).filter(|_| edits.is_empty()))?;
        let (old, new) = (self.run(&[(path, &sliced.text)], &[], &SITUATIONS), self.run(&[(path, &after)], &[], &SITUATIONS));
        let shows = [&old, &new].iter().all(|run| run.ended == Ended::Normally) && difference(&old, &new, None).is_some();
        shows.then_some(sliced.text)
    }

    /// Nobody can tell: every edit whose statements ran on both sides is verified.
    fn each(&self, findings: &[&Finding], chosen: &[(usize, &Fix)], [before, after]: [&Run; 2], made: &Made<'_>) -> Vec<Outcome> {
        let sides: BTreeMap<&Path, Sides<'_>> =
            made.texts.iter().filter_map(|(path, text)| Some((*path, self.sides(path, text)?))).collect();
        let outcome = |at: usize| {
            let Some((_, fix)) = chosen.iter().find(|(index, _)| *index == at) else {
                return Outcome::Unproven(OVERLAPS.to_owned());
            };
            let mut parts: BTreeMap<&Path, Vec<&Edit>> = BTreeMap::from([(self.source.path.as_path(), fix.edits.iter().collect())]);
            for (path, edit) in &findings[at].elsewhere {
                parts.entry(Path::new(path)).or_default().push(edit);
            }
            let never = parts.iter().find_map(|(path, edits)| Some((path, sides.get(path)?.missed(edits, [before, after])?)));
            match never {
                None => Outcome::Verified,
                Some((path, line)) => {
                    let whole = if **path == self.source.path { String::new() } else { format!("{}: ", path.display()) };
                    Outcome::Unproven(match not_imported(before) {
                        Some(why) => format!("importing it raised {why}"),
                        None => format!("{whole}line {line} never ran; annotate its parameters, or call it where a module is run"),
                    })
                }
            }
        };
        (0..findings.len()).map(outcome).collect()
    }

    fn sides<'s>(&self, path: &Path, (new, edits): &'s (String, Vec<Edit>)) -> Option<Sides<'s>>
    where
        'b: 's,
    {
        let file = if self.script && path == self.source.path { "main.py".to_owned() } else { self.modules.file(self.modules.name(path)?) };
        Some(Sides { file, old: self.text(path)?, new, edits })
    }
}

/// Both texts of a file.
struct Sides<'s> {
    /// As executed lines name it.
    file: String,
    old: &'s str,
    new: &'s str,
    edits: &'s [Edit],
}

impl Sides<'_> {
    /// The first line that some edits change and that never ran, in the old text or in the new.
    fn missed(&self, wanted: &[&Edit], [before, after]: [&Run; 2]) -> Option<usize> {
        let gone = wanted.iter().filter(|edit| edit.end > edit.start).map(|edit| edit.start);
        let came = wanted.iter().filter(|edit| !edit.text.trim().is_empty()).filter_map(|edit| place(self.edits, edit));
        let came = came.map(|byte| byte + indent(self.new, byte));
        self.never(self.old, gone, before).or_else(|| self.never(self.new, came, after))
    }

    fn never(&self, text: &str, mut bytes: impl Iterator<Item = usize>, run: &Run) -> Option<usize> {
        let (syntax, lines, none) = (Syntax::parse(text)?, Lines::new(text), BTreeSet::new());
        let executed = run.lines.get(&self.file).unwrap_or(&none);
        bytes.find_map(|byte| missed(&syntax, &lines, byte, executed))
    }
}

/// What importing the modules raised.
fn not_imported(run: &Run) -> Option<&str> {
    run.stdout.lines().find_map(|line| line.strip_prefix("import raised "))
}

/// The situation above the first line that differs.
fn shown_in(difference: &Difference) -> Option<&'static str> {
    let same = difference.old.lines().zip(difference.new.lines()).take_while(|(old, new)| old == new);
    let name = same.filter_map(|(line, _)| line.strip_prefix("== ")).last()?;
    SITUATIONS.iter().map(|situation| situation.name).find(|known| *known == name)
}

/// Where an edit's text begins in the new text.
fn place(edits: &[Edit], wanted: &Edit) -> Option<usize> {
    let mut shift = 0_isize;
    for edit in edits {
        let start = edit.start.checked_add_signed(shift)?;
        if edit == wanted {
            return Some(start);
        }
        shift += isize::try_from(edit.text.len()).ok()? - isize::try_from(edit.end - edit.start).ok()?;
    }
    None
}

/// White space at a byte.
fn indent(text: &str, byte: usize) -> usize {
    let rest = text.get(byte..).unwrap_or("");
    rest.len() - rest.trim_start().len()
}

/// Whether the new side raises where the old one did not.
fn raises(difference: &Difference) -> bool {
    let old: BTreeSet<&str> = difference.old.lines().collect();
    let new = difference.new.lines().find(|line| !old.contains(line)).unwrap_or("");
    let before = difference.old.lines().find(|line| !difference.new.contains(line)).unwrap_or("");
    new.contains(" raised ") && !before.contains(" raised ") || difference.what == "exception" && difference.old == "none"
}

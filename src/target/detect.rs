//! Which release a project runs with, as its environment, lock files and dependencies say. Reads files; runs nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::Version;

use super::Target;
use super::declared::Declared;
use super::requirement::Wanted;
use crate::releases::{self, Package, manifest, releases};
use crate::source::{root, shown};

/// Levels below a scanned folder in which its projects are looked for.
const DEEPEST: usize = 2;

/// The target that a person named, with the place where, or that the project's files speak of, else the guide.
///
/// # Errors
/// What was named is nothing that is known; with what to do.
pub fn resolve(named: Option<(&str, &str)>, paths: &[PathBuf]) -> Result<Target, String> {
    Ok(match named {
        Some(("guide", place)) => Target { why: place.to_owned(), ..Target::default() },
        Some(("installed", place)) => installed(paths)?.ok_or_else(|| {
            format!("{place}: no environment with victor-ai was found; make one in .venv, set VIRTUAL_ENV, or name a release")
        })?,
        Some((text, place)) => Target::release(releases::find(text).map_err(|reason| format!("{place}: {reason}"))?, place.to_owned()),
        None => detect(paths)?,
    })
}

/// What the projects that the paths belong to say. Code of two releases cannot be judged against one.
fn detect(paths: &[PathBuf]) -> Result<Target, String> {
    let mut said: Vec<(PathBuf, Target)> = Vec::new();
    for folder in projects(paths) {
        let target = of_folder(&folder)?;
        let is_news = |(_, other): &(PathBuf, Target)| other.name() != target.name();
        // A project that says no release runs with what its neighbours run with.
        if target.release.is_some() && said.iter().all(is_news) || said.is_empty() {
            said.push((folder, target));
        }
    }
    if said.iter().any(|(_, target)| target.release.is_some()) {
        said.retain(|(_, target)| target.release.is_some());
    }
    if said.len() > 1 {
        let pins = said.iter().map(|(folder, target)| format!("{} pins {} ({})", shown(folder).display(), target.name(), target.why));
        return Err(format!("{}; scan them one by one, or say --target", pins.collect::<Vec<_>>().join(", ")));
    }
    Ok(said.pop().map(|(_, target)| target).unwrap_or_default())
}

fn of_folder(folder: &Path) -> Result<Target, String> {
    if let Some(target) = installed_in(folder)? {
        return Ok(target);
    }
    let declared = Declared::of(folder);
    let broken: Vec<String> = declared.broken.iter().map(|path| format!("{} is not readable", shown(path).display())).collect();
    let Some((path, (line, wanted))) = &declared.found else {
        let why = if broken.is_empty() { String::new() } else { format!("{}; --target says the release", broken.join(", ")) };
        return Ok(Target { why, ..Target::default() });
    };
    let mut target = judged(wanted, &format!("{}:{line}", shown(path).display()));
    target.why = [vec![target.why], broken].concat().join("; ");
    Ok(target)
}

/// The victor-ai of the project's environment.
///
/// # Errors
/// It is there, no bundled manifest is, and its files cannot be read.
pub fn installed(paths: &[PathBuf]) -> Result<Option<Target>, String> {
    installed_in(&root::marked(paths))
}

/// The environment of a folder, or the active one.
fn environment(folder: &Path) -> Option<(PathBuf, String)> {
    let active = std::env::var_os("VIRTUAL_ENV").filter(|value| !value.is_empty()).map(PathBuf::from);
    let environments = [folder.join(".venv"), folder.join("venv")].into_iter().chain(active);
    environments.flat_map(|environment| sites(&environment)).find_map(|site| Some((site.clone(), release(&site)?)))
}

fn installed_in(folder: &Path) -> Result<Option<Target>, String> {
    let Some((site, version)) = environment(folder) else { return Ok(None) };
    let place = format!("installed in {}", shown(&site).display());
    if let Some(manifest) = manifest(&version) {
        return Ok(Some(Target::release(manifest, place)));
    }
    let package = Package::read(&site).map_err(|error| error.to_string())?;
    let mut manifest = releases::extract(&package).map_err(|reason| format!("{}: {reason}", shown(&site).display()))?;
    manifest.release = version;
    Ok(Some(Target::release(manifest, format!("{place}, whose source was read"))))
}

/// Whether a folder says anything of victor-ai.
fn speaks(folder: &Path) -> bool {
    environment(folder).is_some() || !Declared::of(folder).is_silent()
}

/// The folders that say which release: for each path the nearest above it in its project, else those below it.
fn projects(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let all = root::marked(paths);
    let mut found = BTreeSet::new();
    for path in paths {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let top = if real.starts_with(&all) { all.clone() } else { root::marked(std::slice::from_ref(path)) };
        let above = real.ancestors().take_while(|folder| folder.starts_with(&top)).find(|folder| speaks(folder));
        match above {
            Some(folder) => found.extend([folder.to_path_buf()]),
            None => below(&real, DEEPEST, &mut found),
        }
    }
    found
}

/// The nearest folders below one that say a release.
fn below(folder: &Path, depth: usize, found: &mut BTreeSet<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name.starts_with('.') || matches!(name.as_str(), "node_modules" | "site-packages" | "__pycache__" | "venv") {
            continue;
        }
        if speaks(&path) {
            found.insert(path);
        } else if depth > 1 {
            below(&path, depth - 1, found);
        }
    }
}

/// The `site-packages` of an environment.
fn sites(environment: &Path) -> Vec<PathBuf> {
    let libraries = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = libraries.map(|library| library.join("site-packages")).collect();
    found.push(environment.join("Lib").join("site-packages"));
    found.retain(|site| site.is_dir());
    found.sort();
    found
}

/// `0.6.0` of `victor_ai-0.6.0.dist-info`.
fn release(site: &Path) -> Option<String> {
    let names = std::fs::read_dir(site).ok()?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let versions = names.filter_map(|name| {
        let (package, version) = name.strip_suffix(".dist-info")?.rsplit_once('-')?;
        (package.to_lowercase().replace(['-', '.'], "_") == "victor_ai").then(|| version.to_owned())
    });
    versions.max()
}

/// The release for a requirement. A range is no version, and not every release is bundled: what is assumed is said.
fn judged(wanted: &Wanted, place: &str) -> Target {
    let bundled = releases();
    let newest = |holds: &dyn Fn(&Version) -> bool| {
        bundled.iter().rev().find(|release| Version::from_str(release).is_ok_and(|version| holds(&version)))
    };
    let (chosen, why) = match wanted {
        Wanted::Exactly(version) if manifest(version).is_some() => (Some(version), format!("victor-ai=={version} in {place}")),
        Wanted::Exactly(version) => {
            let older = Version::from_str(version).ok().and_then(|wanted| newest(&|release| *release <= wanted));
            (older, format!("victor-ai=={version} in {place} has no bundled manifest; assumed is the nearest older one"))
        }
        Wanted::Unclear => {
            let why = format!("victor-ai in {place} says no release that can be read; --target says it");
            return Target { why, ..Target::default() };
        }
        Wanted::Within(range, text) => {
            let why = format!("victor-ai{text} in {place} is a range; assumed is the newest known release in it");
            (newest(&|release| range.contains(release)), why)
        }
    };
    match chosen.and_then(|release| manifest(release)) {
        Some(manifest) => Target::release(manifest, why),
        None => {
            let said = why.split("; ").next().unwrap_or(&why);
            Target { why: format!("{said}, and no known release fits"), ..Target::default() }
        }
    }
}

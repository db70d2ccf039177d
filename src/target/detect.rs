//! Which release a project runs with, as its environment, lock files and dependencies say. Reads files; runs nothing.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::Version;

use super::Target;
use super::requirement::{Found, Wanted, in_lines, in_lock, in_pipfile, in_pyproject};
use crate::releases::{self, Package, manifest, releases};
use crate::source::{root, shown};

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

fn detect(paths: &[PathBuf]) -> Result<Target, String> {
    if let Some(target) = installed(paths)? {
        return Ok(target);
    }
    let folder = root::marked(paths);
    Ok(declared(&folder).map(|(path, (line, wanted))| judged(&wanted, &format!("{}:{line}", shown(&path).display()))).unwrap_or_default())
}

/// The victor-ai of the project's environment.
///
/// # Errors
/// It is there, no bundled manifest is, and its files cannot be read.
pub fn installed(paths: &[PathBuf]) -> Result<Option<Target>, String> {
    let folder = root::marked(paths);
    let active = std::env::var_os("VIRTUAL_ENV").filter(|value| !value.is_empty()).map(PathBuf::from);
    let near = [folder.join(".venv"), folder.join("venv")];
    let environments = near.into_iter().chain(active);
    let Some((site, version)) =
        environments.flat_map(|environment| sites(&environment)).find_map(|site| Some((site.clone(), release(&site)?)))
    else {
        return Ok(None);
    };
    let place = format!("installed in {}", shown(&site).display());
    if let Some(manifest) = manifest(&version) {
        return Ok(Some(Target::release(manifest, place)));
    }
    let package = Package::read(&site).map_err(|error| error.to_string())?;
    let mut manifest = releases::extract(&package).map_err(|reason| format!("{}: {reason}", shown(&site).display()))?;
    manifest.release = version;
    Ok(Some(Target::release(manifest, format!("{place}, whose source was read"))))
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

/// What the files of a project say: locks before requirements before ranges of the project itself.
fn declared(folder: &Path) -> Option<(PathBuf, Found)> {
    let read = |path: PathBuf, find: fn(&str) -> Option<Found>| {
        let found = find(&std::fs::read_to_string(&path).ok()?)?;
        Some((path, found))
    };
    let lock = ["uv.lock", "poetry.lock", "pdm.lock"].iter().find_map(|name| read(folder.join(name), in_lock));
    let pipfile = || read(folder.join("Pipfile.lock"), in_pipfile);
    let pinned = || requirements(folder).into_iter().find_map(|path| read(path, in_lines));
    let project = || read(folder.join("pyproject.toml"), in_pyproject);
    let setup = || read(folder.join("setup.cfg"), in_lines);
    lock.or_else(pipfile).or_else(pinned).or_else(project).or_else(setup)
}

/// `requirements*.txt` of a folder and of `requirements/` in it, the shortest name first.
fn requirements(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let of_name = |path: &PathBuf, start: &str| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(start) && name.ends_with(".txt")
    };
    let own = list(folder.to_path_buf()).filter(|path| of_name(path, "requirements"));
    let mut all: Vec<PathBuf> = own.chain(list(folder.join("requirements")).filter(|path| of_name(path, ""))).collect();
    all.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    all
}

/// The release for a requirement. A range is no version, and not every release is bundled: what is assumed is said.
fn judged(wanted: &Wanted, place: &str) -> Target {
    let bundled = releases();
    let newest = |holds: &dyn Fn(&Version) -> bool| {
        bundled.iter().rev().find(|release| Version::from_str(release).is_ok_and(|version| holds(&version)))
    };
    let (chosen, why) = match wanted {
        Wanted::Exactly(version) if bundled.contains(version) => (Some(version), format!("victor-ai=={version} in {place}")),
        Wanted::Exactly(version) => {
            let older = Version::from_str(version).ok().and_then(|wanted| newest(&|release| *release <= wanted));
            (older, format!("victor-ai=={version} in {place} has no bundled manifest; assumed is the nearest older one"))
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

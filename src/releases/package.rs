//! The source of a package: from a folder, a wheel or a source distribution to modules by dotted name. The only place
//! where releases meet the file system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::archive::{self, Files};
use crate::python::Syntax;
use crate::source::{Lines, Source, regular, shown};
use crate::surface;

/// The file from which everything starts, as far as its path goes.
const ROOT: &str = "victor/agent/orchestrator.py";

/// Why a package cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct PackageError {
    /// The package as shown.
    pub path: PathBuf,
    /// What is wrong and what to do.
    pub reason: String,
}

/// The modules of a package, and its version.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The version that the package says it has; empty where it says none.
    pub release: String,
    /// The modules of `victor`, by dotted name.
    pub modules: BTreeMap<String, Source>,
    /// Files that could not be decoded, with the reason.
    pub skipped: Vec<(String, String)>,
}

impl Package {
    /// Reads a folder, a `.whl` or a `.tar.gz`.
    ///
    /// # Errors
    /// It cannot be read, or holds no `AgentOrchestrator` of Victor.
    pub fn read(path: &Path) -> Result<Self, PackageError> {
        let wrong = |reason: String| PackageError { path: shown(path), reason };
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let files = if path.is_dir() {
            folder(path).map_err(wrong)?
        } else {
            let bytes = std::fs::read(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
            match name.as_str() {
                name if name.ends_with(".whl") || name.ends_with(".zip") => archive::wheel(&bytes, &wanted).map_err(wrong)?,
                name if name.ends_with(".tar.gz") || name.ends_with(".tgz") => archive::sdist(&bytes, &wanted).map_err(wrong)?,
                _ => return Err(wrong("is neither a folder nor a .whl nor a .tar.gz; name one of these".to_owned())),
            }
        };
        Self::of(files).map_err(wrong)
    }

    /// The files that do not parse, with the line (from 1; 0 where there are no lines to speak of) at which the parser gave up:
    /// what they offer behind it may be missing.
    #[must_use]
    pub fn broken(&self) -> Vec<(String, usize)> {
        let fault = |source: &Source| {
            let Some(syntax) = Syntax::parse(&source.text) else { return Some(0) };
            let first = syntax.errors().next()?;
            Some(Lines::new(&source.text).line_col(syntax.start(first)).0)
        };
        let sources: Vec<&Source> = self.modules.values().collect();
        sources.par_iter().filter_map(|source| Some((source.path.display().to_string(), fault(source)?))).collect()
    }

    /// The modules among files.
    fn of(files: Files) -> Result<Self, String> {
        let root = files.iter().filter_map(|(name, _)| before(name)).min_by_key(|root| root.len()).map(str::to_owned);
        let Some(root) = root else {
            return Err(format!("holds no {ROOT}; name the package victor-ai, its source folder, or a site-packages that has it"));
        };
        let mut package = Package { release: release(&files, &root), ..Package::default() };
        for (name, bytes) in files {
            let Some(path) = name.strip_prefix(&root).filter(|path| path.starts_with("victor/") && path.ends_with(".py")) else { continue };
            let module = path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
            match Source::decode(path, Some(module.clone()), &bytes) {
                Ok(source) => {
                    package.modules.insert(module, source);
                }
                Err(reason) => package.skipped.push((path.to_owned(), reason)),
            }
        }
        match package.modules.get(surface::HOME) {
            Some(home) if home.text.contains("class AgentOrchestrator") => Ok(package),
            Some(_) => Err(format!("{ROOT} defines no class AgentOrchestrator")),
            None => Err(format!("{ROOT} cannot be decoded: {}", package.skipped.first().map_or("", |(_, reason)| reason))),
        }
    }
}

/// The folders before `victor/agent/orchestrator.py`, with their last slash.
fn before(name: &str) -> Option<&str> {
    name.strip_suffix(ROOT).filter(|root| root.is_empty() || root.ends_with('/'))
}

/// Whether a file is of interest.
fn wanted(name: &str) -> bool {
    let of_victor = name.starts_with("victor/") || name.contains("/victor/");
    let metadata = name.ends_with(".dist-info/METADATA") || name.ends_with("/PKG-INFO") || name.ends_with("pyproject.toml");
    metadata || (of_victor && name.ends_with(".py"))
}

/// `Version: 0.6.0` of the package's metadata, else what `victor/__init__.py` or `pyproject.toml` says.
fn release(files: &Files, root: &str) -> String {
    let text = |name: &str| files.iter().find(|(other, _)| other == name).map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let is_metadata = |name: &&String| {
        let inside = name.strip_prefix(root).unwrap_or("");
        inside == "PKG-INFO" || (inside.starts_with("victor_ai-") && inside.ends_with(".dist-info/METADATA"))
    };
    let metadata = files.iter().map(|(name, _)| name).find(is_metadata);
    let headed = metadata.and_then(|name| text(name)).and_then(|text| {
        let named = |line: &str| line.strip_prefix("Version:").map(|version| version.trim().to_owned());
        text.lines().take_while(|line| !line.is_empty()).find_map(named)
    });
    let assigned = |file: String, key: &str| {
        text(&file)?.lines().find_map(|line| {
            let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?.trim();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            value[1..].split(quote).next().map(str::to_owned)
        })
    };
    headed
        .or_else(|| assigned(format!("{root}victor/__init__.py"), "__version__"))
        .or_else(|| assigned(format!("{root}pyproject.toml"), "version"))
        .unwrap_or_default()
}

/// The files of a folder that holds `victor`, or is it.
fn folder(path: &Path) -> Result<Files, String> {
    let real = std::fs::canonicalize(path).map_err(|error| format!("cannot be read: {error}"))?;
    let below = real.ancestors().find(|up| up.join(ROOT).is_file());
    let beside = ["src", "lib"].iter().map(|name| real.join(name)).find(|up| up.join(ROOT).is_file());
    let root = below.map(Path::to_path_buf).or(beside).ok_or_else(|| format!("holds no {ROOT}; name the folder that has `victor`"))?;
    let mut files = Files::new();
    let mut open = vec![root.join("victor")];
    let cannot = |path: &Path, error: std::io::Error| format!("{} in it cannot be read: {error}", path.display());
    let named = |path: &Path| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| cannot(&folder, error))? {
            let entry = entry.map_err(|error| cannot(&folder, error))?;
            let (path, kind) = (entry.path(), entry.file_type());
            match kind {
                // A link may go round.
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() && path.extension().is_some_and(|ending| ending == "py") => {
                    let bytes = std::fs::read(&path).map_err(|error| cannot(&path, error))?;
                    files.push((named(&path), bytes));
                }
                _ => {}
            }
        }
    }
    let said = std::fs::read_dir(&root).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in said {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let metadata = if name.ends_with(".dist-info") && name.starts_with("victor_ai-") { path.join("METADATA") } else { path };
        if metadata.is_file() && wanted(&format!("/{}", named(&metadata))) {
            files.push((named(&metadata), regular::read(&metadata).unwrap_or_default()));
        }
    }
    files.sort();
    Ok(files)
}

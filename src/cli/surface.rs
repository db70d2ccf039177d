//! `surface`: what releases of victor-ai offer, and how they differ.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Stop;
use super::args::{SurfaceCommand, SurfaceFormat};
use crate::near::nearest;
use crate::releases::{self, Manifest, Package};
use crate::report::surface as text;

/// Runs one of the commands; `diff` ends with 1 where there are differences.
pub(super) fn surface(command: &SurfaceCommand, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8, Stop> {
    match command {
        SurfaceCommand::Extract { packages, output } => extract(packages, output.as_deref(), out, err).map(|()| 0),
        SurfaceCommand::Show { release: None, format, .. } => {
            let known = releases::releases();
            match format {
                SurfaceFormat::Text => text::known(&known, out)?,
                SurfaceFormat::Json => writeln!(out, "{}", json!({ "releases": known }))?,
            }
            Ok(0)
        }
        SurfaceCommand::Show { release: Some(release), name, format } => show(&find(release)?, name.as_deref(), *format, out).map(|()| 0),
        SurfaceCommand::Diff { old, new, format } => diff(&find(old)?, &find(new)?, *format, out),
    }
}

fn find(text: &str) -> Result<Manifest, Stop> {
    releases::find(text).map_err(Stop::Message)
}

fn extract(packages: &[PathBuf], output: Option<&Path>, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Stop> {
    let mut manifests = Vec::new();
    for path in packages {
        let package = Package::read(path).map_err(|error| Stop::Message(error.to_string()))?;
        for (file, reason) in &package.skipped {
            // Standard error is the last resort.
            let _ = writeln!(err, "{}: {file} was not read: {reason}", path.display());
        }
        for (file, line) in package.broken() {
            let _ = writeln!(err, "{}: {file}:{line} does not parse; what stands behind it may be missing in the manifest", path.display());
        }
        manifests.push(releases::extract(&package).map_err(|reason| Stop::Message(format!("{}: {reason}", path.display())))?);
    }
    let no_json = |error: serde_json::Error| Stop::Message(format!("the manifest cannot be written as JSON: {error}"));
    let text = match manifests.as_slice() {
        [one] => serde_json::to_string_pretty(one).map_err(no_json)? + "\n",
        several => releases::bundle(several).map_err(no_json)?,
    };
    match output {
        Some(path) => {
            std::fs::write(path, text).map_err(|error| Stop::Message(format!("{}: cannot be written: {error}", path.display())))?;
            for manifest in &manifests {
                let _ = writeln!(err, "{}: {}", path.display(), text::summary(manifest));
            }
        }
        None => out.write_all(text.as_bytes())?,
    }
    Ok(())
}

fn show(manifest: &Manifest, name: Option<&str>, format: SurfaceFormat, out: &mut dyn Write) -> Result<(), Stop> {
    let own = |name: &str| manifest.orchestrator().and_then(|class| class.member(name));
    match (name, format) {
        (None, SurfaceFormat::Json) => writeln!(out, "{}", json!(manifest))?,
        (None, SurfaceFormat::Text) => text::manifest(manifest, out)?,
        (Some(name), format) => match (own(name), manifest.class(name), format) {
            (Some(member), _, SurfaceFormat::Text) => text::member(name, member, out)?,
            (Some(member), _, SurfaceFormat::Json) => writeln!(out, "{}", json!({ name: member }))?,
            (None, Some(class), SurfaceFormat::Text) => text::class(name, class, out)?,
            (None, Some(class), SurfaceFormat::Json) => writeln!(out, "{}", json!({ name: class }))?,
            (None, None, _) => return Err(Stop::Message(unknown(manifest, name))),
        },
    }
    Ok(())
}

fn unknown(manifest: &Manifest, name: &str) -> String {
    let members = manifest.orchestrator().into_iter().flat_map(|class| class.members.keys());
    let classes = manifest.classes.keys().map(|dotted| dotted.rsplit('.').next().unwrap_or(dotted));
    let near = nearest(name, members.map(String::as_str).chain(classes));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("victor-ai {} has no class or orchestrator member `{name}`{near}", manifest.release)
}

fn diff(old: &Manifest, new: &Manifest, format: SurfaceFormat, out: &mut dyn Write) -> Result<u8, Stop> {
    let differences = releases::differences(old, new);
    match format {
        SurfaceFormat::Json => {
            writeln!(out, "{}", json!({ "from": old.release, "to": new.release, "differences": differences }))?;
        }
        SurfaceFormat::Text => text::differences(old, new, &differences, out)?,
    }
    Ok(u8::from(!differences.is_empty()))
}

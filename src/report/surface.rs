//! What a release offers, and how two differ, as text for a person.

use std::io::{self, Write};

use crate::releases::{Change, Class, Difference, Manifest, Member, Seen, manifest as bundled, signature};

/// A line about a manifest: its release, classes and members.
#[must_use]
pub fn summary(manifest: &Manifest) -> String {
    let members: usize = manifest.orchestrator().map_or(0, |class| class.members.len());
    let release = if manifest.release.is_empty() { "a package without a version" } else { &manifest.release };
    format!("{release}: AgentOrchestrator with {members} members, {} other classes", manifest.classes.len().saturating_sub(1))
}

/// The releases that are built in.
pub fn known(releases: &[String], out: &mut dyn Write) -> io::Result<()> {
    for manifest in releases.iter().filter_map(|release| bundled(release)) {
        writeln!(out, "victor-ai {}", summary(&manifest))?;
    }
    Ok(())
}

/// All classes of a release, the orchestrator's members included.
pub fn manifest(manifest: &Manifest, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "victor-ai {}", summary(manifest))?;
    for (name, of) in &manifest.classes {
        writeln!(out)?;
        class(name, of, out)?;
    }
    Ok(())
}

/// One class.
pub fn class(name: &str, class: &Class, out: &mut dyn Write) -> io::Result<()> {
    let bases = if class.bases.is_empty() { String::new() } else { format!("({})", class.bases.join(", ")) };
    writeln!(out, "class {name}{bases}")?;
    if let Some(advice) = &class.deprecated {
        writeln!(out, "    deprecated: {advice}")?;
    }
    if let Some(params) = &class.init {
        writeln!(out, "    __init__({})", signature(params))?;
    }
    if let Some(getattr) = &class.getattr {
        writeln!(out, "    __getattr__: {getattr}")?;
    }
    for unseen in &class.unseen {
        writeln!(out, "    what {unseen} adds is not known")?;
    }
    class.members.iter().try_for_each(|(name, of)| member(name, of, out))
}

/// One member.
pub fn member(name: &str, member: &Member, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "    {}{}", member.declaration(name), from(member))?;
    member.deprecated.as_ref().map_or(Ok(()), |advice| writeln!(out, "        deprecated: {advice}"))
}

/// How a member came to be known, where that says something.
fn from(member: &Member) -> String {
    match (&member.seen, &member.module, &member.reads) {
        (Seen::Stored(module), ..) => format!("  # stored by {module}"),
        (Seen::Used, ..) => "  # used by the class; who defines it was not seen".to_owned(),
        (_, Some(module), _) => format!("  # of {module}"),
        (_, _, Some(reads)) => format!("  # is {reads}"),
        _ => String::new(),
    }
}

/// What changed from one release to another, by class.
pub fn differences(old: &Manifest, new: &Manifest, all: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "victor-ai {} -> {}: {} differences", old.release, new.release, all.len())?;
    let mut class = "";
    for difference in all {
        if difference.class != class {
            class = &difference.class;
            writeln!(out, "\n{class}")?;
        }
        let of = |manifest: &Manifest| {
            let member = manifest.classes.get(class)?.member(difference.member.as_deref()?)?;
            Some(member.declaration(difference.member.as_deref()?))
        };
        let name = difference.member.as_deref().unwrap_or("the class");
        for change in &difference.changes {
            match change {
                Change::Gone => writeln!(out, "  - {}", of(old).unwrap_or_else(|| name.to_owned()))?,
                Change::New => writeln!(out, "  + {}", of(new).unwrap_or_else(|| name.to_owned()))?,
                other => writeln!(out, "  ~ {name}: {}", words(other))?,
            }
        }
    }
    Ok(())
}

/// A change in words.
#[must_use]
pub fn words(change: &Change) -> String {
    match change {
        Change::Gone => "is gone".to_owned(),
        Change::New => "is new".to_owned(),
        Change::Kind(old, new) => format!("was {old}, is {new}"),
        Change::Parameters(old, new) => format!("took ({old}), takes ({new})"),
        Change::ReadOnly => "cannot be assigned any more".to_owned(),
        Change::Writable => "can be assigned now".to_owned(),
        Change::Deprecated(advice) => format!("is deprecated: {advice}"),
        Change::Kept => "is not deprecated any more".to_owned(),
    }
}

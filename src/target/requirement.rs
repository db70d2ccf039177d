//! What a project's files say about the victor-ai it needs: a version, or a range, and where. Text in, no files.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A requirement of victor-ai.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One version.
    Exactly(String),
    /// Any of a range; as written.
    Within(VersionSpecifiers, String),
}

/// A requirement and its line, from 1.
pub(super) type Found = (usize, Wanted);

fn is_victor(name: &str) -> bool {
    name.trim().to_lowercase().replace(['_', '.'], "-") == "victor-ai"
}

/// `victor-ai[extra]>=0.6,<0.8; python_version > "3"`; `None` for another package, and for one without a version.
pub(super) fn requirement(text: &str) -> Option<Wanted> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').map_or(Some(rest), |inner| inner.split_once(']').map(|(_, rest)| rest))?;
    let rest = rest.split(';').next().unwrap_or("").split(" #").next().unwrap_or("").split(" --").next().unwrap_or("");
    is_victor(name).then(|| wanted(rest.trim().trim_start_matches('(').trim_end_matches(')')))?
}

/// `==0.6.0`, `>=0.6`, `^0.6`, `~0.6`, `0.6.0`.
fn wanted(specifiers: &str) -> Option<Wanted> {
    let text = specifiers.trim().trim_end_matches('\\').trim();
    let exact = text.trim_start_matches('=').trim();
    if text.starts_with("==") && !exact.contains([',', '*']) && Version::from_str(exact).is_ok() {
        return Some(Wanted::Exactly(exact.to_owned()));
    }
    let range = match (text.strip_prefix('^'), text.strip_prefix('~').filter(|rest| !rest.starts_with('='))) {
        (Some(version), _) => caret(version)?,
        (_, Some(version)) => tilde(version)?,
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => {
            return Version::from_str(text).ok().map(|_| Wanted::Exactly(text.to_owned()));
        }
        _ => text.to_owned(),
    };
    let parsed = VersionSpecifiers::from_str(&range).ok()?;
    (!range.is_empty()).then(|| Wanted::Within(parsed, text.to_owned()))
}

/// Poetry's `^0.6.1`: up to the next change of the first number that is not 0.
fn caret(version: &str) -> Option<String> {
    let release = Version::from_str(version.trim()).ok()?.release().to_vec();
    let at = release.iter().position(|part| *part > 0).unwrap_or(release.len().saturating_sub(1));
    let next: Vec<String> = release.iter().take(at).copied().chain([release.get(at)? + 1]).map(|part| part.to_string()).collect();
    Some(format!(">={},<{}", version.trim(), next.join(".")))
}

/// Poetry's `~0.6.1`: up to the next minor release.
fn tilde(version: &str) -> Option<String> {
    let release = Version::from_str(version.trim()).ok()?.release().to_vec();
    let next = match release[..] {
        [major] => format!("{}", major + 1),
        [major, minor, ..] => format!("{major}.{}", minor + 1),
        [] => return None,
    };
    Some(format!(">={},<{next}", version.trim()))
}

/// Requirements files, and `setup.cfg`: one requirement a line.
pub(super) fn in_lines(text: &str) -> Option<Found> {
    (1..).zip(text.lines()).find_map(|(line, text)| {
        let text = text.trim();
        let listed = text.split_once('=').filter(|(key, _)| key.trim() == "install_requires").map_or(text, |(_, value)| value.trim());
        Some((line, requirement(listed)?))
    })
}

/// Lock files in TOML: `[[package]]` with `name` and `version`.
pub(super) fn in_lock(text: &str) -> Option<Found> {
    let table = DeTable::parse(text).ok()?;
    let packages = table.get_ref().get("package")?.get_ref().as_array()?;
    packages.iter().find_map(|package| {
        let DeValue::Table(package) = package.get_ref() else { return None };
        let name = package.get("name")?.get_ref().as_str()?;
        let version = package.get("version").filter(|_| is_victor(name))?;
        Some((line(text, version.span().start), Wanted::Exactly(version.get_ref().as_str()?.to_owned())))
    })
}

/// `Pipfile.lock`, which is JSON.
pub(super) fn in_pipfile(text: &str) -> Option<Found> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    ["default", "develop"].iter().find_map(|group| {
        let (name, entry) = value.get(group)?.as_object()?.iter().find(|(name, _)| is_victor(name))?;
        let at = text.find(&format!("\"{name}\""))?;
        Some((line(text, at), wanted(entry.get("version")?.as_str()?)?))
    })
}

/// `pyproject.toml`: a requirement in any list, or a key `victor-ai` with a version, as Poetry and Pipenv write it.
pub(super) fn in_pyproject(text: &str) -> Option<Found> {
    let table = DeTable::parse(text).ok()?;
    let mut found = Vec::new();
    in_table(table.get_ref(), &mut found);
    let (at, wanted) = found.into_iter().min_by_key(|(at, _)| *at)?;
    Some((line(text, at), wanted))
}

fn in_table(table: &DeTable<'_>, found: &mut Vec<(usize, Wanted)>) {
    for (key, value) in table {
        let own = match value.get_ref() {
            DeValue::Table(inner) => inner.get("version").and_then(|version| version.get_ref().as_str()),
            value => value.as_str(),
        };
        if is_victor(key.get_ref()) {
            found.extend(own.and_then(wanted).map(|wanted| (key.span().start, wanted)));
        } else {
            in_value(value, found);
        }
    }
}

fn in_value(value: &Spanned<DeValue<'_>>, found: &mut Vec<(usize, Wanted)>) {
    match value.get_ref() {
        DeValue::Table(inner) => in_table(inner, found),
        DeValue::Array(list) => {
            for one in list {
                match one.get_ref().as_str() {
                    Some(text) => found.extend(requirement(text).map(|wanted| (one.span().start, wanted))),
                    None => in_value(one, found),
                }
            }
        }
        _ => {}
    }
}

fn line(text: &str, byte: usize) -> usize {
    text.get(..byte).unwrap_or("").matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(version: &str) -> Option<Wanted> {
        Some(Wanted::Exactly(version.to_owned()))
    }

    fn range(text: &str) -> Option<String> {
        match requirement(text)? {
            Wanted::Within(range, _) => Some(range.to_string().replace(' ', "")),
            Wanted::Exactly(_) => None,
        }
    }

    #[test]
    fn a_pin_is_a_version_and_a_range_is_a_range() {
        for text in ["victor-ai==0.6.0", "Victor_AI[all] == 0.6.0 ; python_version > '3.9'", "victor-ai==0.6.0 --hash=sha256:0"] {
            assert_eq!(requirement(text), exactly("0.6.0"), "{text}");
        }
        assert_eq!(range("victor-ai>=0.6,<0.8").as_deref(), Some(">=0.6,<0.8"));
        assert_eq!(range("victor.ai ~= 0.5").as_deref(), Some("~=0.5"));
        for text in ["victor-ai", "victor==0.6.0", "victor-ai-extra==1.0", "# victor-ai==0.6.0", ""] {
            assert_eq!(requirement(text), None, "{text}");
        }
    }

    #[test]
    fn poetry_s_ranges_are_understood() {
        assert_eq!(caret("0.6.1").as_deref(), Some(">=0.6.1,<0.7"));
        assert_eq!(caret("1.2").as_deref(), Some(">=1.2,<2"));
        assert_eq!(tilde("0.6").as_deref(), Some(">=0.6,<0.7"));
        let text = "[tool.poetry.dependencies]\npython = \"^3.11\"\nvictor-ai = { version = \"^0.6\", extras = [\"all\"] }\n";
        assert!(matches!(in_pyproject(text), Some((3, Wanted::Within(..)))));
    }

    #[test]
    fn every_file_gives_its_line() {
        assert_eq!(in_lines("-r base.txt\n\nvictor-ai==0.5.0\n"), Some((3, Wanted::Exactly("0.5.0".to_owned()))));
        assert_eq!(in_lines("[options]\ninstall_requires =\n    rich\n    victor-ai==0.5.0\n").map(|found| found.0), Some(4));
        let lock = "[[package]]\nname = \"rich\"\nversion = \"13\"\n\n[[package]]\nname = \"victor-ai\"\nversion = \"0.7.0\"\n";
        assert_eq!(in_lock(lock), Some((7, Wanted::Exactly("0.7.0".to_owned()))));
        assert_eq!(
            in_pipfile("{\"default\": {\n\"victor-ai\": {\"version\": \"==0.4.0\"}}}"),
            Some((2, Wanted::Exactly("0.4.0".to_owned())))
        );
        assert_eq!(in_pyproject("[project]\ndependencies = [\n  \"victor-ai>=0.6\",\n]\n").map(|found| found.0), Some(3));
        for broken in ["[", "{", "\u{0}"] {
            assert!(in_lock(broken).is_none() && in_pipfile(broken).is_none() && in_pyproject(broken).is_none());
        }
    }
}

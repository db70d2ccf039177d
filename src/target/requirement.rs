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
    /// It is needed, and no release can be read from how.
    Unclear,
}

/// A requirement and its line, from 1.
pub(super) type Found = (usize, Wanted);

fn is_victor(name: &str) -> bool {
    name.trim().to_lowercase().replace(['_', '.'], "-") == "victor-ai"
}

/// `victor-ai[extra]>=0.6,<0.8; python_version > "3"`, or the address of a wheel; `None` for another package.
pub(super) fn requirement(text: &str) -> Option<Wanted> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !is_victor(name) {
        return in_address(text);
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').map_or(Some(rest), |inner| inner.split_once(']').map(|(_, rest)| rest))?.trim();
    if let Some(address) = rest.strip_prefix('@') {
        return Some(in_address(address).unwrap_or(Wanted::Unclear));
    }
    let rest = rest.split(';').next().unwrap_or("").split(" #").next().unwrap_or("").split(" --").next().unwrap_or("");
    Some(wanted(rest.trim().trim_start_matches('(').trim_end_matches(')')).unwrap_or(Wanted::Unclear))
}

/// `https://host/victor_ai-0.6.0-py3-none-any.whl`, `./victor_ai-0.6.0.tar.gz`, `-e git+https://host/it#egg=victor-ai`.
fn in_address(text: &str) -> Option<Wanted> {
    let text = text.split(['?', ';']).next().unwrap_or("").split(" #").next().unwrap_or("").trim();
    let (address, after) = text.split_once('#').unwrap_or((text, ""));
    let file = address.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = [".whl", ".tar.gz", ".zip"].iter().find_map(|ending| file.strip_suffix(ending));
    // A wheel writes its name with `_`, a source distribution may not.
    let stem = stem.unwrap_or("").replace("victor-ai-", "victor_ai-");
    let mut parts = stem.split('-');
    if parts.next().is_some_and(is_victor) {
        let version = parts.next().filter(|version| Version::from_str(version).is_ok());
        return Some(version.map_or(Wanted::Unclear, |version| Wanted::Exactly(version.to_owned())));
    }
    let egg = after.split('&').find_map(|part| part.strip_prefix("egg="))?;
    is_victor(egg.split('[').next().unwrap_or("")).then_some(Wanted::Unclear)
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

/// The first that says a release, else the first.
pub(super) fn best(found: Vec<Found>) -> Option<Found> {
    let clear = found.iter().position(|(_, wanted)| *wanted != Wanted::Unclear);
    found.into_iter().nth(clear.unwrap_or(0))
}

/// `setup.cfg`: one requirement a line.
pub(super) fn in_setup_cfg(text: &str) -> Option<Found> {
    let listed = |text: &str| {
        let value = text.split_once('=').filter(|(key, _)| key.trim() == "install_requires").map(|(_, value)| value);
        requirement(value.unwrap_or(text))
    };
    best((1..).zip(text.lines()).filter_map(|(line, text)| Some((line, listed(text)?))).collect())
}

/// `setup.py`, which is not run: a requirement in any string.
pub(super) fn in_setup_py(text: &str) -> Option<Found> {
    let code = (1..).zip(text.lines()).filter(|(_, text)| !text.trim_start().starts_with('#'));
    let strings = code.flat_map(|(line, text)| text.split(['"', '\'']).skip(1).step_by(2).map(move |string| (line, string)));
    best(strings.filter_map(|(line, string)| Some((line, requirement(string)?))).collect())
}

/// A line of a requirements file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It needs victor-ai.
    Needs(Wanted),
    /// `-r base.txt` or `-c pins.txt`.
    Includes(String),
}

/// What a requirements file says, line by line; a line that ends in `\` goes on in the next.
pub(super) fn in_requirements(text: &str) -> Vec<(usize, Line)> {
    let mut found = Vec::new();
    let (mut whole, mut start) = (String::new(), None);
    for (number, text) in (1..).zip(text.lines().chain([""])) {
        let first = *start.get_or_insert(number);
        match text.trim_end().strip_suffix('\\') {
            Some(text) => whole.push_str(text),
            None => {
                whole.push_str(text);
                found.extend(line_of(whole.trim()).map(|line| (first, line)));
                whole.clear();
                start = None;
            }
        }
    }
    found
}

fn line_of(text: &str) -> Option<Line> {
    let flags = ["--requirement", "--constraint", "-r", "-c"];
    match flags.iter().find_map(|flag| text.strip_prefix(flag)).map(|rest| rest.trim_start_matches(['=', ' ', '\t'])) {
        Some(file) => Some(Line::Includes(file.split(" #").next().unwrap_or("").trim().to_owned())),
        None => requirement(text).map(Line::Needs),
    }
}

/// Lock files in TOML: `[[package]]`, or `[[packages]]`, with `name` and `version`.
///
/// # Errors
/// It is no TOML.
pub(super) fn in_lock(text: &str) -> Result<Option<Found>, ()> {
    let table = DeTable::parse(text).map_err(|_| ())?;
    let lists = ["package", "packages"].iter().filter_map(|key| table.get_ref().get(*key)?.get_ref().as_array());
    let found = lists.flat_map(|list| list.iter()).find_map(|package| {
        let DeValue::Table(package) = package.get_ref() else { return None };
        let name = package.get("name")?;
        is_victor(name.get_ref().as_str()?).then_some(())?;
        let version = package.get("version").and_then(|version| Some((version.span().start, version.get_ref().as_str()?)));
        Some(match version {
            Some((at, version)) => (line(text, at), Wanted::Exactly(version.to_owned())),
            None => (line(text, name.span().start), Wanted::Unclear),
        })
    });
    Ok(found)
}

/// `Pipfile.lock`, which is JSON.
///
/// # Errors
/// It is no JSON.
pub(super) fn in_pipfile_lock(text: &str) -> Result<Option<Found>, ()> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| ())?;
    let found = ["default", "develop"].iter().find_map(|group| {
        let (name, entry) = value.get(group)?.as_object()?.iter().find(|(name, _)| is_victor(name))?;
        let at = text.find(&format!("\"{name}\""))?;
        let version = entry.get("version").and_then(|version| wanted(version.as_str()?));
        Some((line(text, at), version.unwrap_or(Wanted::Unclear)))
    });
    Ok(found)
}

/// `pyproject.toml`, or a `Pipfile`: a requirement in any list, or a key `victor-ai` with a version.
///
/// # Errors
/// It is no TOML.
pub(super) fn in_project(text: &str) -> Result<Option<Found>, ()> {
    let table = DeTable::parse(text).map_err(|_| ())?;
    let mut found = Vec::new();
    in_table(table.get_ref(), &mut found);
    found.sort_by_key(|(at, _)| *at);
    Ok(best(found).map(|(at, wanted)| (line(text, at), wanted)))
}

/// The files that `[tool.setuptools.dynamic]` of a `pyproject.toml` takes dependencies from.
pub(super) fn dynamic(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let path = ["tool", "setuptools", "dynamic"];
    let dynamic = path.iter().try_fold(&table, |table, key| table.get(*key)?.as_table());
    let file = dynamic.and_then(|dynamic| dynamic.get("dependencies")?.get("file"));
    match file {
        Some(toml::Value::String(file)) => vec![file.clone()],
        Some(toml::Value::Array(files)) => files.iter().filter_map(|file| file.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn in_table(table: &DeTable<'_>, found: &mut Vec<(usize, Wanted)>) {
    for (key, value) in table {
        if is_victor(key.get_ref()) {
            found.extend(keyed(value.get_ref()).map(|wanted| (key.span().start, wanted)));
        } else {
            in_value(value, found);
        }
    }
}

/// What follows `victor-ai =`: a version, a table, or a list of these for several Pythons. Uv keeps a source there, which
/// is no requirement.
fn keyed(value: &DeValue<'_>) -> Option<Wanted> {
    match value {
        DeValue::String(text) => Some(wanted(text).unwrap_or(Wanted::Unclear)),
        DeValue::Table(table) => {
            let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
            match (text("version"), ["url", "path", "file"].into_iter().find_map(text)) {
                (Some(version), _) => Some(wanted(version).unwrap_or(Wanted::Unclear)),
                (None, Some(address)) => Some(in_address(address).unwrap_or(Wanted::Unclear)),
                (None, None) => Some(Wanted::Unclear),
            }
        }
        DeValue::Array(_) => Some(Wanted::Unclear),
        _ => None,
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
            Wanted::Exactly(_) | Wanted::Unclear => None,
        }
    }

    #[test]
    fn a_pin_is_a_version_and_a_range_is_a_range() {
        for text in ["victor-ai==0.6.0", "Victor_AI[all] == 0.6.0 ; python_version > '3.9'", "victor-ai==0.6.0 --hash=sha256:0"] {
            assert_eq!(requirement(text), exactly("0.6.0"), "{text}");
        }
        assert_eq!(range("victor-ai>=0.6,<0.8").as_deref(), Some(">=0.6,<0.8"));
        assert_eq!(range("victor.ai ~= 0.5").as_deref(), Some("~=0.5"));
        for text in ["victor-ai", "victor-ai[all]", "victor-ai @ git+https://a/b", "-e git+https://a/b#egg=victor-ai", "victor-ai==v"] {
            assert_eq!(requirement(text), Some(Wanted::Unclear), "{text}");
        }
        for text in ["victor-ai @ https://a/victor_ai-0.6.0-py3-none-any.whl#sha256=0", "./w/victor-ai-0.6.0.tar.gz"] {
            assert_eq!(requirement(text), exactly("0.6.0"), "{text}");
        }
        for text in ["victor==0.6.0", "victor-ai-extra==1.0", "# victor-ai==0.6.0", ""] {
            assert_eq!(requirement(text), None, "{text}");
        }
    }

    #[test]
    fn poetry_s_ranges_are_understood() {
        assert_eq!(caret("0.6.1").as_deref(), Some(">=0.6.1,<0.7"));
        assert_eq!(caret("1.2").as_deref(), Some(">=1.2,<2"));
        assert_eq!(tilde("0.6").as_deref(), Some(">=0.6,<0.7"));
        let text = "[tool.poetry.dependencies]\npython = \"^3.11\"\nvictor-ai = { version = \"^0.6\", extras = [\"all\"] }\n";
        assert!(matches!(in_project(text), Ok(Some((3, Wanted::Within(..))))));
        let several = "[tool.poetry.dependencies]\nvictor-ai = [{ version = \"^0.6\" }, { version = \"^0.7\" }]\n";
        assert_eq!(in_project(several), Ok(Some((2, Wanted::Unclear))));
    }

    #[test]
    fn every_file_gives_its_line() {
        let pin = |version: &str| Line::Needs(Wanted::Exactly(version.to_owned()));
        let read = in_requirements("-r base.txt\nrich \\\n  --hash=0\nvictor-ai \\\n  ==0.5.0\n");
        assert_eq!(read, [(1, Line::Includes("base.txt".to_owned())), (4, pin("0.5.0"))]);
        assert_eq!(in_setup_cfg("[options]\ninstall_requires =\n    rich\n    victor-ai==0.5.0\n").map(|found| found.0), Some(4));
        let setup = "# 'victor-ai==0.4.0'\nsetup(install_requires=['rich', \"victor-ai==0.5.0\"])\n";
        assert_eq!(in_setup_py(setup), exactly("0.5.0").map(|wanted| (2, wanted)));
        let lock = "[[package]]\nname = \"rich\"\nversion = \"13\"\n\n[[package]]\nname = \"victor-ai\"\nversion = \"0.7.0\"\n";
        for lock in [lock.to_owned(), lock.replace("[package]", "[packages]")] {
            assert_eq!(in_lock(&lock), Ok(exactly("0.7.0").map(|wanted| (7, wanted))));
        }
        assert_eq!(
            in_pipfile_lock("{\"default\": {\n\"victor-ai\": {\"version\": \"==0.4.0\"}}}"),
            Ok(exactly("0.4.0").map(|wanted| (2, wanted)))
        );
        assert_eq!(
            in_project("[project]\ndependencies = [\n  \"victor-ai>=0.6\",\n]\n").map(|found| found.map(|found| found.0)),
            Ok(Some(3))
        );
        assert_eq!(dynamic("[tool.setuptools.dynamic]\ndependencies = { file = [\"a.in\"] }\n"), ["a.in"]);
        for broken in ["[", "{", "\u{0}"] {
            assert!(in_lock(broken).is_err() && in_pipfile_lock(broken).is_err() && in_project(broken).is_err());
        }
    }
}

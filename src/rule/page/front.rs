//! Front matter: flat `key: value` lines between two `---`, with a closed list of keys. Not YAML.

use super::suggest::{hint, is_dotted, is_identifier, is_snake, nearest};
use super::{Page, PageLevel, Problems};

const KEYS: [&str; 16] = [
    "example",
    "replaces",
    "level",
    "effort",
    "differs",
    "where",
    "imports",
    "transform",
    "raises",
    "not-none",
    "copies",
    "next",
    "modernize",
    "needs",
    "from",
    "to",
];
const REQUIRED: [&str; 4] = ["example", "replaces", "level", "effort"];

/// What the front matter says.
pub(super) struct Front {
    /// The fields that have a key; the others are empty.
    pub(super) page: Page,
    /// The level, where it could be read, with its line.
    pub(super) level: Option<(usize, PageLevel)>,
    /// Whether `where:` is written, not assumed.
    pub(super) has_where: bool,
}

/// Reads the front matter and says at which index of `lines` the body begins.
pub(super) fn read(lines: &[&str], problems: &mut Problems) -> (Front, usize) {
    let wheres = vec![("orch".to_owned(), "AgentOrchestrator".to_owned())];
    let mut front = Front { page: Page { wheres, ..Page::default() }, level: None, has_where: false };
    let (start, end, body) = extent(lines, problems);
    let (mut seen, mut meant): (Vec<(&str, usize)>, Vec<&str>) = (Vec::new(), Vec::new());
    for (index, text) in lines[start..end].iter().enumerate() {
        let (line, text) = (start + index + 1, text.trim());
        if text.is_empty() {
            continue;
        }
        let Some((key, value)) = text.split_once(':').map(|(key, value)| (key.trim(), value.trim())) else {
            problems.add(line, format!("`{text}` is no front matter; write `key: value` on one line"));
            continue;
        };
        if !KEYS.contains(&key) {
            meant.extend(nearest(key, &KEYS));
            problems.add(line, format!("unknown key `{key}`; {}", hint(key, &KEYS)));
        } else if let Some((_, first)) = seen.iter().find(|(other, _)| *other == key) {
            problems.add(line, format!("`{key}` is set already, in line {first}; keep one"));
        } else {
            seen.push((key, line));
            if let Err(message) = set(&mut front, key, value, line) {
                problems.add(line, message);
            }
        }
    }
    for key in REQUIRED.iter().filter(|key| !meant.contains(key) && seen.iter().all(|(other, _)| other != *key)) {
        problems.add(1, format!("the front matter has no `{key}:`; add it"));
    }
    if let (Some((line, PageLevel::Manual)), false) = (front.level, seen.iter().any(|(key, _)| *key == "next")) {
        problems.add(line, "a manual rule needs `next:`, one line that says what the person does");
    }
    if front.page.from.is_some() != front.page.to.is_some() {
        problems.add(1, "a move between releases has both `from:`, the last release before it, and `to:`, the first one after");
    }
    (front, body)
}

/// Indices of the first line, the line after the last one, and the body. Unclosed front matter ends where prose begins.
fn extent(lines: &[&str], problems: &mut Problems) -> (usize, usize, usize) {
    if lines.first().is_none_or(|line| line.trim_end() != "---") {
        problems.add(1, "the page does not begin with front matter; write `key: value` lines between two `---` lines");
        return (0, 0, 0);
    }
    if let Some(end) = lines.iter().skip(1).position(|line| line.trim_end() == "---") {
        return (1, end + 1, end + 2);
    }
    problems.add(1, "the front matter is never closed; end it with a `---` line");
    let end = lines.iter().position(|line| line.trim().is_empty() || line.starts_with('#')).unwrap_or(lines.len());
    (1, end, end)
}

fn set(front: &mut Front, key: &str, value: &str, line: usize) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("`{key}` has no value; give it one or remove the line"));
    }
    let page = &mut front.page;
    match key {
        "example" => page.example = example(value)?,
        "replaces" => page.replaces = list(value)?,
        "level" => {
            page.level =
                PageLevel::from_word(value).ok_or_else(|| format!("unknown level `{value}`; {}", hint(value, &PageLevel::WORDS)))?;
            front.level = Some((line, page.level));
        }
        "effort" => page.effort = effort(value)?,
        "differs" => page.differs = Some(value.to_owned()),
        "where" => {
            front.has_where = true;
            page.wheres = wheres(value)?;
        }
        "imports" => page.imports = imports(value)?,
        "transform" if !is_snake(value) => {
            return Err(format!("`{value}` is no function name; write it in snake_case"));
        }
        "transform" => page.transform = Some(value.to_owned()),
        "raises" => page.raises = Some(raises(value)?),
        "not-none" => page.not_none = names(value)?,
        "copies" => page.copies = value.parse().map_err(|_| format!("copies is `true` or `false`, not `{value}`"))?,
        "next" => page.next = Some(value.to_owned()),
        "modernize" => page.modernize = value.parse().map_err(|_| format!("modernize is `true` or `false`, not `{value}`"))?,
        "needs" => page.needs = list(value)?,
        "from" => page.from = Some(release(value)?),
        "to" => page.to = Some(release(value)?),
        _ => {}
    }
    Ok(())
}

fn example(value: &str) -> Result<u8, String> {
    let number = value.parse().ok().filter(|number| *number <= 11);
    number.ok_or_else(|| format!("example is a number from 0 to 11 (11: common patterns, 0: the rest), not `{value}`"))
}

/// `0.6.0`
fn release(value: &str) -> Result<String, String> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = value.split('.').all(is_number) && value.contains('.');
    numbers.then(|| value.to_owned()).ok_or_else(|| format!("`{value}` is no release; write it like `0.6.0`"))
}

/// `2-5 min`
fn effort(value: &str) -> Result<(u32, u32), String> {
    let range = value.strip_suffix("min").and_then(|range| range.split_once('-'));
    let minutes = range.and_then(|(least, most)| Some((least.trim().parse().ok()?, most.trim().parse().ok()?)));
    let (least, most) = minutes.ok_or_else(|| format!("effort is a range such as `2-5 min`, not `{value}`"))?;
    if least > most {
        return Err(format!("effort `{value}` is reversed; write `{most}-{least} min`"));
    }
    Ok((least, most))
}

/// Splits at commas outside brackets.
fn list(value: &str) -> Result<Vec<String>, String> {
    let mut depth = 0_i32;
    let comma = |c: char| {
        depth += i32::from(matches!(c, '[' | '(' | '{')) - i32::from(matches!(c, ']' | ')' | '}'));
        c == ',' && depth == 0
    };
    let items: Vec<String> = value.split(comma).map(|item| item.trim().to_owned()).collect();
    if items.iter().any(String::is_empty) {
        return Err(format!("`{value}` has an empty entry; remove the extra comma"));
    }
    Ok(items)
}

/// `orch: AgentOrchestrator, text: str`
fn wheres(value: &str) -> Result<Vec<(String, String)>, String> {
    let mut wheres: Vec<(String, String)> = Vec::new();
    for item in list(value)? {
        let pair = item.split_once(':').map(|(name, kind)| (name.trim(), kind.trim()));
        let Some((name, kind)) = pair.filter(|(name, kind)| is_identifier(name) && !kind.is_empty()) else {
            return Err(format!("`{item}` is no typed variable; write `name: Type`, without `$`"));
        };
        if wheres.iter().any(|(other, _)| other == name) {
            return Err(format!("`{name}` has two types; keep one"));
        }
        wheres.push((name.to_owned(), kind.to_owned()));
    }
    Ok(wheres)
}

/// `provider, model`
fn names(value: &str) -> Result<Vec<String>, String> {
    let names = list(value)?;
    match names.iter().find(|name| !is_identifier(name)) {
        Some(name) => Err(format!("`{name}` is no variable; write its name without `$`")),
        None => Ok(names),
    }
}

fn imports(value: &str) -> Result<Vec<String>, String> {
    let names = list(value)?;
    match names.iter().find(|name| !is_dotted(name)) {
        Some(name) => Err(format!("`{name}` is no dotted name; write it like `victor.protocols.AnalyticsEvent`")),
        None => Ok(names),
    }
}

/// `AttributeError -> KeyError`
fn raises(value: &str) -> Result<(String, String), String> {
    let pair = value.split_once("->").map(|(old, new)| (old.trim(), new.trim()));
    let (old, new) = pair
        .filter(|(old, new)| is_dotted(old) && is_dotted(new))
        .ok_or_else(|| format!("raises is a change such as `AttributeError -> KeyError`, not `{value}`"))?;
    Ok((old.to_owned(), new.to_owned()))
}

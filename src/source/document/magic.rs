//! What IPython adds to Python: lines such as `%time`, `!ls`, `x?`, and cells that a `%%` hands to somebody else. Such a line
//! becomes a call that means nothing to anybody, and itself again when the cell is written.

use super::grammar::is_python;
use super::{GAP, MARK};

/// Cell magics whose cell is Python in the notebook's own namespace.
const PYTHON: [&str; 7] = ["capture", "time", "timeit", "prun", "memit", "mprun", "lprun"];

/// What a line is for the scan where it is for IPython.
const CALL: &str = "get_ipython()  ";

/// A cell without its magics.
pub(super) struct Plain {
    /// Python, with a marked line for every line that is a magic.
    pub code: String,
    /// The first line makes the cell the argument of a magic.
    pub wrapped: bool,
}

/// The code of a cell as Python; the magics are added to `magics`, and found there by their number.
///
/// # Errors
/// Why the cell is not looked at.
pub(super) fn plain(source: &str, magics: &mut Vec<String>) -> Result<Plain, String> {
    let first = source.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let name = first.trim_start().strip_prefix("%%").map(|rest| rest.split_whitespace().next().unwrap_or(""));
    if let Some(name) = name.filter(|name| !PYTHON.contains(name)) {
        return Err(format!("`%%{name}` hands it to another program"));
    }
    if name.is_none() && is_python(source) {
        return Ok(Plain { code: source.to_owned(), wrapped: false });
    }
    let known = magics.len();
    let mut code = String::with_capacity(source.len());
    let mut goes_on = false;
    let mut head = name.is_some();
    for line in source.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let end = &line[bare.len()..];
        let (start, call) = match () {
            () if goes_on => (Some(0), ""),
            () if head && !bare.trim().is_empty() => (Some(0), ""),
            () => (magic(bare), CALL),
        };
        head &= bare.trim().is_empty();
        let Some(start) = start else {
            code.push_str(line);
            continue;
        };
        goes_on = bare.ends_with('\\');
        code.extend([&bare[..start], call, GAP]);
        code.push_str(&magics.len().to_string());
        code.push_str(end);
        magics.push(bare[start..].to_owned());
    }
    if is_python(&code) {
        return Ok(Plain { code, wrapped: name.is_some() });
    }
    magics.truncate(known);
    Err("no Python that parses".to_owned())
}

/// What of a cell that is not looked at may use names of the others: all of it, or the line that hands it to another program.
pub(super) fn ours(source: &str) -> &str {
    let start = source.trim_start();
    let name = start.strip_prefix("%%").map(|rest| rest.split_whitespace().next().unwrap_or(""));
    match name {
        Some(name) if !PYTHON.contains(&name) => start.lines().next().unwrap_or(""),
        _ => source,
    }
}

/// Where the magic of a line starts: the whole of it, or what is assigned.
fn magic(line: &str) -> Option<usize> {
    let code = line.trim();
    let indent = line.len() - line.trim_start().len();
    if code.starts_with(['%', '!', '?']) {
        return Some(indent);
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '*' | '%' | '[' | ']' | '\'' | '"');
    if code.ends_with('?') && code.trim_end_matches('?').chars().all(is_name) {
        return Some(indent);
    }
    let (target, value) = line.split_once('=')?;
    let is_target = target.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ',' | ' ' | '*' | '(' | ')'));
    let blank = value.len() - value.trim_start().len();
    (is_target && value.trim_start().starts_with(['!', '%'])).then_some(target.len() + 1 + blank)
}

/// The code of a cell with its magics back in their lines; `numbers` are those that it had.
///
/// # Errors
/// One of them got lost.
pub(super) fn restored(code: &str, magics: &[String], numbers: std::ops::Range<usize>) -> Result<String, String> {
    let mut expected = numbers.clone();
    let mut source = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let Some(at) = line.find(GAP) else {
            source.push_str(line);
            continue;
        };
        let bare = line.trim_end_matches(['\n', '\r']);
        let number = bare[at + GAP.len()..].parse::<usize>().ok().filter(|&number| expected.next() == Some(number));
        let magic = number.and_then(|number| magics.get(number)).ok_or("a magic did not survive the fix")?;
        source.push_str(line[..at].strip_suffix(CALL).unwrap_or(&line[..at]));
        source.push_str(magic);
        source.push_str(&line[bare.len()..]);
    }
    if expected.next().is_some() || source.contains(MARK) {
        return Err("a magic did not survive the fix".to_owned());
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magic_comes_back_as_it_was() {
        for source in [
            "%time x = 1\n",
            "if a:\n    !pip install x \\\n      y\n",
            "x?\n",
            "?x.y\nx.y??",
            "files = !ls *.py\n",
            "a, b = %time f()\n",
            "%%time\nx = 1\n",
            "\n%%capture out\n%cd ..\ny = 2\r\n",
            "%matplotlib inline\nx = '''\n%no magic\n'''\n",
        ] {
            let mut magics = vec!["another cell's".to_owned()];
            let plain = plain(source, &mut magics).unwrap_or_else(|reason| panic!("{source}: {reason}"));
            assert!(is_python(&plain.code), "{}", plain.code);
            assert_eq!(restored(&plain.code, &magics, 1..magics.len()).as_deref(), Ok(source));
            let lost = plain.code.split_inclusive('\n').filter(|line| !line.contains(MARK)).collect::<String>();
            assert!(magics.len() == 1 || restored(&lost, &magics, 1..magics.len()).is_err(), "{source}");
        }
    }

    #[test]
    fn python_stays_as_it_is_and_what_is_none_is_said() {
        let plain = |source: &str| plain(source, &mut Vec::new()).map(|plain| plain.code);
        assert_eq!(plain("x = (a\n% b)\nawait f()\n").as_deref(), Ok("x = (a\n% b)\nawait f()\n"));
        assert!(plain("%%bash\nls\n").is_err_and(|reason| reason.contains("`%%bash`")));
        assert!(plain("def f(:\n").is_err_and(|reason| reason.contains("that parses")));
    }
}

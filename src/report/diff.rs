//! The change of one file as a unified diff that `git apply` takes. Bytes in, bytes out: no encoding, no colour.

use std::io;
use std::path::Path;

use similar::{Algorithm, DiffOp, TextDiff};

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the diff of one file in git's form, `a/` before and `b/` after; nothing where nothing changed.
/// Lines end at `\n` only, so that a `\r` and any byte that is not UTF-8 arrive as they are.
pub fn unified(path: &Path, before: &[u8], after: &[u8], out: &mut impl io::Write) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let (old, new) = (lines(before), lines(after));
    header(path, out)?;
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&old, &new);
    for group in diff.grouped_ops(CONTEXT) {
        hunk(&group, &old, &new, out)?;
    }
    Ok(())
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&byte| byte == b'\n').collect()
}

fn header(path: &Path, out: &mut impl io::Write) -> io::Result<()> {
    let (old, new) = (name("a/", path), name("b/", path));
    // A tab ends a name with blanks in it, as git writes it; quotes end one without.
    let end = if old.contains(&b' ') && !old.starts_with(b"\"") { "\t\n" } else { "\n" };
    let parts: [&[u8]; 11] = [b"diff --git ", &old, b" ", &new, b"\n--- ", &old, end.as_bytes(), b"+++ ", &new, end.as_bytes(), b""];
    out.write_all(&parts.concat())
}

/// The path below `a/` or `b/`, in quotes with C escapes where git would put them.
fn name(side: &str, path: &Path) -> Vec<u8> {
    let text = path.as_os_str().as_encoded_bytes();
    let text = text.strip_prefix(b"./").unwrap_or(text);
    let start = text.iter().position(|&byte| byte != b'/').unwrap_or(text.len());
    let plain = [side.as_bytes(), &text[start..]].concat();
    let mut escaped = Vec::with_capacity(plain.len());
    for &byte in &plain {
        match byte {
            b'"' | b'\\' => escaped.extend([b'\\', byte]),
            0x07..=0x0d => escaped.extend([b'\\', b"abtnvfr"[usize::from(byte - 0x07)]]),
            0x20..=0x7e => escaped.push(byte),
            _ => escaped.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    if escaped.len() == plain.len() { plain } else { [b"\"", &escaped[..], b"\""].concat() }
}

fn hunk(ops: &[DiffOp], old: &[&[u8]], new: &[&[u8]], out: &mut impl io::Write) -> io::Result<()> {
    let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
        return Ok(());
    };
    let (old_at, new_at) = (first.old_range().start, first.new_range().start);
    let (old_len, new_len) = (last.old_range().end - old_at, last.new_range().end - new_at);
    // An empty side names the line before it; every other counts from 1.
    let from = |at: usize, len: usize| at + usize::from(len > 0);
    writeln!(out, "@@ -{},{old_len} +{},{new_len} @@", from(old_at, old_len), from(new_at, new_len))?;
    for op in ops {
        match op {
            DiffOp::Equal { .. } => side(b' ', &old[op.old_range()], out)?,
            _ => {
                side(b'-', &old[op.old_range()], out)?;
                side(b'+', &new[op.new_range()], out)?;
            }
        }
    }
    Ok(())
}

fn side(sign: u8, lines: &[&[u8]], out: &mut impl io::Write) -> io::Result<()> {
    for line in lines {
        out.write_all(&[sign])?;
        out.write_all(line)?;
        if !line.ends_with(b"\n") {
            out.write_all(b"\n\\ No newline at end of file\n")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;
    use std::process::Command;

    use super::{name, unified};

    fn diff(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        unified(Path::new(path), before, after, &mut out).expect("a vector takes everything");
        out
    }

    /// Makes the files, applies all the diffs at once and compares; without git there is nothing to check.
    #[track_caller]
    fn git_applies(files: &[(String, Vec<u8>, Vec<u8>)]) {
        let dir = tempfile::tempdir().expect("a folder");
        let mut patch = Vec::new();
        for (path, before, after) in files {
            let disk = dir.path().join(path);
            std::fs::create_dir_all(disk.parent().expect("a parent")).expect("folders");
            std::fs::write(disk, before).expect("a file");
            patch.extend(diff(path, before, after));
        }
        std::fs::write(dir.path().join("the.patch"), patch).expect("a file");
        let git = Command::new("git")
            .args(["apply", "--whitespace=nowarn", "the.patch"])
            .current_dir(dir.path())
            .env("GIT_CEILING_DIRECTORIES", dir.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output();
        let Ok(git) = git else { return };
        assert!(git.status.success(), "{}", String::from_utf8_lossy(&git.stderr));
        for (path, _, after) in files {
            assert_eq!(&std::fs::read(dir.path().join(path)).expect("a file"), after, "{path}");
        }
    }

    #[test]
    fn the_form_is_that_of_git() {
        let before = b"1\n2\n3\n4\n5\n6\n7\n8\nend";
        let after = b"1\n2\n3\n4\nfive\n6\n7\n8\nend\n";
        let want = "diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n-end\n\
                    \\ No newline at end of file\n+end\n";
        assert_eq!(String::from_utf8_lossy(&diff("x.py", before, after)), want);
        assert!(diff("x.py", before, before).is_empty());
    }

    #[test]
    fn git_applies_every_kind_of_line_and_name() {
        let cases: [(&str, &[u8], &[u8]); 12] = [
            ("crlf.py", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
            ("lone_cr.py", b"a\rb\rc\nd\n", b"a\rB\rc\nd\n"),
            ("latin.py", b"# coding: latin-1\nx = '\xe9'\ny\n", b"# coding: latin-1\nx = '\xe8'\ny\n"),
            ("bom.py", b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
            ("no_end.py", b"a\nb", b"a\nc"),
            ("end_gained.py", b"a\nb", b"a\nb\n"),
            ("end_lost.py", b"a\nb\n", b"a\nb"),
            ("to_empty.py", b"a\n", b""),
            ("from_empty.py", b"", b"a\n"),
            ("deep/my file.py", b"a\n", b"b\n"),
            ("d\u{e9}j\u{e0} vu/\"q\".py", b"a\n", b"b\n"),
            ("tab\tback\\slash.py", b"a\n", b"b\n"),
        ];
        git_applies(&cases.map(|(path, before, after)| (path.to_owned(), before.to_vec(), after.to_vec())));
    }

    #[test]
    fn git_applies_three_hundred_random_changes() {
        let mut state = 7_u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        let files: Vec<_> = (0..300)
            .map(|number| {
                let mut before = Vec::new();
                let mut after = Vec::new();
                for _ in 0..below(40) + 1 {
                    let line = format!("line {}\n", below(6)).into_bytes();
                    match below(8) {
                        0 => before.extend(&line),
                        1 => after.extend(&line),
                        _ => {
                            before.extend(&line);
                            after.extend(&line);
                        }
                    }
                }
                for text in [&mut before, &mut after] {
                    if below(4) == 0 {
                        text.pop();
                    }
                }
                (format!("f{number}.py"), before, after)
            })
            .collect();
        git_applies(&files);
    }

    #[test]
    fn names_are_quoted_as_git_quotes_them() {
        let quoted = |path: &str| String::from_utf8_lossy(&name("a/", Path::new(OsStr::new(path)))).into_owned();
        assert_eq!(quoted("./my file.py"), "a/my file.py");
        assert_eq!(quoted("/abs/x.py"), "a/abs/x.py");
        assert_eq!(quoted("é\t\"\\\x01.py"), r#""a/\303\251\t\"\\\001.py""#);
    }
}

//! How deep blocks are nested. The parser keeps a number for each open block, has room for some five hundred of them, and ends
//! the process beyond that; Python itself takes a hundred.

/// Open blocks that the parser is trusted with.
const MOST: usize = 400;

/// Whether the parser can read a text. Lines in strings and brackets count as code, so that a text is refused, too, in which
/// hundreds of those form stairs.
#[must_use]
pub fn is_bearable(text: &str) -> bool {
    too_deep(text).is_none()
}

/// The first line (from 1) that stands in too many blocks.
#[must_use]
pub(super) fn too_deep(text: &str) -> Option<usize> {
    // A block is indented by at least one column more than the one around it.
    if !text.lines().filter_map(width).any(|width| width > MOST) {
        return None;
    }
    let mut open = Vec::new();
    let is_too_deep = |line: &str| {
        let width = width(line)?;
        open.truncate(open.partition_point(|&outer| outer < width));
        open.push(width);
        (open.len() > MOST).then_some(())
    };
    let mut lines = text.lines().map(is_too_deep);
    lines.position(|found| found.is_some()).map(|at| at + 1)
}

/// The same as a reason for people.
pub(super) fn reason(text: &str) -> Option<String> {
    let line = too_deep(text)?;
    Some(format!("line {line} stands in more than {MOST} blocks, of which Python takes a hundred; migrate the program that wrote it"))
}

/// The columns that a line is indented by, as the parser counts them; none for an empty line.
fn width(line: &str) -> Option<usize> {
    let mut width = 0;
    for byte in line.bytes() {
        match byte {
            b' ' => width += 1,
            b'\t' => width += 8,
            b'\x0c' => width = 0,
            b'\r' => return None,
            _ => return Some(width),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_bearable;

    fn stairs(steps: usize, indent: &str) -> String {
        let step = |at: usize| format!("{}if x:\n", indent.repeat(at));
        (0..steps).map(step).chain([format!("{}pass\n", indent.repeat(steps))]).collect()
    }

    #[test]
    fn only_what_no_python_would_run_is_refused() {
        assert!(is_bearable(&stairs(100, "    ")));
        assert!(is_bearable(&stairs(300, "\t")));
        assert!(is_bearable(&format!("x = (\n{}1)\n", " ".repeat(5000))));
        assert!(!is_bearable(&stairs(500, " ")));
        assert!(!is_bearable(&stairs(500, "\t")));
    }
}

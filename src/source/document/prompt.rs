//! Interactive sessions: the lines behind `>>> ` and `... ` are code, everything else is what they print.

use super::lines::Block;

/// What a line has before its code: its indentation and a prompt. `first` asks for `>>>`.
fn prompt(line: &str, first: bool) -> Option<usize> {
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    let word = if first { ">>>" } else { "..." };
    let rest = line[indent..].strip_prefix(word)?;
    match rest.as_bytes().first() {
        None | Some(b'\n' | b'\r') => Some(indent + 3),
        Some(b' ') => Some(indent + 4),
        _ => None,
    }
}

/// Whether a session starts on a line.
pub(super) fn starts(line: &str) -> bool {
    prompt(line, true).is_some()
}

/// The session in the lines from `start` to `end`; `prefix` is the length of what every line has before it.
pub(super) fn session(lines: &[&str], start: usize, end: usize, prefix: usize) -> Block {
    let mut block = Block { start, prompts: true, ..Block::default() };
    let mut goes_on = false;
    for (at, line) in lines.iter().enumerate().take(end).skip(start) {
        let inside = line.get(prefix..).unwrap_or("");
        let before = prompt(inside, true).or_else(|| prompt(inside, false).filter(|_| goes_on));
        goes_on = before.is_some();
        let Some(before) = before else { continue };
        if block.code.is_empty() {
            let indent = inside.len() - inside.trim_start_matches([' ', '\t']).len();
            line[..prefix + indent].clone_into(&mut block.prefix);
        }
        block.code.push((at, prefix + before));
    }
    block
}

/// The sessions that stand by themselves in some lines: each ends at a blank line.
pub(super) fn sessions(lines: &[&str], start: usize, end: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = start;
    while at < end {
        if !starts(lines[at]) {
            at += 1;
            continue;
        }
        let stop = (at..end).find(|&line| lines[line].trim().is_empty()).unwrap_or(end);
        blocks.push(session(lines, at, stop, 0));
        at = stop;
    }
    blocks
}

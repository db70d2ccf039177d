//! Paths as relative references of RFC 3986: what is not plain becomes `%XX`, byte by byte.

use std::fmt::Write as _;

/// The path as a URI reference; an absolute one becomes a `file:` URI.
pub(crate) fn uri(path: &str) -> String {
    let mut target = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => target.push(byte.into()),
            // Writing to a string cannot fail.
            _ => _ = write!(target, "%{byte:02X}"),
        }
    }
    if path.starts_with('/') { format!("file://{target}") } else { target }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn what_is_not_plain_is_escaped_byte_by_byte() {
        assert_eq!(uri("src/a b/é#1:x.py"), "src/a%20b/%C3%A9%231%3Ax.py");
        assert_eq!(uri("/tmp/a.py"), "file:///tmp/a.py");
    }
}

//! How the bytes of a Python file become text and text becomes bytes again, by the rules of PEP 263.
//! What is decoded here can be written back byte for byte; everything else is refused with a reason.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, EncoderResult};

const BOM: &[u8] = b"\xEF\xBB\xBF";
/// What is wrong with bytes that decode, but to text that encodes differently.
const BACK: &str = "could not be written back byte for byte";

/// The encoding of one file, by Python's meaning of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark: Python's default.
    Utf8,
    /// Seven bits; a larger byte is an error.
    Ascii,
    /// ISO-8859-1 proper, every byte the character of its number; browsers mean windows-1252 by it.
    Latin1,
    /// Any other that `encoding_rs` has.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The name to show to a person.
    pub fn name(self) -> String {
        match self {
            Encoding::Utf8 => "utf-8".to_owned(),
            Encoding::Ascii => "ascii".to_owned(),
            Encoding::Latin1 => "latin-1".to_owned(),
            Encoding::Other(other) => other.name().to_ascii_lowercase(),
        }
    }

    /// Text to bytes; the reason names the first character that has no place in this encoding.
    pub fn encode(self, text: &str) -> Result<Cow<'_, [u8]>, String> {
        match self {
            Encoding::Utf8 => Ok(text.as_bytes().into()),
            Encoding::Ascii => match text.bytes().position(|byte| !byte.is_ascii()) {
                None => Ok(text.as_bytes().into()),
                Some(at) => Err(self.no_place(text, at)),
            },
            Encoding::Latin1 => match text.char_indices().find(|&(_, c)| c > '\u{ff}') {
                None => Ok(encoding_rs::mem::encode_latin1_lossy(text).into_owned().into()),
                Some((at, _)) => Err(self.no_place(text, at)),
            },
            Encoding::Other(other) => self.encode_other(other, text).map(Cow::Owned),
        }
    }

    /// How many bytes the text before one of its bytes takes in a file.
    pub fn length(self, text: &str, byte: usize) -> usize {
        let before = text.get(..byte).unwrap_or(text);
        match self {
            Encoding::Utf8 | Encoding::Ascii => before.len(),
            Encoding::Latin1 => before.chars().count(),
            Encoding::Other(_) => self.encode(before).map_or(byte, |bytes| bytes.len()),
        }
    }

    fn encode_other(self, other: &'static encoding_rs::Encoding, text: &str) -> Result<Vec<u8>, String> {
        let mut encoder = other.new_encoder();
        let mut bytes = Vec::new();
        let mut read = 0;
        loop {
            let rest = &text[read..];
            bytes.reserve(encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len()));
            let (result, taken) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
            read += taken;
            match result {
                EncoderResult::InputEmpty => return Ok(bytes),
                EncoderResult::OutputFull => {}
                EncoderResult::Unmappable(c) => {
                    return Err(self.no_place(text, read - c.len_utf8()));
                }
            }
        }
    }

    fn no_place(self, text: &str, at: usize) -> String {
        let line = line_of(text.as_bytes(), at);
        let c = text[at..].chars().next().unwrap_or_default();
        format!("line {line}: {c:?} cannot be written in {}; convert the file to utf-8", self.name())
    }

    pub(super) fn decode(self, bytes: &[u8]) -> Result<String, String> {
        match self {
            Encoding::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => Err(self.not_valid(bytes, error.valid_up_to())),
            },
            Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(String::from_utf8_lossy(bytes).into_owned()),
                Some(at) => Err(self.not_valid(bytes, at)),
            },
            Encoding::Latin1 => Ok(encoding_rs::mem::decode_latin1(bytes).into_owned()),
            Encoding::Other(other) => self.decode_other(other, bytes),
        }
    }

    fn decode_other(self, other: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, String> {
        let mut decoder = other.new_decoder_without_bom_handling();
        let mut text = String::new();
        let mut read = 0;
        loop {
            let rest = &bytes[read..];
            text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len()));
            let (result, taken) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
            read += taken;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    let back = usize::from(bad) + usize::from(after);
                    return Err(self.not_valid(bytes, read.saturating_sub(back)));
                }
            }
        }
        // Some bytes decode to what encodes as other bytes, or not at all: a fix elsewhere in the file would change them.
        let again = self.encode(&text).map_err(|reason| reason.replacen("cannot be written", BACK, 1))?;
        if *again == *bytes {
            return Ok(text);
        }
        let at = again.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        let (line, name) = (line_of(bytes, at), self.name());
        Err(format!("line {line}: bytes at offset {at} {BACK} in {name}; convert the file to utf-8"))
    }

    fn not_valid(self, bytes: &[u8], at: usize) -> String {
        let (line, name) = (line_of(bytes, at), self.name());
        let advice = match self {
            Encoding::Utf8 => "add a coding line or convert the file",
            _ => "correct the coding line or convert the file",
        };
        format!("line {line}: bytes at offset {at} are not valid {name}; {advice}")
    }
}

/// Decodes a whole file as Python would; the byte order mark stays as U+FEFF.
pub(super) fn decode(bytes: &[u8]) -> Result<(Encoding, String), String> {
    if is_binary(bytes) {
        return Err("binary file".to_owned());
    }
    let encoding = match coding_line(bytes) {
        None => Encoding::Utf8,
        Some((line, name)) => {
            let Some(encoding) = known(&name) else {
                return Err(format!("line {line}: the encoding `{name}` is not known; convert the file to utf-8"));
            };
            if encoding != Encoding::Utf8 && bytes.starts_with(BOM) {
                return Err(format!("line {line}: the coding line says `{name}`, the byte order mark says utf-8; remove one of them"));
            }
            encoding
        }
    };
    Ok((encoding, encoding.decode(bytes)?))
}

/// The text of a file that is UTF-8 and says nothing else.
pub(super) fn plain(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    coding_line(bytes).is_none_or(|(_, name)| known(&name) == Some(Encoding::Utf8)).then_some(text)
}

/// Whether no Python source can look like this.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_some()
}

/// The line (from 1) and the name in the coding line, where there is one.
fn coding_line(bytes: &[u8]) -> Option<(usize, String)> {
    let mut rest = bytes.strip_prefix(BOM).unwrap_or(bytes);
    for number in 1..=2 {
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        let code = line.iter().position(|byte| !b" \t\x0c".contains(byte)).map_or(&line[end..], |at| &line[at..]);
        match code.first() {
            // Code on the first line: the second is not looked at.
            Some(&first) if first != b'#' => return None,
            _ => {}
        }
        if let Some(name) = coding_name(code) {
            return Some((number, name));
        }
        let step = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = rest.get(end + step..)?;
    }
    None
}

/// `coding[:=][ \t]*([-\w.]+)`, the first that matches.
fn coding_name(comment: &[u8]) -> Option<String> {
    memchr::memmem::find_iter(comment, "coding").find_map(|at| {
        let rest = comment[at + 6..].strip_prefix(b":").or_else(|| comment[at + 6..].strip_prefix(b"="))?;
        let rest = &rest[rest.iter().position(|byte| !b" \t".contains(byte))?..];
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let name = &rest[..rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len())];
        (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
    })
}

/// Python's names first, since it and the web disagree about some of them.
fn known(name: &str) -> Option<Encoding> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let is = |base: &str| name == base || name.strip_prefix(base).is_some_and(|rest| rest.starts_with('-'));
    if is("utf-8") || ["utf8", "u8", "utf", "cp65001"].contains(&name.as_str()) {
        return Some(Encoding::Utf8);
    }
    // `latin-1-unix` is Emacs for latin-1.
    if ["latin-1", "iso-8859-1", "iso-latin-1"].into_iter().any(is) {
        return Some(Encoding::Latin1);
    }
    let label = match name.as_str() {
        "ascii" | "us-ascii" | "646" | "us" | "ansi-x3.4-1968" | "iso646-us" | "cp367" => {
            return Some(Encoding::Ascii);
        }
        "latin" | "8859" | "iso8859" => return Some(Encoding::Latin1),
        "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => &format!("cp{name}"),
        "mac-roman" | "macroman" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "cp932" | "932" | "ms932" | "mskanji" | "ms-kanji" | "shiftjis" | "s-jis" => "shift_jis",
        "cp936" | "936" | "ms936" => "gbk",
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "950" | "ms950" => "big5",
        "big5hkscs" | "hkscs" => "big5-hkscs",
        "latin9" => "iso-8859-15",
        "cp866" | "866" => "ibm866",
        "cp874" => "windows-874",
        "eucjp" | "ujis" => "euc-jp",
        "euccn" => "gb2312",
        "iso2022-jp" | "iso2022jp" => "iso-2022-jp",
        other => other,
    };
    let found = encoding_rs::Encoding::for_label(label.as_bytes())
        .or_else(|| encoding_rs::Encoding::for_label(label.replace('-', "_").as_bytes()))?;
    let text_only = [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE, encoding_rs::REPLACEMENT, encoding_rs::X_USER_DEFINED];
    if text_only.contains(&found) {
        return None;
    }
    if found == encoding_rs::WINDOWS_1252 && !label.ends_with("1252") {
        // The web reads every further alias of latin-1 as windows-1252; Python does not.
        return Some(Encoding::Latin1);
    }
    Some(Encoding::Other(found))
}

/// Line (from 1) of a byte; counted from the start, for messages only.
fn line_of(bytes: &[u8], at: usize) -> usize {
    let ends = memchr::memchr2_iter(b'\n', b'\r', &bytes[..at]);
    1 + ends.filter(|&end| bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n')).count()
}

#[cfg(test)]
mod tests {
    use super::{Encoding, coding_line, decode};

    #[track_caller]
    fn round_trip(bytes: &[u8]) -> (Encoding, String) {
        let (encoding, text) = decode(bytes).expect("decodes");
        assert_eq!(encoding.encode(&text).expect("encodes"), bytes);
        (encoding, text)
    }

    #[test]
    fn the_coding_line_is_found_where_python_finds_it() {
        let name = |text: &str| coding_line(text.as_bytes()).map(|(_, name)| name);
        for text in [
            "# -*- coding: latin-1 -*-\n",
            "#!/usr/bin/python\r\n# vim: set fileencoding=latin-1 :\r\n",
            "\u{feff}\n  \t\x0c# coding=latin-1",
            "# coding encoding:\tlatin-1",
            "\r#coding:latin-1\r",
        ] {
            assert_eq!(name(text).as_deref(), Some("latin-1"), "{text:?}");
        }
        for text in
            ["", "x = 1\n# coding: latin-1\n", "\n\n# coding: latin-1\n", "'coding: latin-1'\n", "# coding :latin-1", "# coding: \n"]
        {
            assert_eq!(name(text), None, "{text:?}");
        }
    }

    #[test]
    fn latin_1_is_latin_1_and_not_windows_1252() {
        let all: Vec<u8> = b"# coding: LATIN_1\n".iter().copied().chain(1..=255).collect();
        let (encoding, text) = round_trip(&all);
        assert_eq!(encoding, Encoding::Latin1);
        assert!(text.contains('\u{80}') && !text.contains('€'));
        for alias in ["iso-8859-1-unix", "latin1", "l1", "cp819", "iso8859-1"] {
            assert_eq!(round_trip(format!("# coding: {alias}\n").as_bytes()).0, Encoding::Latin1, "{alias}");
        }
        assert!(round_trip(b"# coding: cp1252\n'\x80'").1.contains('€'));
    }

    #[test]
    fn other_encodings_come_back_byte_for_byte() {
        for (name, bytes, text) in [
            ("cp1251", &b"\xCF\xF0"[..], "Пр"),
            ("koi8_r", b"\xF0\xD2", "Пр"),
            ("shift_jis", b"\x93\xFA\x96\x7B", "日本"),
            ("euc_jp", b"\xC6\xFC\xCB\xDC", "日本"),
            ("iso2022_jp", b"\x1B$BF|K\\\x1B(B", "日本"),
            ("gb18030", b"\xD6\xD0", "中"),
            ("iso_8859_15", b"\xA4", "€"),
            ("mac_roman", b"\x8E", "é"),
        ] {
            let file = [format!("# coding: {name}\n'").as_bytes(), bytes, b"'\n"].concat();
            assert!(round_trip(&file).1.contains(text), "{name}");
        }
    }

    #[test]
    fn a_byte_order_mark_stays_in_the_text() {
        assert_eq!(round_trip(b"\xEF\xBB\xBF# coding: utf-8\nx").1, "\u{feff}# coding: utf-8\nx");
        assert!(decode(b"\xEF\xBB\xBF# coding: latin-1\n").expect_err("two minds").contains("byte order mark"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_place_and_advice() {
        let reason = |bytes: &[u8]| decode(bytes).expect_err("refused");
        let utf8 = "line 2: bytes at offset 3 are not valid utf-8; add a coding line or convert the file";
        assert_eq!(reason(b"a\r\n\xE9\n"), utf8);
        assert!(reason(b"# coding: ascii\n\xC3\xA9").starts_with("line 2: bytes at offset 16 are not valid ascii"));
        assert!(reason(b"# coding: sjis\n'\x93").contains("offset 16 are not valid shift_jis"));
        assert!(reason(b"# coding: klingon\n").starts_with("line 1: the encoding `klingon` is not known"));
        assert!(reason(b"# coding: utf-16\n").contains("not known"));
        let back = reason(b"# coding: euc-jp\n'\x8f\xab\xb1'");
        assert!(back.starts_with("line 2: 'é' could not be written back byte for byte in euc-jp"), "{back}");
        assert_eq!(reason(b"x\0"), "binary file");
    }

    #[test]
    fn a_character_without_a_place_is_refused_and_not_replaced() {
        let reason = Encoding::Latin1.encode("a\n'→'").expect_err("no arrow in latin-1");
        assert_eq!(reason, "line 2: '→' cannot be written in latin-1; convert the file to utf-8");
        assert!(Encoding::Ascii.encode("é").is_err());
        assert!(Encoding::Other(encoding_rs::KOI8_R).encode("x→").expect_err("no arrow").starts_with("line 1: '→'"));
    }
}

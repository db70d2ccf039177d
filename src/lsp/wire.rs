//! Messages on the standard streams. What comes is not believed to be as long as it says: no room is made for what is not there.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::sync::mpsc::{Receiver, Sender};

use lsp_server::{Message, Notification};

use super::Event;

/// The longest message: no editor holds a file of that size.
const LARGEST: usize = 256 << 20;

/// The longest line of a header.
const LONGEST_HEADER: u64 = 8 << 10;

/// Tells the server what the client says, until it takes its leave or hangs up.
///
/// # Errors
/// What came is not the protocol, or cannot be read.
pub(super) fn hear(input: &mut impl BufRead, events: &Sender<Event>) -> io::Result<()> {
    while let Some(message) = read(input)? {
        let is_last = matches!(&message, Message::Notification(Notification { method, .. }) if method == "exit");
        // Nobody listens any more when this fails.
        if events.send(Event::Client(message)).is_err() || is_last {
            break;
        }
    }
    Ok(())
}

/// Writes what the server says, until it has nothing more to say.
///
/// # Errors
/// The client does not take it.
pub(super) fn speak(output: &mut impl Write, messages: &Receiver<Message>) -> io::Result<()> {
    messages.iter().try_for_each(|message| message.write(output))
}

/// The next message; nothing where the stream ends between two.
fn read(input: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(header) = line.strip_suffix("\r\n") else { return Err(wrong(format!("the header {line:?} has no end"))) };
        if header.is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(": ") else { return Err(wrong(format!("{header:?} is no header"))) };
        if name.eq_ignore_ascii_case("Content-Length") {
            length = Some(value.parse::<usize>().map_err(|error| wrong(format!("{header:?}: {error}")))?);
        }
    }
    let length = length.ok_or_else(|| wrong("no header says Content-Length".to_owned()))?;
    if length > LARGEST {
        return Err(wrong(format!("a message of {length} bytes is announced, and one of more than {LARGEST} is not read")));
    }
    let mut text = Vec::new();
    if input.by_ref().take(length as u64).read_to_end(&mut text)? < length {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, format!("it ends after {} of {length} bytes", text.len())));
    }
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| wrong(format!("a message is no JSON: {error}")))?;
    let no_message = |_| wrong("a message is JSON, but neither a request nor a response nor a notification".to_owned());
    serde_json::from_value(value).map(Some).map_err(no_message)
}

fn wrong(reason: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_message_is_one() {
        let message = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let whole = format!("Content-Length: {}\r\nContent-Type: x\r\n\r\n{message}", message.len());
        let read = |text: &str| read(&mut text.as_bytes());
        assert!(matches!(read(&whole), Ok(Some(Message::Notification(_)))));
        assert!(matches!(read(""), Ok(None)));
        for broken in [&whole[..whole.len() - 1], "Content-Length: 9", "Content-Length: no\r\n\r\n", "\r\n", "Content-Length: 2\r\n\r\n{}"]
        {
            assert!(read(broken).is_err(), "{broken}");
        }
        for length in ["99999999999999", "18446744073709551615"] {
            let error = read(&format!("Content-Length: {length}\r\n\r\n")).expect_err("refused");
            assert!(error.to_string().contains("bytes is announced"), "{error}");
        }
    }
}

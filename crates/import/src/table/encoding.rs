//! Turns a text file in any encoding that councils have into UTF-8, as a stream.
//!
//! A byte-order mark decides; without one, zeros at every second byte are UTF-16. What remains is UTF-8 for as long as it is: the
//! first byte that is not ASCII decides whether the file is UTF-8 or Windows-1252, which until then are the same. It does not guess
//! any other encoding.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::source::{Input, Opened, Said, Trouble};

/// How much is read at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// How much of the start is looked at, in bytes.
const START: usize = 1 << 12;

/// What of the start may be control characters before it is no text: one in this many.
const CONTROLS: usize = 50;

enum State {
    /// Nothing but ASCII so far: UTF-8 or Windows-1252.
    Open,
    /// UTF-8, handed on as it is; whoever parts it into rows sees which of them are not.
    Utf8,
    /// Anything else.
    Decoded(Decoder),
}

/// A text file as a stream of UTF-8.
pub(crate) struct Text {
    source: Opened,
    state: State,
    /// Bytes that were read and not yet handed on; `at` of them were.
    raw: Vec<u8>,
    at: usize,
    ended: bool,
    name: &'static str,
    damaged: bool,
}

impl Text {
    /// Opens a text and finds its encoding; refuses what is no text.
    pub(crate) fn open(input: &Input) -> Result<Self, Trouble> {
        let mut source = input.open()?;
        let mut raw = Vec::with_capacity(CHUNK);
        (&mut source).take(START as u64).read_to_end(&mut raw)?;
        let (state, mark, name) = match raw.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => (State::Utf8, 3, "UTF-8"),
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
                return Err(Trouble::new(
                    "is UTF-32 text, which is not read",
                    "save the table as CSV in UTF-8",
                ));
            }
            [0xff, 0xfe, ..] => (decoded(UTF_16LE), 2, "UTF-16"),
            [0xfe, 0xff, ..] => (decoded(UTF_16BE), 2, "UTF-16"),
            start => match zeros(start) {
                Some(encoding) => (decoded(encoding), 0, "UTF-16 without a mark"),
                None => (State::Open, 0, "UTF-8"),
            },
        };
        let ended = raw.len() < START;
        if matches!(state, State::Open | State::Utf8) {
            refuse_binary(&raw)?;
        }
        Ok(Self {
            source,
            state,
            raw,
            at: mark,
            ended,
            name,
            damaged: false,
        })
    }

    /// Returns what is worth saying about the encoding, once all of the text was read.
    pub(crate) fn said(&self) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        if self.name != "UTF-8" {
            said.push((
                format!("is not UTF-8 text and was read as {}", self.name),
                "look at names with accents and at pound signs; if they are wrong, save the file as CSV in UTF-8",
            ));
        }
        if self.damaged {
            said.push((
                format!(
                    "has bytes that are not {}; a \u{fffd} stands for each",
                    self.name
                ),
                "check that the file was saved whole",
            ));
        }
        said
    }

    /// Fills the start of a buffer with text and returns how much; 0 at the end. The buffer holds at least 16 bytes.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.at >= self.raw.len() && !self.ended {
                if matches!(self.state, State::Utf8) {
                    let count = self.source.read(buffer)?;
                    self.ended = count == 0;
                    return Ok(count);
                }
                self.read_more()?;
            }
            let pending = &self.raw[self.at..];
            match &mut self.state {
                State::Decoded(decoder) => {
                    let (result, used, count, broken) =
                        decoder.decode_to_utf8(pending, buffer, self.ended);
                    self.at += used;
                    self.damaged |= broken;
                    if self.ended && result == CoderResult::InputEmpty {
                        // A decoder that has finished must not be asked again; nothing is left to hand on.
                        self.state = State::Utf8;
                        return Ok(count);
                    }
                    if count > 0 {
                        return Ok(count);
                    }
                }
                State::Utf8 => return Ok(self.hand_on(usize::MAX, buffer)),
                State::Open => {
                    let plain = Encoding::ascii_valid_up_to(pending);
                    if plain > 0 || pending.is_empty() {
                        return Ok(self.hand_on(plain, buffer));
                    }
                    self.decide()?;
                }
            }
        }
    }

    /// Hands on what is pending, up to a number of bytes.
    fn hand_on(&mut self, most: usize, buffer: &mut [u8]) -> usize {
        let count = most.min(self.raw.len() - self.at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.raw[self.at..self.at + count]);
        self.at += count;
        count
    }

    fn read_more(&mut self) -> io::Result<()> {
        self.raw.drain(..self.at);
        self.at = 0;
        let before = self.raw.len();
        let count = (&mut self.source)
            .take(CHUNK as u64)
            .read_to_end(&mut self.raw)?;
        self.ended = count < CHUNK;
        debug_assert_eq!(self.raw.len(), before + count);
        Ok(())
    }

    /// Decides at the first character that is not ASCII.
    fn decide(&mut self) -> io::Result<()> {
        if self.raw.len() - self.at < 4 && !self.ended {
            self.read_more()?;
        }
        let first = &self.raw[self.at..self.raw.len().min(self.at + 4)];
        let is_utf8 = match std::str::from_utf8(first) {
            Ok(_) => true,
            // A character that is cut off by the end of the file is none of the other encoding.
            Err(error) => error.valid_up_to() > 0 || error.error_len().is_none(),
        };
        if is_utf8 {
            self.state = State::Utf8;
        } else {
            self.state = decoded(WINDOWS_1252);
            self.name = "Windows-1252";
        }
        Ok(())
    }
}

fn decoded(encoding: &'static Encoding) -> State {
    State::Decoded(encoding.new_decoder_without_bom_handling())
}

/// Tells UTF-16 without a mark by its zeros: text of western letters has one at every second byte and none between.
fn zeros(start: &[u8]) -> Option<&'static Encoding> {
    let count = |first: usize| {
        start
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (count(0), count(1));
    let most = start.len() / 2 * 4 / 5;
    match (even, odd) {
        (0, odd) if odd > 1 && odd >= most => Some(UTF_16LE),
        (even, 0) if even > 1 && even >= most => Some(UTF_16BE),
        _ => None,
    }
}

fn refuse_binary(start: &[u8]) -> Result<(), Trouble> {
    let head = start
        .trim_ascii_start()
        .get(..5)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let export = "export the table as CSV in UTF-8 or as an Excel workbook (.xlsx)";
    if head == b"%pdf-" {
        return Err(Trouble::new("is a PDF, not a table", export));
    }
    if matches!(head.as_slice(), b"<html" | b"<!doc" | b"<?xml" | b"<tabl") {
        return Err(Trouble::new(
            "is a web page or XML, not a table, whatever it is called",
            export,
        ));
    }
    let controls = start
        .iter()
        .filter(|byte| **byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
        .count();
    if start.contains(&0) || controls * CONTROLS > start.len() {
        return Err(Trouble::new(
            "is not text",
            "save the table as CSV in UTF-8",
        ));
    }
    Ok(())
}

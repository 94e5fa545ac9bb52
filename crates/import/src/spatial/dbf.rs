//! Reads the table of a Shapefile.
//!
//! Texts are in the code page that a `.cpg` file names, else the one in the table's own header, else UTF-8 where they are that. Memo fields,
//! which are in a file of their own, are taken as empty.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Trouble, Value, trouble};

/// A table: the names of its fields and its rows.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) names: Vec<String>,
    /// Nothing for a row that is marked as deleted.
    pub(super) rows: Vec<Option<Vec<Value>>>,
    /// What is worth saying about its code page.
    pub(super) note: Option<Trouble>,
}

struct Field {
    name: String,
    kind: u8,
    start: usize,
    length: usize,
}

fn damaged(what: &str) -> Trouble {
    trouble(
        format!("has a .dbf that is damaged or cut short: {what}"),
        "copy or export it again, all of its parts together",
    )
}

/// Reads a table; `code_page` is what the `.cpg` file says.
pub(super) fn read(bytes: &[u8], code_page: Option<&str>) -> Result<Table, Trouble> {
    let head = bytes
        .first_chunk::<32>()
        .ok_or_else(|| damaged("it has no header"))?;
    let count = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let start = usize::from(u16::from_le_bytes([head[8], head[9]]));
    let width = usize::from(u16::from_le_bytes([head[10], head[11]]));
    let described = bytes
        .get(32..start)
        .ok_or_else(|| damaged("its header ends before its time"))?;
    let fields = fields(described, width)?;
    let body = bytes.get(start..).unwrap_or_default();
    if width == 0 || count > body.len() / width {
        return Err(damaged(&format!("it states {count} rows and has fewer")));
    }
    let body = &body[..count * width];
    let (encoding, note) = encoding(code_page, head[29], body);
    let rows = body
        .chunks_exact(width)
        .map(|row| (row[0] != b'*').then(|| values(row, &fields, encoding)))
        .collect();
    Ok(Table {
        names: fields.into_iter().map(|field| field.name).collect(),
        rows,
        note,
    })
}

fn fields(described: &[u8], width: usize) -> Result<Vec<Field>, Trouble> {
    let mut fields = Vec::new();
    // The first byte of a row says whether it is deleted.
    let mut start = 1;
    for field in described.chunks_exact(32) {
        if field[0] == 0x0d {
            break;
        }
        let name = field[..11].split(|byte| *byte == 0).next();
        let name = name.unwrap_or_default();
        let length = usize::from(field[16]);
        fields.push(Field {
            name: String::from_utf8_lossy(name).trim().to_owned(),
            kind: field[11],
            start,
            length,
        });
        start += length;
    }
    if start > width {
        return Err(damaged("its fields are wider than its rows"));
    }
    Ok(fields)
}

fn values(row: &[u8], fields: &[Field], encoding: &'static Encoding) -> Vec<Value> {
    fields
        .iter()
        .map(|field| {
            let bytes = row
                .get(field.start..field.start + field.length)
                .unwrap_or_default();
            value(bytes, field.kind, encoding)
        })
        .collect()
}

fn value(bytes: &[u8], kind: u8, encoding: &'static Encoding) -> Value {
    let text = || {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        text.trim_end_matches('\0').trim().to_owned()
    };
    match kind {
        b'C' | b'D' => {
            let text = text();
            if text.is_empty() {
                Value::Empty
            } else {
                Value::Text(text)
            }
        }
        b'N' | b'F' => {
            let text = text();
            text.parse()
                .map(Value::Whole)
                .or_else(|_| text.parse().map(Value::Number))
                .unwrap_or(Value::Empty)
        }
        b'L' => match bytes {
            b"T" | b"t" | b"Y" | b"y" => Value::Truth(true),
            b"F" | b"f" | b"N" | b"n" => Value::Truth(false),
            _ => Value::Empty,
        },
        b'I' => bytes.first_chunk().map_or(Value::Empty, |bytes| {
            Value::Whole(i32::from_le_bytes(*bytes).into())
        }),
        _ => Value::Empty,
    }
}

/// Finds the code page, and says so where it had to be worked out or is not known here.
fn encoding(
    code_page: Option<&str>,
    driver: u8,
    body: &[u8],
) -> (&'static Encoding, Option<Trouble>) {
    let by_itself = || {
        if std::str::from_utf8(body).is_ok() {
            UTF_8
        } else {
            WINDOWS_1252
        }
    };
    let stated = match (code_page.map(str::trim), driver) {
        (Some(label), _) if !label.is_empty() => {
            if let Some(encoding) = by_label(label) {
                return (encoding, None);
            }
            format!(
                "has the code page {} in its .cpg, which is not known",
                super::short(label)
            )
        }
        (_, 0x57 | 0x03 | 0x58 | 0x59) => return (WINDOWS_1252, None),
        (_, 0) => "does not say the code page of its texts".to_owned(),
        (_, driver) => {
            format!("has a code page of number {driver} in its .dbf, which is not known")
        }
    };
    if body.is_ascii() {
        return (UTF_8, None);
    }
    let encoding = by_itself();
    let note = trouble(
        format!("{stated}; they were read as {}", encoding.name()),
        "check that letters with accents are right; put a .cpg file beside it that says UTF-8 or 1252",
    );
    (encoding, Some(note))
}

/// Finds an encoding by what programs write into `.cpg` files: `UTF-8`, `1252`, `ANSI 1252`, `CP1252`, `ISO 88591`, `65001`.
fn by_label(label: &str) -> Option<&'static Encoding> {
    let folded: String = label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let number = folded
        .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
        .to_owned();
    match (folded.as_str(), number.as_str()) {
        ("utf8", _) | (_, "65001") => Some(UTF_8),
        // In practice what is said to be Latin 1 is Windows-1252.
        (_, "1252" | "88591" | "28591") => Some(WINDOWS_1252),
        (_, "885915" | "28605") => Encoding::for_label(b"iso-8859-15"),
        (_, number @ ("1250" | "1251" | "1253" | "1254" | "1257")) => {
            Encoding::for_label(format!("windows-{number}").as_bytes())
        }
        _ => Encoding::for_label(label.as_bytes()),
    }
}

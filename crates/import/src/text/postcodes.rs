//! Postcodes, whole and in part, in any spacing.

use super::Reading;

const LOOK_ALIKES: &str =
    "has a letter O or I for a digit or the other way about, which was put right";

/// Writes a postcode in its usual spacing; nothing where it has not a postcode's shape.
#[must_use]
pub fn postcode(text: &str) -> Option<String> {
    let letters = squeezed(text)?;
    if !(5..=7).contains(&letters.len()) {
        return None;
    }
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let outward_fits = outward.starts_with(|letter: char| letter.is_ascii_uppercase())
        && outward.contains(|letter: char| letter.is_ascii_digit())
        && outward.bytes().all(|letter| letter.is_ascii_alphanumeric());
    (inward_fits(inward) && outward_fits).then(|| format!("{outward} {inward}"))
}

/// Takes the spaces out and makes capitals; nothing where it is too long or not ASCII.
fn squeezed(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 16 {
        return None;
    }
    let mut letters = String::with_capacity(8);
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        if !letter.is_ascii() {
            return None;
        }
        letters.push(letter.to_ascii_uppercase());
    }
    Some(letters)
}

fn inward_fits(inward: &str) -> bool {
    matches!(inward.as_bytes(), [digit, first, second]
        if digit.is_ascii_digit() && first.is_ascii_uppercase() && second.is_ascii_uppercase())
}

/// Reads a postcode, with a letter O or I where a digit belongs put right: `NP2O 4AA` is NP20 4AA.
pub(crate) fn postcode_or_mended(text: &str) -> Reading<String> {
    let read = postcode(text);
    let is_usual = |code: &str| {
        code.split_once(' ')
            .is_some_and(|(outward, inward)| usual_outward(outward) && usual_inward(inward))
    };
    if let Some(code) = read.as_ref().filter(|code| is_usual(code)) {
        return Reading::Sure(code.clone());
    }
    match mended(text).filter(|code| is_usual(code)) {
        Some(code) => Reading::Mended(code, LOOK_ALIKES),
        None => read.map_or(Reading::Unreadable, Reading::Sure),
    }
}

/// Puts digits where digits belong and letters where letters belong, if only one shape allows that.
fn mended(text: &str) -> Option<String> {
    let letters = squeezed(text)?;
    if !letters.is_ascii() || !(5..=7).contains(&letters.len()) {
        return None;
    }
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let mut found: Vec<String> = SHAPES
        .iter()
        .filter_map(|shape| {
            Some(format!(
                "{} {}",
                shaped(outward, shape)?,
                shaped(inward, "9AA")?
            ))
        })
        .filter(|code| code.split(' ').next().is_some_and(usual_outward))
        .collect();
    found.dedup();
    if found.len() == 1 { found.pop() } else { None }
}

/// The shapes of the part before the space: A a letter, 9 a digit.
const SHAPES: [&str; 6] = ["A9", "A99", "AA9", "AA99", "A9A", "AA9A"];

/// Writes a text in a shape, taking O for 0 and I for 1 and the other way about.
fn shaped(text: &str, shape: &str) -> Option<String> {
    if text.len() != shape.len() {
        return None;
    }
    let letters = text.chars().zip(shape.chars());
    letters
        .map(|(letter, kind)| match (letter, kind) {
            ('O', '9') => Some('0'),
            ('I', '9') => Some('1'),
            ('0', 'A') => Some('O'),
            ('1', 'A') => Some('I'),
            (letter, '9') => letter.is_ascii_digit().then_some(letter),
            (letter, _) => letter.is_ascii_uppercase().then_some(letter),
        })
        .collect()
}

/// Says whether the part before the space has a shape in use. Its last letter is one of few, which O and I are not.
fn usual_outward(outward: &str) -> bool {
    let shape: String = outward
        .chars()
        .map(|letter| if letter.is_ascii_digit() { '9' } else { 'A' })
        .collect();
    SHAPES.contains(&shape.as_str())
        && (!shape.ends_with("9A") || !outward.ends_with(['I', 'L', 'O', 'Q', 'Z']))
}

/// Says whether the part after the space is in use: its letters are none of C, I, K, M, O and V.
fn usual_inward(inward: &str) -> bool {
    inward_fits(inward) && !inward.contains(['I', 'O'])
}

//! HTML under construction: the one place where a text becomes a part of a page.
//!
//! Names of elements and attributes are the program's own; every text and every value of an attribute is escaped on its way in, so a
//! page cannot be made of markup that somebody else wrote. Every element is closed, the empty ones with a slash, so that a page is
//! well-formed XML too and a test can say so. Deliberately no script and no style attribute: the content policy would refuse them.

/// Names and values of attributes.
pub(crate) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// Elements that stand in the middle of a sentence, where a line break would show as a space.
const INLINE: [&str; 10] = [
    "a", "abbr", "bdi", "code", "em", "span", "strong", "time", "title", "path",
];

/// A piece of a page.
#[derive(Debug, Default)]
pub(crate) struct Markup(String);

impl Markup {
    /// Begins a document.
    pub(crate) fn document() -> Self {
        Self("<!doctype html>\n".to_owned())
    }

    /// Begins an element, which has to be closed.
    pub(crate) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.0.push('>');
    }

    /// Closes an element.
    pub(crate) fn close(&mut self, name: &'static str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        if !INLINE.contains(&name) {
            self.0.push('\n');
        }
    }

    /// Writes an element that has nothing in it.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.start(name, attributes);
        self.0.push_str(" />");
        if !INLINE.contains(&name) {
            self.0.push('\n');
        }
    }

    /// Writes an element with whatever is written inside it.
    pub(crate) fn within(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        inside(self);
        self.close(name);
    }

    /// Writes an element with a text in it.
    pub(crate) fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.text(text);
        self.close(name);
    }

    /// Writes a link.
    pub(crate) fn link(&mut self, href: &str, text: &str) {
        self.leaf("a", &[("href", href)], text);
    }

    /// Writes a text.
    pub(crate) fn text(&mut self, text: &str) {
        escape_into(&mut self.0, text);
    }

    /// Writes a text in which backticks stand around what is to be typed as it is.
    pub(crate) fn prose(&mut self, text: &str) {
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 0 {
                self.text(part);
            } else {
                self.leaf("code", &[], part);
            }
        }
    }

    /// Returns what was written.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    fn start(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape_into(&mut self.0, value);
            self.0.push('"');
        }
    }
}

/// Writes a text so that it can stand in HTML, in attributes too.
///
/// Characters that cannot stand in a page, and those that turn the direction of the text around them, become U+FFFD: a name must
/// not change how its neighbours read.
fn escape_into(page: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            '\t' | '\n' => page.push(character),
            _ if character.is_control() || is_unfit(character) => page.push('\u{fffd}'),
            _ => page.push(character),
        }
    }
}

/// Says whether a character embeds, overrides or isolates a direction, or is none at all.
fn is_unfit(character: char) -> bool {
    let code = u32::from(character);
    matches!(code, 0x202a..=0x202e | 0x2066..=0x2069 | 0xfdd0..=0xfdef) || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut page = String::new();
        escape_into(&mut page, text);
        page
    }

    #[test]
    fn markup_in_texts_is_shown_not_obeyed() {
        assert_eq!(
            escaped("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
        let mut page = Markup::default();
        page.leaf(
            "p",
            &[("title", "\"><script>")],
            "<script>alert(1)</script>",
        );
        assert_eq!(
            page.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        );
    }

    #[test]
    fn texts_cannot_turn_the_direction_of_others_nor_bring_control_characters() {
        assert_eq!(
            escaped("a\u{202e}b\u{2066}c\u{0}d\u{1b}[e\u{85}\u{fffe}\r"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}[e\u{fffd}\u{fffd}\u{fffd}"
        );
        let good = "Caerffili, عربي, 日本, e\u{301}\tx\ny";
        assert_eq!(escaped(good), good);
    }

    #[test]
    fn what_stands_in_backticks_is_code() {
        let mut page = Markup::default();
        page.prose("there is no `<b>` here; `f");
        assert_eq!(
            page.finish(),
            "there is no <code>&lt;b&gt;</code> here; <code>f</code>"
        );
    }
}

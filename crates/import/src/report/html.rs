//! The report as one page that can be printed and sent: no script, nothing from any other place.
//!
//! This module knows how a page is put together and how a table is drawn; what stands in them is decided in `pages`.

use super::words::Escaped;
use super::{Report, pages};

const STYLE: &str = include_str!("style.css");

impl Report {
    /// Writes the report as one HTML page, ending with a line break.
    ///
    /// Each provider starts on a printed page of its own. Of a report that is restricted to one provider
    /// ([`Report::for_provider`]) the page is a letter to it.
    #[must_use]
    pub fn to_html(&self) -> String {
        debug_assert_eq!(self.adds_up(), Ok(()));
        let mut page = Page::default();
        let title = if let Some(provider) = &self.provider {
            pages::letter(&mut page, self, provider);
            format!("Records to check: {provider}")
        } else {
            pages::whole(&mut page, self);
            format!("Data check: {}", self.about.title)
        };
        let title = Escaped(&title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\"/>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
             <meta name=\"referrer\" content=\"no-referrer\"/>\n<meta name=\"robots\" content=\"noindex\"/>\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to main content</a>\n<main id=\"main\">\n<h1>{title}</h1>\n{}</main>\n</body>\n</html>\n",
            page.out
        )
    }
}

/// A page as it grows. Every text that is handed to it, to an attribute too, is escaped: nothing that is handed to it is markup.
#[derive(Default)]
pub(crate) struct Page {
    out: String,
}

/// A cell of a table.
pub(crate) enum Cell<'a> {
    /// A text.
    Text(String),
    /// A number, set to the right.
    Number(String),
    /// A coloured word: its class and the word.
    Tag(&'a str, &'a str),
    /// A text that leads to a place on the page.
    Link(String, String),
}

/// A column of a table: its heading and its class.
pub(crate) type Head<'a> = (&'a str, &'a str);

/// The class of columns of numbers.
pub(crate) const NUMBER: &str = "n";

impl Page {
    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.out.push_str(part);
        }
    }

    /// Adds a heading of the second level with a place to link to; one that `breaks` starts on a printed page of its own.
    pub(crate) fn section(&mut self, id: &str, breaks: bool, heading: &str) {
        let class = attribute("class", if breaks { "page" } else { "" });
        let heading = named(heading);
        let id = attribute("id", id);
        self.push(&["<h2", &id, &class, ">", &heading, "</h2>\n"]);
    }

    /// Adds a heading of the third level.
    pub(crate) fn heading(&mut self, heading: &str) {
        self.push(&["<h3>", &named(heading), "</h3>\n"]);
    }

    /// Adds a paragraph.
    pub(crate) fn paragraph(&mut self, class: &str, text: &str) {
        let class = attribute("class", class);
        self.push(&["<p", &class, ">", &Escaped(text).to_string(), "</p>\n"]);
    }

    /// Adds a list.
    pub(crate) fn list<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.out.push_str("<ul>\n");
        for line in lines {
            self.push(&["<li>", &Escaped(line).to_string(), "</li>\n"]);
        }
        self.out.push_str("</ul>\n");
    }

    /// Adds links to the sections of the page.
    pub(crate) fn contents(&mut self, sections: &[(&str, &str)]) {
        self.out
            .push_str("<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ul>\n");
        for (id, heading) in sections {
            self.push(&["<li>", &link(id, &Escaped(heading).to_string()), "</li>\n"]);
        }
        self.out.push_str("</ul>\n</nav>\n");
    }

    /// Adds a table. The first cell of each row is its heading; the last row is the total where `total` says so.
    pub(crate) fn table(
        &mut self,
        caption: &str,
        heads: &[Head<'_>],
        rows: Vec<Vec<Cell<'_>>>,
        total: bool,
    ) {
        let caption = named(caption);
        self.push(&["<table>\n<caption>", &caption, "</caption>\n<thead>\n<tr>"]);
        for (head, class) in heads {
            let class = attribute("class", class);
            let head = Escaped(head).to_string();
            self.push(&["<th scope=\"col\"", &class, ">", &head, "</th>"]);
        }
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
        let last = rows.len().saturating_sub(1);
        for (number, cells) in rows.into_iter().enumerate() {
            if total && number == last {
                self.out.push_str("</tbody>\n<tfoot>\n");
            }
            self.out.push_str("<tr>");
            for (place, cell) in cells.into_iter().enumerate() {
                self.cell(cell, place == 0);
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str(if total {
            "</tfoot>\n</table>\n"
        } else {
            "</tbody>\n</table>\n"
        });
    }

    fn cell(&mut self, cell: Cell<'_>, first: bool) {
        let (class, inner) = match cell {
            Cell::Text(text) => ("", named(&text)),
            Cell::Number(text) => (NUMBER, Escaped(&text).to_string()),
            Cell::Tag(class, word) => {
                let class = attribute("class", &format!("tag {class}"));
                ("", format!("<span{class}>{}</span>", Escaped(word)))
            }
            Cell::Link(id, text) => ("", link(&id, &named(&text))),
        };
        let class = attribute("class", class);
        if first {
            self.push(&["<th scope=\"row\"", &class, ">", &inner, "</th>"]);
        } else {
            self.push(&["<td", &class, ">", &inner, "</td>"]);
        }
    }
}

/// Writes an attribute; nothing where its value is empty.
fn attribute(name: &str, value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!(" {name}=\"{}\"", Escaped(value))
    }
}

/// Writes a link to a place on the page, around what is markup already.
fn link(id: &str, inner: &str) -> String {
    format!("<a href=\"#{}\">{inner}</a>", Escaped(id))
}

/// Keeps a text that may run from right to left from turning what stands beside it.
fn named(text: &str) -> String {
    if text.is_ascii() {
        Escaped(text).to_string()
    } else {
        format!("<bdi>{}</bdi>", Escaped(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Page};

    #[test]
    fn nothing_that_is_handed_to_a_page_is_markup() {
        let bad = "\"><script>'&";
        let text = || bad.to_owned();
        let mut page = Page::default();
        page.section(bad, true, bad);
        page.heading(bad);
        page.paragraph(bad, bad);
        page.list([bad].into_iter());
        page.contents(&[(bad, bad)]);
        let cells = vec![
            Cell::Text(text()),
            Cell::Number(text()),
            Cell::Tag(bad, bad),
            Cell::Link(text(), text()),
        ];
        page.table(bad, &[(bad, bad)], vec![cells], true);
        assert!(!page.out.contains("<script>"), "{}", page.out);
        // Each of 17 texts is there, and none of them as it was handed over.
        let whole = "&quot;&gt;&lt;script&gt;&#39;&amp;";
        assert_eq!(page.out.matches(whole).count(), 17, "{}", page.out);
        assert_eq!(page.out.matches("script").count(), 17);
    }
}

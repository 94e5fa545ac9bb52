//! Pages read back by a parser that is not the program's own, into a tree that tests can ask.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// An element of a page.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<Node>,
    /// What stands in it and in all that is in it.
    pub(crate) text: String,
}

impl Node {
    /// Reads a page; fails where a tag is not closed, an attribute is given twice or an entity is none.
    pub(crate) fn read(page: &str) -> Self {
        let mut reader = Reader::from_str(page);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().expect("well-formed");
            match event {
                Event::Start(start) => open.push(Self::begin(&start)),
                Event::Empty(start) => {
                    let node = Self::begin(&start);
                    open.last_mut().expect("a parent").children.push(node);
                }
                Event::End(_) => {
                    let node = open.pop().expect("an open element");
                    let parent = open.last_mut().expect("a parent");
                    parent.text.push_str(&node.text);
                    parent.children.push(node);
                }
                Event::Text(text) => open.last_mut().expect("a parent").text.push_str(&text),
                Event::GeneralRef(name) => {
                    let character = match &*name {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "quot" => '"',
                        "#39" => '\'',
                        other => panic!("&{other};"),
                    };
                    open.last_mut().expect("a parent").text.push(character);
                }
                Event::DocType(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(open.len(), 1, "every element is closed");
        open.pop().expect("the page")
    }

    fn begin(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("an attribute");
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            (
                attribute.key.0.to_owned(),
                value.expect("a value").into_owned(),
            )
        });
        Self {
            name: start.name().0.to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Lists itself and everything in it, in order.
    pub(crate) fn everything(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for child in &self.children {
            all.extend(child.everything());
        }
        all
    }

    /// Lists the elements of a name, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<&Self> {
        let mut all = self.everything();
        all.retain(|node| node.name == name);
        all
    }

    /// Finds the only element of a name.
    pub(crate) fn only(&self, name: &str) -> &Self {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name}");
        all[0]
    }
}

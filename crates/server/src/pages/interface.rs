//! The description of the interface and the standards it keeps to, for people.

use serde_json::Value;

use super::{Frame, Place};
use crate::documents::CONFORMANCE;
use crate::markup::Markup;

/// Writes the list of standards.
pub(crate) fn conformance(place: &Place<'_>) -> String {
    Frame::new(place, "Standards").page(|main| {
        main.leaf("p", &[], "Programs can rely on these parts of OGC API - Features. The names are what the standard calls them.");
        main.within("ul", &[], |list| {
            for class in CONFORMANCE {
                list.within("li", &[], |item| item.leaf("code", &[], class));
            }
        });
    })
}

/// Writes the description of the interface from the document for programs, so that the two cannot differ.
pub(crate) fn api(place: &Place<'_>, document: &Value) -> String {
    let mut frame = Frame::new(place, "The interface");
    frame.data = (crate::documents::OPENAPI, "OpenAPI 3.0");
    frame.page(|main| {
        main.leaf(
            "p",
            &[],
            "What programs can ask for. Addresses begin where this site begins.",
        );
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            main.within("h2", &[], |title| {
                title.within("code", &[], |code| {
                    code.text("GET ");
                    code.text(path);
                });
            });
            operation(main, document, &item["get"]);
        }
    })
}

fn operation(main: &mut Markup, document: &Value, operation: &Value) {
    main.leaf("p", &[], operation["summary"].as_str().unwrap_or_default());
    let all = operation["parameters"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return;
    }
    main.within("ul", &[], |list| {
        for parameter in all {
            let named = parameter["$ref"]
                .as_str()
                .and_then(|pointer| pointer.rsplit('/').next());
            let parameter = named.map_or(parameter, |name| {
                &document["components"]["parameters"][name]
            });
            list.within("li", &[], |item| {
                item.leaf("code", &[], parameter["name"].as_str().unwrap_or_default());
                item.text(": ");
                item.text(parameter["description"].as_str().unwrap_or_default());
            });
        }
    });
}

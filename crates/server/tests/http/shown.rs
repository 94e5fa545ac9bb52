//! What pages say of figures: the same as data, and of what is hidden that it is.

use std::sync::Arc;

use catchment_core::findings::{Cell, Plain};
use catchment_release::Audience;

use crate::html::Node;
use crate::pages::{HOSTILE, MIXED, data_of, every_page, page_of};
use crate::site::{ask, make, of, wards};

/// The cells of a row of the table of a layer, by the headings of their columns.
fn row_of<'a>(page: &'a Node, name: &str) -> Vec<(String, &'a Node)> {
    let heads = page.only("thead").all("th");
    let rows = page.only("tbody").all("tr");
    let row = rows
        .into_iter()
        .find(|row| row.children[0].text == name)
        .expect("a row");
    heads
        .iter()
        .map(|head| head.text.clone())
        .zip(&row.children)
        .collect()
}

#[tokio::test]
async fn hidden_unknown_and_nothing_are_three_different_words() {
    let page = page_of(&MIXED, "/collections/mixed/items").await;
    let texts = |name: &str| -> Vec<(String, String)> {
        row_of(&page, name)
            .into_iter()
            .map(|(head, cell)| (head, cell.text.clone()))
            .collect()
    };
    let heads = [
        "Name",
        "Mean distance (km)",
        "Carers",
        "Buses a day",
        "Step-free",
        "n (number of people)",
    ];
    let row = |values: [&str; 6]| -> Vec<(String, String)> {
        heads
            .iter()
            .map(|head| (*head).to_owned())
            .zip(values.map(str::to_owned))
            .collect()
    };
    assert_eq!(
        texts("Ash"),
        row(["Ash", "4", "1,230", "0", "yes", "1,230"])
    );
    assert_eq!(
        texts("Birch"),
        row(["Birch", "not known", "hidden", "not known", "no", "40"])
    );
    // Without a name it goes by its id.
    assert_eq!(
        texts("C"),
        row(["C", "hidden", "hidden", "1,234,567", "not known", "hidden"])
    );
    assert!(page.text.contains(
        "Hidden to protect people: fewer than 8 people, or needed to protect such a figure."
    ));
}

#[tokio::test]
async fn the_page_of_one_says_what_is_hidden_and_why() {
    let single = page_of(&MIXED, "/collections/mixed/items/C").await;
    assert!(
        single
            .text
            .contains("Hidden to protect people: fewer than 8 people")
    );
    let facts: Vec<(&str, &str)> = single.all("dl")[0]
        .children
        .iter()
        .map(|pair| {
            (
                pair.children[0].text.as_str(),
                pair.children[1].text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        facts[1..3],
        [("Mean distance (km)", "hidden"), ("Carers", "hidden")]
    );
    assert_eq!(facts[3], ("Buses a day", "1,234,567"));
    let shown = page_of(&MIXED, "/collections/mixed/items/A").await;
    assert!(
        !shown.text.contains("fewer than 8 people"),
        "nothing of it is hidden"
    );
}

/// Checks that a figure is called hidden in the row of a table and on the page of its own.
fn hidden_in(row: &Node, heads: &[&str], single: &Node, title: &str) {
    let at = heads.iter().position(|head| head.starts_with(title));
    assert_eq!(
        row.children[at.expect("a column")].text,
        "hidden",
        "{title}"
    );
    let mut pairs = single.all("dl")[0].children.iter();
    let pair = pairs.find(|pair| pair.children[0].text.starts_with(title));
    assert_eq!(pair.expect("a pair").children[1].text, "hidden", "{title}");
}

/// No page shows a figure that data do not have: what data call hidden is the word and nothing else, on every page.
#[tokio::test]
async fn what_data_hide_no_page_shows() {
    for router in [
        &*MIXED,
        &catchment_server::router(Arc::new(crate::site::site())),
    ] {
        let mut hidden = 0;
        let list = data_of(router, "/collections").await;
        for collection in list["collections"].as_array().expect("a list") {
            let id = collection["id"].as_str().expect("an id");
            let title = |name: &str| {
                let fields = collection["catchment:fields"].as_array().expect("fields");
                fields
                    .iter()
                    .find(|field| field["name"] == name)
                    .map_or("n (", |field| field["title"].as_str().expect("a title"))
                    .to_owned()
            };
            let table = page_of(router, &format!("/collections/{id}/items")).await;
            let data = data_of(router, &format!("/collections/{id}/items")).await;
            let rows = table.only("tbody").all("tr");
            let heads: Vec<&str> = table
                .only("thead")
                .all("th")
                .iter()
                .map(|head| head.text.as_str())
                .collect();
            let features = data["features"].as_array().expect("features");
            for (feature, row) in features.iter().zip(rows) {
                let own = percent_encoding::utf8_percent_encode(
                    feature["id"].as_str().expect("an id"),
                    percent_encoding::NON_ALPHANUMERIC,
                );
                let single = page_of(router, &format!("/collections/{id}/items/{own}")).await;
                let names = feature["properties"]["suppressed_fields"].as_str();
                let names = names.unwrap_or_default().split(';');
                let names: Vec<String> = names.filter(|name| !name.is_empty()).map(title).collect();
                hidden += names.len();
                for name in &names {
                    hidden_in(row, &heads, &single, name);
                }
                assert_eq!(
                    single.text.matches("hidden").count() > 0,
                    !names.is_empty() || single.text.contains("are hidden")
                );
            }
        }
        assert!(hidden > 1, "something is hidden here");
        for (address, page) in every_page(router).await {
            assert!(
                !page.text.contains("3.217") && !page.text.contains("7.77"),
                "an exact mean on {address}"
            );
        }
    }
}

#[tokio::test]
async fn a_passport_says_where_figures_come_from() {
    let page = Node::read(ask("/collections/wards/passport?f=html").await.text());
    for told in [
        "The wards <layer>: sources and method",
        "call this the layer's passport",
        "Shortest way by road, one way.",
        "6 March 2023",
        "5.21 km",
        "Figures about fewer than 8 people, and those from which one could be worked out.",
        "Counts of people, and of what they do, are rounded to the nearest 5.",
        "The streets were drawn by a program.",
        "1 of 2 shown",
    ] {
        assert!(page.text.contains(told), "{told}");
    }
    let inputs = row_of(&page, "roads");
    let texts: Vec<&str> = inputs.iter().map(|(_, cell)| cell.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "roads",
            "roads.osm.gz",
            "not known",
            "Invented Licence 1.0",
            "Nobody's streets",
            "not known",
            "no"
        ]
    );
}

#[tokio::test]
async fn a_place_is_drawn_and_named_by_the_area_it_lies_in() {
    let page = page_of(
        &HOSTILE,
        "/collections/hostile/items/0%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
    )
    .await;
    let link = page
        .all("a")
        .into_iter()
        .find(|link| link.get("href") == Some("../../../collections/wards/items/W1"));
    assert_eq!(link.map(|link| link.text.as_str()), Some("W1"));
    assert!(page.only("svg").all("circle").len() == 1 && page.only("svg").all("path").len() == 1);
    let area = page_of(&HOSTILE, "/collections/wards/items/W2").await;
    assert_eq!(area.only("svg").all("path").len(), 2);
    assert!(
        !area.text.contains("lies in"),
        "the layer of the areas itself"
    );
}

#[tokio::test]
async fn two_pages_as_they_are() {
    // The style's name is a hash and changes with every touch of it.
    let plain = |text: &str| -> String {
        let (before, rest) = text.split_once("page/").expect("a style");
        let (_, after) = rest.split_once(".css").expect("a style");
        format!("{before}page/….css{after}")
    };
    for (name, address) in [
        ("table", "/collections/mixed/items"),
        ("feature", "/collections/mixed/items/B"),
    ] {
        let answer = of(&MIXED, address, "text/html").await;
        let text = plain(answer.text());
        // The map is in some builds only.
        let kept: Vec<&str> = text
            .lines()
            .filter(|line| !line.contains("map/\""))
            .collect();
        insta::assert_snapshot!(name, kept.join("\n"));
    }
}

#[tokio::test]
async fn words_of_the_trade_are_not_met_unexplained() {
    for (address, page) in every_page(&MIXED).await {
        let text = page.only("main").text.to_lowercase();
        // The description of the interface is for those who write programs.
        let explained = address.ends_with("/passport") || address.starts_with("/api");
        assert!(
            explained || !text.contains("passport"),
            "passport on {address}"
        );
        for word in ["snapped", "vintage"] {
            assert!(!text.contains(word), "{word} on {address}");
        }
    }
}

#[tokio::test]
async fn a_layer_without_figures_says_why() {
    let mut hidden = wards();
    "few".clone_into(&mut hidden.id);
    hidden.features.remove(0);
    let mut unknown = wards();
    "unknown".clone_into(&mut unknown.id);
    for feature in &mut unknown.features {
        feature.values[1] = Plain::Missing.into();
        feature.n = Cell::people(0).into();
    }
    let site = make(Audience::Public, vec![hidden, unknown, wards()]).expect("a site");
    let router = catchment_server::router(Arc::new(site));
    for (id, told) in [
        (
            "few",
            Some("This layer shows no figures. All of them are hidden to protect people"),
        ),
        (
            "unknown",
            Some("This layer shows no figures. None of them is known."),
        ),
        ("wards", None),
    ] {
        let address = format!("/collections/{id}");
        let document = data_of(&router, &address).await;
        let empty = document["catchment:empty"].as_str();
        assert_eq!(empty.is_some(), told.is_some(), "{id}: {empty:?}");
        for address in [address.clone(), format!("{address}/items")] {
            let page = page_of(&router, &address).await;
            let says = page.text.contains("This layer shows no figures");
            assert_eq!(says, told.is_some(), "{address}");
            assert!(
                told.is_none_or(|told| page.text.contains(told)),
                "{address}"
            );
        }
    }
}

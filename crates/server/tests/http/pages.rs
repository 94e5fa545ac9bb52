//! The pages as people meet them: whole, readable by anything, and with nothing on them that data do not have.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use axum::Router;
use catchment_core::findings::{
    Cell, Feature, Field, Geometry, Layer, Plain, Shape, Statistic, Value,
};
use catchment_release::Audience;
use geo::{MultiPolygon, Point, Rect};

use crate::html::Node;
use crate::site::{Answer, ask, layer, make, of, wards};

const EVIL: [&str; 6] = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)",
    "'><img src=x onerror=alert(1)>",
    "\u{202e}live\u{2066} \u{200f}",
    "bell\u{7} nul\u{0} escape\u{1b}[31m \u{85}",
    "&lt;b&gt; &amp; ]]> <!-- {{x}} </td></table>",
];

/// A site whose every name is meant badly.
pub(crate) static HOSTILE: LazyLock<Router> = LazyLock::new(|| router(hostile()));
/// A site with every kind of figure there is.
pub(crate) static MIXED: LazyLock<Router> = LazyLock::new(|| router(mixed()));

fn router(layer: Layer<Value>) -> Router {
    let site = make(Audience::Public, vec![wards(), layer]).expect("a site");
    catchment_server::router(Arc::new(site))
}

fn hostile() -> Layer<Value> {
    let feature = |(index, name): (usize, &&str)| Feature {
        id: format!("{index}{name}"),
        shape: Shape::Point(Point::new(400_100.0 + 10.0 * index as f64, 90_100.0)),
        n: Plain::Missing.into(),
        values: vec![(*name).into(), Plain::Missing.into(), (*name).into()],
    };
    let mut one = layer(
        "hostile",
        Geometry::Point,
        EVIL.iter().enumerate().map(feature).collect(),
    );
    EVIL[0].clone_into(&mut one.title);
    EVIL[2].clone_into(&mut one.description);
    EVIL[1].clone_into(&mut one.method);
    one.notice = Some(EVIL[5].to_owned());
    EVIL[3].clone_into(&mut one.counted);
    one.fields
        .push(Field::new("evil", EVIL[4], EVIL[0], EVIL[2]));
    one
}

/// One figure shown, one that is 0, one nobody knows, one hidden for its own sake and one hidden as a whole.
fn mixed() -> Layer<Value> {
    let square = |x: f64| -> MultiPolygon<f64> {
        Rect::new((x, 90_000.0), (x + 900.0, 90_900.0))
            .to_polygon()
            .into()
    };
    let mean = |value: f64, people| Cell::mean(Statistic::MeanKilometres, Some(value), people);
    let feature = |id: &str, x: f64, people: u32, values: Vec<Value>| Feature {
        id: id.to_owned(),
        shape: Shape::Area(square(x)),
        n: Cell::people(people).into(),
        values,
    };
    let people = |people| Value::from(Cell::people(people));
    let ash = vec![
        "Ash".into(),
        mean(4.0, 1_230).into(),
        people(1_230),
        Plain::Integer(0).into(),
        Plain::Flag(true).into(),
    ];
    let birch = vec![
        "Birch".into(),
        Plain::Missing.into(),
        people(3),
        Plain::Missing.into(),
        Plain::Flag(false).into(),
    ];
    let nameless = vec![
        Plain::Missing.into(),
        mean(7.7777, 3).into(),
        people(3),
        Plain::Integer(1_234_567).into(),
        Plain::Missing.into(),
    ];
    let rows = vec![
        feature("A", 400_000.0, 1_230, ash),
        feature("B", 401_000.0, 40, birch),
        feature("C", 402_000.0, 3, nameless),
    ];
    let mut one = layer("mixed", Geometry::MultiPolygon, rows);
    one.fields.extend([
        Field::new("carers", "Carers", "people", "People with a carer."),
        Field::new("buses", "Buses a day", "", "How many stop."),
        Field::new("step_free", "Step-free", "", "Whether there is no step."),
    ]);
    one
}

pub(crate) async fn page_of(router: &Router, address: &str) -> Node {
    let answer = of(router, address, "text/html").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/html; charset=utf-8"),
        "{address}"
    );
    Node::read(answer.text())
}

pub(crate) async fn data_of(router: &Router, address: &str) -> serde_json::Value {
    let answer: Answer = of(router, address, "application/json").await;
    assert_eq!(answer.status, 200, "{address}");
    answer.json()
}

/// Resolves a link on a page as a browser does, and leaves out what stands after a hash.
fn resolved(address: &str, href: &str) -> String {
    let href = href.split('#').next().expect("a part");
    let path = address.split('?').next().expect("a path");
    if href.is_empty() || href.starts_with('?') {
        return format!("{path}{href}");
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    let (way, query) = href
        .split_once('?')
        .map_or((href, None), |(way, query)| (way, Some(query)));
    for part in way.split('/') {
        match part {
            "." => {}
            ".." => assert!(
                parts.len() > 1 && parts.pop().is_some(),
                "{href} on {address} leads out of the site"
            ),
            part => parts.push(part),
        }
    }
    let mut whole = parts.join("/");
    if way.ends_with('.') || way.ends_with("./") && !whole.ends_with('/') {
        whole.push('/');
    }
    query.map_or(whole.clone(), |query| format!("{whole}?{query}"))
}

/// Walks a site along the links of its pages, and returns every page with its address.
pub(crate) async fn every_page(router: &Router) -> Vec<(String, Node)> {
    let mut known = BTreeSet::from(["/".to_owned()]);
    let mut waiting = vec!["/".to_owned()];
    let mut pages = Vec::new();
    while let Some(address) = waiting.pop() {
        let answer = of(router, &address, "text/html,*/*;q=0.8").await;
        assert!(
            answer.status == 200 || address.starts_with("/map"),
            "{address}: {}",
            answer.status
        );
        if !answer.header("content-type").starts_with("text/html") || address.starts_with("/map") {
            continue;
        }
        let page = Node::read(answer.text());
        let hrefs = page
            .everything()
            .into_iter()
            .flat_map(|node| [node.get("href"), node.get("src")])
            .flatten();
        for href in hrefs.filter(|href| !href.starts_with("https://licence.example/")) {
            assert!(
                !href.contains(':') && !href.starts_with('/'),
                "{href} on {address}"
            );
            let to = resolved(&address, href);
            if known.insert(to.clone()) {
                waiting.push(to);
            }
        }
        pages.push((address, page));
    }
    pages
}

#[tokio::test]
async fn every_page_is_whole_and_in_order_and_every_link_leads_somewhere() {
    for router in [
        &*HOSTILE,
        &*MIXED,
        &catchment_server::router(Arc::new(crate::site::site())),
    ] {
        let pages = every_page(router).await;
        assert!(pages.len() >= 15, "{}", pages.len());
        for (address, page) in &pages {
            check(address, page);
        }
    }
}

/// Checks what holds for every page.
fn check(address: &str, page: &Node) {
    assert_eq!(page.only("html").get("lang"), Some("en-GB"), "{address}");
    assert!(
        page.only("title").text.contains("Wexmouth & <Sons>"),
        "{address}"
    );
    assert_eq!(
        (
            page.all("main").len(),
            page.all("h1").len(),
            page.all("footer").len()
        ),
        (1, 1, 1),
        "{address}"
    );
    let first = page.all("a")[0];
    assert_eq!(
        (first.get("class"), first.get("href")),
        (Some("skip"), Some("#main")),
        "{address}"
    );
    assert_eq!(page.only("main").get("id"), Some("main"));
    assert!(
        page.only("body")
            .text
            .contains("Everything here is invented."),
        "{address}: the notice"
    );
    assert_eq!(
        page.all("nav")
            .iter()
            .any(|nav| nav.get("aria-label") == Some("Breadcrumb")),
        address.split('?').next() != Some("/"),
        "{address}"
    );
    check_nodes(address, page);
    check_tables(address, page);
    for drawing in page.all("svg") {
        assert_eq!(drawing.get("role"), Some("img"));
        assert!(
            drawing
                .get("aria-label")
                .is_some_and(|text| !text.is_empty())
        );
    }
}

/// Nothing runs, headings come in order and every link has a name.
fn check_nodes(address: &str, page: &Node) {
    let mut level = 0;
    for node in page.everything() {
        assert!(
            !["script", "style", "iframe", "object", "form", "img", "base"]
                .contains(&node.name.as_str()),
            "{} on {address}",
            node.name
        );
        for (name, value) in node.attributes() {
            assert!(
                !name.starts_with("on") && name != "style",
                "{name} on {address}"
            );
            assert!(
                !value.trim_start().to_lowercase().starts_with("javascript:"),
                "{value}"
            );
        }
        if let Some(digit) = node
            .name
            .strip_prefix('h')
            .and_then(|rest| rest.parse::<u32>().ok())
        {
            assert!(
                digit <= level + 1 && !node.text.trim().is_empty(),
                "h{digit} after h{level} on {address}"
            );
            level = digit;
        }
        if node.name == "a" {
            assert!(
                !node.text.trim().is_empty() && node.get("href").is_some(),
                "a link without a name on {address}"
            );
        }
    }
}

/// Every table has a caption, and as many cells in a row as it has columns.
fn check_tables(address: &str, page: &Node) {
    for table in page.all("table") {
        assert!(!table.only("caption").text.is_empty(), "{address}");
        assert_eq!(table.children[0].name, "caption");
        let columns = table.only("thead").all("th");
        assert!(
            columns
                .iter()
                .all(|head| head.get("scope") == Some("col") && !head.text.is_empty()),
            "{address}"
        );
        for row in table.only("tbody").all("tr") {
            assert_eq!(row.children.len(), columns.len(), "{address}");
            assert!(
                row.all("th")
                    .iter()
                    .all(|head| head.get("scope") == Some("row")),
                "{address}"
            );
        }
    }
}

#[tokio::test]
async fn names_that_are_meant_badly_are_text_and_nothing_else() {
    for (address, page) in every_page(&HOSTILE).await {
        let answer = of(&HOSTILE, &address, "text/html").await;
        let text = answer.text();
        for bad in [
            "<script",
            "<img",
            "<!--",
            "<b>",
            "onerror=alert(1)>",
            "\" onmouseover",
        ] {
            assert!(!text.contains(bad), "{bad} on {address}");
        }
        let forbidden = |one: char| {
            one.is_control() && one != '\n'
                || ('\u{202a}'..='\u{202e}').contains(&one)
                || ('\u{2066}'..='\u{2069}').contains(&one)
        };
        assert!(!text.contains(forbidden), "{address}");
        drop(page);
    }
    let table = page_of(&HOSTILE, "/collections/hostile/items").await;
    let names: Vec<String> = table
        .only("tbody")
        .all("th")
        .iter()
        .map(|cell| cell.text.clone())
        .collect();
    let shown = |text: &str| -> String {
        text.chars()
            .map(|one| {
                if one.is_control() || ('\u{202a}'..='\u{2069}').contains(&one) {
                    '\u{fffd}'
                } else {
                    one
                }
            })
            .collect()
    };
    assert_eq!(names, EVIL.map(shown));
}

/// The address that a page links to as its next or previous one.
fn link<'a>(page: &'a Node, rel: &str) -> Option<&'a str> {
    let all = page.all("a");
    let found = all.into_iter().find(|link| link.get("rel") == Some(rel))?;
    found.get("href")
}

/// The address of every service, as a table links to it.
async fn every_address() -> Vec<String> {
    let all = ask("/collections/services/items").await.json();
    let features = all["features"].as_array().expect("features");
    let address = |feature: &serde_json::Value| {
        let id = feature["id"].as_str().expect("an id");
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        format!("items/{}", id.to_string().replace("%2D", "-"))
    };
    features.iter().map(address).collect()
}

#[tokio::test]
async fn paging_in_pages_loses_nothing_and_repeats_nothing() {
    for start in [
        "/collections/services/items?limit=3",
        "/collections/services/items?limit=4&bbox=-10,40,10,60&datetime=2023-01-01/..",
        "/collections/services/items?f=html&limit=1",
    ] {
        let path = start.split('?').next().expect("a path");
        let (mut address, mut seen, mut pages) = (start.to_owned(), Vec::new(), 0);
        loop {
            let html = if start.contains("f=html") {
                ""
            } else {
                "&f=html"
            };
            let page = Node::read(ask(&format!("{address}{html}")).await.text());
            let rows = page.only("tbody").all("th");
            let told = format!(
                "Showing {} to {} of 11.",
                seen.len() + 1,
                seen.len() + rows.len()
            );
            assert!(page.text.contains(&told), "{told}");
            seen.extend(
                rows.iter()
                    .map(|cell| cell.all("a")[0].get("href").expect("an address").to_owned()),
            );
            pages += 1;
            let Some(next) = link(&page, "next") else {
                break;
            };
            for kept in ["bbox=-10,40,10,60", "datetime=2023-01-01/..", "limit="] {
                assert_eq!(next.contains(kept), start.contains(kept), "{next}");
            }
            assert_eq!(link(&page, "prev").is_some(), pages > 1);
            address = format!(
                "{path}{}",
                next.replace("&f=html", "").replace("?f=html&", "?")
            );
            if start.contains("f=html") {
                address.push_str("&f=html");
            }
        }
        let wanted = every_address().await;
        assert_eq!(seen, wanted, "{start}");
        assert!(pages > 2);
    }
    let beyond = Node::read(
        ask("/collections/services/items?offset=50&f=html")
            .await
            .text(),
    );
    assert!(beyond.text.contains("the list ends after 11"));
    let nowhere = Node::read(
        ask("/collections/services/items?bbox=50,1,51,2&f=html")
            .await
            .text(),
    );
    assert!(nowhere.text.contains("There is nothing to show."));
}

#[tokio::test]
async fn long_tables_come_in_pieces_and_whole() {
    let feature = |index: u32| Feature {
        id: format!("{index}"),
        shape: Shape::Point(Point::new(400_000.0 + f64::from(index), 90_000.0)),
        n: Plain::Missing.into(),
        values: vec![format!("Place {index}").into(), Plain::Number(0.5).into()],
    };
    let router = router(layer(
        "many",
        Geometry::Point,
        (0..1_234).map(feature).collect(),
    ));
    let rows = async |query: &str| {
        page_of(&router, &format!("/collections/many/items{query}"))
            .await
            .only("tbody")
            .all("tr")
            .len()
    };
    assert_eq!(rows("").await, 100);
    assert_eq!(rows("?limit=50").await, 50);
    assert_eq!(rows("?limit=51").await, 51);
    assert_eq!(rows("?limit=10000").await, 1_234);
    assert_eq!(rows("?limit=100&offset=1200").await, 34);
    let page = page_of(&router, "/collections/many/items?offset=1200").await;
    assert!(page.text.contains("Showing 1,201 to 1,234 of 1,234."));
}

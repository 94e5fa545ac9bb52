//! The server as a process: it starts, answers and ends when it is asked to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::folder::{command, small_demo, text};

struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(folder: &str) -> Self {
        let mut child = command()
            .args(["serve", folder, "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| {
                Some(
                    line.trim()
                        .strip_prefix("http://")?
                        .split('/')
                        .next()?
                        .to_owned(),
                )
            })
            .unwrap();
        Self { child, address }
    }

    /// Asks for a path and returns status line, headers and body as one text.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_serves_every_layer_and_ends_when_asked() {
    let demo = small_demo();
    let mut server = Running::start(text(demo.path()));
    assert!(server.get("/health").starts_with("HTTP/1.0 200"));
    let collections = server.get("/collections");
    for layer in [
        "providers",
        "average_journeys",
        "coverage",
        "gaps",
        "deprivation_wards",
    ] {
        assert!(
            collections.contains(&format!("\"id\":\"{layer}\"")),
            "{layer} is not served"
        );
        let items = server.get(&format!("/collections/{layer}/items?limit=3"));
        assert!(
            items.starts_with("HTTP/1.0 200") && items.contains("\"numberReturned\":3"),
            "{layer}: {items}"
        );
    }
    assert!(
        server
            .get("/collections/homes/items")
            .starts_with("HTTP/1.0 404")
    );
    let ended = std::process::Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status()
        .unwrap();
    assert!(ended.success());
    assert!(
        server.child.wait().unwrap().success(),
        "it did not end in good order"
    );
}

#[test]
fn features_with_figures_come_first_so_that_clients_see_numbers() {
    let demo = small_demo();
    let server = Running::start(text(demo.path()));
    let answer = server.get("/collections/average_journeys/items?limit=10");
    let body = &answer[answer.find("\r\n\r\n").unwrap()..];
    let body = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
    let collection: serde_json::Value = serde_json::from_str(body).unwrap();
    let features = collection["features"].as_array().unwrap();
    assert!(
        features
            .iter()
            .any(|feature| feature["properties"]["mean_km"].is_number()),
        "{collection}"
    );
    let first_hidden = features
        .iter()
        .position(|feature| feature["properties"]["suppressed"] == true);
    let last_shown = features
        .iter()
        .rposition(|feature| feature["properties"]["suppressed"] == false);
    assert!(
        first_hidden
            .zip(last_shown)
            .is_none_or(|(hidden, shown)| shown < hidden),
        "hidden features stand before shown ones"
    );
}

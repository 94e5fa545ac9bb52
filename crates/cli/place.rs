//! Where a place is that somebody named on the command line.
//!
//! A place is a site's or an asset's id or name, a postcode of the study, or a pair of coordinates. What it was taken for is kept, so that
//! the answer can say it. Between two readings nothing is decided: both are shown, and a word before a colon says which is meant. People's
//! homes are not looked at: nobody can be found here by a reference.

use std::fmt;

use anyhow::{anyhow, bail};
use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::study::Study;
use catchment_travel::PreparedNetwork;

/// How the help of a verb explains its PLACE arguments.
pub(crate) const HELP: &str = "\
A PLACE is a site's or an asset's id or name (\"S01\", \"Central Library\"), a postcode of the study
(\"NP20 4AA\"), a position in degrees as maps give it, latitude first (\"51.5842,-2.9977\"), or
easting and northing in metres on the study's grid (\"331000,187000\"). Where a text could be two of
these, say which: \"site:...\", \"asset:...\", \"postcode:...\", \"latlon:...\", \"lonlat:...\",
\"grid:...\".";

/// How far outside what the study knows a position may lie before it is not taken for one; metres.
const SURROUNDINGS: f64 = 50_000.0;

/// How many names are suggested, and how many of several that fit are listed.
const LISTED: usize = 5;

/// How alike a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.75;

/// A place that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// Where it is, in metres on the study's grid.
    pub(crate) point: GridPoint,
    /// What the text was taken for, such as `site Central Library (S01)`.
    pub(crate) taken_for: String,
    /// The name of the site or the asset that it is.
    pub(crate) name: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.taken_for)
    }
}

/// Finds the place that a text names.
///
/// # Errors
/// Says what is wrong: a name or a postcode that the study does not have, with the nearest that it has; a text that can be read in two
/// ways, with both; a position that is nowhere near the study.
pub(crate) fn find(study: &Study, text: &str) -> anyhow::Result<Place> {
    let text = text.trim();
    if text.is_empty() {
        bail!("no place was given. {HELP}");
    }
    if let Some((kind, rest)) = text.split_once(':')
        && let Some(found) = of_kind(study, kind.trim(), rest.trim())
    {
        return found;
    }
    let mut found = named(&sites(study), text);
    if found.is_empty() {
        found = named(&assets(study), text);
    }
    found.extend(by_postcode(study, text).and_then(Result::ok));
    if let Some(pair) = pair(text) {
        found.extend(positions(study, pair));
    }
    match found.len() {
        1 => found.pop().ok_or_else(|| unknown(study, text)),
        0 => Err(unknown(study, text)),
        _ => Err(several(text, &found)),
    }
}

/// Finds a place of the kind that a word before a colon says; nothing where it is no such word.
fn of_kind(study: &Study, kind: &str, text: &str) -> Option<anyhow::Result<Place>> {
    let entries = match kind {
        "site" => sites(study),
        "asset" => assets(study),
        "postcode" => {
            let not = || anyhow!("\"{text}\" is not a postcode; one looks like NP20 4AA");
            return Some(by_postcode(study, text).unwrap_or_else(|| Err(not())));
        }
        "grid" | "latlon" | "lonlat" => return Some(in_order(study, kind, text)),
        _ => return None,
    };
    let mut found = named(&entries, text);
    Some(match found.len() {
        1 => found.pop().ok_or_else(|| unknown(study, text)),
        0 => Err(anyhow!(
            "the study has no {kind} \"{text}\"{}",
            alike(&entries, text)
        )),
        _ => Err(several(text, &found)),
    })
}

/// Something of the study that has an id and a name.
struct Entry<'a> {
    kind: &'static str,
    key: &'a str,
    name: &'a str,
    point: GridPoint,
}

impl Entry<'_> {
    fn place(&self) -> Place {
        let Self {
            kind, key, name, ..
        } = self;
        let taken_for = if name.is_empty() {
            format!("{kind} {key}")
        } else {
            format!("{kind} {name} ({key})")
        };
        Place {
            point: self.point,
            taken_for,
            name: Some((*name).to_owned()).filter(|name| !name.is_empty()),
        }
    }
}

fn sites(study: &Study) -> Vec<Entry<'_>> {
    let sites = study.parts().sites.rows().iter();
    let entry = sites.map(|site| Entry {
        kind: "site",
        key: &site.key,
        name: &site.name,
        point: site.point,
    });
    entry.collect()
}

fn assets(study: &Study) -> Vec<Entry<'_>> {
    let assets = study.parts().assets.rows().iter();
    let entry = assets.map(|asset| Entry {
        kind: "asset",
        key: &asset.key,
        name: &asset.name,
        point: asset.point,
    });
    entry.collect()
}

/// Writes a name without what does not count: case, spaces, punctuation.
fn loosely(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Lists what has an id, or else a name, or else a name but for case, spaces and punctuation. One place under several entries is one.
fn named(entries: &[Entry<'_>], text: &str) -> Vec<Place> {
    let loose = loosely(text);
    let ways: [&dyn Fn(&Entry<'_>) -> bool; 4] = [
        &|entry| entry.key == text,
        &|entry| entry.name == text,
        &|entry| entry.key.eq_ignore_ascii_case(text),
        &|entry| !loose.is_empty() && loosely(entry.name) == loose,
    ];
    for fits in ways {
        let found: Vec<Place> = entries
            .iter()
            .filter(|entry| fits(entry))
            .map(Entry::place)
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Finds a postcode; nothing where the text has not the shape of one.
fn by_postcode(study: &Study, text: &str) -> Option<anyhow::Result<Place>> {
    let code = catchment_import::postcode(text)?;
    let postcodes = study.parts().postcodes.rows();
    let found = postcodes.iter().find(|postcode| postcode.code == code);
    Some(
        found
            .map(|postcode| Place {
                point: postcode.point,
                taken_for: format!("postcode {code}"),
                name: None,
            })
            .ok_or_else(|| no_postcode(study, &code)),
    )
}

fn no_postcode(study: &Study, code: &str) -> anyhow::Error {
    let rows = study.parts().postcodes.rows();
    if rows.is_empty() {
        return anyhow!("the study has no postcodes, so {code} cannot be placed; give a position");
    }
    let alike = |other: &str| {
        let same = code.bytes().zip(other.bytes());
        same.take_while(|(one, other)| one == other).count()
    };
    let mut near: Vec<(usize, &str)> = rows
        .iter()
        .map(|postcode| (alike(&postcode.code), postcode.code.as_str()))
        .filter(|(same, _)| *same >= 2)
        .collect();
    near.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let near: Vec<&str> = near.iter().take(LISTED).map(|(_, code)| *code).collect();
    let like = if near.is_empty() {
        String::new()
    } else {
        format!("; it has {}", near.join(", "))
    };
    anyhow!("the postcode {code} is not among those in use in or near the study's areas{like}")
}

/// A number of a pair, and how many digits stand after its point.
#[derive(Clone, Copy)]
struct Coordinate {
    value: f64,
    decimals: usize,
}

/// Reads two numbers, with a comma, a semicolon or a space between them.
fn pair(text: &str) -> Option<[Coordinate; 2]> {
    let parts = text.split([',', ';', ' ', '\t']);
    let mut parts = parts.map(str::trim).filter(|part| !part.is_empty());
    let both = [parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let [Some(first), Some(second)] = both.map(coordinate) else {
        return None;
    };
    Some([first, second])
}

fn coordinate(text: &str) -> Option<Coordinate> {
    let text = text.strip_suffix('°').unwrap_or(text).replace('−', "-");
    let plain = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+');
    if !text.chars().all(plain) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
    let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
    Some(Coordinate { value, decimals })
}

/// Lists what a pair of numbers can be near the study.
fn positions(study: &Study, pair: [Coordinate; 2]) -> Vec<Place> {
    let near = Surroundings::of(study);
    let readings = ["latlon", "lonlat", "grid"].map(|kind| {
        let place = reading(study, kind, pair.map(|number| number.value)).ok()?;
        near.has(place.point).then_some(place)
    });
    let [lat_lon, lon_lat, metres] = readings;
    // On a grid that begins amid the study every position in degrees is also one in metres, next to where the grid begins. Nobody
    // gives metres there to a thousandth, and every map gives degrees so finely.
    let fine = pair.iter().all(|number| number.decimals >= 3);
    let degrees = lat_lon.is_some() || lon_lat.is_some();
    let metres = metres.filter(|_| !(fine && degrees && is_local(study)));
    [lat_lon, lon_lat, metres].into_iter().flatten().collect()
}

fn is_local(study: &Study) -> bool {
    matches!(study.about().grid, Grid::Local { .. })
}

/// Reads a pair of numbers in the order that a word says, wherever it lies on the study's grid.
fn in_order(study: &Study, kind: &str, text: &str) -> anyhow::Result<Place> {
    let pair = pair(text)
        .ok_or_else(|| anyhow!("\"{text}\" is not two numbers, such as 51.5842,-2.9977"))?;
    let place = reading(study, kind, pair.map(|number| number.value))?;
    if Surroundings::of(study).has(place.point) {
        Ok(place)
    } else {
        Err(anyhow!("{place} is more than 50 km outside the study"))
    }
}

fn reading(study: &Study, kind: &str, [one, other]: [f64; 2]) -> anyhow::Result<Place> {
    let degrees = |lat: f64, lon: f64| {
        let point = study.about().grid.to_grid(LonLat { lon, lat });
        let taken_for = format!("latitude {lat}, longitude {lon}");
        point
            .map(|point| Place {
                point,
                taken_for: taken_for.clone(),
                name: None,
            })
            .map_err(|error| anyhow!("{taken_for}: {error}"))
    };
    match kind {
        "latlon" => degrees(one, other),
        "lonlat" => degrees(other, one),
        _ => Ok(Place {
            point: GridPoint { x: one, y: other },
            taken_for: format!("easting {one}, northing {other}"),
            name: None,
        }),
    }
}

/// A frame around everything that the study knows a place of, and somewhat more.
struct Surroundings {
    min: [f64; 2],
    max: [f64; 2],
}

impl Surroundings {
    fn of(study: &Study) -> Self {
        let mut frame = Self {
            min: [f64::INFINITY; 2],
            max: [f64::NEG_INFINITY; 2],
        };
        let parts = study.parts();
        for area in parts.areas.rows() {
            for polygon in &area.outline {
                polygon
                    .exterior()
                    .coords()
                    .for_each(|at| frame.add([at.x, at.y]));
            }
        }
        let sites = parts.sites.rows().iter().map(|site| site.point);
        let postcodes = parts.postcodes.rows().iter().map(|postcode| postcode.point);
        sites
            .chain(postcodes)
            .for_each(|point| frame.add([point.x, point.y]));
        let streets = study.prepared().and_then(PreparedNetwork::extent);
        streets.into_iter().flatten().for_each(|at| frame.add(at));
        frame
    }

    fn add(&mut self, point: [f64; 2]) {
        for (axis, value) in point.into_iter().enumerate() {
            self.min[axis] = self.min[axis].min(value);
            self.max[axis] = self.max[axis].max(value);
        }
    }

    /// Says whether a position lies in the frame or near it. A study that knows no place at all has no surroundings.
    fn has(&self, point: GridPoint) -> bool {
        [point.x, point.y].iter().enumerate().all(|(axis, value)| {
            (self.min[axis] - SURROUNDINGS..=self.max[axis] + SURROUNDINGS).contains(value)
        })
    }
}

fn several(text: &str, found: &[Place]) -> anyhow::Error {
    let listed = found.iter().take(LISTED).map(|place| {
        let GridPoint { x, y } = place.point;
        format!("\n  {place}, at {x:.0},{y:.0}")
    });
    let listed: String = listed.collect();
    let more = found.len().saturating_sub(LISTED);
    let more = if more == 0 {
        String::new()
    } else {
        format!("\n  and {more} more")
    };
    anyhow!(
        "\"{text}\" can be {} places:{listed}{more}\nGive the id, or say which is meant: site:, asset:, postcode:, latlon:, lonlat: or grid: before it",
        found.len()
    )
}

/// Says why a text names no place.
fn unknown(study: &Study, text: &str) -> anyhow::Error {
    if let Some(pair) = pair(text) {
        return nowhere(study, text, pair.map(|number| number.value));
    }
    if let Some(Err(error)) = by_postcode(study, text) {
        return error;
    }
    let entries: Vec<Entry<'_>> = sites(study).into_iter().chain(assets(study)).collect();
    anyhow!(
        "\"{text}\" is no site, asset or postcode of the study{}",
        alike(&entries, text)
    )
}

fn nowhere(study: &Study, text: &str, [one, other]: [f64; 2]) -> anyhow::Error {
    let exchanged = GridPoint { x: other, y: one };
    if Surroundings::of(study).has(exchanged) {
        return anyhow!(
            "\"{text}\" is nowhere near the study, and near it with the two exchanged: easting comes first, as in {other},{one}"
        );
    }
    anyhow!(
        "\"{text}\" is more than 50 km outside the study, whether it is read as latitude and longitude in degrees or as easting and northing on its grid ({})",
        study.about().grid.name()
    )
}

/// Lists the names most like one that is not there.
fn alike(entries: &[Entry<'_>], text: &str) -> String {
    let folded = text.to_lowercase();
    let mut near: Vec<(f64, &Entry<'_>)> = entries
        .iter()
        .map(|entry| {
            let like = |word: &str| strsim::jaro_winkler(&folded, &word.to_lowercase());
            // A word of a long name is often all that is remembered of it.
            let words = entry.name.split_whitespace().filter(|word| word.len() > 3);
            let by_word = words.map(|word| like(word) * 0.95).fold(0.0, f64::max);
            (like(entry.name).max(like(entry.key)).max(by_word), entry)
        })
        .filter(|(likeness, _)| *likeness > ALIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    if near.is_empty() {
        return format!(". {HELP}");
    }
    let names = near.iter().take(LISTED);
    let names: Vec<String> = names.map(|(_, entry)| entry.place().taken_for).collect();
    format!("; is it {}?", names.join(", or "))
}

#[cfg(test)]
mod tests;

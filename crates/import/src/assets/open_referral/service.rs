//! One service of a feed: its locations as assets.

use catchment_core::grid::{GridPoint, LonLat};
use catchment_core::issue::Severity;
use catchment_core::place::{Asset, AssetSource, GeocodeGrade};
use serde_json::{Map, Value};

use super::Feed;
use crate::assets::{Around, names};
use crate::directory::words::is_shared_lives;
use crate::places::Agreement;
use crate::text;

/// The fields of a service that are looked at.
pub(super) const FIELDS: [&str; 6] = [
    "id",
    "name",
    "status",
    "organization",
    "service_at_locations",
    "attributes",
];

/// What a service without a term is: nothing is made up.
const NOT_STATED: &str = "not stated";

/// What to do about coordinates.
const DEGREES: &str = "write degrees, such as 50.7208 and -1.8795";
const ASK: &str = "ask the publisher of the feed to correct them";

/// Where a location is and how finely.
struct Placed {
    point: GridPoint,
    grade: GeocodeGrade,
    postcode: Option<String>,
}

impl Feed<'_> {
    /// Reads a service. Nothing where it is rejected, which has been said.
    pub(super) fn service(&mut self, service: &Value) -> Option<()> {
        let Some(fields) = service.as_object() else {
            return self.reject(
                "service",
                "is not an object",
                "every entry of the list is one service",
            );
        };
        let Some(id) = text_of(fields.get("id")) else {
            return self.reject("id", "is missing or no text", "every service has an id");
        };
        let Some(written) = text_of(fields.get("name")) else {
            return self.reject("name", "is missing or no text", "every service has a name");
        };
        if names::is_odd(written) {
            self.note(
                Severity::Repaired,
                "name",
                "held control characters or was too long, and was shortened to what can be read",
                "ask the publisher of the feed",
            );
        }
        if !self.is_active(fields)? {
            self.told.inactive += 1;
            return Some(());
        }
        let places = match fields.get("service_at_locations") {
            None | Some(Value::Null) => &[],
            Some(Value::Array(places)) => places.as_slice(),
            Some(_) => {
                return self.reject(
                    "service_at_locations",
                    "is no list",
                    "a list of objects, each with a location",
                );
            }
        };
        if places.is_empty() {
            self.told.without_location += 1;
            return Some(());
        }
        if self.is_home(service) {
            self.told.homes += places.len() as u64;
            return Some(());
        }
        let name = names::plain(written);
        let mut sound = false;
        for place in places {
            sound |= self
                .location(names::plain(id), &name, service, place)
                .is_some();
        }
        sound.then_some(())
    }

    /// Says whether a service or a location is a carer's own home by its name, that of its organisation, or its terms.
    ///
    /// A scheme's own office is left out with its carers' homes: a feed does not tell them apart.
    fn is_home(&self, one: &Value) -> bool {
        let organisation = one.get("organization").and_then(|by| by.get("name"));
        let named = [text_of(one.get("name")), text_of(organisation)];
        let homes = self.around.homes;
        named
            .into_iter()
            .flatten()
            .any(|name| is_shared_lives(name) || homes.are_called(name))
            || terms(one).any(is_shared_lives)
            || self.kind.is_some_and(is_shared_lives)
    }

    /// Says whether a service is active; one that says nothing is. Nothing where its status cannot be read, which has been said.
    fn is_active(&mut self, fields: &Map<String, Value>) -> Option<bool> {
        match fields.get("status") {
            None | Some(Value::Null) => Some(true),
            Some(Value::String(status)) => Some(status.trim().eq_ignore_ascii_case("active")),
            Some(_) => self.reject(
                "status",
                "is no text",
                "one of active, inactive, defunct, temporarily closed",
            ),
        }
    }

    /// Reads one place at which a service is given. Nothing where it is wrong, which has been said.
    fn location(
        &mut self,
        service_id: String,
        name: &str,
        service: &Value,
        place: &Value,
    ) -> Option<()> {
        let location = match place.get("location") {
            Some(location @ Value::Object(_)) => location,
            Some(Value::Null) | None if place.is_object() => {
                self.told.unplaced += 1;
                return Some(());
            }
            _ => {
                return self.reject(
                    "location",
                    "is no object",
                    "a location has an id, a latitude and a longitude",
                );
            }
        };
        let physical = match text_of(location.get("location_type")) {
            Some(kind) => kind.trim().eq_ignore_ascii_case("physical"),
            None => true,
        };
        if !physical {
            self.told.not_physical += 1;
            return Some(());
        }
        if self.is_home(location) {
            self.told.homes += 1;
            return Some(());
        }
        let Some(placed) = self.placed(location)? else {
            self.told.unplaced += 1;
            return Some(());
        };
        let Around { homes, places, .. } = self.around;
        if homes.hold(placed.point, placed.grade, places) {
            self.told.homes += 1;
            return Some(());
        }
        self.keep(service_id, name, service, location, placed);
        Some(())
    }

    /// Keeps a location as an asset, but for one that has given an asset of its kind.
    fn keep(
        &mut self,
        service_id: String,
        name: &str,
        service: &Value,
        location: &Value,
        placed: Placed,
    ) {
        let kind = self.kind(service, location);
        let own = text_of(location.get("id")).map(names::plain);
        let key = own.filter(|id| !id.is_empty()).unwrap_or(service_id);
        if !self.seen.insert((key.clone(), kind.clone())) {
            self.told.again += 1;
            return;
        }
        let of_place = text_of(location.get("name")).map(names::plain);
        self.push(Asset {
            key,
            name: of_place
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| name.to_owned()),
            kind,
            postcode: placed.postcode,
            point: placed.point,
            grade: placed.grade,
            // Access is free text in a feed, which is not guessed at.
            step_free: None,
            source: AssetSource::OpenReferral,
        });
    }

    /// Puts a location on the map. Outside nothing: its coordinates are wrong and that was said; inside nothing: it has none.
    #[expect(
        clippy::option_option,
        reason = "nothing outside: the location is rejected; nothing inside: it has no place"
    )]
    fn placed(&mut self, location: &Value) -> Option<Option<Placed>> {
        let postcode = postcode(location);
        let by_postcode = || {
            let code = postcode.clone()?;
            let (point, grade) = self.around.places.postcode(&code)?;
            Some(Placed {
                point,
                grade,
                postcode: Some(code),
            })
        };
        let (lat, lon) = match degrees(location) {
            Ok((None, None)) => return Some(by_postcode()),
            Ok((Some(lat), Some(lon))) if lat != 0.0 || lon != 0.0 => (lat, lon),
            Ok((Some(_), Some(_))) => {
                let found = by_postcode();
                self.note(Severity::Repaired, "latitude", "latitude and longitude are both 0, which is no place: they were taken as not given", "ask the publisher of the feed");
                return Some(found);
            }
            Ok(_) => {
                let message = "only one of latitude and longitude is given";
                return self.reject("latitude", message, "give both");
            }
            Err(()) => {
                let message = "latitude or longitude is no number";
                return self.reject("latitude", message, DEGREES);
            }
        };
        let point = self.position(lat, lon)?;
        if let Some(postcode) = &postcode {
            self.agreed(point, postcode)?;
        }
        Some(Some(Placed {
            point,
            grade: GeocodeGrade::Coordinates,
            postcode,
        }))
    }

    /// Says where coordinates and postcode are of two places. Nothing where neither can be believed.
    fn agreed(&mut self, point: GridPoint, postcode: &str) -> Option<()> {
        let agreement = self.around.places.agreement(point, postcode);
        let Some((message, hint)) = agreement.saying() else {
            return Some(());
        };
        if matches!(agreement, Agreement::Contradiction(_)) {
            return self.reject("postal_code", &message, hint);
        }
        self.note(Severity::Repaired, "postal_code", &message, hint);
        Some(())
    }

    /// Turns degrees into metres on the grid. Where they fit nowhere and the two exchanged do, they are exchanged, and that is said.
    fn position(&mut self, lat: f64, lon: f64) -> Option<GridPoint> {
        let grid = self.around.grid;
        let straight = grid.to_grid(LonLat { lon, lat });
        let swapped = grid.to_grid(LonLat { lon: lat, lat: lon }).ok();
        let near = |point: &GridPoint| self.around.places.is_near(*point);
        match (straight, swapped) {
            (Ok(point), _) if near(&point) => Some(point),
            (_, Some(point)) if near(&point) => {
                let message = "latitude and longitude look swapped: they lie far from every area, and near one if they are exchanged, which was done";
                self.note(Severity::Repaired, "latitude", message, ASK);
                Some(point)
            }
            (Ok(point), _) => Some(point),
            (Err(_), _) => {
                let message = "latitude and longitude are no place on the study's grid";
                self.reject("latitude", message, DEGREES)
            }
        }
    }

    /// Says what a place is: by the first term of the service or the location that names a kind which is known, else what the study file
    /// says, else by the first term as it is written.
    fn kind(&mut self, service: &Value, location: &Value) -> String {
        let terms: Vec<&str> = [service, location].into_iter().flat_map(terms).collect();
        if let Some(known) = terms.iter().find_map(|term| names::known_kind(term)) {
            return known.to_owned();
        }
        let written = self.kind.or(terms.first().copied()).map(names::kind);
        written.filter(|kind| !kind.is_empty()).unwrap_or_else(|| {
            self.told.without_kind += 1;
            NOT_STATED.to_owned()
        })
    }

    fn reject<T>(&mut self, field: &str, message: &str, hint: &str) -> Option<T> {
        self.note(Severity::RowRejected, field, message, hint);
        None
    }
}

/// Reads latitude and longitude, each of which may be missing; a fault where one is there and no number.
fn degrees(location: &Value) -> Result<(Option<f64>, Option<f64>), ()> {
    let given = |field: &str| match location.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => number.as_f64().map(Some).ok_or(()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => text::number(text).map(Some).ok_or(()),
        Some(_) => Err(()),
    };
    Ok((given("latitude")?, given("longitude")?))
}

fn text_of(value: Option<&Value>) -> Option<&str> {
    value
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// The names of the taxonomy terms of a service or a location.
fn terms(value: &Value) -> impl Iterator<Item = &str> {
    list(value, "attributes").filter_map(|attribute| {
        let term = attribute.get("taxonomy_term")?;
        text_of(term.get("name")).or_else(|| text_of(term.get("term")))
    })
}

/// The first postcode of a location's physical addresses, in the usual spacing.
fn postcode(location: &Value) -> Option<String> {
    list(location, "addresses")
        .filter(|address| {
            text_of(address.get("address_type"))
                .is_none_or(|kind| kind.eq_ignore_ascii_case("physical"))
        })
        .find_map(|address| text::postcode(text_of(address.get("postal_code"))?))
}

//! Reads `GeoJSON`, feature by feature as it streams by.
//!
//! Both RFC 7946 and the older drafts with a `crs` member. Positions go straight into coordinates; no tree of the whole document is ever
//! built. The parser's own limit on depth (128) holds for everything that nests.

use std::fmt;
use std::io::BufRead;

use geo::Coord;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::crs::{Claim, Crs};
use super::{Layer, Names, RawFeature, Shape, Trouble, Value, trouble};

/// Reads a collection of features.
pub(super) fn read(mut source: impl BufRead) -> Result<Layer, Trouble> {
    let start = source
        .fill_buf()
        .map_err(|error| trouble(format!("cannot be read: {error}"), "check the disk"))?;
    if start.starts_with(b"\xef\xbb\xbf") {
        source.consume(3);
    }
    let mut layer = Layer::default();
    let mut json = serde_json::Deserializer::from_reader(source);
    let read = Document(&mut layer)
        .deserialize(&mut json)
        .and_then(|kind| json.end().map(|()| kind));
    match read {
        Ok(Some(kind)) if kind == "FeatureCollection" => Ok(layer),
        Ok(_) => Err(trouble(
            "is not a GeoJSON FeatureCollection",
            "export the whole layer as a GeoJSON FeatureCollection",
        )),
        Err(error) if error.is_io() => Err(trouble(
            format!("cannot be read: {error}"),
            "save it as UTF-8",
        )),
        Err(error) => Err(trouble(
            format!("is not GeoJSON: {error}"),
            "export it again",
        )),
    }
}

macro_rules! expecting {
    ($what:literal) => {
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str($what)
        }
    };
}

/// The outermost object; returns its type.
struct Document<'a>(&'a mut Layer);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Option<String>;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Option<String>;
    expecting!("a GeoJSON object");
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kind = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => kind = Some(map.next_value::<String>()?),
                "crs" => self.0.claim = claim(&map.next_value::<serde_json::Value>()?),
                "features" => map.next_value_seed(FeatureList(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(kind)
    }
}

/// Reads the `crs` member of the drafts before RFC 7946; GDAL and Esri still write it.
fn claim(member: &serde_json::Value) -> Claim {
    let said = member
        .pointer("/properties/name")
        .or_else(|| member.pointer("/properties/code"))
        .or_else(|| member.pointer("/properties/href"));
    let text = match said {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Number(number)) => number.to_string(),
        _ if member.is_null() => return Claim::Silent,
        _ => "a `crs` member without a name".to_owned(),
    };
    let crs = Crs::from_code(&text);
    Claim::Says { text, crs }
}

struct FeatureList<'a>(&'a mut Layer);

impl<'de> DeserializeSeed<'de> for FeatureList<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for FeatureList<'_> {
    type Value = ();
    expecting!("a list of features");
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut number = 1;
        while let Some((properties, shape)) =
            list.next_element_seed(OneFeature(&mut self.0.names))?
        {
            self.0.features.push(RawFeature {
                number,
                properties,
                shape,
            });
            number += 1;
        }
        Ok(())
    }
}

struct OneFeature<'a>(&'a mut Names);

type Parts = (Vec<(u32, Value)>, Result<Shape, String>);

impl<'de> DeserializeSeed<'de> for OneFeature<'_> {
    type Value = Parts;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Parts, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneFeature<'_> {
    type Value = Parts;
    expecting!("a feature");
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts, A::Error> {
        let mut properties = Vec::new();
        let mut shape = Ok(Shape::default());
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "properties" => properties = map.next_value_seed(Properties(self.0))?,
                "geometry" => {
                    shape = map.next_value::<Option<Object>>()?.map_or_else(
                        || Ok(Shape::default()),
                        |object| {
                            let mut shape = Shape::default();
                            object.add_to(&mut shape).map(|()| shape)
                        },
                    );
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok((properties, shape))
    }
}

struct Properties<'a>(&'a mut Names);

impl<'de> DeserializeSeed<'de> for Properties<'_> {
    type Value = Vec<(u32, Value)>;
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = Vec<(u32, Value)>;
    expecting!("properties or null");
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = match map.next_value::<serde_json::Value>()? {
                serde_json::Value::String(text) => Value::Text(text),
                serde_json::Value::Bool(truth) => Value::Truth(truth),
                serde_json::Value::Number(number) => number
                    .as_i64()
                    .map(Value::Whole)
                    .or_else(|| number.as_f64().map(Value::Number))
                    .unwrap_or(Value::Empty),
                _ => Value::Empty,
            };
            found.push((self.0.place(&name), value));
        }
        // Of a name that stands twice the last counts, as in every other reader of JSON.
        found.reverse();
        found.sort_by_key(|(place, _)| *place);
        found.dedup_by_key(|(place, _)| *place);
        Ok(found)
    }
}

/// A geometry object before its type is known: `coordinates` may stand before `type`.
#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: Option<String>,
    coordinates: Option<Nest>,
    geometries: Option<Vec<Object>>,
}

impl Object {
    fn add_to(&self, shape: &mut Shape) -> Result<(), String> {
        let coordinates = self.coordinates.as_ref().unwrap_or(&Nest::Other);
        match self.kind.as_deref() {
            Some("Polygon") => shape.polygons.push(coordinates.rings()?),
            Some("MultiPolygon") => {
                for polygon in coordinates.list()? {
                    shape.polygons.push(polygon.rings()?);
                }
            }
            Some("Point") => match coordinates {
                Nest::Position(point) => shape.points.push(*point),
                // An empty point.
                Nest::List(list) if list.is_empty() => {}
                _ => return Err(NO_POSITION.to_owned()),
            },
            Some("MultiPoint") => shape.points.extend(coordinates.ring()?),
            Some("LineString" | "MultiLineString") => shape.lines = true,
            Some("GeometryCollection") => {
                for object in self.geometries.iter().flatten() {
                    object.add_to(shape)?;
                }
            }
            _ => return Err("has a geometry of no known type".to_owned()),
        }
        Ok(())
    }
}

const NO_POSITION: &str = "has a position without two numbers";

/// Coordinates, however deep they are nested.
enum Nest {
    Number,
    Position(Coord<f64>),
    List(Vec<Nest>),
    Other,
}

impl Nest {
    fn list(&self) -> Result<&[Self], String> {
        match self {
            Self::List(list) => Ok(list),
            _ => Err("has coordinates that do not fit its type".to_owned()),
        }
    }

    fn ring(&self) -> Result<Vec<Coord<f64>>, String> {
        self.list()?
            .iter()
            .map(|position| match position {
                Self::Position(position) => Ok(*position),
                _ => Err(NO_POSITION.to_owned()),
            })
            .collect()
    }

    fn rings(&self) -> Result<Vec<Vec<Coord<f64>>>, String> {
        self.list()?.iter().map(Self::ring).collect()
    }
}

impl<'de> Deserialize<'de> for Nest {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(NestVisitor).map(|read| match read {
            Read::Number(_) => Self::Number,
            Read::Nest(nest) => nest,
        })
    }
}

/// A nest or a bare number, which is part of a position.
enum Read {
    Number(f64),
    Nest(Nest),
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(NestVisitor)
    }
}

struct NestVisitor;

impl<'de> Visitor<'de> for NestVisitor {
    type Value = Read;
    expecting!("coordinates");
    fn visit_f64<E>(self, number: f64) -> Result<Read, E> {
        Ok(Read::Number(number))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Read, E> {
        Ok(Read::Number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Read, E> {
        Ok(Read::Number(number as f64))
    }
    fn visit_unit<E>(self) -> Result<Read, E> {
        Ok(Read::Nest(Nest::Other))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Read, E> {
        Ok(Read::Nest(Nest::Other))
    }
    fn visit_str<E>(self, _: &str) -> Result<Read, E> {
        Ok(Read::Nest(Nest::Other))
    }
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Read, A::Error> {
        Err(A::Error::custom("an object among coordinates"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Read, A::Error> {
        let first = match list.next_element::<Read>()? {
            None => return Ok(Read::Nest(Nest::List(Vec::new()))),
            Some(Read::Number(x)) => {
                let second = list.next_element::<Read>()?;
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Read::Nest(match second {
                    Some(Read::Number(y)) => Nest::Position(Coord { x, y }),
                    _ => Nest::Other,
                }));
            }
            Some(Read::Nest(first)) => first,
        };
        let mut nests = vec![first];
        while let Some(nest) = list.next_element::<Nest>()? {
            nests.push(nest);
        }
        Ok(Read::Nest(Nest::List(nests)))
    }
}

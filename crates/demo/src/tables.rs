//! The tables and maps as text: CSV and `GeoJSON` in the columns that the study's file names. It draws nothing.

use std::fmt::Write as _;

use crate::DemoError;
use crate::areas::Division;
use crate::diary::{Card, Session, WEEK};
use crate::geometry::{Point, area, inside};
use crate::people::{Delivery, Home, Person};
use crate::place::lon_lat;
use crate::residents::{BANDS, Postcode, Residents};
use crate::services::Service;
use crate::supply;

/// A field of a CSV row, quoted where it must be.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

/// Writes a row.
pub(crate) fn row(out: &mut String, fields: &[String]) {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    out.push_str(&fields.join(","));
    out.push('\n');
}

fn pounds(pence: u32) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

fn yes_no(value: Option<bool>) -> String {
    value.map_or(String::new(), |yes| {
        if yes { "yes" } else { "no" }.to_string()
    })
}

/// The columns of the directory.
const PROVIDERS: [&str; 31] = [
    "service_id",
    "service_name",
    "operator",
    "operator_group",
    "category",
    "status",
    "opened",
    "closed",
    "delivery_mode",
    "carers_home",
    "site_id",
    "site_name",
    "postcode",
    "easting",
    "northing",
    "step_free",
    "hourly_rate",
    "support_ratio",
    "charge",
    "serves",
    "ages",
    "gender",
    "wheelchair",
    "places",
    "wheelchair_places",
    "hours_per_week",
    "days",
    "start",
    "end",
    "service_area",
    "last_checked",
];

/// Writes a row of the directory from what stands in each of its columns.
pub(crate) fn provider(out: &mut String, cell: impl Fn(&str) -> String) {
    row(out, &PROVIDERS.map(cell));
}

/// The services, one row each. Points are grid metres.
pub(crate) fn providers(services: &[Service], group: impl Fn(&Service) -> String) -> String {
    let mut out = PROVIDERS.join(",") + "\n";
    for service in services {
        provider(&mut out, |column| match column {
            "operator_group" => group(service),
            column => provider_cell(service, column),
        });
    }
    out
}

fn provider_cell(service: &Service, column: &str) -> String {
    match column {
        "service_id" => service.id.clone(),
        "service_name" => service.name.clone(),
        "operator" => service.operator.clone(),
        "category" => service.category.word().into(),
        "status" => if service.open { "open" } else { "closed" }.into(),
        "opened" => service.opened.clone(),
        "closed" if !service.open => "2020-03-23".into(),
        "delivery_mode" => service.mode.word().into(),
        "site_id" => service.site.clone(),
        "site_name" => service.site_name.clone(),
        "postcode" => service.postcode.clone(),
        "easting" => format!("{:.0}", service.at.x),
        "northing" => format!("{:.0}", service.at.y),
        "step_free" => yes_no(service.step_free),
        "hourly_rate" => pounds(service.rate_pence),
        "support_ratio" => format!("1:{}", service.ratio),
        "charge" => service.charge_pence.map_or(String::new(), pounds),
        "serves" => match service.focus {
            crate::services::Focus::All => String::new(),
            focus => {
                let groups = focus.mix().iter().map(|(group, _)| group.word());
                groups.collect::<Vec<_>>().join(";")
            }
        },
        "places" => service.places.to_string(),
        "wheelchair_places" => service.wheelchair_places.to_string(),
        "last_checked" => service.last_checked.clone(),
        column => supply::cell(service, column),
    }
}

/// The people, one row each; `points` are their homes in grid metres, `ids` their pseudonyms.
pub(crate) fn service_users(
    people: &[Person],
    cards: &[Card],
    homes: &[Home],
    points: &[Point],
    ids: &[String],
) -> String {
    let mut out = String::from(
        "user_id,postcode,easting,northing,age_band,support_group,funding_route,walking_speed\n",
    );
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by(|&a, &b| ids[a].cmp(&ids[b]));
    for number in order {
        row(
            &mut out,
            &[
                ids[number].clone(),
                homes[people[number].postcode].text.clone(),
                format!("{:.0}", points[number].x),
                format!("{:.0}", points[number].y),
                cards[number].age.into(),
                people[number].group.word().into(),
                cards[number].funding.into(),
                cards[number].speed.map_or(String::new(), pounds),
            ],
        );
    }
    out
}

/// The sessions, one row each, in the order of the pseudonyms.
pub(crate) fn attendances(sessions: &[Session], services: &[Service], ids: &[String]) -> String {
    let mut out = String::from(
        "user_id,service_id,from,to,weekday,start,end,hours,delivery,mode_there,mode_back\n",
    );
    let mut order: Vec<&Session> = sessions.iter().collect();
    order.sort_by(|a, b| {
        (&ids[a.person], &a.from, a.service, a.weekday).cmp(&(
            &ids[b.person],
            &b.from,
            b.service,
            b.weekday,
        ))
    });
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    for session in order {
        row(
            &mut out,
            &[
                ids[session.person].clone(),
                services[session.service].id.clone(),
                session.from.clone(),
                session.to.clone(),
                WEEK[session.weekday].into(),
                clock(session.start),
                clock(session.start + session.quarters * 15),
                pounds(session.quarters * 25),
                match session.delivery {
                    Delivery::Building => "building",
                    Delivery::Outreach => "outreach",
                    Delivery::Home => "home",
                }
                .into(),
                session.there.into(),
                session.back.into(),
            ],
        );
    }
    out
}

/// Code of a ward.
pub(crate) fn ward_code(number: usize) -> String {
    format!("X05{:06}", number + 1)
}

/// Code of a small area.
pub(crate) fn small_area_code(number: usize) -> String {
    format!("X01{:06}", number + 1)
}

/// Residents by five-year band, one row a small area.
pub(crate) fn population(residents: &[Residents]) -> String {
    let mut out = String::from("code,total");
    for band in 0..BANDS - 1 {
        let _ = write!(out, ",age_{}_{}", band * 5, band * 5 + 4);
    }
    out.push_str(",age_90_plus\n");
    for (number, area) in residents.iter().enumerate() {
        let _ = write!(out, "{},{}", small_area_code(number), area.total());
        for count in area.bands {
            let _ = write!(out, ",{count}");
        }
        out.push('\n');
    }
    out
}

/// Decile and rank, one row a small area.
pub(crate) fn deprivation(residents: &[Residents]) -> String {
    let mut out = String::from("code,decile,rank\n");
    for (number, area) in residents.iter().enumerate() {
        let _ = writeln!(
            out,
            "{},{},{}",
            small_area_code(number),
            area.decile,
            area.rank
        );
    }
    out
}

/// Postcodes, one row each. The points given are local.
pub(crate) fn postcodes(list: &[Postcode]) -> String {
    let mut out = String::from("postcode,easting,northing\n");
    for postcode in list {
        let (easting, northing) = crate::place::easting_northing(postcode.at);
        let _ = writeln!(out, "{},{easting:.0},{northing:.0}", postcode.text);
    }
    out
}

/// A map of areas: code, name and any further properties of each.
pub(crate) fn areas(
    title: &str,
    rings: &[Vec<Vec<Point>>],
    properties: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Result<String, DemoError> {
    let mut out = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":\"{title}\",\"invented\":true,\"features\":[\n"
    );
    for (number, rings) in rings.iter().enumerate() {
        if number > 0 {
            out.push_str(",\n");
        }
        out.push_str("{\"type\":\"Feature\",\"properties\":{");
        for (k, (key, value)) in properties(number).iter().enumerate() {
            let _ = write!(out, "{}\"{key}\":\"{value}\"", if k > 0 { "," } else { "" });
        }
        out.push_str("},\"geometry\":");
        geometry(&mut out, rings)?;
        out.push('}');
    }
    out.push_str("\n]}\n");
    Ok(out)
}

fn geometry(out: &mut String, rings: &[Vec<Point>]) -> Result<(), DemoError> {
    let (outer, holes): (Vec<_>, Vec<_>) = rings.iter().partition(|ring| area(ring) > 0.0);
    let several = outer.len() != 1;
    out.push_str(if several {
        "{\"type\":\"MultiPolygon\",\"coordinates\":["
    } else {
        "{\"type\":\"Polygon\",\"coordinates\":"
    });
    for (k, ring) in outer.iter().enumerate() {
        out.push_str(if k > 0 { ",[" } else { "[" });
        write_ring(out, ring)?;
        for hole in holes
            .iter()
            .filter(|hole| hole.first().is_some_and(|p| inside(ring, *p)))
        {
            out.push(',');
            write_ring(out, hole)?;
        }
        out.push(']');
    }
    out.push_str(if several { "]}" } else { "}" });
    Ok(())
}

fn write_ring(out: &mut String, ring: &[Point]) -> Result<(), DemoError> {
    out.push('[');
    for (k, p) in ring.iter().chain(ring.first()).enumerate() {
        let position = lon_lat(*p)?;
        let _ = write!(
            out,
            "{}[{:.6},{:.6}]",
            if k > 0 { "," } else { "" },
            position.lon,
            position.lat
        );
    }
    out.push(']');
    Ok(())
}

/// The small areas of a ward have its number and a letter, as the census names them.
pub(crate) fn small_area_names(division: &Division) -> Vec<String> {
    let mut next = vec![0_u8; division.wards.len()];
    division
        .ward_of
        .iter()
        .map(|&ward| {
            let letter = (b'A' + next[ward] % 26) as char;
            next[ward] += 1;
            format!("Wexmouth {:03}{letter}", ward + 1)
        })
        .collect()
}

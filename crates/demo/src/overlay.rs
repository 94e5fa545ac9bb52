//! Lays invented services and people over a real study, so that a council sees its own streets at work before it has
//! brought any table of its own. Every service's name begins with "Invented".
//!
//! It knows no street: people are placed by straight-line decay, and the figures that come out mean nothing.

use crate::geometry::{Point, at};
use crate::people::{Field, Home, Person, draw};
use crate::random::Random;
use crate::services::{Category, Service, list};
use crate::{DemoError, Ground, Laid, Options, Tuning, council, diary, tables};

/// Lays invented services, and people where asked, over a study's postcodes.
pub(crate) fn lay_over(
    ground: &Ground,
    options: &Options,
    with_people: bool,
) -> Result<Laid, DemoError> {
    if !(options.scale > 0.0 && options.scale <= 1.0) {
        return Err(DemoError::Scale(options.scale));
    }
    let homes = homes(ground)?;
    let mut random = Random::for_purpose(options.seed, "overlay");
    let mut services = list(&mut Random::for_purpose(options.seed, "services"));
    rename(&mut services);
    place(&mut services, &homes, &mut random)?;
    let metres: Vec<Vec<f32>> = services
        .iter()
        .map(|service| {
            homes
                .iter()
                .map(|home| home.at.distance(service.at) as f32)
                .collect()
        })
        .collect();
    let field = Field {
        services: &services,
        homes: &homes,
        metres: &metres,
        tuning: Tuning::default(),
    };
    let people = if with_people {
        draw(&field, options.scale, &mut random)
    } else {
        Vec::new()
    };
    let cards: Vec<diary::Card> = people
        .iter()
        .map(|person| diary::card(person.group, &mut random))
        .collect();
    let sessions = diary::keep(&people, &services, &metres, &mut random);
    diary::furnish(&mut services, &sessions, &mut random);
    let ids = council::pseudonyms("INV", people.len(), &mut random);
    let points: Vec<Point> = people
        .iter()
        .map(|person| doorstep(&homes, person, &mut random))
        .collect();
    let group = |service: &Service| {
        if service.trading {
            "Trading company"
        } else {
            "Independent"
        }
        .to_string()
    };
    Ok(Laid {
        providers_csv: tables::providers(&services, group),
        service_users_csv: tables::service_users(&people, &cards, &homes, &points, &ids),
        attendances_csv: tables::attendances(&sessions, &services, &ids),
    })
}

fn homes(ground: &Ground) -> Result<Vec<Home>, DemoError> {
    let homes: Vec<Home> = ground
        .postcodes
        .iter()
        .filter(|p| {
            p.easting.is_finite()
                && p.northing.is_finite()
                && p.residents.is_finite()
                && p.residents >= 0.0
        })
        .map(|p| {
            let need = p.residents * crate::need(p.decile);
            Home {
                text: p.postcode.clone(),
                at: at(p.easting, p.northing),
                need,
                old_need: p.residents,
            }
        })
        .collect();
    if homes.iter().any(|home| home.old_need > 0.0) {
        Ok(homes)
    } else {
        Err(DemoError::NoPostcodes)
    }
}

/// Names that no one can take for a real service.
fn rename(services: &mut [Service]) {
    let mut counts = [0; 3];
    for (number, service) in services.iter_mut().enumerate() {
        let (slot, word) = match service.category {
            Category::LowCost => (0, "low cost service"),
            Category::Community => (1, "community service"),
            Category::Day => (2, "day service"),
        };
        counts[slot] += 1;
        service.name = format!("Invented {word} {}", counts[slot]);
        service.site_name.clone_from(&service.name);
        service.operator = if service.trading {
            "Invented trading company".into()
        } else {
            format!("Invented provider {}", number + 1)
        };
    }
}

/// Puts each service at the one of several postcodes, drawn by residents and need, that stands furthest from the
/// services of its category already placed: where people are, but not all in one place.
fn place(services: &mut [Service], homes: &[Home], random: &mut Random) -> Result<(), DemoError> {
    let mut running = Vec::with_capacity(homes.len());
    let mut sum = 0.0;
    for home in homes {
        sum += home.need;
        running.push(sum);
    }
    let mut placed: Vec<(Category, Point)> = Vec::new();
    for service in services.iter_mut() {
        let gap = |p: Point| {
            let same = placed
                .iter()
                .filter(|(category, _)| *category == service.category);
            same.map(|(_, q)| p.distance(*q))
                .fold(f64::INFINITY, f64::min)
        };
        let drawn = (0..4).filter_map(|_| {
            let mark = random.unit() * sum;
            homes.get(
                running
                    .partition_point(|&sum| sum <= mark)
                    .min(homes.len() - 1),
            )
        });
        let chosen = drawn
            .max_by(|a, b| gap(a.at).total_cmp(&gap(b.at)))
            .ok_or(DemoError::NoPostcodes)?;
        service.at = chosen.at;
        service.postcode.clone_from(&chosen.text);
        placed.push((service.category, chosen.at));
    }
    Ok(())
}

/// A place 10 to 60 metres from the postcode's point.
fn doorstep(homes: &[Home], person: &Person, random: &mut Random) -> Point {
    let p = homes[person.postcode].at;
    for _ in 0..8 {
        let off = at(
            random.between(-60.0, 60.0).round(),
            random.between(-60.0, 60.0).round(),
        );
        if (10.0..=60.0).contains(&off.length()) {
            return p + off;
        }
    }
    p
}

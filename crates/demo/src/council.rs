//! Writes the whole study of the invented council: builds the place, draws the people, fills the folder.

use std::fs;
use std::path::Path;

use crate::areas::{Division, divide};
use crate::drive::Drive;
use crate::geometry::{Buckets, Point, at};
use crate::land::{EASTING, HubKind, Land, NORTHING};
use crate::people::{Field, Home, Person, draw, means};
use crate::place::{lon_lat, lon_lat_about};
use crate::random::Random;
use crate::residents::{Postcode, Residents, middle, name_postcodes, place_postcodes, settle};
use crate::services::{Service, list};
use crate::streets::Streets;
use crate::town::Town;
use crate::{
    DemoError, Options, Summary, Tuning, assets, diary, dress, names, osm, supply, tables,
    template, town,
};

/// Everything drawn, before it is written.
struct Drawn {
    town: Town,
    division: Division,
    residents: Vec<Residents>,
    postcodes: Vec<Postcode>,
    services: Vec<Service>,
    homes: Vec<Home>,
    people: Vec<Person>,
    metres: Vec<Vec<f32>>,
}

/// Writes the study into a directory.
pub(crate) fn write(
    directory: &Path,
    options: &Options,
    tuning: Tuning,
    progress: &mut dyn FnMut(&str),
) -> Result<Summary, DemoError> {
    if directory.join("study.toml").exists() {
        return Err(DemoError::AlreadyThere(directory.to_path_buf()));
    }
    if !(options.scale > 0.0 && options.scale <= 1.0) {
        return Err(DemoError::Scale(options.scale));
    }
    fs::create_dir_all(directory).map_err(|source| DemoError::Write {
        file: directory.display().to_string(),
        source,
    })?;
    let drawn = draw_all(options, tuning, progress)?;
    progress("writing the files");
    write_place(directory, &drawn)?;
    write_people(directory, options, &drawn, tuning)
}

fn draw_all(
    options: &Options,
    tuning: Tuning,
    progress: &mut dyn FnMut(&str),
) -> Result<Drawn, DemoError> {
    let (seed, scale) = (options.seed, options.scale);
    progress("laying out the streets");
    let town = town::build(seed, 1.0, (1.0 / scale.sqrt()).min(3.0));
    progress("placing postcodes and drawing the areas");
    let (division, postcodes, residents) = inhabit(&town, seed, scale);
    let (land, streets) = (&town.land, &town.streets);
    progress("drawing services and people");
    let homes = homes(&postcodes, &residents);
    let mut services = list(&mut Random::for_purpose(seed, "services"));
    site(
        &mut services,
        land,
        &postcodes,
        &mut Random::for_purpose(seed, "sites"),
    )?;
    let metres = distances(land, streets, &services, &homes)?;
    let field = Field {
        services: &services,
        homes: &homes,
        metres: &metres,
        tuning,
    };
    let people = draw(&field, scale, &mut Random::for_purpose(seed, "people"));
    Ok(Drawn {
        town,
        division,
        residents,
        postcodes,
        services,
        homes,
        people,
        metres,
    })
}

/// Divides the land into areas and fills it with postcodes and residents.
fn inhabit(town: &Town, seed: u64, scale: f64) -> (Division, Vec<Postcode>, Vec<Residents>) {
    let random = |purpose: &str| Random::for_purpose(seed, purpose);
    let count = (8_800.0 * scale).max(400.0) as usize;
    let points = place_postcodes(&town.land, &town.streets, count, &mut random("postcodes"));
    let small_areas = ((240.0 * scale).round() as usize).max(33);
    let division = divide(&town.land, &points, 33, small_areas, &mut random("areas"));
    let postcodes = name_postcodes(&points, &division, &mut random("postcode names"));
    let total = (400_000.0 * scale).round() as u32;
    let residents = settle(&town.land, &division, total, &mut random("residents"));
    (division, postcodes, residents)
}

/// Nodes of the streets at scale 1, near enough.
const NODES: f64 = 58_000.0;

/// Writes streets alone.
pub(crate) fn write_roads(file: &Path, seed: u64, nodes: usize) -> Result<usize, DemoError> {
    let share = nodes as f64 / NODES;
    let town = town::build(
        seed,
        share.max(1.0).sqrt(),
        (1.0 / share).max(1.0).sqrt().min(3.0),
    );
    let out = fs::File::create(file).map_err(|source| DemoError::Write {
        file: file.display().to_string(),
        source,
    })?;
    let middle = at(town.land.width, town.land.height) * 0.5;
    let out = std::io::BufWriter::new(out);
    osm::write(&town.streets, &[], |p| lon_lat_about(middle, p), out)?;
    Ok(town.streets.points.len())
}

/// Puts every service at a postcode near the place it belongs to.
fn site(
    services: &mut [Service],
    land: &Land,
    postcodes: &[Postcode],
    random: &mut Random,
) -> Result<(), DemoError> {
    for service in services {
        let hub = land
            .hubs
            .iter()
            .find(|hub| hub.name == service.near)
            .ok_or(DemoError::NoRoom)?;
        let wanted = hub.at + at(random.normal(), random.normal()) * (hub.spread * 0.2);
        let nearest = postcodes
            .iter()
            .min_by(|a, b| {
                a.at.distance(wanted)
                    .total_cmp(&b.at.distance(wanted))
                    .then(a.text.cmp(&b.text))
            })
            .ok_or(DemoError::NoRoom)?;
        service.at = nearest.at + at(EASTING, NORTHING);
        service.postcode.clone_from(&nearest.text);
    }
    Ok(())
}

/// How likely someone in each postcode is to need a service: more in deprived areas; for the old, more where the old are.
fn homes(postcodes: &[Postcode], residents: &[Residents]) -> Vec<Home> {
    let everyone: u32 = residents.iter().map(Residents::total).sum();
    let old = |area: &Residents| area.bands[13..].iter().sum::<u32>();
    let old_share = f64::from(residents.iter().map(old).sum::<u32>()) / f64::from(everyone.max(1));
    postcodes
        .iter()
        .map(|postcode| {
            let area = &residents[postcode.small_area];
            let need = crate::need(Some(area.decile as u8));
            let share = f64::from(old(area)) / f64::from(area.total().max(1));
            Home {
                text: postcode.text.clone(),
                at: postcode.at + at(EASTING, NORTHING),
                need,
                old_need: share / old_share.max(0.01),
            }
        })
        .collect()
}

/// Metres of the quickest drive from every home to every service.
fn distances(
    land: &Land,
    streets: &Streets,
    services: &[Service],
    homes: &[Home],
) -> Result<Vec<Vec<f32>>, DemoError> {
    let drive = Drive::new(streets);
    let middle = dress::middle(land, streets).ok_or(DemoError::NoRoom)?;
    let good = drive.there_and_back(middle);
    let mut index = Buckets::new(land.width, land.height, 150.0);
    for node in
        (0..streets.points.len() as u32).filter(|&node| good[node as usize] && drive.used(node))
    {
        index.add(node, streets.point(node));
    }
    let local = |p: Point| p - at(EASTING, NORTHING);
    let nearest = |p: Point| {
        index
            .nearest(local(p))
            .map(|found| found.0)
            .ok_or(DemoError::NoRoom)
    };
    let nodes = homes
        .iter()
        .map(|home| nearest(home.at))
        .collect::<Result<Vec<u32>, _>>()?;
    services
        .iter()
        .map(|service| {
            let metres = drive.metres_to(nearest(service.at)?);
            Ok(nodes.iter().map(|&node| metres[node as usize]).collect())
        })
        .collect()
}

fn save(directory: &Path, file: &str, text: &str) -> Result<(), DemoError> {
    fs::write(directory.join(file), text).map_err(|source| DemoError::Write {
        file: file.into(),
        source,
    })
}

fn write_place(directory: &Path, drawn: &Drawn) -> Result<(), DemoError> {
    let file =
        fs::File::create(directory.join("roads.osm.gz")).map_err(|source| DemoError::Write {
            file: "roads.osm.gz".into(),
            source,
        })?;
    let land = &drawn.town.land;
    let mut island = land.island.clone();
    island.extend(island.first().copied());
    let outlines = [
        osm::Outline {
            key: "natural",
            value: "coastline",
            name: "Invented coast",
            line: &land.shore,
        },
        osm::Outline {
            key: "natural",
            value: "coastline",
            name: "Invented island",
            line: &island,
        },
        osm::Outline {
            key: "waterway",
            value: "river",
            name: "River Wex (invented)",
            line: &land.river,
        },
    ];
    osm::write(
        &drawn.town.streets,
        &outlines,
        lon_lat,
        std::io::BufWriter::new(file),
    )?;
    write_areas(directory, drawn)
}

fn write_areas(directory: &Path, drawn: &Drawn) -> Result<(), DemoError> {
    let ward_names = ward_names(&drawn.town.land, &drawn.division);
    let wards = tables::areas("Invented wards", &drawn.division.wards, |number| {
        vec![
            ("code", tables::ward_code(number)),
            ("name", ward_names[number].clone()),
        ]
    })?;
    save(directory, "wards.geojson", &wards)?;
    let names = tables::small_area_names(&drawn.division);
    let small_areas = tables::areas(
        "Invented small areas",
        &drawn.division.small_areas,
        |number| {
            vec![
                ("code", tables::small_area_code(number)),
                ("name", names[number].clone()),
                ("ward", tables::ward_code(drawn.division.ward_of[number])),
            ]
        },
    )?;
    save(directory, "small_areas.geojson", &small_areas)?;
    save(
        directory,
        "population.csv",
        &tables::population(&drawn.residents),
    )?;
    save(
        directory,
        "deprivation.csv",
        &tables::deprivation(&drawn.residents),
    )?;
    save(
        directory,
        "postcodes.csv",
        &tables::postcodes(&drawn.postcodes),
    )
}

/// Names wards after the nearest place: the nearest ward plainly, the others with a second word.
fn ward_names(land: &Land, division: &Division) -> Vec<String> {
    let centres: Vec<Point> = division.wards.iter().map(|rings| middle(rings)).collect();
    let hubs: Vec<_> = land
        .hubs
        .iter()
        .filter(|hub| hub.kind != HubKind::Exit)
        .collect();
    let nearest = |p: Point| {
        (0..hubs.len())
            .min_by(|&a, &b| hubs[a].at.distance(p).total_cmp(&hubs[b].at.distance(p)))
            .unwrap_or(0)
    };
    let hub_of: Vec<usize> = centres.iter().map(|p| nearest(*p)).collect();
    let mut wards: Vec<usize> = (0..centres.len()).collect();
    wards.sort_by(|&a, &b| {
        centres[a]
            .distance(hubs[hub_of[a]].at)
            .total_cmp(&centres[b].distance(hubs[hub_of[b]].at))
            .then(a.cmp(&b))
    });
    let mut used = vec![0; hubs.len()];
    let mut list = vec![String::new(); centres.len()];
    // A town always gives its name to the ward nearest to its heart.
    for (number, hub) in hubs
        .iter()
        .enumerate()
        .filter(|(_, hub)| hub.kind == HubKind::Town)
    {
        let away = |ward: &usize| centres[*ward].distance(hub.at);
        if let Some(ward) = wards
            .iter()
            .copied()
            .min_by(|a, b| away(a).total_cmp(&away(b)))
        {
            list[ward] = hub.name.to_string();
            used[number] += 1;
        }
    }
    for ward in wards {
        if !list[ward].is_empty() {
            continue;
        }
        let hub = hub_of[ward];
        list[ward] = match used[hub] {
            0 => hubs[hub].name.to_string(),
            count => format!(
                "{} {}",
                hubs[hub].name,
                names::QUARTERS[(count + hub * 3) % names::QUARTERS.len()]
            ),
        };
        used[hub] += 1;
    }
    list
}

fn write_people(
    directory: &Path,
    options: &Options,
    drawn: &Drawn,
    tuning: Tuning,
) -> Result<Summary, DemoError> {
    let seed = options.seed;
    let mut random = Random::for_purpose(seed, "diary");
    let cards: Vec<diary::Card> = drawn
        .people
        .iter()
        .map(|person| diary::card(person.group, &mut random))
        .collect();
    let sessions = diary::keep(&drawn.people, &drawn.services, &drawn.metres, &mut random);
    let mut services = drawn.services.clone();
    diary::furnish(&mut services, &sessions, &mut random);
    let mut random = Random::for_purpose(seed, "front doors");
    let points: Vec<Point> = drawn
        .people
        .iter()
        .map(|person| front_door(drawn, person, &mut random))
        .collect();
    let ids = pseudonyms("P", drawn.people.len(), &mut random);
    write_services(directory, seed, drawn, &mut services, &sessions)?;
    save(
        directory,
        "service_users.csv",
        &tables::service_users(&drawn.people, &cards, &drawn.homes, &points, &ids),
    )?;
    save(
        directory,
        "attendances.csv",
        &tables::attendances(&sessions, &services, &ids),
    )?;
    let assets = assets::list(
        &drawn.town.land,
        &drawn.postcodes,
        &mut Random::for_purpose(seed, "assets"),
    );
    save(directory, "assets.csv", &assets)?;
    save(directory, "README.txt", template::README)?;
    save(directory, "study.toml", template::STUDY)?;
    Ok(summary(drawn, tuning, sessions.len()))
}

/// Writes the directory, its sessions and who sent a return.
fn write_services(
    directory: &Path,
    seed: u64,
    drawn: &Drawn,
    services: &mut [Service],
    sessions: &[diary::Session],
) -> Result<(), DemoError> {
    let group = |service: &Service| {
        if service.trading {
            "Trading company"
        } else {
            "Independent"
        }
        .to_string()
    };
    supply::send_out(services, &ward_centres(drawn));
    let mut providers = tables::providers(services, group);
    // Any postcode will do for the carer's home; no random number is drawn for it.
    if let Some(home) = drawn.postcodes.get(drawn.postcodes.len() / 3) {
        let door = at(EASTING + 23.0, NORTHING - 17.0);
        supply::shared_lives(&mut providers, home, home.at + door);
    }
    save(directory, "providers.csv", &providers)?;
    save(
        directory,
        "sessions.csv",
        &supply::sessions(services, sessions),
    )?;
    let returns = supply::returns(services, &mut Random::for_purpose(seed, "returns"));
    save(directory, "returns.csv", &returns)
}

/// The middle of every ward, in grid metres.
fn ward_centres(drawn: &Drawn) -> Vec<Point> {
    let wards = drawn.division.wards.iter();
    wards
        .map(|rings| middle(rings) + at(EASTING, NORTHING))
        .collect()
}

/// What was written, in numbers.
fn summary(drawn: &Drawn, tuning: Tuning, sessions: usize) -> Summary {
    let field = Field {
        services: &drawn.services,
        homes: &drawn.homes,
        metres: &drawn.metres,
        tuning,
    };
    let [all, trading, others] = means(&field, &drawn.people).map(|metres| metres / 1_000.0);
    Summary {
        road_nodes: drawn.town.streets.points.len(),
        wards: drawn.division.wards.len(),
        small_areas: drawn.division.small_areas.len(),
        residents: drawn.residents.iter().map(Residents::total).sum(),
        postcodes: drawn.postcodes.len(),
        services: drawn.services.len(),
        people: drawn.people.len(),
        sessions,
        own_means_km: crate::Means {
            all,
            trading,
            others,
        },
    }
}

/// A home 10 to 60 metres from the postcode's point, in the same small area; the point itself where that fails.
fn front_door(drawn: &Drawn, person: &Person, random: &mut Random) -> Point {
    let postcode = &drawn.postcodes[person.postcode];
    for _ in 0..8 {
        let off = at(random.between(-60.0, 60.0), random.between(-60.0, 60.0));
        let p = postcode.at + at(off.x.round(), off.y.round());
        let far = (10.0..=60.0).contains(&off.length());
        if far
            && drawn.town.land.dry(p)
            && drawn.division.small_area(p) == Some(postcode.small_area)
        {
            return p + at(EASTING, NORTHING);
        }
    }
    postcode.at + at(EASTING, NORTHING)
}

/// Pseudonyms in an order that says nothing of who attends what.
pub(crate) fn pseudonyms(letter: &str, count: usize, random: &mut Random) -> Vec<String> {
    let mut ids: Vec<String> = (1..=count)
        .map(|number| format!("{letter}{number:04}"))
        .collect();
    random.shuffle(&mut ids);
    ids
}

//! A study small enough to work out on paper.
//!
//! One road runs east for 10 km at 36 km/h, that is 10 m/s; positions below are kilometres along it.
//!
//! ```text
//! ward        W                         E                                           (none)
//! small area  W1         W2             E1             E2               E3          X1
//! from - to   -1 .. 2    2 .. 5         5 .. 8         8 .. 13          13 .. 14    20 .. 21
//! residents   300        600            900            90               50          no row
//! decile      1          5              2              10               1           1
//! postcodes   0 0.5 1    2.5 3 4        5.5 6 7.5      9 12 12.5        none        20.5
//! services       hub, workshop (1)      café (6)       closed (9)
//! assets         library (1)            library (6)    nameless hall (9)
//! ```
//!
//! The road ends at 10 and the cap is 1 km, so the postcodes at 12, 12.5 and 20.5 have no journey.

mod check;

use catchment_core::area::{
    Area, AreaKind, AreaSet, Deprivation, DeprivationRow, Population, Residents,
};
use catchment_core::grid::{Grid, GridPoint};
use catchment_core::id::{
    AreaId, AreaSetId, AssetId, OrganisationId, RowId, ServiceId, SiteId, Table, UserId,
};
use catchment_core::person::{Attendance, ServiceUser};
use catchment_core::place::{
    Asset, AssetSource, DeliveryMode, Eligibility, GeocodeGrade, Organisation, Pence, Postcode,
    Service, ServiceArea, Site, Status,
};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings, Study, StudyParts};
use catchment_travel::{Metres, PreparedNetwork, Profile, StreetGraphBuilder, Tags};
use geo::{MultiPolygon, polygon};
use jiff::civil::{Date, date};

pub(crate) use check::{check, exact, feature, number, says_nothing_of_people, value};

/// The reference date.
pub(crate) const DAY: Date = date(2023, 3, 6);

/// The study of the picture above.
pub(crate) fn study() -> Study {
    Study::assemble(parts())
}

/// A study that holds nothing.
pub(crate) fn empty() -> Study {
    let full = parts();
    Study::assemble(StudyParts {
        networks: Vec::new(),
        area_sets: Table::default(),
        areas: Table::default(),
        population: None,
        deprivation: Vec::new(),
        postcodes: Table::default(),
        organisations: Table::default(),
        sites: Table::default(),
        services: Table::default(),
        users: Table::default(),
        attendances: Vec::new(),
        assets: Table::default(),
        ..full
    })
}

/// A study whose parts have been changed.
pub(crate) fn changed(change: impl FnOnce(&mut StudyParts)) -> Study {
    let mut parts = parts();
    change(&mut parts);
    Study::assemble(parts)
}

/// Takes everybody out.
pub(crate) fn without_people(parts: &mut StudyParts) {
    parts.users = Table::default();
    parts.attendances.clear();
}

pub(crate) fn parts() -> StudyParts {
    let areas = areas();
    let small_area = AreaSetId::from_row(1);
    StudyParts {
        about: About {
            title: "One road".to_owned(),
            reference_date: DAY,
            grid: Grid::BritishNational,
            notice: None,
            invented: true,
        },
        settings: Settings {
            profile: "drive".to_owned(),
            snap_cap: Metres::new(1000.0),
            release_profile: "le7_round5".to_owned(),
        },
        provenance: Provenance::default(),
        networks: [Profile::drive(), Profile::walk()]
            .map(|profile| road_for(profile, &[[0.0, 0.0], [5.0, 0.0], [10.0, 0.0]]))
            .to_vec(),
        area_sets: Table::new(vec![
            set("ward", AreaKind::Ward, "2025"),
            set("small_area", AreaKind::SmallArea, "2021"),
        ]),
        population: Some(Population {
            set: small_area,
            bands: Vec::new(),
            rows: residents(&areas),
        }),
        deprivation: vec![Deprivation {
            key: "index".to_owned(),
            index: "Invented index 2019".to_owned(),
            set: small_area,
            rows: deciles(&areas),
        }],
        areas,
        postcodes: postcodes(),
        organisations: Table::new(vec![
            Organisation {
                name: "Wexcare".to_owned(),
                group: "Trading company".to_owned(),
            },
            Organisation {
                name: "Friends".to_owned(),
                group: "Independent".to_owned(),
            },
        ]),
        sites: sites(),
        services: services(),
        users: users(),
        attendances: attendances(),
        lookups: Vec::new(),
        returns: Vec::new(),
        assets: assets(),
    }
}

/// Libraries at 1 and 6, and a hall without a name at 9.
fn assets() -> Table<AssetId, Asset> {
    let asset = |key: &str, name: &str, kind: &str, place: f64| Asset {
        key: key.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        postcode: None,
        point: at(place),
        grade: GeocodeGrade::Coordinates,
        step_free: Some(true),
        source: AssetSource::Table,
    };
    Table::new(vec![
        asset("A1", "West Library", "library", 1.0),
        asset("A2", "East Library", "library", 6.0),
        asset("A3", "", "community_centre", 9.0),
    ])
}

fn find(areas: &Table<AreaId, Area>, code: &str) -> AreaId {
    areas
        .iter()
        .find(|(_, area)| area.code == code)
        .map(|(id, _)| id)
        .unwrap()
}

fn residents(areas: &Table<AreaId, Area>) -> Vec<Residents> {
    let counts = [
        ("W1", 300.0),
        ("W2", 600.0),
        ("E1", 900.0),
        ("E2", 90.0),
        ("E3", 50.0),
    ];
    counts
        .map(|(code, total)| Residents {
            area: find(areas, code),
            total,
            bands: Vec::new(),
        })
        .to_vec()
}

fn deciles(areas: &Table<AreaId, Area>) -> Vec<DeprivationRow> {
    let deciles = [
        ("W1", 1),
        ("W2", 5),
        ("E1", 2),
        ("E2", 10),
        ("E3", 1),
        ("X1", 1),
    ];
    deciles
        .map(|(code, decile)| DeprivationRow {
            area: find(areas, code),
            decile,
            rank: None,
        })
        .to_vec()
}

fn set(key: &str, kind: AreaKind, vintage: &str) -> AreaSet {
    AreaSet {
        key: key.to_owned(),
        kind,
        vintage: vintage.to_owned(),
    }
}

/// A point so many kilometres along the road.
pub(crate) fn at(kilometres: f64) -> GridPoint {
    GridPoint {
        x: kilometres * 1000.0,
        y: 0.0,
    }
}

/// A road through some points, in kilometres, with a junction at each.
pub(crate) fn road(points: &[[f64; 2]]) -> PreparedNetwork {
    road_for(Profile::drive(), points)
}

fn road_for(profile: Profile, points: &[[f64; 2]]) -> PreparedNetwork {
    let profiles = [profile];
    let mut streets = StreetGraphBuilder::new(&profiles);
    let points: Vec<[f64; 2]> = points
        .iter()
        .map(|point| point.map(|place| place * 1000.0))
        .collect();
    let junctions: Vec<_> = points
        .iter()
        .map(|point| streets.junction(*point, Tags::new(&[])))
        .collect();
    let tags = [("highway", "residential"), ("maxspeed", "36")];
    for (ends, junctions) in points.windows(2).zip(junctions.windows(2)) {
        streets.street(
            junctions[0],
            junctions[1],
            ends.to_vec(),
            Tags::new(&tags),
            None,
        );
    }
    let (network, _) = streets.finish().freeze(0, &profiles[0]).unwrap();
    PreparedNetwork::new(network)
}

fn areas() -> Table<AreaId, Area> {
    let strip = |set: usize, code: &str, from: f64, to: f64| {
        let (west, east) = (from * 1000.0, to * 1000.0);
        let outline =
            polygon![(x: west, y: -2e3), (x: east, y: -2e3), (x: east, y: 2e3), (x: west, y: 2e3)];
        Area {
            set: AreaSetId::from_row(set),
            code: code.to_owned(),
            name: format!("Area {code}"),
            outline: MultiPolygon::new(vec![outline]),
        }
    };
    Table::new(vec![
        strip(0, "W", -1.0, 5.0),
        strip(0, "E", 5.0, 14.0),
        strip(1, "W1", -1.0, 2.0),
        strip(1, "W2", 2.0, 5.0),
        strip(1, "E1", 5.0, 8.0),
        strip(1, "E2", 8.0, 13.0),
        strip(1, "E3", 13.0, 14.0),
        strip(1, "X1", 20.0, 21.0),
    ])
}

fn postcodes() -> Table<catchment_core::id::PostcodeId, Postcode> {
    let places = [
        ("W1 1", 0.0),
        ("W1 2", 0.5),
        ("W1 3", 1.0),
        ("W2 1", 2.5),
        ("W2 2", 3.0),
        ("W2 3", 4.0),
        ("E1 1", 5.5),
        ("E1 2", 6.0),
        ("E1 3", 7.5),
        ("E2 1", 9.0),
        ("E2 2", 12.0),
        ("E2 3", 12.5),
        ("X1 1", 20.5),
    ];
    places
        .iter()
        .map(|(code, place)| Postcode {
            code: (*code).to_owned(),
            point: at(*place),
        })
        .collect()
}

fn sites() -> Table<SiteId, Site> {
    let places = [
        ("site-hub", 1.0),
        ("site-cafe", 6.0),
        ("site-closed", 9.0),
        ("site-home", 4.0),
    ];
    let site = |(key, place): &(&str, f64)| Site {
        key: (*key).to_owned(),
        name: format!("Site {key}"),
        postcode: Some("W1 3".to_owned()),
        point: at(*place),
        grade: GeocodeGrade::Coordinates,
        step_free: Some(true),
    };
    places.iter().map(site).collect()
}

/// Services: the hub and the workshop at 1, the café at 6, one that closed at 9, one in a carer's home at 4 and one online.
fn services() -> Table<ServiceId, Service> {
    let service = |key: &str,
                   organisation: usize,
                   site: Option<usize>,
                   category: &str,
                   delivery: DeliveryMode| Service {
        key: key.to_owned(),
        name: format!("Service {key}"),
        organisation: OrganisationId::from_row(organisation),
        site: site.map(SiteId::from_row),
        category: category.to_owned(),
        status: Status::Open,
        opened: None,
        closed: None,
        delivery,
        hourly_rate: Some(Pence::new(951)),
        support_ratio: Some("1:5".to_owned()),
        charge: Some(Pence::new(450)),
        serves: Vec::new(),
        places: Some(20),
        wheelchair_places: Some(2),
        hours_per_week: None,
        sessions: Vec::new(),
        eligibility: Eligibility::default(),
        service_area: ServiceArea::NotStated,
        last_checked: Some(date(2023, 1, 9)),
    };
    let cafe = service("cafe", 1, Some(1), "Community", DeliveryMode::Community);
    let closed = service("closed", 0, Some(2), "Day service", DeliveryMode::Building);
    Table::new(vec![
        service("hub", 0, Some(0), "Day service", DeliveryMode::Building),
        service("workshop", 1, Some(0), "Low cost", DeliveryMode::Building),
        Service {
            serves: vec!["Dementia".to_owned()],
            ..cafe
        },
        Service {
            status: Status::Closed,
            closed: Some(date(2021, 3, 31)),
            ..closed
        },
        service("shared", 1, Some(3), "Community", DeliveryMode::Home),
        service("online", 1, None, "Low cost", DeliveryMode::Online),
    ])
}

/// Homes of p00 to p11, and the group of each: every third from p00 has dementia, p01 has none stated, the rest a learning disability.
pub(crate) const HOMES: [f64; 12] = [0.0, 0.2, 0.4, 0.6, 0.8, 2.5, 3.0, 3.5, 4.5, 5.5, 7.0, 12.5];

fn users() -> Table<UserId, ServiceUser> {
    let user = |(row, home): (usize, &f64)| ServiceUser {
        key: format!("p{row:02}"),
        home: at(*home),
        grade: GeocodeGrade::Coordinates,
        age_band: None,
        support_group: match row {
            1 => None,
            row if row % 3 == 0 => Some("Dementia".to_owned()),
            _ => Some("Learning disability".to_owned()),
        },
        funding_route: None,
        walking_speed: None,
    };
    HOMES.iter().enumerate().map(user).collect()
}

/// Weekly attendances. Everybody goes to the hub but p09, who goes to the café; p00 goes to the hub on three days and p03 to the café
/// as well. Then there are those that are not journeys on the day: p01 at a service that closed, p02 at home, p04 who stopped, p05 online.
fn attendances() -> Vec<Attendance> {
    let attends = |user: usize, service: usize| Attendance {
        user: UserId::from_row(user),
        service: ServiceId::from_row(service),
        from: Some(date(2022, 1, 1)),
        to: None,
        weekday: None,
        start: None,
        end: None,
        hours: Some(5.0),
        hours_per_week: None,
        delivery: DeliveryMode::Building,
        mode_there: None,
        mode_back: None,
    };
    let hub = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11].map(|user| attends(user, 0));
    let cafe = [9, 3].map(|user| attends(user, 2));
    let elsewhere = [
        attends(1, 3),
        Attendance {
            delivery: DeliveryMode::Home,
            ..attends(2, 1)
        },
        Attendance {
            to: Some(date(2022, 12, 31)),
            ..attends(4, 1)
        },
        attends(5, 5),
    ];
    hub.into_iter().chain(cafe).chain(elsewhere).collect()
}

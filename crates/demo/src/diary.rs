//! What each invented person does in a week and did before: sessions with their times, dates from and to, how they travel;
//! and what the council knows of them: age band, funding, walking speed.
//!
//! It moves no home and chooses no present service (`people` has done so).

use crate::people::{Delivery, Person};
use crate::random::Random;
use crate::services::{Category, Group, Service};

/// People with an active attendance at a day service, and the hours they attend in a week.
pub(crate) const DAY_PEOPLE: usize = 487;
const DAY_HOURS: usize = 4_197;

/// Names of weekdays.
pub(crate) const WEEK: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// One weekly session of a person.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) person: usize,
    pub(crate) service: usize,
    pub(crate) from: String,
    /// Empty where the person still attends.
    pub(crate) to: String,
    pub(crate) weekday: usize,
    /// Minutes after midnight.
    pub(crate) start: u32,
    /// Length in quarters of an hour.
    pub(crate) quarters: u32,
    pub(crate) delivery: Delivery,
    pub(crate) there: &'static str,
    pub(crate) back: &'static str,
}

/// What the council knows of a person besides.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) age: &'static str,
    pub(crate) funding: &'static str,
    /// Hundredths of a metre a second.
    pub(crate) speed: Option<u32>,
}

fn date(years: std::ops::Range<usize>, random: &mut Random) -> String {
    let year = years.start + random.below(years.end - years.start);
    format!(
        "{year}-{:02}-{:02}",
        1 + random.below(12),
        1 + random.below(28)
    )
}

/// Draws a person's card.
pub(crate) fn card(group: Group, random: &mut Random) -> Card {
    const AGES: [&str; 8] = [
        "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+",
    ];
    let weights: [f64; 8] = match group {
        Group::Dementia => [0.0, 0.0, 0.0, 1.0, 5.0, 18.0, 44.0, 32.0],
        Group::Older => [0.0, 0.0, 0.0, 0.0, 3.0, 22.0, 43.0, 32.0],
        Group::Autism => [34.0, 30.0, 16.0, 11.0, 6.0, 3.0, 0.0, 0.0],
        Group::Physical | Group::Sensory => [6.0, 10.0, 13.0, 20.0, 25.0, 15.0, 8.0, 3.0],
        Group::Learning | Group::Mental => [13.0, 21.0, 18.0, 19.0, 17.0, 9.0, 3.0, 0.0],
    };
    // With 54% of people of a learning disability these come to 67% commissioned and 11% by direct payment.
    let commissioned = if group == Group::Learning { 0.82 } else { 0.49 };
    let rest = [0.34, 0.20, 0.46].map(|share| share * (1.0 - commissioned));
    let funding = random
        .weighted(&[commissioned, rest[0], rest[1], rest[2]])
        .unwrap_or(3);
    let usual = match group {
        Group::Dementia => 70.0,
        Group::Older => 78.0,
        Group::Physical => 62.0,
        _ => 112.0,
    };
    Card {
        age: AGES[random.weighted(&weights).unwrap_or(5)],
        funding: [
            "Commissioned",
            "Direct payment",
            "Self-funded",
            "Not stated",
        ][funding],
        speed: random
            .chance(0.42)
            .then(|| (usual + 16.0 * random.normal()).clamp(28.0, 165.0) as u32),
    }
}

/// How a person gets to a service that is so far away.
fn mode(category: Category, metres: f32, random: &mut Random) -> &'static str {
    const MODES: [&str; 6] = [
        "Council transport",
        "Taxi",
        "Car, escorted",
        "Walk",
        "Bus",
        "Not stated",
    ];
    let near = if metres < 1_300.0 { 1.0 } else { 0.0 };
    let weights = match category {
        Category::Day => [46.0 - 25.0 * near, 10.0, 19.0, 2.0 + 28.0 * near, 9.0, 12.0],
        Category::Community => [14.0 - 8.0 * near, 9.0, 27.0, 3.0 + 45.0 * near, 31.0, 15.0],
        Category::LowCost => [2.0, 6.0, 28.0, 5.0 + 60.0 * near, 35.0, 22.0],
    };
    MODES[random.weighted(&weights).unwrap_or(5)]
}

/// Start, in minutes, and length, in quarters of an hour, of a session.
fn times(category: Category, random: &mut Random) -> (u32, u32) {
    const DAY: [(u32, u32); 7] = [
        (570, 24),
        (570, 22),
        (600, 20),
        (600, 20),
        (570, 14),
        (780, 12),
        (600, 16),
    ];
    const COMMUNITY: [(u32, u32); 7] = [
        (600, 10),
        (630, 8),
        (780, 10),
        (840, 8),
        (600, 16),
        (1_080, 8),
        (1_110, 10),
    ];
    const LOW: [(u32, u32); 4] = [(630, 8), (720, 6), (840, 8), (1_140, 8)];
    match category {
        Category::Day => {
            DAY[random
                .weighted(&[20.0, 20.0, 25.0, 10.0, 9.0, 9.0, 7.0])
                .unwrap_or(0)]
        }
        Category::Community => {
            COMMUNITY[random
                .weighted(&[22.0, 22.0, 20.0, 12.0, 10.0, 8.0, 6.0])
                .unwrap_or(0)]
        }
        Category::LowCost => LOW[random.below(LOW.len())],
    }
}

/// The weekdays of a service's user: one to three, mostly Monday to Friday.
fn weekdays(category: Category, random: &mut Random) -> Vec<usize> {
    let most = [[60.0, 29.0, 11.0], [78.0, 17.0, 5.0], [94.0, 6.0, 0.0]];
    let slot = match category {
        Category::Day => 0,
        Category::Community => 1,
        Category::LowCost => 2,
    };
    let count = random.weighted(&most[slot]).unwrap_or(0) + 1;
    let weekend = [0.03, 0.12, 0.15][slot];
    let mut days = Vec::new();
    while days.len() < count {
        let day = if random.chance(weekend) {
            5 + random.below(2)
        } else {
            random.below(5)
        };
        if !days.contains(&day) {
            days.push(day);
        }
    }
    days.sort_unstable();
    days
}

/// A stay with a service.
struct Stay {
    person: usize,
    service: usize,
    from: String,
    to: String,
    delivery: Delivery,
    metres: f32,
}

fn enter(list: &mut Vec<Session>, stay: &Stay, category: Category, random: &mut Random) {
    let way = if stay.delivery == Delivery::Building {
        mode(category, stay.metres, random)
    } else {
        "Not stated"
    };
    for weekday in weekdays(category, random) {
        let (start, quarters) = times(category, random);
        let other = stay.delivery == Delivery::Building && random.chance(0.08);
        list.push(Session {
            person: stay.person,
            service: stay.service,
            from: stay.from.clone(),
            to: stay.to.clone(),
            weekday,
            start,
            quarters,
            delivery: stay.delivery,
            there: way,
            back: if other {
                mode(category, stay.metres, random)
            } else {
                way
            },
        });
    }
}

/// Draws everybody's sessions. `metres` gives the way from a postcode (second) to a service (first).
pub(crate) fn keep(
    people: &[Person],
    services: &[Service],
    metres: &[Vec<f32>],
    random: &mut Random,
) -> Vec<Session> {
    let mut list = Vec::new();
    for (number, person) in people.iter().enumerate() {
        let way = |service: usize| metres[service][person.postcode];
        if let Some(site) = person.closed {
            let from = date(2013..2020, random);
            let to = "2020-03-20".to_string();
            let stay = Stay {
                person: number,
                service: site,
                from,
                to,
                delivery: Delivery::Building,
                metres: way(site),
            };
            enter(&mut list, &stay, Category::Day, random);
        }
        for &(service, delivery) in &person.present {
            let years = if person.closed.is_some() {
                2021..2023
            } else {
                2015..2023
            };
            let from = date(years, random);
            let stay = Stay {
                person: number,
                service,
                from,
                to: String::new(),
                delivery,
                metres: way(service),
            };
            enter(&mut list, &stay, services[service].category, random);
        }
        past(&mut list, number, person, services, metres, random);
    }
    let present: Vec<usize> = (0..list.len())
        .filter(|&row| {
            list[row].to.is_empty() && services[list[row].service].category == Category::Day
        })
        .collect();
    let mut seen: Vec<usize> = present.iter().map(|&row| list[row].person).collect();
    seen.dedup();
    balance(
        &mut list,
        &present,
        (DAY_HOURS * 4 * seen.len()).div_ceil(DAY_PEOPLE) as u32,
        random,
    );
    list
}

/// Adds what ended or has not begun: one person in eight once went somewhere else, and a few begin soon.
fn past(
    list: &mut Vec<Session>,
    number: usize,
    person: &Person,
    services: &[Service],
    metres: &[Vec<f32>],
    random: &mut Random,
) {
    let ended = random.chance(0.12);
    let soon = random.chance(0.006);
    if person.present.is_empty() || !(ended || soon) {
        return;
    }
    let fits: Vec<usize> = (0..services.len())
        .filter(|&s| {
            services[s].attended()
                && services[s].focus.serves(person.group)
                && services[s].category == Category::Community
                && person.present.iter().all(|(other, _)| *other != s)
        })
        .collect();
    if fits.is_empty() {
        return;
    }
    let service = fits[random.below(fits.len())];
    let metres = metres[service][person.postcode];
    let (from, to) = if ended {
        (date(2012..2018, random), date(2018..2023, random))
    } else {
        ("2023-03-20".into(), String::new())
    };
    let stay = Stay {
        person: number,
        service,
        from,
        to,
        delivery: Delivery::Building,
        metres,
    };
    enter(list, &stay, Category::Community, random);
}

/// Lengthens or shortens sessions by a quarter of an hour, at random, until they come to the total.
fn balance(list: &mut [Session], rows: &[usize], total: u32, random: &mut Random) {
    let mut sum: u32 = rows.iter().map(|&row| list[row].quarters).sum();
    let mut idle = 0;
    while sum != total && !rows.is_empty() && idle < 1_000_000 {
        let session = &mut list[rows[random.below(rows.len())]];
        if sum < total && session.quarters < 28 && session.start + session.quarters * 15 < 17 * 60 {
            session.quarters += 1;
            sum += 1;
        } else if sum > total && session.quarters > 8 {
            session.quarters -= 1;
            sum -= 1;
        } else {
            idle += 1;
        }
    }
}

/// Sets the places of every service from the fullest half day it has, with room to spare in most.
pub(crate) fn furnish(services: &mut [Service], sessions: &[Session], random: &mut Random) {
    for (number, service) in services.iter_mut().enumerate() {
        let mut held = [[0_u32; 3]; 7];
        let of = sessions.iter().filter(|session| {
            session.service == number
                && (session.to.is_empty() || !service.open)
                && session.delivery == Delivery::Building
        });
        for session in of {
            let (first, last) = (session.start, session.start + session.quarters * 15);
            for (part, (from, to)) in [(0, 750), (750, 1_020), (1_020, 1_440)]
                .into_iter()
                .enumerate()
            {
                held[session.weekday][part] += u32::from(first < to && last > from);
            }
        }
        let most = held.into_iter().flatten().max().unwrap_or(0);
        if service.attended() || !service.open {
            service.places = (f64::from(most) * random.between(1.08, 1.6))
                .ceil()
                .max(6.0) as u32;
            service.wheelchair_places =
                (f64::from(service.places) * random.between(0.08, 0.3)) as u32;
        }
    }
}

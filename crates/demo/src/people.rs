//! The invented people who use the services: who they are, where they live, which services they attend.
//!
//! Homes are drawn by distance decay: the further a postcode from the services a person attends, the less likely. The
//! two lengths of the decay (`Tuning`) are the only thing tuned; distances come from whoever asks. Sessions, hours and
//! dates are drawn elsewhere (`diary`).

use crate::Tuning;
use crate::geometry::Point;
use crate::random::Random;
use crate::services::{Category, Group, Service};

/// How a person is served by a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Building,
    Outreach,
    Home,
}

/// A person as drawn.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) group: Group,
    /// Index of the home's postcode.
    pub(crate) postcode: usize,
    /// Present services, the first the main one.
    pub(crate) present: Vec<(usize, Delivery)>,
    /// The closed site the person once went to.
    pub(crate) closed: Option<usize>,
}

/// A postcode as the drawing of homes sees it.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) text: String,
    /// Grid metres.
    pub(crate) at: Point,
    /// How likely anyone there is to need a service, about 1.
    pub(crate) need: f64,
    /// The same for services for the old.
    pub(crate) old_need: f64,
}

/// Where people may live, and how far each place is from each service.
pub(crate) struct Field<'a> {
    pub(crate) services: &'a [Service],
    pub(crate) homes: &'a [Home],
    /// Metres from each home (second index) to each service (first); infinite where there is no way.
    pub(crate) metres: &'a [Vec<f32>],
    pub(crate) tuning: Tuning,
}

/// How many people are drawn for what, at scale 1.
struct Numbers {
    trading: usize,
    trading_elsewhere: usize,
    trading_second: usize,
    day: usize,
    day_second: usize,
    community: usize,
    low_cost: usize,
    low_cost_second: usize,
    from_closed: usize,
    stopped: usize,
}

impl Numbers {
    fn at(scale: f64) -> Self {
        let of = |count: f64| (count * scale).round().max(1.0) as usize;
        // 487 in day services: 352 at the trading company's and 135 at the others'.
        let day_people = of(487.0).max(12);
        let trading = (day_people as f64 * 352.0 / 487.0).round() as usize;
        Self {
            trading,
            trading_elsewhere: of(24.0),
            trading_second: of(44.0),
            day: day_people - trading,
            day_second: of(35.0),
            community: of(640.0),
            low_cost: of(190.0),
            low_cost_second: of(51.0),
            from_closed: of(36.0),
            stopped: of(12.0),
        }
    }
}

/// Draws everyone.
pub(crate) fn draw(field: &Field<'_>, scale: f64, random: &mut Random) -> Vec<Person> {
    let numbers = Numbers::at(scale);
    let mut people = Vec::new();
    mains(field, &numbers, &mut people, random);
    seconds(field, &numbers, &mut people, random);
    homes(field, &mut people, random);
    former(field, &numbers, &mut people, random);
    people
}

/// The indices of services that a test holds for.
fn those(services: &[Service], test: impl Fn(&Service) -> bool) -> Vec<usize> {
    (0..services.len())
        .filter(|&number| test(&services[number]))
        .collect()
}

/// Divides `count` people over services by their shares, in a random order.
fn divided(field: &Field<'_>, among: &[usize], count: usize, random: &mut Random) -> Vec<usize> {
    let weights: Vec<f64> = among.iter().map(|&s| field.services[s].share).collect();
    let mut list: Vec<usize> = among
        .iter()
        .zip(crate::residents::shares(&weights, count as u32))
        .flat_map(|(&service, people)| vec![service; people as usize])
        .collect();
    random.shuffle(&mut list);
    list
}

fn delivery(service: &Service) -> Delivery {
    match service.mode {
        crate::services::Mode::Outreach => Delivery::Outreach,
        crate::services::Mode::Online => Delivery::Home,
        _ => Delivery::Building,
    }
}

/// Draws people by their main service.
fn mains(field: &Field<'_>, numbers: &Numbers, people: &mut Vec<Person>, random: &mut Random) {
    let of = |category: Category, trading: bool| {
        those(field.services, |s| {
            s.open && s.category == category && s.trading == trading
        })
    };
    for (among, count) in [
        (of(Category::Day, true), numbers.trading),
        (of(Category::Day, false), numbers.day),
        (of(Category::Community, false), numbers.community),
        (of(Category::LowCost, false), numbers.low_cost),
    ] {
        for service in divided(field, &among, count, random) {
            let mix = field.services[service].focus.mix();
            let weights: Vec<f64> = mix.iter().map(|(_, weight)| *weight).collect();
            let group = mix[random.weighted(&weights).unwrap_or(0)].0;
            let present = vec![(service, delivery(&field.services[service]))];
            people.push(Person {
                group,
                postcode: 0,
                present,
                closed: None,
            });
        }
    }
    // Some of the trading company's people are served by outreach or at home: the first of its list, which is shuffled.
    for (number, person) in people
        .iter_mut()
        .take(numbers.trading_elsewhere.min(numbers.trading / 3))
        .enumerate()
    {
        person.present[0].1 = if number % 3 == 2 {
            Delivery::Home
        } else {
            Delivery::Outreach
        };
    }
}

fn pairs(field: &Field<'_>, people: &[Person], trading: bool) -> usize {
    people
        .iter()
        .flat_map(|person| &person.present)
        .filter(|(service, by)| {
            *by == Delivery::Building && field.services[*service].trading == trading
        })
        .count()
}

/// Gives some people a second service, so that the trading company has exactly a quarter of all pairs of a person and
/// a service.
fn seconds(field: &Field<'_>, numbers: &Numbers, people: &mut Vec<Person>, random: &mut Random) {
    let day = numbers.trading + numbers.day;
    let other = |category: Category, trading: bool| {
        those(field.services, |s| {
            s.attended() && s.category == category && s.trading == trading
        })
    };
    second(
        field,
        people,
        0..numbers.trading,
        &other(Category::Day, true),
        numbers.trading_second,
        random,
    );
    second(
        field,
        people,
        0..day,
        &other(Category::Day, false),
        numbers.day_second,
        random,
    );
    let all = people.len();
    second(
        field,
        people,
        0..all,
        &other(Category::LowCost, false),
        numbers.low_cost_second,
        random,
    );
    let wanted = 3 * pairs(field, people, true);
    let have = pairs(field, people, false);
    second(
        field,
        people,
        0..all,
        &other(Category::Community, false),
        wanted.saturating_sub(have),
        random,
    );
    even_out(
        field,
        wanted,
        &other(Category::Community, false),
        people,
        random,
    );
}

/// Makes the pairs of the other operators come to `wanted` where rounding at a small scale has left it off.
fn even_out(
    field: &Field<'_>,
    wanted: usize,
    spare: &[usize],
    people: &mut Vec<Person>,
    random: &mut Random,
) {
    // At a small scale rounding may leave too many: the last people of the list, who attend nothing else, go.
    while pairs(field, people, false) > wanted
        && people
            .last()
            .is_some_and(|person| person.present.len() == 1)
    {
        people.pop();
    }
    // And what could not be placed is made up by new people of the community services.
    while pairs(field, people, false) < wanted {
        let service = spare[random.below(spare.len())];
        let group = field.services[service].focus.mix()[0].0;
        people.push(Person {
            group,
            postcode: 0,
            present: vec![(service, Delivery::Building)],
            closed: None,
        });
    }
}

/// Gives `count` of the people in a range one more service each, near the one they have.
fn second(
    field: &Field<'_>,
    people: &mut [Person],
    range: std::ops::Range<usize>,
    among: &[usize],
    count: usize,
    random: &mut Random,
) {
    let mut order: Vec<usize> = range.collect();
    random.shuffle(&mut order);
    let mut left = count;
    for number in order {
        if left == 0 {
            return;
        }
        let person = &people[number];
        let (main, by) = person.present[0];
        if person.present.len() > 1 || by != Delivery::Building {
            continue;
        }
        let weights: Vec<f64> = among
            .iter()
            .map(|&service| {
                let there = &field.services[service];
                let apart = there.at.distance(field.services[main].at);
                let fits = service != main && there.focus.serves(person.group);
                if fits {
                    there.share / (1.0 + (apart / 3_000.0).powi(2))
                } else {
                    0.0
                }
            })
            .collect();
        if let Some(chosen) = random.weighted(&weights) {
            people[number]
                .present
                .push((among[chosen], Delivery::Building));
            left -= 1;
        }
    }
}

/// The weight of a home for someone of a group who attends some services.
fn weight(field: &Field<'_>, home: usize, old: bool, attended: &[(usize, Delivery)]) -> f64 {
    let place = &field.homes[home];
    let mut weight = if old { place.old_need } else { place.need };
    for (service, _) in attended {
        let trading = field.services[*service].trading;
        let decay = if trading {
            field.tuning.trading_decay_m
        } else {
            field.tuning.others_decay_m
        };
        let metres = f64::from(field.metres[*service][home]);
        weight *= if metres.is_finite() {
            (-metres / decay).exp()
        } else {
            0.0
        };
    }
    weight
}

/// The services someone attends and whether in person, whether they are of a group for the old, and their number.
type Alike = (Vec<(usize, bool)>, bool, usize);

/// Draws the homes. People with one and the same service are drawn together at even steps through the weights in the
/// order of distance, which keeps chance out of the mean; people with two services are drawn one by one.
fn homes(field: &Field<'_>, people: &mut [Person], random: &mut Random) {
    let mut sets: Vec<Alike> = people
        .iter()
        .enumerate()
        .map(|(number, person)| {
            let attended = person
                .present
                .iter()
                .map(|(s, by)| (*s, *by == Delivery::Building))
                .collect();
            (attended, person.group.old(), number)
        })
        .collect();
    sets.sort();
    let mut start = 0;
    while start < sets.len() {
        let same = sets[start..]
            .iter()
            .take_while(|set| set.0 == sets[start].0 && set.1 == sets[start].1)
            .count();
        let members: Vec<usize> = sets[start..start + same].iter().map(|set| set.2).collect();
        let first = people[members[0]].clone();
        let main = first.present[0].0;
        let mut order: Vec<usize> = (0..field.homes.len()).collect();
        order.sort_by(|&a, &b| {
            field.metres[main][a]
                .total_cmp(&field.metres[main][b])
                .then(a.cmp(&b))
        });
        let mut running = Vec::with_capacity(order.len());
        let mut sum = 0.0;
        for &home in &order {
            sum += weight(field, home, first.group.old(), &first.present);
            running.push(sum);
        }
        let offset = random.unit();
        for (step, &member) in members.iter().enumerate() {
            let mark = (step as f64 + offset) / members.len() as f64 * sum;
            let slot = running
                .partition_point(|&sum| sum <= mark)
                .min(order.len().saturating_sub(1));
            people[member].postcode = order.get(slot).copied().unwrap_or(0);
        }
        start += same;
    }
}

/// Draws who went to the closed sites: some of those now at the other five, all who are served by outreach or at home,
/// and some who stopped coming.
fn former(field: &Field<'_>, numbers: &Numbers, people: &mut Vec<Person>, random: &mut Random) {
    let closed = those(field.services, |s| !s.open);
    if closed.is_empty() {
        return;
    }
    let near = |number: usize, site: usize| field.metres[site][people[number].postcode];
    let nearest = |number: usize| {
        closed
            .iter()
            .copied()
            .min_by(|&a, &b| near(number, a).total_cmp(&near(number, b)))
            .unwrap_or(closed[0])
    };
    let (here, elsewhere): (Vec<usize>, Vec<usize>) = (0..numbers.trading.min(people.len()))
        .partition(|&number| people[number].present[0].1 == Delivery::Building);
    let mut chosen: Vec<(usize, usize)> = elsewhere
        .into_iter()
        .map(|number| (number, nearest(number)))
        .collect();
    for (step, &site) in closed.iter().enumerate() {
        let mut order = here.clone();
        order.sort_by(|&a, &b| near(a, site).total_cmp(&near(b, site)).then(a.cmp(&b)));
        order.retain(|number| chosen.iter().all(|(other, _)| other != number));
        // Every second of the nearest, so that the others show what the neighbourhood is like without the site.
        let share = (numbers.from_closed + step) / closed.len();
        chosen.extend(
            order
                .into_iter()
                .step_by(2)
                .take(share)
                .map(|number| (number, site)),
        );
    }
    for (number, site) in chosen {
        people[number].closed = Some(site);
        // The sites were for dementia and complex needs, and some who moved now go where that need is not served.
        let mix = field.services[site].focus.mix();
        if !field.services[site].focus.serves(people[number].group) || random.chance(0.3) {
            people[number].group = mix[usize::from(random.chance(0.25))].0;
        }
    }
    for step in 0..numbers.stopped {
        let site = closed[step % closed.len()];
        let mix = field.services[site].focus.mix();
        let group = mix[step / closed.len() % mix.len().min(2)].0;
        let weights: Vec<f64> = (0..field.homes.len())
            .map(|home| weight(field, home, group.old(), &[(site, Delivery::Building)]))
            .collect();
        let postcode = random.weighted(&weights).unwrap_or(0);
        people.push(Person {
            group,
            postcode,
            present: Vec::new(),
            closed: Some(site),
        });
    }
}

/// Mean metres over pairs of a person and a service attended in person: all, the trading company's, the others'.
pub(crate) fn means(field: &Field<'_>, people: &[Person]) -> [f64; 3] {
    let (mut sums, mut counts) = ([0.0; 3], [0.0; 3]);
    for person in people {
        for (service, by) in &person.present {
            let metres = f64::from(field.metres[*service][person.postcode]);
            if *by == Delivery::Building && metres.is_finite() {
                for slot in [
                    0,
                    if field.services[*service].trading {
                        1
                    } else {
                        2
                    },
                ] {
                    sums[slot] += metres;
                    counts[slot] += 1.0;
                }
            }
        }
    }
    [0, 1, 2].map(|slot| {
        if counts[slot] > 0.0 {
            sums[slot] / counts[slot]
        } else {
            0.0
        }
    })
}

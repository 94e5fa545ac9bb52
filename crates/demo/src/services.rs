//! The invented services: 36 that operate and the trading company's three closed sites.
//!
//! What each is called, whom it serves and what it charges is written down here; where it stands is decided by whoever
//! asks (`council` by the towns, `overlay` by a real study's postcodes). Nothing here is a real organisation.

use crate::geometry::Point;
use crate::random::Random;

/// The name of the invented trading company.
pub(crate) const TRADING: &str = "Tidewell Living";

/// Category of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Category {
    LowCost,
    Community,
    Day,
}

impl Category {
    /// As the providers' table writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::LowCost => "Low cost",
            Self::Community => "Community",
            Self::Day => "Day service",
        }
    }

    /// The mean of its services' hourly rates, pence.
    pub(crate) fn mean_pence(self) -> u32 {
        match self {
            Self::LowCost => 199,
            Self::Community => 951,
            Self::Day => 2_021,
        }
    }
}

/// Primary support group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Learning,
    Physical,
    Dementia,
    Mental,
    Autism,
    Sensory,
    Older,
}

impl Group {
    /// As the tables write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Learning => "Learning disability",
            Self::Physical => "Physical disability",
            Self::Dementia => "Dementia",
            Self::Mental => "Mental health",
            Self::Autism => "Autism",
            Self::Sensory => "Sensory support",
            Self::Older => "Older people",
        }
    }

    /// Whether its people are mostly old.
    pub(crate) fn old(self) -> bool {
        matches!(self, Self::Dementia | Self::Older)
    }
}

use Group::{Autism, Dementia, Learning, Mental, Older, Physical, Sensory};

/// Whom a service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// Learning disability first.
    Ld,
    /// Anyone.
    All,
    /// Dementia and older people.
    Memory,
    /// Work and mental health: "sheltered work".
    Work,
    /// Older people.
    Elders,
}

impl Focus {
    /// The groups it draws, with their shares in hundredths.
    pub(crate) fn mix(self) -> &'static [(Group, f64)] {
        match self {
            Self::Ld => &[
                (Learning, 79.0),
                (Autism, 10.0),
                (Physical, 8.0),
                (Sensory, 3.0),
            ],
            Self::All => &[
                (Learning, 54.0),
                (Physical, 11.0),
                (Dementia, 8.0),
                (Mental, 9.0),
                (Autism, 6.0),
                (Sensory, 3.0),
                (Older, 9.0),
            ],
            Self::Memory => &[(Dementia, 72.0), (Older, 28.0)],
            Self::Work => &[(Mental, 56.0), (Learning, 32.0), (Autism, 12.0)],
            Self::Elders => &[
                (Older, 68.0),
                (Dementia, 20.0),
                (Physical, 7.0),
                (Sensory, 5.0),
            ],
        }
    }

    /// Whether a group is served.
    pub(crate) fn serves(self, group: Group) -> bool {
        self.mix().iter().any(|(other, _)| *other == group)
    }
}

/// How a service is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Building,
    Community,
    Outreach,
    Online,
}

impl Mode {
    /// As the providers' table writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Community => "community",
            Self::Outreach => "outreach",
            Self::Online => "online",
        }
    }
}

/// A service as written down: name, operator, category, focus, mode, staff to people (1 to so many), the place it stands
/// in, its share of its category's people.
struct Plan(
    &'static str,
    &'static str,
    Category,
    Focus,
    Mode,
    u32,
    &'static str,
    f64,
);

use Category::{Community as Comm, Day, LowCost};
use Focus::{All, Elders, Ld, Memory, Work};
use Mode::{Building, Community, Online, Outreach};

// One line a service can be read as a table.
#[rustfmt::skip]
const PLANS: [Plan; 39] = [
    Plan("Connect Quayside", TRADING, Day, Ld, Building, 5, "Tarrowhithe", 1.3),
    Plan("Connect Promenade", TRADING, Day, All, Building, 4, "Wexmouth", 1.4),
    Plan("Connect Winterlow", TRADING, Day, Ld, Building, 5, "Winterlow", 1.0),
    Plan("Connect Ashmarl", TRADING, Day, All, Building, 4, "Ashmarl", 1.1),
    Plan("Connect Ellersea", TRADING, Day, Ld, Building, 5, "Ellersea", 0.7),
    Plan("Plus Fennimoor", TRADING, Day, Memory, Building, 3, "Fennimoor", 1.0),
    Plan("Plus Corvedon", TRADING, Day, Memory, Building, 3, "Corvedon", 0.9),
    Plan("Plus Southwick", TRADING, Day, Ld, Building, 2, "Southwick Marl", 0.8),
    Plan("Lantern House", "Lantern House Trust", Day, Ld, Building, 4, "Bosmere", 1.2),
    Plan("The Old Net Loft", "Netmakers Care", Day, Ld, Building, 3, "Tarrowhithe", 1.0),
    Plan("Samphire Day Centre", "Samphire Support", Day, All, Building, 4, "Larkwell", 1.0),
    Plan("Memory Lane Club", "Marram Care", Day, Memory, Building, 3, "Gannet Cliff", 0.8),
    Plan("Heron Bank", "Heron Bank Services", Day, Ld, Building, 2, "Harmsley", 0.9),
    Plan("Curlew House", "Marram Care", Day, Memory, Building, 3, "Mudeling", 0.7),
    Plan("One to One Kestle", "Amberley Complex Care", Day, Ld, Building, 1, "Kestle", 0.4),
    Plan("Drift Woodwork", "Driftworks", Comm, Work, Building, 6, "Wexmouth", 1.2),
    Plan("Driftworks Garden", "Driftworks", Comm, Work, Building, 5, "Ashmarl", 1.1),
    Plan("Orrel Farm", "Orrel Care Farm", Comm, Ld, Building, 4, "Upper Orrel", 1.0),
    Plan("Sea Room Arts", "Sea Room", Comm, Ld, Building, 5, "Bosmere", 1.3),
    Plan("Sea Room Stage", "Sea Room", Comm, Ld, Building, 6, "Wexmouth", 1.2),
    Plan("Harbour Kitchen", "Harbour Kitchen", Comm, Ld, Building, 4, "Tarrowhithe", 1.1),
    Plan("Capstan Club", "Capstan Club", Comm, All, Building, 7, "Corvedon", 1.2),
    Plan("Beacon Hub", "Beacon Community", Comm, All, Building, 8, "Ashmarl", 1.4),
    Plan("Winterlow Meet", "Beacon Community", Comm, All, Building, 8, "Winterlow", 1.2),
    Plan("Pellow Green Gym", "Green Hands", Comm, Ld, Community, 5, "Pellow Heath", 0.7),
    Plan("Saltern Allotments", "Green Hands", Comm, Work, Community, 6, "Saltern Row", 0.7),
    Plan("Thornacre Friends", "Thornacre Friends", Comm, Elders, Building, 10, "Thornacre", 0.9),
    Plan("Ellersea Lunch Club", "Ellersea Elders", Comm, Elders, Building, 10, "Ellersea", 0.9),
    Plan("Wick Abbas Circle", "Ellersea Elders", Comm, Elders, Building, 9, "Wick Abbas", 0.5),
    Plan("Signal House", "Signal House", Comm, All, Building, 4, "Fennimoor", 0.8),
    Plan("Larkwell Ladder", "Stepping On", Comm, Ld, Building, 5, "Larkwell", 1.1),
    Plan("Out and About", "Stepping On", Comm, Ld, Outreach, 3, "Harmsley", 0.7),
    Plan("Wavelength Online", "Sea Room", Comm, All, Online, 10, "Wexmouth", 0.6),
    Plan("Southwick Social", "Southwick Social", Comm, Ld, Building, 6, "Southwick Marl", 1.0),
    Plan("Tuesday Table", "Churches Together on the Wex", LowCost, All, Building, 12, "Wexmouth", 1.3),
    Plan("Quay Singers", "Quay Singers", LowCost, All, Building, 15, "Tarrowhithe", 1.1),
    Plan("Men at Benches", "Men at Benches", LowCost, Elders, Building, 10, "Thornacre", 0.8),
    Plan("Bosmere Drop-in", "Bosmere Association", LowCost, All, Building, 12, "Bosmere", 1.2),
    Plan("Ellersea Craft Table", "Ellersea Elders", LowCost, Elders, Building, 12, "Ellersea", 0.7),
];

/// A service with its place.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) operator: String,
    pub(crate) trading: bool,
    pub(crate) category: Category,
    pub(crate) focus: Focus,
    pub(crate) mode: Mode,
    pub(crate) ratio: u32,
    pub(crate) near: &'static str,
    pub(crate) share: f64,
    pub(crate) open: bool,
    pub(crate) rate_pence: u32,
    pub(crate) charge_pence: Option<u32>,
    /// Grid metres.
    pub(crate) at: Point,
    pub(crate) postcode: String,
    pub(crate) site: String,
    pub(crate) site_name: String,
    pub(crate) step_free: Option<bool>,
    pub(crate) places: u32,
    pub(crate) wheelchair_places: u32,
    pub(crate) opened: String,
    pub(crate) last_checked: String,
    /// The codes of the areas it comes to, with `;` between them; empty where it says none.
    pub(crate) area: String,
}

impl Service {
    /// Whether people come to it, so that a journey can be measured.
    pub(crate) fn attended(&self) -> bool {
        self.open && matches!(self.mode, Building | Community)
    }
}

/// All services, their places not yet chosen.
pub(crate) fn list(random: &mut Random) -> Vec<Service> {
    let mut services = Vec::with_capacity(PLANS.len());
    for (number, Plan(name, operator, category, focus, mode, ratio, near, share)) in
        PLANS.iter().enumerate()
    {
        let charge = match category {
            Day => (!random.chance(0.35)).then(|| 50 * (8 + random.below(14) as u32)),
            Comm => (!random.chance(0.3)).then(|| 50 * (4 + random.below(12) as u32)),
            LowCost => Some(50 * (2 + random.below(6) as u32)),
        };
        services.push(Service {
            id: format!("S{:02}", number + 1),
            name: (*name).to_string(),
            operator: (*operator).to_string(),
            trading: *operator == TRADING,
            category: *category,
            focus: *focus,
            mode: *mode,
            ratio: *ratio,
            near,
            share: *share,
            open: !name.starts_with("Plus "),
            rate_pence: 0,
            charge_pence: charge,
            at: Point::default(),
            postcode: String::new(),
            site: format!("SITE{:02}", number + 1),
            site_name: (*name).to_string(),
            step_free: [Some(true), Some(true), Some(true), Some(false), None][random.below(5)],
            places: 0,
            wheelchair_places: 0,
            opened: format!("{}-{:02}-01", 1996 + random.below(20), 1 + random.below(12)),
            last_checked: format!(
                "2022-{:02}-{:02}",
                7 + random.below(6),
                1 + random.below(28)
            ),
            area: String::new(),
        });
    }
    for category in [LowCost, Comm, Day] {
        price(&mut services, category, random);
    }
    services
}

/// Sets the hourly rates of a category: dearer where one member of staff supports fewer, and to the penny on the mean.
fn price(services: &mut [Service], category: Category, random: &mut Random) {
    let of: Vec<usize> = (0..services.len())
        .filter(|&number| services[number].category == category && services[number].open)
        .collect();
    let weights: Vec<f64> = of
        .iter()
        .map(|&number| {
            (0.45 + 2.2 / f64::from(services[number].ratio)) * random.between(0.85, 1.15)
        })
        .collect();
    let total = category.mean_pence() * of.len() as u32;
    for (number, pence) in of
        .into_iter()
        .zip(crate::residents::shares(&weights, total))
    {
        services[number].rate_pence = pence;
    }
    // What the closed sites charged counts in no mean: they charged what their staffing cost.
    for service in services
        .iter_mut()
        .filter(|service| service.category == category && !service.open)
    {
        service.rate_pence = 2_150 + random.below(700) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::{Category, list};
    use crate::random::Random;

    #[test]
    fn the_categories_have_their_sizes_and_mean_rates() {
        let services = list(&mut Random::new(3));
        for (category, count) in [
            (Category::LowCost, 5),
            (Category::Community, 19),
            (Category::Day, 12),
        ] {
            let of: Vec<_> = services
                .iter()
                .filter(|service| service.open && service.category == category)
                .collect();
            assert_eq!(of.len(), count);
            let sum: u32 = of.iter().map(|service| service.rate_pence).sum();
            assert_eq!(sum, category.mean_pence() * count as u32);
        }
        let trading = |open: bool| {
            services
                .iter()
                .filter(|s| s.trading && s.open == open)
                .count()
        };
        assert_eq!((trading(true), trading(false)), (5, 3));
    }
}

//! Streets as they would be: a bridge closed, a speed changed, a footpath added, without reading or contracting all anew.
//!
//! A [`Scenario`] is a list of changes. Applied to a network it gives another one, laid out by the code that lays out any network, so that
//! turn restrictions, dead ends, waits and streets for the ends of journeys only mean what they always mean. Streets keep their numbers, a
//! closed one too, and new ones come after: figures before and after can be put side by side. The hierarchy of the changed network is made
//! from the one before, and every search over it is exact.
//!
//! What is cut off by a closure stays in the network, and nobody gets there: that is what closing means, and the report says how much it
//! is. A point is snapped anew after a change, since its street may be closed or cut in two.
//!
//! Turn restrictions stay, but for one thing: an order to go on to a street does not bind while that street is closed in that direction, so
//! whoever may only turn right goes on as they like where the right turn is closed. Where that street is open and merely cut off, the
//! order stands. A restriction whose streets the profile could not use when the network was frozen does not come back where a change opens
//! them.
//!
//! It does not know what may be built where, nor what traffic a change brings.

mod draft;
#[cfg(test)]
mod order_tests;
mod pick;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hierarchy::{GraphChange, Hierarchy};
use crate::network::{NetworkError, StreetClass, StreetNetwork};
use crate::prepared::PreparedNetwork;
use crate::units::{KmPerHour, Metres};

use draft::Draft;

/// Which streets a change is to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The street of this number.
    Street(u32),
    /// The street nearest to a point, in metres on the study's grid; of any class.
    Nearest {
        /// The point.
        point: [f64; 2],
        /// How far it may be from there.
        within: Metres,
    },
    /// All streets of a name, but for case, that lie in a box or cross it.
    Named {
        /// The name, or a number such as `A48` for a street without one.
        name: String,
        /// The box's west and south.
        least: [f64; 2],
        /// Its east and north.
        most: [f64; 2],
    },
}

/// Which directions of a street a change is to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Both.
    #[default]
    Both,
    /// With its drawing: from its first point to its last.
    Forward,
    /// Against it.
    Backward,
}

impl Way {
    fn darts(self, street: u32) -> impl Iterator<Item = u32> {
        let darts = match self {
            Self::Both => 0..2,
            Self::Forward => 0..1,
            Self::Backward => 1..2,
        };
        darts.map(move |way| street * 2 + way)
    }
}

/// A street to be added. Each end is joined to the open street that is nearest to it, whatever its class: a slip road ends on the motorway
/// it is drawn to. Less than a metre from the end of that street it is joined to its junction. A ferry is joined at its landings only; where
/// one is nearest elsewhere, the change cannot be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewStreetPlan {
    /// Its line, at least two points, in metres on the study's grid. It begins and ends on the streets it is joined to, so the first and
    /// the last point only say where.
    pub line: Vec<[f64; 2]>,
    /// How far the streets that it is joined to may be from its ends.
    pub within: Metres,
    /// Its class.
    pub class: StreetClass,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The speed in the direction it is drawn; none where it may not be used so.
    pub forward: Option<KmPerHour>,
    /// The speed against it.
    pub backward: Option<KmPerHour>,
}

/// One change to a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Closes streets, or one direction of them.
    Close {
        /// Which.
        which: Which,
        /// Which directions.
        way: Way,
    },
    /// Opens a direction that is closed, at a speed or else at that of the other direction.
    Open {
        /// Which.
        which: Which,
        /// Which directions.
        way: Way,
        /// The speed.
        speed: Option<KmPerHour>,
    },
    /// Changes the speed of the directions that are open.
    Speed {
        /// Which.
        which: Which,
        /// Which directions.
        way: Way,
        /// The speed.
        speed: KmPerHour,
    },
    /// Adds a street.
    Add(NewStreetPlan),
}

/// Why changes could not be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ScenarioError {
    /// There is no street of this number.
    #[error("there is no street {street}; the network has {streets}")]
    NoStreet {
        /// The number.
        street: u32,
        /// How many there are.
        streets: usize,
    },
    /// No street of this name lies in the box.
    #[error("no street named \"{name}\" lies in that box")]
    NoName {
        /// The name.
        name: String,
    },
    /// The nearest street is too far away.
    #[error("the nearest street is {distance} from [{:.0}, {:.0}], and at most {within} was asked for", .point[0], .point[1])]
    TooFar {
        /// The point.
        point: [f64; 2],
        /// How far the nearest street is.
        distance: Metres,
        /// How far it might have been.
        within: Metres,
    },
    /// The nearest street is a ferry, at sea.
    #[error(
        "what is nearest to [{:.0}, {:.0}] is a ferry, and a new street can be joined to a ferry at its landings only: draw it to a landing, or to another street", .point[0], .point[1]
    )]
    Ferry {
        /// The end of the new street.
        point: [f64; 2],
    },
    /// Not a speed that anything moves at.
    #[error("{speed} is not a speed from 0.1 to 300 km/h")]
    Speed {
        /// The speed.
        speed: KmPerHour,
    },
    /// A closed street is to be opened, and no speed is given or known.
    #[error(
        "street {street} is closed both ways, so the speed it is to be opened at must be given"
    )]
    SpeedUnknown {
        /// The street.
        street: u32,
    },
    /// A line that no street can follow.
    #[error(
        "a new street needs a line of at least two points that are numbers, and a direction it is open in"
    )]
    Line,
    /// A hierarchy is to be made from that of a network that the changes were not made to.
    #[error("the changes were made to another network than the one whose hierarchy is given")]
    OtherNetwork,
    /// The changed network is too large.
    #[error("{0}")]
    Network(String),
}

impl From<NetworkError> for ScenarioError {
    fn from(error: NetworkError) -> Self {
        Self::Network(error.to_string())
    }
}

/// A list of changes, made one after the other. Streets are picked as they were before all of them.
///
/// ```
/// use catchment_travel::{
///     Change, Metres, PreparedNetwork, Profile, Scenario, Snapper, StreetGraphBuilder, Tags, Way, Which, route_cost,
/// };
///
/// // Two bridges over a river that runs west to east, 600 m apart, and a road along either bank.
/// let profiles = [Profile::drive()];
/// let mut streets = StreetGraphBuilder::new(&profiles);
/// let corners = [[0.0, 0.0], [600.0, 0.0], [0.0, 200.0], [600.0, 200.0]];
/// let [a, b, c, d] = corners.map(|corner| streets.junction(corner, Tags::new(&[])));
/// for (from, to, ends, name) in [
///     (a, b, [0, 1], "South Bank"),
///     (c, d, [2, 3], "North Bank"),
///     (a, c, [0, 2], "Old Bridge"),
///     (b, d, [1, 3], "New Bridge"),
/// ] {
///     let tags = [("highway", "residential"), ("name", name)];
///     streets.street(from, to, ends.map(|end| corners[end]).to_vec(), Tags::new(&tags), None);
/// }
/// let (network, _) = streets.finish().freeze(0, &profiles[0])?;
/// let before = PreparedNetwork::new(network);
///
/// // The old bridge is closed.
/// let mut scenario = Scenario::default();
/// scenario.push(Change::Close {
///     which: Which::Nearest { point: [0.0, 100.0], within: Metres::new(50.0) },
///     way: Way::Both,
/// });
/// let (after, report) = scenario.prepare(&before)?;
/// assert_eq!((report.closed.len(), report.cut_off.len()), (1, 0));
///
/// let metres = |streets: &PreparedNetwork| -> Result<String, &'static str> {
///     let snapper = Snapper::new(streets.network());
///     let ends = [[50.0, 0.0], [50.0, 200.0]].map(|point| snapper.snap(point, Metres::new(50.0)));
///     let [Ok(from), Ok(to)] = ends else { return Err("far from any street") };
///     let cost = route_cost(streets.network(), &mut streets.query(), &from, &to);
///     Ok(cost.ok_or("no way there")?.distance().to_string())
/// };
/// assert_eq!(metres(&before)?, "300 m");
/// assert_eq!(metres(&after)?, "1.30 km");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scenario {
    changes: Vec<Change>,
}

/// What changes did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeReport {
    /// The streets of which a direction was closed.
    pub closed: Vec<u32>,
    /// The streets of which a direction was opened.
    pub opened: Vec<u32>,
    /// The streets of which a speed was changed.
    pub speeds: Vec<u32>,
    /// The streets that were added, and the second halves of those that were cut in two.
    pub added: Vec<u32>,
    /// The streets, open themselves, that cannot be come to or come from any more.
    pub cut_off: Vec<u32>,
    /// The length of what is cut off.
    pub cut_off_length: Metres,
}

/// A changed network, and what it takes to make its hierarchy.
#[derive(Clone, Debug)]
pub struct Changed<'n> {
    before: &'n StreetNetwork,
    network: StreetNetwork,
    report: ChangeReport,
    /// For each search node the one it was before.
    was: Vec<u32>,
}

impl Scenario {
    /// Adds a change.
    pub fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Returns the changes.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Makes the changes to a network.
    ///
    /// # Errors
    /// [`ScenarioError`] says which change cannot be made; then none is.
    pub fn apply<'n>(&self, network: &'n StreetNetwork) -> Result<Changed<'n>, ScenarioError> {
        let mut draft = Draft::new(network);
        for change in &self.changes {
            draft.make(change)?;
        }
        draft.finish()
    }

    /// Makes the changes to a network and makes it ready for searching.
    ///
    /// # Errors
    /// As of [`Scenario::apply`].
    pub fn prepare(
        &self,
        before: &PreparedNetwork,
    ) -> Result<(PreparedNetwork, ChangeReport), ScenarioError> {
        let changed = self.apply(before.network())?;
        let hierarchy = changed.hierarchy(before)?;
        let Changed {
            network, report, ..
        } = changed;
        Ok((PreparedNetwork::of(network, hierarchy), report))
    }
}

impl Changed<'_> {
    /// Returns the changed network.
    #[must_use]
    pub fn network(&self) -> &StreetNetwork {
        &self.network
    }

    /// Returns what the changes did.
    #[must_use]
    pub fn report(&self) -> &ChangeReport {
        &self.report
    }

    /// Makes the hierarchy of the changed network by taking every node out again in the order of the hierarchy before, however little
    /// changed: what [`Changed::hierarchy`] falls back to.
    ///
    /// # Errors
    /// [`ScenarioError::OtherNetwork`] where the changes were not made to the streets of `before`.
    pub fn contracted_again(&self, before: &PreparedNetwork) -> Result<Hierarchy, ScenarioError> {
        let hierarchy = self.hierarchy_of(before)?;
        Ok(hierarchy.again_as(&self.network.leaving, &self.network.arriving, &self.was))
    }

    /// Makes the hierarchy of the changed network from that of the network before. Where little changed, only what the change can matter
    /// to is done again; otherwise every node is taken out again in its old order.
    ///
    /// # Errors
    /// [`ScenarioError::OtherNetwork`] where the changes were not made to the streets of `before`.
    pub fn hierarchy(&self, before: &PreparedNetwork) -> Result<Hierarchy, ScenarioError> {
        let hierarchy = self.hierarchy_of(before)?;
        Ok(hierarchy.changed(GraphChange {
            before: &self.before.leaving,
            leaving: &self.network.leaving,
            arriving: &self.network.arriving,
            was: &self.was,
        }))
    }

    /// Returns the hierarchy before, of the very network that the changes were made to: that of one alike would do, but to compare
    /// them would take longer than to see that they are one.
    fn hierarchy_of<'h>(
        &self,
        before: &'h PreparedNetwork,
    ) -> Result<&'h Hierarchy, ScenarioError> {
        if std::ptr::eq(self.before, before.network()) {
            Ok(before.hierarchy())
        } else {
            Err(ScenarioError::OtherNetwork)
        }
    }
}

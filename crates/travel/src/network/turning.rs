//! What it costs to turn, by the angle between two streets.
//!
//! The curve is that of OSRM's `car` profile: almost nothing straight on, half the penalty a little before a right angle, all of it
//! well past one; a bias makes turns across the oncoming traffic dearer than those that keep to the near side. It does not know
//! restrictions.

use crate::network::rules::Dart;
use crate::profile::TurnCosts;

/// How far from a junction the heading of a street is taken, so that a kink of its last metre does not make a turn; metres.
const SIGHT: f64 = 10.0;

/// Turn costs of one network.
#[derive(Clone, Debug)]
pub(crate) struct Turning {
    costs: TurnCosts,
    /// For each street its heading where it begins and where it ends, as drawn; degrees clockwise from north. Empty where angles do
    /// not matter.
    headings: Vec<[f64; 2]>,
}

impl Turning {
    /// Takes the shapes of all streets.
    pub(crate) fn new<'a>(costs: &TurnCosts, shapes: impl Iterator<Item = &'a [[f64; 2]]>) -> Self {
        let headings = if costs.penalty.value() > 0.0 {
            shapes.map(headings).collect()
        } else {
            Vec::new()
        };
        Self {
            costs: costs.clone(),
            headings,
        }
    }

    /// Says whether turns cost anything, so that every junction has to know how one came.
    pub(crate) fn everywhere(&self) -> bool {
        self.costs.penalty.value() > 0.0 || self.costs.u_turn.is_some()
    }

    /// Returns the cost of a U-turn in milliseconds, where it is allowed.
    pub(crate) fn u_turn(&self) -> Option<u32> {
        self.costs.u_turn.map(|time| milliseconds(time.value()))
    }

    /// Returns the cost of a turn in milliseconds. Where only two ends of streets meet
    /// it is a bend, which costs nothing.
    pub(crate) fn cost(&self, from: Dart, to: Dart, arms: usize) -> u32 {
        if self.headings.is_empty() || arms <= 2 {
            return 0;
        }
        let heading = |dart: Dart, end| heading_along(self.headings[dart as usize / 2], dart, end);
        let angle = angle(heading(from, End::Last), heading(to, End::First));
        milliseconds(self.costs.seconds(angle))
    }
}

/// An end of a street, as one goes along it in a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Where one gets onto it.
    First,
    /// Where one leaves it.
    Last,
}

/// Returns the heading in a direction at one end of a street, of its [`headings`] as drawn; degrees clockwise from north, not brought into
/// one turn.
pub(crate) fn heading_along(drawn: [f64; 2], dart: Dart, end: End) -> f64 {
    let against = dart % 2 == 1;
    let heading = drawn[usize::from((end == End::First) == against)];
    if against { heading + 180.0 } else { heading }
}

/// Returns the angle between the heading one arrives with and the one one leaves with: degrees from -180 to 180, right turns positive.
pub(crate) fn angle(arriving: f64, leaving: f64) -> f64 {
    (leaving - arriving + 540.0).rem_euclid(360.0) - 180.0
}

fn milliseconds(seconds: f64) -> u32 {
    (seconds * 1000.0).round().clamp(0.0, 1.0e9) as u32
}

/// Returns the heading of a line where it begins and where it ends, as drawn; degrees clockwise from north.
pub(crate) fn headings(shape: &[[f64; 2]]) -> [f64; 2] {
    let towards = |points: &mut dyn Iterator<Item = &[f64; 2]>| {
        let Some(start) = points.next() else {
            return 0.0;
        };
        let mut at = *start;
        for point in points {
            at = *point;
            if (at[0] - start[0]).hypot(at[1] - start[1]) >= SIGHT {
                break;
            }
        }
        (at[0] - start[0]).atan2(at[1] - start[1]).to_degrees()
    };
    [
        towards(&mut shape.iter()),
        towards(&mut shape.iter().rev()) + 180.0,
    ]
}

#[cfg(test)]
mod tests {
    use super::Turning;
    use crate::profile::TurnCosts;
    use crate::units::Seconds;

    #[test]
    fn turns_across_the_traffic_cost_most_and_bends_nothing() {
        let costs = TurnCosts {
            penalty: Seconds::new(7.5),
            bias: 1.0 / 1.075,
            u_turn: None,
        };
        // Four arms of a crossing, all drawn outwards: north, east, south, west.
        let arms = [[0.0, 1.0], [1.0, 0.0], [0.0, -1.0], [-1.0, 0.0]]
            .map(|[x, y]| vec![[0.0, 0.0], [x * 50.0, y * 50.0]]);
        let turning = Turning::new(&costs, arms.iter().map(Vec::as_slice));
        // From the south: dart 5 comes in; 0, 2 and 6 go out north, east and west.
        let [ahead, right, left] = [0, 2, 6].map(|to| turning.cost(5, to, 4));
        assert!(ahead < 20, "{ahead}");
        assert!(
            left < right,
            "keeping left, a left turn is the easier: {left} {right}"
        );
        assert!((1_500..4_000).contains(&left) && (4_000..7_500).contains(&right));
        assert_eq!(turning.cost(5, 2, 2), 0);
        let free = TurnCosts {
            penalty: Seconds::new(0.0),
            ..costs
        };
        let free = Turning::new(&free, arms.iter().map(Vec::as_slice));
        assert!(!free.everywhere() && free.cost(5, 2, 4) == 0);
    }
}

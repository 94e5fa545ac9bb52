//! Orders to go on to a street, where that street is closed, cut off or opened again.

use super::{Change, Scenario, Way, Which};
use crate::drawn::Town;
use crate::{KmPerHour, PreparedNetwork, Profile, StreetNetwork, TurnRule, costs_from};

/// Returns the metres from the middle of one street to the middle of another.
fn metres(town: &Town, network: &StreetNetwork, [from, to]: [&str; 2]) -> Option<u32> {
    let [from, to] = [from, to].map(|word| town.middle(network, word));
    let cost = costs_from(network, &from).cost(&to);
    cost.map(|cost| cost.millimetres() / 1000)
}

#[test]
fn an_order_into_a_closed_street_does_not_bind_until_it_is_opened_again() {
    let town = Town::drawn(Profile::drive(), "a-b-c\n| | |\nd-e-f\n| | |\ng-h-i")
        .streets("abcfihgda beh def", "")
        .rule("heb", TurnRule::Only);
    let (network, _) = town.freeze();
    let before = PreparedNetwork::new(network);
    let both = |network: &StreetNetwork| {
        [["he", "ed"], ["he", "ef"]].map(|pair| metres(&town, network, pair).unwrap())
    };
    assert!(both(before.network()).iter().all(|metres| *metres > 100));
    let street = town.middle(before.network(), "be").street();
    // As drawn it leads from b to e, so against it is the way that is ordered.
    for (way, expected) in [(Way::Both, 100), (Way::Backward, 100)] {
        let mut scenario = Scenario::default();
        let which = Which::Street(street);
        scenario.push(Change::Close { which, way });
        let (after, report) = scenario.prepare(&before).unwrap();
        assert_eq!(both(after.network()), [expected; 2], "{way:?}");
        assert!(report.cut_off.is_empty(), "nobody is trapped");
        let snaps = ["he", "ed", "ef"].map(|word| town.middle(after.network(), word));
        let all = after.many().matrix(&snaps[..], &snaps[..]);
        for (row, from) in snaps.iter().enumerate() {
            let tree = costs_from(after.network(), from);
            for (column, to) in snaps.iter().enumerate() {
                assert_eq!(all.at(row, column), tree.cost(to));
            }
        }
        let mut reopened = Scenario::default();
        reopened.push(Change::Open {
            which: Which::Street(street),
            way,
            speed: Some(KmPerHour::new(36.0)),
        });
        let reopened = reopened.apply(after.network()).unwrap();
        assert_eq!(both(reopened.network()), both(before.network()), "{way:?}");
    }
    // The other way is no matter.
    let mut scenario = Scenario::default();
    let (which, way) = (Which::Street(street), Way::Forward);
    scenario.push(Change::Close { which, way });
    let changed = scenario.apply(before.network()).unwrap();
    assert!(both(changed.network()).iter().all(|metres| *metres > 100));
}

#[test]
fn an_order_into_a_street_that_is_cut_off_binds_whatever_cut_it_off() {
    let drawing = "a-b-c\n|   |\ng-h-i\n  |\n  x";
    let town = |spur| {
        let town = Town::drawn(Profile::drive(), drawing).streets("abcihga", "");
        town.streets("hx", spur)
    };
    let pair = ["gh", "hi"];
    // Free, and round the block.
    let free = town("");
    assert_eq!(metres(&free, &free.freeze().0, pair), Some(100));
    let round = Some(500);
    // Nobody comes back from x: the street is left out when the network is frozen.
    let left_out = town("oneway=yes").rule("ghx", TurnRule::Only);
    let (network, report) = left_out.freeze();
    assert_eq!((report.streets, report.restrictions), (6, 1));
    assert_eq!(metres(&left_out, &network, pair), round);
    // The way back from x is closed: the street is open still.
    let cut_off = town("").rule("ghx", TurnRule::Only);
    let (network, _) = cut_off.freeze();
    let spur = cut_off.middle(&network, "hx").street();
    let close = |way| {
        let mut scenario = Scenario::default();
        let which = Which::Street(spur);
        scenario.push(Change::Close { which, way });
        scenario.apply(&network).unwrap()
    };
    let changed = close(Way::Backward);
    assert_eq!(changed.report().cut_off, [spur]);
    assert_eq!(metres(&cut_off, changed.network(), pair), round);
    // The street itself is closed: the order does not bind.
    let changed = close(Way::Both);
    assert_eq!(metres(&cut_off, changed.network(), pair), Some(100));
}

//! The nearest of many sites, from everywhere at once.
//!
//! All sites climb together and one sweep brings what they found down again, so the price does not grow with the number of sites.
//! Of a position only its few nearest sites are kept: a site that is not among the nearest of a place is not among the nearest of any
//! other that goes there first. Of sites equally near the one that comes first in the list is taken.

use crate::adjacency::Adjacency;
use crate::units::Cost;

use super::positions::Positions;
use super::selection::Selection;
use super::terminals::Terminals;

/// A site and what it costs to get there. Ordered by cost, then by the site's place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Near {
    pub(crate) cost: Cost,
    pub(crate) site: u32,
}

impl Near {
    /// No site.
    pub(crate) const NONE: Self = Self {
        cost: Cost::INFINITY,
        site: u32::MAX,
    };

    /// Returns the same site from an arc further away.
    #[inline]
    pub(crate) fn through(self, arc: Cost) -> Self {
        Self {
            cost: self.cost + arc,
            site: self.site,
        }
    }

    /// Says whether it is a site that one gets to within a limit.
    pub(crate) fn is_within(self, limit: Option<u32>) -> bool {
        self.cost
            .finite()
            .is_some_and(|cost| limit.is_none_or(|limit| cost.milliseconds() <= limit))
    }
}

/// Finds the nearest site of every position.
///
/// `climbing` are the arcs that arrive at a position from above, `falling` those that leave it upwards: journeys go to the sites.
pub(crate) fn nearest_of_all(
    climbing: &Adjacency,
    falling: &Adjacency,
    sites: &Terminals,
    limit: Option<u32>,
) -> Vec<Near> {
    let mut nearest = vec![Near::NONE; climbing.nodes()];
    let mut left = Positions::below(climbing.nodes());
    for site in 0..sites.len() {
        for (position, cost) in sites.hooks(site) {
            let here = &mut nearest[*position as usize];
            *here = (*here).min(Near {
                cost: *cost,
                site: site as u32,
            });
            left.insert(*position);
        }
    }
    while let Some(position) = left.pop() {
        let here = nearest[position as usize];
        if !here.is_within(limit) {
            continue;
        }
        for (above, arc) in climbing.arcs(position) {
            let through = here.through(arc);
            if through < nearest[above as usize] {
                nearest[above as usize] = through;
                left.insert(above);
            }
        }
    }
    for position in 0..falling.nodes() {
        let (before, here) = nearest.split_at_mut(position);
        let mut best = here[0];
        for (above, arc) in falling.arcs(position as u32) {
            best = best.min(before[above as usize].through(arc));
        }
        here[0] = best;
    }
    nearest
}

/// Lists of the few nearest sites, one list after the other.
#[derive(Clone, Debug)]
pub(crate) struct Lists {
    pub(crate) length: usize,
    pub(crate) near: Vec<Near>,
}

impl Lists {
    fn new(lists: usize, length: usize) -> Self {
        Self {
            length,
            near: vec![Near::NONE; lists * length],
        }
    }

    /// Returns a list, the nearest first.
    pub(crate) fn list(&self, list: usize) -> &[Near] {
        &self.near[list * self.length..][..self.length]
    }

    /// Offers a list the sites of another one, from an arc further away. Says whether any was taken.
    fn offer_all(&mut self, list: usize, from: usize, arc: Cost) -> bool {
        let mut taken = false;
        for step in 0..self.length {
            let near = self.near[from * self.length + step].through(arc);
            // Those that follow are further away still.
            if near >= self.near[(list + 1) * self.length - 1] {
                break;
            }
            taken |= offer(&mut self.near[list * self.length..][..self.length], near);
        }
        taken
    }
}

/// Puts a site into a list, each site once. Says whether it was taken.
pub(crate) fn offer(list: &mut [Near], near: Near) -> bool {
    let same = list.iter().position(|other| other.site == near.site);
    let mut place = same.unwrap_or(list.len().saturating_sub(1));
    if list.get(place).is_none_or(|worse| *worse <= near) {
        return false;
    }
    while place > 0 && list[place - 1] > near {
        list[place] = list[place - 1];
        place -= 1;
    }
    list[place] = near;
    true
}

/// Finds the few nearest sites of some origins, in the order of `some`, from what the sites climbed to.
pub(crate) fn nearest_few(
    falling: &Adjacency,
    (origins, some): (&Terminals, &[u32]),
    climbed: &Climbed,
) -> Lists {
    let few = climbed.lists.length;
    let selection = Selection::above(falling, origins, some);
    let mut rows = Lists::new(selection.rows(), few);
    for (place, position) in climbed.positions.iter().enumerate() {
        if let Some(row) = selection.row(*position) {
            rows.near[row * few..][..few].copy_from_slice(climbed.lists.list(place));
        }
    }
    for row in 0..selection.rows() {
        for (above, arc) in selection.arcs.arcs(row as u32) {
            rows.offer_all(row, above as usize, arc);
        }
    }
    let mut found = Lists::new(some.len(), few);
    let origins = selection.rows_of(origins, some);
    for (origin, list) in found.near.chunks_exact_mut(few).enumerate() {
        for (row, cost) in origins.hooks(origin) {
            for near in rows.list(*row as usize) {
                offer(list, near.through(*cost));
            }
        }
    }
    found
}

/// The few nearest sites of the positions that sites climb to.
pub(crate) struct Climbed {
    positions: Vec<u32>,
    lists: Lists,
}

/// Climbs from all sites at once, keeping the few nearest at each position. Directions as in [`nearest_of_all`].
pub(crate) fn climb(
    climbing: &Adjacency,
    sites: &Terminals,
    few: usize,
    limit: Option<u32>,
) -> Climbed {
    let mut place_of = vec![u32::MAX; climbing.nodes()];
    let mut left = Positions::below(climbing.nodes());
    let mut climbed = Climbed {
        positions: Vec::new(),
        lists: Lists::new(0, few),
    };
    let mut place = |position: u32, climbed: &mut Climbed, left: &mut Positions| {
        let place = &mut place_of[position as usize];
        if *place == u32::MAX {
            *place = climbed.positions.len() as u32;
            climbed.positions.push(position);
            let lists = &mut climbed.lists.near;
            lists.resize(lists.len() + few, Near::NONE);
            left.insert(position);
        }
        *place as usize
    };
    for site in 0..sites.len() {
        for (position, cost) in sites.hooks(site) {
            let here = place(*position, &mut climbed, &mut left);
            let near = Near {
                cost: *cost,
                site: site as u32,
            };
            offer(&mut climbed.lists.near[here * few..][..few], near);
        }
    }
    while let Some(position) = left.pop() {
        let here = place(position, &mut climbed, &mut left);
        if !climbed.lists.list(here)[0].is_within(limit) {
            continue;
        }
        for (above, arc) in climbing.arcs(position) {
            let there = place(above, &mut climbed, &mut left);
            climbed.lists.offer_all(there, here, arc);
        }
    }
    climbed
}

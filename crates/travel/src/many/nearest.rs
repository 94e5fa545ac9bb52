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
///
/// Both are in one number, so that the smaller of two is found without a jump that the processor would have to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Near(u128);

impl Near {
    /// No site.
    pub(crate) const NONE: Self = Self::new(Cost::INFINITY, u32::MAX);

    /// Makes a site, by its place in its list, at a cost.
    pub(crate) const fn new(cost: Cost, site: u32) -> Self {
        Self(((cost.bits() as u128) << 32) | site as u128)
    }

    /// Returns what it costs to get there.
    pub(crate) fn cost(self) -> Cost {
        Cost::from_bits((self.0 >> 32) as u64)
    }

    /// Returns the site's place in its list.
    pub(crate) fn site(self) -> u32 {
        self.0 as u32
    }

    /// Returns the same site from an arc further away.
    #[inline]
    pub(crate) fn through(self, arc: Cost) -> Self {
        Self::new(self.cost() + arc, self.site())
    }

    /// Says whether it is a site that one gets to within a limit.
    pub(crate) fn is_within(self, limit: Option<u32>) -> bool {
        let cost = self.cost().finite();
        cost.is_some_and(|cost| limit.is_none_or(|limit| cost.milliseconds() <= limit))
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
    let climbed = climb(climbing, sites, 1, limit);
    let mut starts = climbed.ascending().peekable();
    let mut nearest = Vec::with_capacity(falling.nodes());
    for position in 0..falling.nodes() as u32 {
        let mut best = match starts.next_if(|(start, _)| *start == position) {
            Some((_, list)) => list[0],
            None => Near::NONE,
        };
        for (above, arc) in falling.arcs(position) {
            best = best.min(Near::through(nearest[above as usize], arc));
        }
        nearest.push(best);
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

    /// Offers a list a site.
    fn offer(&mut self, list: usize, near: Near) {
        offer(&mut self.near[list * self.length..][..self.length], near);
    }

    /// Offers a list the sites of another one, from an arc further away.
    fn offer_all(&mut self, list: usize, from: usize, arc: Cost) {
        for step in 0..self.length {
            let near = self.near[from * self.length + step].through(arc);
            // Those that follow are further away still.
            if near >= self.near[(list + 1) * self.length - 1] {
                break;
            }
            self.offer(list, near);
        }
    }
}

/// Puts a site into a list where it belongs, each site once.
pub(crate) fn offer(list: &mut [Near], near: Near) {
    let same = list.iter().position(|other| other.site() == near.site());
    let mut place = same.unwrap_or(list.len().saturating_sub(1));
    if list.get(place).is_none_or(|worse| *worse <= near) {
        return;
    }
    while place > 0 && list[place - 1] > near {
        list[place] = list[place - 1];
        place -= 1;
    }
    list[place] = near;
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
    for (position, list) in climbed.ascending() {
        if let Some(row) = selection.row(position) {
            rows.near[row * few..][..few].copy_from_slice(list);
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
    /// For each position the place after its list's; nought where no site came.
    place_of: Vec<u32>,
    /// The positions within the limit, the least important first.
    within: Vec<u32>,
    lists: Lists,
    left: Positions,
}

impl Climbed {
    /// Returns the place of a position's list; a new one has yet to be looked at.
    fn place(&mut self, position: u32) -> usize {
        let place = self.place_of[position as usize];
        if place > 0 {
            return place as usize - 1;
        }
        let new = self.lists.near.len() / self.lists.length;
        self.place_of[position as usize] = new as u32 + 1;
        let room = self.lists.near.len() + self.lists.length;
        self.lists.near.resize(room, Near::NONE);
        self.left.insert(position);
        new
    }

    /// Walks the positions with their lists, the most important first.
    fn ascending(&self) -> impl Iterator<Item = (u32, &[Near])> {
        self.within.iter().rev().map(|position| {
            let place = self.place_of[*position as usize] as usize - 1;
            (*position, self.lists.list(place))
        })
    }
}

/// Climbs from all sites at once, keeping the few nearest (at least one) at each position. Directions as in [`nearest_of_all`].
pub(crate) fn climb(
    climbing: &Adjacency,
    sites: &Terminals,
    few: usize,
    limit: Option<u32>,
) -> Climbed {
    let mut climbed = Climbed {
        place_of: vec![0; climbing.nodes()],
        within: Vec::new(),
        lists: Lists::new(0, few.max(1)),
        left: Positions::below(climbing.nodes()),
    };
    for site in 0..sites.len() {
        for (position, cost) in sites.hooks(site) {
            let place = climbed.place(*position);
            climbed.lists.offer(place, Near::new(*cost, site as u32));
        }
    }
    while let Some(position) = climbed.left.pop() {
        let from = climbed.place(position);
        if !climbed.lists.list(from)[0].is_within(limit) {
            continue;
        }
        climbed.within.push(position);
        for (above, arc) in climbing.arcs(position) {
            let place = climbed.place(above);
            climbed.lists.offer_all(place, from, arc);
        }
    }
    climbed
}

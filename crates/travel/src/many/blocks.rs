//! All origins to all destinations, handed over block by block.
//!
//! A block is a rectangle of the whole table in room that is used again for the next, so the table is never in memory unless its
//! reader keeps it. What blocks there are and what is in them depends on the question alone, never on the number of threads.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use pulp::Arch;
use rayon::prelude::*;

use crate::adjacency::Adjacency;
use crate::hierarchy::Hierarchy;
use crate::units::Cost;

use super::gather::{Gather, Layout};
use super::kernel::{Task, Workspace};
use super::lanes::{LANES, Lane, Measure, is_long};
use super::selection::Selection;
use super::terminals::Terminals;

/// Which side of a table climbs; the other is swept to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    FromOrigins,
    FromDestinations,
}

/// How a table is to be worked out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Journeys that take longer need not be found, in milliseconds.
    pub(crate) limit: Option<u32>,
    /// Every block holds all destinations, and origins come in the order given.
    pub(crate) whole_rows: bool,
    /// About how many cells a block of whole rows may have.
    pub(crate) cells: usize,
    /// How many sources a block has where there are as many: enough for every thread, few enough to stay near the processor.
    pub(crate) sources: usize,
    /// How many targets are swept to together.
    pub(crate) targets: usize,
    /// The side that climbs, where it is not to be chosen.
    pub(crate) direction: Option<Direction>,
    /// The processor's vectors.
    pub(crate) arch: Arch,
}

impl Settings {
    /// Settings for the processor this runs on.
    pub(crate) fn new() -> Self {
        Self {
            limit: None,
            whole_rows: false,
            cells: 1 << 22,
            sources: 256,
            targets: 1 << 13,
            direction: None,
            arch: Arch::new(),
        }
    }

    /// Chooses the side that climbs.
    ///
    /// A batch of sixteen sources costs one sweep of what is above the targets, and what is above a target more grows ever more
    /// slowly. So it is cheaper to climb from the fewer and sweep to the more, as many at a time as a block can hold.
    fn direction(&self, origins: usize, destinations: usize) -> Direction {
        let together = if self.whole_rows {
            origins.min(self.cells / destinations.max(1))
        } else {
            origins
        };
        self.direction.unwrap_or(if together > destinations {
            Direction::FromDestinations
        } else {
            Direction::FromOrigins
        })
    }

    /// Says how many sources and how many targets a block has.
    fn sizes(&self, direction: Direction, sources: usize, targets: usize) -> (usize, usize) {
        let batches = |cells: usize| (cells / LANES * LANES).max(LANES);
        match (self.whole_rows, direction) {
            (true, Direction::FromOrigins) => (batches(self.cells / targets), targets),
            (true, Direction::FromDestinations) => (sources, (self.cells / sources).max(1)),
            (false, _) => (batches(self.sources), targets.min(self.targets)),
        }
    }
}

/// Journeys that pass no node, between points of the same street.
pub(crate) trait Direct: Sync {
    /// Names each destination that an origin gets to without passing a node, with the cost.
    fn along(&self, origin: usize, found: &mut dyn FnMut(u32, Cost));
}

/// A part of one side of a table.
#[derive(Debug, Default)]
struct Part {
    /// In the order in which it lies in memory.
    order: Vec<u32>,
    /// Ascending.
    places: Vec<u32>,
    /// For each place where it lies in `order`.
    lies: Vec<u32>,
}

impl Part {
    fn new(some: &[u32], terminals: &Terminals) -> Self {
        let mut order = some.to_vec();
        terminals.sort(&mut order);
        let mut lies: Vec<u32> = (0..order.len() as u32).collect();
        lies.sort_unstable_by_key(|lie| order[*lie as usize]);
        let places = lies.iter().map(|lie| order[*lie as usize]).collect();
        Self {
            order,
            places,
            lies,
        }
    }
}

/// A rectangle of a table: some origins, some destinations and what every journey between them costs.
#[derive(Debug)]
pub struct Block<'a, W> {
    direction: Direction,
    layout: Layout,
    sources: &'a Part,
    targets: &'a Part,
    cells: &'a mut [W],
}

impl<W: Measure> Block<'_, W> {
    fn origin_part(&self) -> &Part {
        match self.direction {
            Direction::FromOrigins => self.sources,
            Direction::FromDestinations => self.targets,
        }
    }

    fn destination_part(&self) -> &Part {
        match self.direction {
            Direction::FromOrigins => self.targets,
            Direction::FromDestinations => self.sources,
        }
    }

    /// Returns the block's origins by their places in the list that was asked about, ascending: its rows.
    #[must_use]
    pub fn origins(&self) -> &[u32] {
        &self.origin_part().places
    }

    /// Returns the block's destinations by their places in the list that was asked about, ascending: its columns.
    #[must_use]
    pub fn destinations(&self) -> &[u32] {
        &self.destination_part().places
    }

    fn place(&self, row: usize, column: usize) -> usize {
        let origin = self.origin_part().lies[row] as usize;
        let destination = self.destination_part().lies[column] as usize;
        // The same step leads back.
        let (source, target) = self.ends(origin as u32, destination as u32);
        let (source, target) = (source as usize, target as usize);
        self.layout.place(source, target, self.targets.order.len())
    }

    /// Returns what was found for a row and a column; nothing where there is no way, or none within the limit.
    ///
    /// # Panics
    /// Where the block has no such row or column.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> Option<W::Found> {
        self.cells[self.place(row, column)].found()
    }

    /// Walks a row, in the order of [`Block::destinations`].
    ///
    /// # Panics
    /// Where the block has no such row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<W::Found>> {
        (0..self.destinations().len()).map(move |column| self.at(row, column))
    }

    /// Hands over every cell: the places of the origin and of the destination in the lists that were asked about, and what was found.
    ///
    /// In the order in which cells lie in memory, which is no order of either list. Where that does not matter this is by far the
    /// quickest way to look at all of them.
    pub fn each(&self, mut consume: impl FnMut(u32, u32, Option<W::Found>)) {
        let (sources, targets) = (&self.sources.order, &self.targets.order);
        match self.layout {
            Layout::BySource => {
                let rows = self.cells.chunks_exact(targets.len());
                for (source, row) in sources.iter().zip(rows) {
                    for (target, cell) in targets.iter().zip(row) {
                        let (origin, destination) = self.ends(*source, *target);
                        consume(origin, destination, cell.found());
                    }
                }
            }
            Layout::ByTarget => {
                let batches = self.cells.chunks_exact(Layout::batch(targets.len()));
                for (some, batch) in sources.chunks(LANES).zip(batches) {
                    for (target, row) in targets.iter().zip(batch.chunks_exact(LANES)) {
                        for (source, cell) in some.iter().zip(row) {
                            let (origin, destination) = self.ends(*source, *target);
                            consume(origin, destination, cell.found());
                        }
                    }
                }
            }
        }
    }

    /// Returns which of a source and a target is the origin and which the destination.
    fn ends(&self, source: u32, target: u32) -> (u32, u32) {
        match self.direction {
            Direction::FromOrigins => (source, target),
            Direction::FromDestinations => (target, source),
        }
    }

    /// Puts journeys along one street where they are less.
    fn put_direct(&mut self, direct: &dyn Direct, limit: Option<W>) {
        for row in 0..self.origins().len() {
            let origin = self.origins()[row] as usize;
            direct.along(origin, &mut |destination, cost| {
                if let Ok(column) = self.destinations().binary_search(&destination) {
                    let place = self.place(row, column);
                    let cost = W::start(cost);
                    if limit.is_none_or(|limit| cost.is_within(limit)) {
                        self.cells[place] = self.cells[place].least(cost);
                    }
                }
            });
        }
    }
}

/// A table that is being worked out.
pub(crate) struct Table<'a> {
    pub(crate) hierarchy: &'a Hierarchy,
    pub(crate) settings: Settings,
    /// Whether the hierarchy has arcs too long to be added without looking.
    pub(crate) long: bool,
}

/// One side climbing and the other being swept to.
struct Sweeps<'a, W> {
    up: &'a Adjacency,
    sources: &'a Terminals,
    selection: &'a Selection<'a>,
    /// On rows of the selection.
    targets: &'a Terminals,
    layout: Layout,
    settings: &'a Settings,
    long: bool,
    rooms: Mutex<Vec<Workspace<W>>>,
}

/// Says whether a hierarchy has arcs too long to be added without looking.
pub(crate) fn has_long_arcs(hierarchy: &Hierarchy) -> bool {
    let arcs = [&hierarchy.up.arcs, &hierarchy.down.arcs];
    arcs.iter()
        .any(|arcs| arcs.cost.iter().any(|cost| is_long(*cost)))
}

impl Table<'_> {
    /// Works out blocks and hands each to the consumer, until there are no more or it breaks off.
    pub(crate) fn for_each_block<W: Measure, B>(
        &self,
        origins: &Terminals,
        destinations: &Terminals,
        direct: Option<&dyn Direct>,
        mut consume: impl FnMut(&Block<'_, W>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        if origins.len() == 0 || destinations.len() == 0 {
            return ControlFlow::Continue(());
        }
        let settings = &self.settings;
        let direction = settings.direction(origins.len(), destinations.len());
        let (climbing, falling) = (&self.hierarchy.up.arcs, &self.hierarchy.down.arcs);
        let (up, down, sources, targets, layout) = match direction {
            Direction::FromOrigins => (climbing, falling, origins, destinations, Layout::BySource),
            Direction::FromDestinations => {
                (falling, climbing, destinations, origins, Layout::ByTarget)
            }
        };
        let (some_sources, some_targets) = settings.sizes(direction, sources.len(), targets.len());
        let source_order = self.order(sources);
        let limit = settings.limit.map(W::limit);
        let mut cells = Vec::new();
        for chunk in self.order(targets).chunks(some_targets) {
            let chunk = Part::new(chunk, targets);
            let selection = self.select(down, targets, &chunk.order);
            let sweeps = Sweeps {
                up,
                sources,
                selection: &selection,
                targets: &selection.rows_of(targets, &chunk.order),
                layout,
                settings,
                long: self.long || sources.any_long() || targets.any_long(),
                rooms: Mutex::default(),
            };
            for some in source_order.chunks(some_sources) {
                let some = Part::new(some, sources);
                sweeps.fill(&some.order, &mut cells);
                let mut block = Block {
                    direction,
                    layout,
                    sources: &some,
                    targets: &chunk,
                    cells: &mut cells,
                };
                if let Some(direct) = direct {
                    block.put_direct(direct, limit);
                }
                consume(&block)?;
            }
        }
        ControlFlow::Continue(())
    }

    /// Returns the order in which points are cut into parts: neighbours together, unless rows are to come as they were given.
    fn order(&self, terminals: &Terminals) -> Vec<u32> {
        let mut order: Vec<u32> = (0..terminals.len() as u32).collect();
        if !self.settings.whole_rows {
            terminals.sort(&mut order);
        }
        order
    }

    fn select(&self, down: &Adjacency, targets: &Terminals, some: &[u32]) -> Selection<'static> {
        let selection = Selection::above(down, targets, some);
        match self.settings.limit {
            Some(_) => selection.with_stretches(),
            None => selection,
        }
    }
}

impl<W: Measure> Sweeps<'_, W> {
    /// Works out the cells of some sources and all targets.
    fn fill(&self, sources: &[u32], cells: &mut Vec<W>) {
        let width = self.targets.len();
        let (batch, size) = match self.layout {
            Layout::BySource => (LANES * width, sources.len() * width),
            Layout::ByTarget => {
                let batch = Layout::batch(width);
                (batch, sources.len().div_ceil(LANES) * batch)
            }
        };
        cells.resize(size, W::NEVER);
        cells
            .par_chunks_mut(batch)
            .zip(sources.par_chunks(LANES))
            .for_each(|(cells, batch)| self.fill_batch(batch, cells));
    }

    fn fill_batch(&self, batch: &[u32], cells: &mut [W]) {
        let task = self.task();
        let rooms = || self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let free = rooms().pop();
        let mut room = free.unwrap_or_else(|| Workspace::new(self.selection, self.up.nodes()));
        if (W::SPILLS && self.long) || room.run(&task, batch) {
            self.fill_checked(batch, cells);
        } else {
            self.gather(&room, cells, |number| number);
        }
        rooms().push(room);
    }

    /// The same with every sum looked at, where distances are too long to go without.
    fn fill_checked(&self, batch: &[u32], cells: &mut [W]) {
        let mut room: Workspace<Cost> = Workspace::new(self.selection, self.up.nodes());
        room.run(&self.task(), batch);
        self.gather(&room, cells, W::start);
    }

    fn task<L: Lane>(&self) -> Task<'_, L> {
        Task {
            up: self.up,
            selection: self.selection,
            sources: self.sources,
            limit: self.settings.limit.map(L::limit),
            arch: self.settings.arch,
        }
    }

    fn gather<L: Lane>(&self, room: &Workspace<L>, cells: &mut [W], shown: impl Fn(L) -> W) {
        self.settings.arch.dispatch(Gather {
            rows: &room.rows,
            targets: self.targets,
            limit: self.settings.limit.map(L::limit),
            layout: self.layout,
            cells,
            shown,
        });
    }
}

//! A network made ready for searching: streets, their hierarchy and the index that finds them, together.

use crate::array::{ArrayReader, ArrayWriter};
use crate::hierarchy::{Hierarchy, Query};
use crate::many::ManyToMany;
use crate::network::{NetworkError, StreetNetwork};
use crate::profile::Profile;
use crate::snap::{SnapIndex, Snapper};
use crate::units::Metric;

/// The streets of one profile with everything that fast searches over them need.
///
/// It is made once and stored; taken back from bytes it is ready at once, since its arrays are used where they lie.
///
/// ```
/// use catchment_travel::{
///     ArrayReader, ArrayWriter, Metric, PreparedNetwork, Profile, SharedBytes, StreetGraphBuilder, Tags,
/// };
///
/// let profiles = [Profile::drive()];
/// let mut streets = StreetGraphBuilder::new(&profiles);
/// let ends = [[0.0, 0.0], [100.0, 0.0]].map(|end| streets.junction(end, Tags::new(&[])));
/// let shape = vec![[0.0, 0.0], [100.0, 0.0]];
/// streets.street(ends[0], ends[1], shape, Tags::new(&[("highway", "residential")]), None);
/// let (network, _) = streets.finish().freeze(0, &profiles[0])?;
/// let prepared = PreparedNetwork::new(network);
///
/// let mut writer = ArrayWriter::default();
/// prepared.store(&mut writer);
/// let mut reader = ArrayReader::new(SharedBytes::new(writer.finish()));
/// let again = PreparedNetwork::load(Profile::drive(), Metric::FastestTime, &mut reader)?;
/// assert!(again == prepared && reader.is_at_end());
/// again.validate()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedNetwork {
    network: StreetNetwork,
    hierarchy: Hierarchy,
    index: SnapIndex,
}

impl PreparedNetwork {
    /// Contracts and indexes a network, on all threads of the pool. Any number of threads makes the same.
    #[must_use]
    pub fn new(network: StreetNetwork) -> Self {
        let hierarchy = Hierarchy::new(&network);
        Self::of(network, hierarchy)
    }

    /// Puts a network and its hierarchy together, and indexes its streets.
    pub(crate) fn of(network: StreetNetwork, hierarchy: Hierarchy) -> Self {
        Self {
            hierarchy,
            index: SnapIndex::new(&network),
            network,
        }
    }

    /// Returns the streets.
    #[must_use]
    pub fn network(&self) -> &StreetNetwork {
        &self.network
    }

    /// Returns the hierarchy of the streets.
    #[must_use]
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// Finds the nearest streets.
    #[must_use]
    pub fn snapper(&self) -> Snapper<'_> {
        Snapper::over(&self.network, &self.index)
    }

    /// Returns the least and the greatest position, to a metre, of the streets that places are put on. Nothing where there are none.
    #[must_use]
    pub fn extent(&self) -> Option<[[f64; 2]; 2]> {
        let [west, south, east, north] = self.index.extent()?.map(f64::from);
        Some([[west, south], [east, north]])
    }

    /// Begins to ask about many journeys at once.
    #[must_use]
    pub fn many(&self) -> ManyToMany<'_> {
        ManyToMany::new(&self.network, &self.hierarchy)
    }

    /// Makes room for searches from point to point.
    #[must_use]
    pub fn query(&self) -> Query<'_> {
        Query::new(&self.hierarchy)
    }

    /// Stores all arrays. Its profile and its metric are left to whoever stores it.
    pub fn store(&self, to: &mut ArrayWriter) {
        self.network.store(to);
        self.hierarchy.store(to);
        self.index.store(to);
    }

    /// Takes stored arrays back where they lie. It looks at their lengths and not at their numbers: where nobody vouches for those,
    /// [`PreparedNetwork::validate`] does, and until then a search may panic or give any answer.
    ///
    /// # Errors
    /// [`NetworkError::Damaged`] where the arrays do not fit together.
    pub fn load(
        profile: Profile,
        metric: Metric,
        from: &mut ArrayReader,
    ) -> Result<Self, NetworkError> {
        let network = StreetNetwork::load(profile, metric, from)?;
        let hierarchy = Hierarchy::load(network.node_count(), from)?;
        let index = SnapIndex::load(from)?;
        Ok(Self {
            network,
            hierarchy,
            index,
        })
    }

    /// Looks at every number, so that no search can step outside the arrays. That hierarchy and streets belong together is not looked
    /// at: checksums over both vouch for it.
    ///
    /// # Errors
    /// [`NetworkError::Damaged`] says what does not fit.
    pub fn validate(&self) -> Result<(), NetworkError> {
        self.network.validate()?;
        self.hierarchy.validate()?;
        if self.index.fits(&self.network) {
            Ok(())
        } else {
            Err(NetworkError::Damaged {
                what: "the index of its streets is of another network",
            })
        }
    }
}

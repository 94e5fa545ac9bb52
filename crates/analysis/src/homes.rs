//! Places that may be somebody's home.
//!
//! A service delivered in a home is never a point: the home is a carer's or the person's own. Where such a service shares its site
//! with others, only one that runs a building there shows that the place is more than a home, so it alone may be shown. It judges by
//! the site: two sites of one address are two places.

use std::collections::BTreeSet;

use catchment_core::id::SiteId;
use catchment_core::place::{DeliveryMode, Service};
use catchment_core::study::Study;

/// The sites at which a service is delivered in a home.
#[derive(Clone, Debug)]
pub(crate) struct Homes(BTreeSet<SiteId>);

impl Homes {
    /// Finds them.
    pub(crate) fn of(study: &Study) -> Self {
        let services = study.parts().services.rows().iter();
        let homes = services
            .filter(|service| service.delivery == DeliveryMode::Home)
            .filter_map(|service| service.site);
        Self(homes.collect())
    }

    /// Says whether a service at a site may be shown as being there.
    pub(crate) fn may_show(&self, service: &Service, site: SiteId) -> bool {
        match service.delivery {
            DeliveryMode::Building => true,
            DeliveryMode::Home => false,
            _ => !self.0.contains(&site),
        }
    }
}

//! Finds the service of the directory that a row of Client Level Data is of: by the location's id, then by its name.

use std::collections::BTreeMap;

use catchment_core::id::ServiceId;
use catchment_core::issue::{Issue, Severity};

use super::super::nearest::Nearest;
use crate::directory::Directory;
use crate::directory::words::{self, folded};
use crate::table::Row;

/// The services of a directory by every name that a return may have for them, and the rows that found none.
pub(super) struct Services<'a> {
    directory: &'a Directory,
    by_name: BTreeMap<String, Vec<ServiceId>>,
    by_operator: BTreeMap<String, Vec<ServiceId>>,
    nearest: Nearest,
    unnamed: u64,
    unknown: u64,
    several: u64,
}

impl<'a> Services<'a> {
    /// Takes the services of a directory.
    pub(super) fn of(directory: &'a Directory) -> Self {
        let mut services = Self {
            directory,
            by_name: BTreeMap::new(),
            by_operator: BTreeMap::new(),
            nearest: Nearest::of_providers(directory),
            unnamed: 0,
            unknown: 0,
            several: 0,
        };
        for (id, service) in directory.services.iter() {
            let site = service.site.and_then(|site| directory.sites.get(site));
            let mut names = vec![folded(&service.name)];
            names.extend(site.map(|site| folded(&site.name)));
            names.dedup();
            for name in names {
                services.by_name.entry(name).or_default().push(id);
            }
            let operator = directory.operator(id).map(folded).unwrap_or_default();
            services.by_operator.entry(operator).or_default().push(id);
        }
        services
    }

    /// Finds a row's service, or rejects the row. Between two services nothing is decided.
    pub(super) fn find(&mut self, row: &mut Row<'_>) -> Option<ServiceId> {
        let location = words::known(row, "cqc_location_id").map(|id| id.to_lowercase());
        let name = words::known(row, "provider")
            .map(|name| folded(&name))
            .filter(|name| !name.is_empty());
        let at_location = location
            .as_ref()
            .and_then(|location| self.directory.by_cqc.get(location));
        let named = name.as_ref().and_then(|name| {
            let services = self.by_name.get(name);
            services.or_else(|| self.by_operator.get(name))
        });
        let of: Vec<ServiceId> = match (at_location, named) {
            // Several services of one location are told apart by name.
            (Some(at), Some(named)) if at.len() > 1 => {
                let both: Vec<ServiceId> =
                    at.iter().copied().filter(|id| named.contains(id)).collect();
                if both.is_empty() { at.clone() } else { both }
            }
            (Some(at), _) => at.clone(),
            (None, Some(named)) => named.clone(),
            (None, None) => Vec::new(),
        };
        let (counted, message) = match of.as_slice() {
            [one] => return Some(*one),
            [] if location.is_none() && name.is_none() => {
                (&mut self.unnamed, "names no provider".to_owned())
            }
            [] => {
                let message = "names a provider that is in no row of the directory";
                let written = name.as_deref().unwrap_or_default();
                (&mut self.unknown, self.nearest.to_unknown(message, written))
            }
            _ => (
                &mut self.several,
                "could be of two services of the directory or more".to_owned(),
            ),
        };
        *counted += 1;
        row.reject(
            "provider",
            &message,
            "give the service in the directory the same cqc_location_id or the same name",
        );
        None
    }

    /// Says how many rows found no service.
    pub(super) fn say(&self, file: &str, issues: &mut Vec<Issue>) {
        let rejected = self.unnamed + self.unknown + self.several;
        if rejected > 0 {
            let message = format!(
                "{rejected} rows of day support were left out for want of a service: {} name no provider, {} one that the directory does \
                 not have, {} one that could be several services",
                self.unnamed, self.unknown, self.several
            );
            let hint = "complete the directory; its column cqc_location_id is compared first, then the names of service, site and operator";
            issues.push(Issue::new(file, Severity::Note, message, hint));
        }
    }
}

//! Finds the name of the directory that is nearest to one that is not in it, for rows of people that name no known service.
//!
//! Names of services are public; those of services in somebody's home may be a carer's own and are never suggested. What a row has
//! in its cell is compared and never told.

use std::cell::RefCell;
use std::collections::BTreeMap;

use catchment_core::id::ServiceId;
use catchment_core::place::DeliveryMode;

use crate::directory::words::folded;
use crate::directory::{Directory, NAMELESS};
use crate::study_file;

/// How many different spellings are compared with every name; of those after them nothing is suggested.
const MOST_ASKED: usize = 1000;

/// The longest text that is taken for a name, in bytes.
const LONGEST: usize = 200;

/// The names that may be suggested, and what was found before.
pub(super) struct Nearest {
    /// The names as the directory has them, by how they are compared.
    names: BTreeMap<String, String>,
    asked: RefCell<BTreeMap<String, Option<String>>>,
}

impl Nearest {
    /// Takes the names of services and of their places.
    pub(super) fn of_services(directory: &Directory) -> Self {
        Self::of(directory, |id| {
            let service = directory.services.get(id);
            let site = service
                .and_then(|service| service.site)
                .and_then(|site| directory.sites.get(site));
            let name = service.map(|service| service.name.as_str());
            name.into_iter()
                .chain(site.map(|site| site.name.as_str()))
                .collect()
        })
    }

    /// Takes the names of services, of their places and of who runs them.
    pub(super) fn of_providers(directory: &Directory) -> Self {
        let mut nearest = Self::of_services(directory);
        let operators = Self::of(directory, |id| directory.operator(id).into_iter().collect());
        nearest.names.extend(operators.names);
        nearest
    }

    fn of<'a>(directory: &'a Directory, names: impl Fn(ServiceId) -> Vec<&'a str>) -> Self {
        let services = directory.services.iter();
        let public = services.filter(|(id, service)| {
            service.delivery != DeliveryMode::Home && !directory.in_carers_homes.contains(id)
        });
        let names = public
            .flat_map(|(id, _)| names(id))
            .filter(|name| *name != NAMELESS && !name.trim().is_empty());
        Self {
            names: names.map(|name| (folded(name), name.to_owned())).collect(),
            asked: RefCell::default(),
        }
    }

    /// Adds the nearest name, where there is one, to what is said of a row that names a service nobody knows.
    pub(super) fn to_unknown(&self, said: &str, written: &str) -> String {
        match self.find(&folded(written)) {
            Some(name) => {
                let short: String = name
                    .chars()
                    .take(60)
                    .map(|letter| if letter.is_control() { ' ' } else { letter })
                    .collect();
                format!("{said}; the nearest is \"{short}\"")
            }
            None => said.to_owned(),
        }
    }

    fn find(&self, written: &str) -> Option<String> {
        let mut asked = self.asked.borrow_mut();
        if let Some(found) = asked.get(written) {
            return found.clone();
        }
        if asked.len() >= MOST_ASKED || written.len() > LONGEST {
            return None;
        }
        let near = study_file::nearest(written, self.names.keys().map(String::as_str));
        let found = near.and_then(|name| self.names.get(name)).cloned();
        asked.insert(written.to_owned(), found.clone());
        found
    }
}

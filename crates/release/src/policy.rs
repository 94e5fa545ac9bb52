//! The disclosure profiles a study can choose from.
//!
//! A profile is a name, a threshold and a rounding base. There are three and no others can be made: a threshold of one's own would
//! have no guidance behind it.

use thiserror::Error;

/// Why a release could not be prepared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReleaseError {
    /// There is no disclosure profile of that name.
    #[error("no disclosure profile is called {name:?}; there are {}", NAMES.join(", "))]
    UnknownPolicy {
        /// The name that was asked for.
        name: String,
    },
}

/// The profiles' names, the default one in the middle.
const NAMES: [&str; 3] = ["lt5", "le7_round5", "lt10"];

/// A disclosure profile.
///
/// | name | hides | threshold | counts are rounded to |
/// |---|---|---|---|
/// | `lt5` | 1 to 4 | 5 | not rounded |
/// | `le7_round5` (the default) | 1 to 7 | 8 | 5 |
/// | `lt10` | 1 to 9 | 10 | not rounded |
///
/// `le7_round5` is the rule NHS England sets for Hospital Episode Statistics. The other two don't round, so they lean on hiding
/// alone: choose them only where the receiving body asks for exact counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    name: &'static str,
    threshold: u32,
    base: u32,
    reason: String,
}

impl Policy {
    /// Finds a profile by its name.
    pub fn named(name: &str) -> Result<Self, ReleaseError> {
        let (name, threshold, base) = match name {
            "lt5" => ("lt5", 5, 1),
            "le7_round5" => ("le7_round5", 8, 5),
            "lt10" => ("lt10", 10, 1),
            _ => {
                return Err(ReleaseError::UnknownPolicy {
                    name: name.to_owned(),
                });
            }
        };
        let reason = format!(
            "hidden to protect people: fewer than {threshold} people, or needed to protect such a figure"
        );
        Ok(Self {
            name,
            threshold,
            base,
            reason,
        })
    }

    /// Lists the names of all profiles.
    #[must_use]
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// Returns the smallest number of distinct people about whom a figure is shown.
    #[must_use]
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Returns what counts are rounded to; 1 where they are not rounded.
    #[must_use]
    pub fn rounding_base(&self) -> u32 {
        self.base
    }

    /// Returns the one text that stands with every hidden figure.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Says whether so many people are too few to be shown, though not none.
    pub(crate) fn is_small(&self, people: u32) -> bool {
        (1..self.threshold).contains(&people)
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn profiles_are_those_of_the_methods_page() {
        let table = Policy::names().iter().map(|name| {
            let policy = Policy::named(name).unwrap();
            (policy.name, policy.threshold, policy.base)
        });
        assert_eq!(
            table.collect::<Vec<_>>(),
            [("lt5", 5, 1), ("le7_round5", 8, 5), ("lt10", 10, 1)]
        );
    }

    #[test]
    fn another_name_is_refused_with_the_names_there_are() {
        let error = Policy::named("none").unwrap_err().to_string();
        assert_eq!(
            error,
            "no disclosure profile is called \"none\"; there are lt5, le7_round5, lt10"
        );
    }
}

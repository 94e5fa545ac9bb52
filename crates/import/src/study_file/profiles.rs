//! `[[profiles]]`: ways of moving that differ from the built-in ones.
//!
//! A profile is data, so a change is laid over the data of its base, key by key, and what comes out is read back like any other. It
//! does not say what the fields mean: `catchment_travel::Profile` does.

use catchment_travel::Profile;
use serde::Deserialize;
use toml::{Table, Value};

use super::StudyFile;
use super::words::with_suggestion;

/// One `[[profiles]]`: a built-in profile with some of its data changed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ProfileChange {
    /// The name that `travel.profile` and outputs use. That of a built-in profile takes its place.
    pub name: String,
    /// The built-in profile it changes; need not be given where `name` is one.
    pub base: Option<String>,
    /// What is changed: any field of a profile, such as `class_speeds.primary = 60` or `turns.penalty = 7.5`.
    #[serde(flatten)]
    pub changes: Table,
}

impl ProfileChange {
    fn profile(&self) -> Result<Profile, String> {
        let at = |message: String| format!("profiles \"{}\": {message}", self.name);
        let base = self.base.as_deref().unwrap_or(&self.name);
        let base = Profile::built_in(base).ok_or_else(|| {
            at("base is one of \"drive\", \"walk\", \"wheelchair\", \"cycle\"".to_owned())
        })?;
        let mut data = Table::try_from(&base).map_err(|error| at(error.to_string()))?;
        lay_over(&mut data, &self.changes);
        data.insert("name".to_owned(), Value::String(self.name.clone()));
        let profile: Profile = data
            .try_into()
            .map_err(|error: toml::de::Error| at(with_suggestion(error.message())))?;
        profile.check().map_err(at)?;
        Ok(profile)
    }
}

/// Puts values over others: tables key by key, everything else as a whole.
fn lay_over(data: &mut Table, changes: &Table) {
    for (key, change) in changes {
        match (data.get_mut(key), change) {
            (Some(Value::Table(data)), Value::Table(change)) => lay_over(data, change),
            _ => {
                data.insert(key.clone(), change.clone());
            }
        }
    }
}

impl StudyFile {
    /// Returns the profiles that streets are frozen for: driving and walking, those the file changes or adds, and the one journeys use.
    pub(crate) fn travel_profiles(&self) -> Result<Vec<Profile>, String> {
        let mut profiles = vec![Profile::drive(), Profile::walk()];
        for (place, change) in self.profiles.iter().enumerate() {
            let mut earlier = self.profiles[..place].iter();
            if earlier.any(|earlier| earlier.name == change.name) {
                return Err(format!(
                    "two [[profiles]] have the name \"{}\"; give each its own",
                    change.name
                ));
            }
            let profile = change.profile()?;
            match profiles.iter_mut().find(|known| known.name == profile.name) {
                Some(known) => *known = profile,
                None => profiles.push(profile),
            }
        }
        let wanted = &self.travel.profile;
        if !profiles.iter().any(|profile| profile.name == *wanted) {
            let added = Profile::built_in(wanted).ok_or_else(|| {
                let mut known: Vec<&str> =
                    profiles.iter().map(|known| known.name.as_str()).collect();
                known.extend(["wheelchair", "cycle"]);
                format!("travel.profile is one of \"{}\"", known.join("\", \""))
            })?;
            profiles.push(added);
        }
        Ok(profiles)
    }
}

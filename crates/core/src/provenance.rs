//! Where the study's data came from: what every output carries.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One input file as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The part it plays, in the words of the study file: `roads`, `areas.ward`, `population` and so on.
    pub role: String,
    /// The file's name as the study file gives it.
    pub file: String,
    /// The BLAKE3 hash of its bytes, in hexadecimal. Of a file about people it is keyed by nothing and is left out of what is published.
    pub blake3: String,
    /// Whether it holds rows about people.
    pub personal: bool,
    /// The terms it may be used under.
    pub licence: Option<String>,
    /// The credit its owner asks for.
    pub attribution: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// The date the data are of.
    pub date: Option<Date>,
    /// A warning that everything built on it repeats.
    pub caveat: Option<String>,
}

/// All inputs of a study and the program that read them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The version of the program that built the study.
    pub version: String,
    /// The inputs, in the order of the study file.
    pub inputs: Vec<Input>,
}

impl Provenance {
    /// Returns the credits the inputs' owners ask for, each once, in order.
    #[must_use]
    pub fn attributions(&self) -> Vec<&str> {
        let mut credits: Vec<&str> = Vec::new();
        for credit in self
            .inputs
            .iter()
            .filter_map(|input| input.attribution.as_deref())
        {
            if !credits.contains(&credit) {
                credits.push(credit);
            }
        }
        credits
    }

    /// Returns the warnings that come with the inputs, each once, in order.
    #[must_use]
    pub fn caveats(&self) -> Vec<&str> {
        let mut caveats: Vec<&str> = Vec::new();
        for caveat in self
            .inputs
            .iter()
            .filter_map(|input| input.caveat.as_deref())
        {
            if !caveats.contains(&caveat) {
                caveats.push(caveat);
            }
        }
        caveats
    }
}

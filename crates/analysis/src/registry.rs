//! The list of all analyses: one line each gives a question its command, its form and its layers.
//!
//! Parameters come as JSON. A name that is unknown or a value that does not fit is refused by name, never passed over.

use catchment_core::findings::{Findings, Value};
use catchment_core::study::Study;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;

use crate::community_assets::CommunityAssets;
use crate::coverage::Coverage;
use crate::deprivation::DeprivationWards;
use crate::gaps::Gaps;
use crate::journeys::AverageJourneys;
use crate::providers::Providers;
use crate::{Analysis, AnalysisError, Progress};

/// Answers a question of a study from parameters in JSON.
pub type Run = fn(&Study, Option<&Json>, &Progress<'_>) -> Result<Findings<Value>, AnalysisError>;

/// One analysis, whatever its types.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its short name.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The JSON schema of its parameters, in the words of OpenAPI 3.0, with nothing referred to elsewhere.
    pub schema: fn() -> Json,
    /// Why a study cannot answer it; nothing where it can.
    pub unavailable: fn(&Study) -> Option<String>,
    /// Answers it. Parameters that are not given have their defaults.
    pub run: Run,
}

static REGISTRY: [Entry; 6] = [
    Entry::of::<Providers>(),
    Entry::of::<AverageJourneys>(),
    Entry::of::<Coverage>(),
    Entry::of::<Gaps>(),
    Entry::of::<DeprivationWards>(),
    Entry::of::<CommunityAssets>(),
];

/// Lists all analyses.
#[must_use]
pub fn registry() -> &'static [Entry] {
    &REGISTRY
}

/// Finds an analysis by its short name.
#[must_use]
pub fn entry(id: &str) -> Option<&'static Entry> {
    REGISTRY.iter().find(|entry| entry.id == id)
}

impl Entry {
    const fn of<A: Analysis>() -> Self {
        Self {
            id: A::ID,
            title: A::TITLE,
            schema: schema::<A>,
            unavailable: A::unavailable,
            run: run::<A>,
        }
    }
}

fn schema<A: Analysis>() -> Json {
    let mut settings = SchemaSettings::openapi3();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<A>()
        .to_value();
    on_one_line(&mut schema);
    schema
}

/// Descriptions come from comments, whose lines end where the source's do; a form has lines of its own.
fn on_one_line(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Json::String(text) if name == "description" => *text = text.replace('\n', " "),
                    other => on_one_line(other),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(on_one_line),
        _ => {}
    }
}

fn run<A: Analysis>(
    study: &Study,
    parameters: Option<&Json>,
    progress: &Progress<'_>,
) -> Result<Findings<Value>, AnalysisError> {
    let analysis = read::<A>(parameters)?;
    let output = analysis.compute(study, progress)?;
    let findings = analysis.present(study, &output);
    progress.at(1.0);
    Ok(findings)
}

/// Reads parameters one by one over the defaults, so that the one that does not fit can be named.
fn read<A: Analysis>(parameters: Option<&Json>) -> Result<A, AnalysisError> {
    let written = |source| AnalysisError::Parameters {
        analysis: A::ID,
        source,
    };
    let mut analysis = A::default();
    let given = match parameters {
        None | Some(Json::Null) => return Ok(analysis),
        Some(Json::Object(given)) => given,
        Some(_) => return Err(AnalysisError::NotAnObject { analysis: A::ID }),
    };
    let mut whole = serde_json::to_value(&analysis).map_err(written)?;
    let schema = schema::<A>();
    let properties = schema.get("properties").unwrap_or(&Json::Null);
    for (name, value) in given {
        let Some(place) = whole.get_mut(name) else {
            let known = whole
                .as_object()
                .map(|known| known.keys().cloned().collect())
                .unwrap_or_default();
            return Err(AnalysisError::UnknownParameter {
                analysis: A::ID,
                parameter: name.clone(),
                known,
            });
        };
        let property = properties.get(name).unwrap_or(&Json::Null);
        *place = as_meant(value, property);
        analysis = serde_json::from_value(whole.clone()).map_err(|_| {
            let problem = what_it_must_be(property);
            AnalysisError::BadParameter {
                analysis: A::ID,
                parameter: name.clone(),
                problem,
            }
        })?;
    }
    Ok(analysis)
}

/// Takes one value for a list of one, and an empty text for nothing where there may be nothing, as forms and command lines write it.
fn as_meant(value: &Json, property: &Json) -> Json {
    let is_list = property["type"] == "array";
    if is_list && !value.is_array() && !value.is_null() {
        Json::Array(vec![value.clone()])
    } else if property["nullable"] == true && value.as_str() == Some("") {
        Json::Null
    } else {
        value.clone()
    }
}

/// Says what a parameter must be, in words that need no knowledge of JSON or Rust.
fn what_it_must_be(property: &Json) -> String {
    let choices = choices(property);
    let what = match property["type"].as_str() {
        _ if !choices.is_empty() => format!("one of {}", choices.join(", ")),
        Some("array") => "a list of numbers, such as [1, 3, 5]".to_owned(),
        Some("integer") => format!("a whole number{}", range(property)),
        Some("number") => format!("a number{}", range(property)),
        Some("boolean") => "true or false".to_owned(),
        _ => "a text".to_owned(),
    };
    let or_empty = if property["nullable"] == true {
        ", or empty"
    } else {
        ""
    };
    format!("must be {what}{or_empty}")
}

/// The words a parameter may be. The schema has them as one list or, where each has a description, one by one.
fn choices(property: &Json) -> Vec<&str> {
    let ways = ["oneOf", "anyOf", "allOf"];
    let one_by_one = ways.iter().filter_map(|way| property[*way].as_array());
    let one_by_one = one_by_one.flatten();
    std::iter::once(property)
        .chain(one_by_one)
        .filter_map(|part| part["enum"].as_array())
        .flatten()
        .filter_map(Json::as_str)
        .collect()
}

fn range(property: &Json) -> String {
    let end = |name| property[name].as_f64();
    match (end("minimum"), end("maximum")) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(", {least} or more"),
        (None, Some(most)) => format!(", {most} at most"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{entry, read, registry};
    use crate::coverage::Coverage;
    use crate::gaps::Gaps;
    use crate::{AnalysisError, Progress, fixture};

    #[test]
    fn ids_are_unique_and_found() {
        let ids: BTreeSet<&str> = registry().iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), registry().len());
        assert!(ids.iter().all(|id| entry(id).is_some()));
        assert!(entry("nothing").is_none());
    }

    #[test]
    fn every_schema_describes_every_parameter() {
        for entry in registry() {
            let schema = (entry.schema)();
            assert_eq!(schema["type"], "object", "{}", entry.id);
            assert_eq!(schema["additionalProperties"], false, "{}", entry.id);
            assert!(!schema.to_string().contains("\\n"), "{schema}");
            let properties = schema["properties"]
                .as_object()
                .cloned()
                .unwrap_or_default();
            for (name, property) in properties {
                assert!(
                    property["description"].is_string(),
                    "{} {name}: {property}",
                    entry.id
                );
                assert!(
                    property.get("default").is_some(),
                    "{} {name}: {property}",
                    entry.id
                );
            }
        }
    }

    #[test]
    fn parameters_are_read_over_the_defaults() {
        let gaps: Gaps = read(Some(&json!({ "km": null, "minutes": 3 }))).unwrap();
        assert_eq!((gaps.minutes, gaps.km, gaps.share), (Some(3.0), None, 0.5));
        let gaps: Gaps = read(None).unwrap();
        assert_eq!(gaps, Gaps::default());
    }

    #[test]
    fn an_unknown_or_unfit_parameter_is_refused_by_name() {
        let refused = |given| read::<Gaps>(Some(&given)).unwrap_err().to_string();
        let unknown = refused(json!({ "minuts": 3 }));
        assert!(
            unknown.contains("\"minuts\"") && unknown.contains("minutes"),
            "{unknown}"
        );
        assert!(refused(json!({ "share": "half" })).contains("\"share\""));
        assert!(matches!(
            read::<Gaps>(Some(&json!([1]))),
            Err(AnalysisError::NotAnObject { .. })
        ));
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused_in_plain_words() {
        const LIST: &str = "must be a list of numbers, such as [1, 3, 5]";
        const SHARE: &str = "must be a number from 0 to 1";
        const RULES: &str = "must be one of any_small_area, share_of_small_areas, share_of_population, majority_of_population, mean_decile";
        let study = fixture::study();
        let far = "must be a number, 0 or more, or empty";
        let seed = "must be a whole number, 0 or more";
        let deciles = "must be a whole number from 1 to 10";
        for (analysis, given, expected) in [
            ("coverage", json!({ "km": "near" }), LIST),
            ("coverage", json!({ "km": [1, "b"] }), LIST),
            ("coverage", json!({ "km": null }), LIST),
            ("gaps", json!({ "share": "half" }), SHARE),
            ("gaps", json!({ "share": "" }), SHARE),
            ("gaps", json!({ "km": "far" }), far),
            ("average_journeys", json!({ "seed": 1.5 }), seed),
            ("deprivation_wards", json!({ "deciles": 300 }), deciles),
            (
                "deprivation_wards",
                json!({ "index": 3 }),
                "must be a text, or empty",
            ),
            ("deprivation_wards", json!({ "rule": "majority" }), RULES),
        ] {
            let run = entry(analysis).unwrap().run;
            let error = run(&study, Some(&given), &Progress::none()).unwrap_err();
            let AnalysisError::BadParameter { problem, .. } = &error else {
                panic!("{error}");
            };
            assert_eq!(problem, expected, "{given}");
        }
    }

    #[test]
    fn a_number_is_a_list_of_one_and_an_empty_text_is_nothing() {
        let coverage: Coverage = read(Some(&json!({ "km": 5 }))).unwrap();
        assert_eq!(coverage.km, [5.0]);
        let gaps: Gaps = read(Some(&json!({ "km": "", "minutes": 20 }))).unwrap();
        assert_eq!((gaps.km, gaps.minutes), (None, Some(20.0)));
    }

    #[test]
    fn every_analysis_runs_and_its_findings_hang_together() {
        let study = fixture::study();
        for entry in registry() {
            assert_eq!((entry.unavailable)(&study), None, "{}", entry.id);
            let findings = (entry.run)(&study, None, &Progress::none()).unwrap();
            fixture::check(entry.id, &findings);
            let again = (entry.run)(&study, Some(&json!({})), &Progress::none()).unwrap();
            assert_eq!(findings, again, "{}", entry.id);
        }
    }

    #[test]
    fn an_empty_study_is_refused_in_words_and_never_panics() {
        let study = fixture::empty();
        for entry in registry() {
            let reason = (entry.unavailable)(&study).expect(entry.id);
            assert!(reason.len() > 20, "{reason}");
            let error = (entry.run)(&study, None, &Progress::none()).unwrap_err();
            assert!(
                matches!(error, AnalysisError::Unavailable { .. }),
                "{}",
                entry.id
            );
        }
    }
}

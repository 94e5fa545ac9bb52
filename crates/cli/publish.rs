//! Runs every analysis that a study allows and puts all of it through the release gate together.

use anyhow::Context;
use catchment_analysis::{Progress, registry};
use catchment_core::findings::{Figure, Findings, Value};
use catchment_core::study::Study;
use catchment_release::{Audience, Policy, Published, release};

use crate::console::Console;

/// What a study gives the public.
pub(crate) struct Publication {
    /// The findings of every analysis that the study allows, in the order of the registry.
    pub(crate) findings: Vec<Published<Findings<Figure>>>,
    /// The analyses that it does not allow: id, title and reason.
    pub(crate) not_listed: Vec<(String, String, String)>,
}

/// Runs every analysis with its usual parameters and releases all findings at once, so that the gate sees every layer.
pub(crate) fn publish(study: &Study) -> anyhow::Result<Publication> {
    let console = Console::start();
    let mut findings = Vec::new();
    let mut not_listed = Vec::new();
    for entry in registry() {
        if let Some(reason) = (entry.unavailable)(study) {
            not_listed.push((entry.id.to_owned(), entry.title.to_owned(), reason));
            continue;
        }
        console.show(&format!("computing {}", entry.title), 0, 0);
        let found = (entry.run)(study, None, &Progress::none())
            .with_context(|| format!("analysis {} failed", entry.id))?;
        not_listed.extend(nothing_to_map(entry.id, entry.title, &found));
        findings.push(found);
    }
    console.finish();
    let policy = Policy::named(&study.parts().settings.release_profile)?;
    Ok(Publication {
        findings: release(findings, &policy, Audience::Public),
        not_listed,
    })
}

/// Says why an analysis that was answered is on no map; nothing where it has a layer.
fn nothing_to_map(
    id: &str,
    title: &str,
    found: &Findings<Value>,
) -> Option<(String, String, String)> {
    let reason = "It was worked out, but nothing of it has a place that can be shown on a map.";
    let nothing = found.layers.is_empty();
    nothing.then(|| (id.to_owned(), title.to_owned(), reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Findings, nothing_to_map};

    #[test]
    fn an_analysis_without_a_layer_is_listed_with_the_reason() {
        let found = Findings {
            analysis: "providers".to_owned(),
            parameters: serde_json::json!({}),
            profile: None,
            layers: Vec::new(),
            tables: Vec::new(),
            headlines: Vec::new(),
        };
        let (id, title, reason) = nothing_to_map("providers", "Services", &found).unwrap();
        assert_eq!((id.as_str(), title.as_str()), ("providers", "Services"));
        assert!(reason.contains("can be shown on a map"), "{reason}");
    }
}

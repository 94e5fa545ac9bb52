//! Runs every analysis that a study allows and puts all of it through the release gate together.

use anyhow::Context;
use catchment_analysis::{Progress, registry};
use catchment_core::findings::{Figure, Findings};
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
        if found.layers.is_empty() {
            let reason =
                "It was worked out, but nothing of it has a place that can be shown on a map.";
            not_listed.push((
                entry.id.to_owned(),
                entry.title.to_owned(),
                reason.to_owned(),
            ));
        }
        findings.push(found);
    }
    console.finish();
    let policy = Policy::named(&study.parts().settings.release_profile)?;
    Ok(Publication {
        findings: release(findings, &policy, Audience::Public),
        not_listed,
    })
}

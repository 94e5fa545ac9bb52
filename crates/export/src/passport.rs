//! The passport of a layer: where its figures come from and what was done to them.
//!
//! It goes with every layer so that a figure quoted from it can be answered for: the files and their terms, the rules, what was
//! hidden, the tables and headlines the same analysis found.
//!
//! The hash of a file about people is deliberately left out. Whoever guesses what such a file holds could use it to find out
//! whether the guess is right.

use catchment_core::findings::{Figure, Findings, FindingsTable, Headline, Plain};
use catchment_core::provenance::Input;
use catchment_release::Published;
use serde_json::{Map, Value, json};

use crate::layer::{licences, notice, partly_suppressed, suppressed};
use crate::properties::{Hiding, Written, check_width};
use crate::shape::rounded;
use crate::{Context, ExportError, layer_of};

/// Makes the passport of a layer.
pub fn passport(
    published: &Published<Findings<Figure>>,
    layer_id: &str,
    context: Context<'_>,
) -> Result<Value, ExportError> {
    let layer = layer_of(published, layer_id)?;
    let findings = published.get();
    let hidden = suppressed(layer);
    let all = layer.features.len();
    let shown = all - hidden;
    let tables: Result<Vec<Value>, ExportError> = findings
        .tables
        .iter()
        .map(|one| table(one, published.reason()))
        .collect();
    let mut passport = json!({
        "layer": { "id": layer.id, "title": layer.title, "description": layer.description },
        "study": { "title": context.about.title, "invented": context.about.invented, "grid": context.about.grid.name() },
        "analysis": findings.analysis,
        "parameters": findings.parameters,
        "profile": findings.profile,
        "snap_cap_m": context.settings.snap_cap.value(),
        "reference_date": context.about.reference_date,
        "method": layer.method,
        "counted": layer.counted,
        "fields": layer.fields,
        "features": { "all": all, "shown": shown, "hidden": hidden, "partly_hidden": partly_suppressed(layer), "text": format!("{shown} of {all} shown") },
        "headlines": findings.headlines.iter().map(headline).collect::<Vec<Value>>(),
        "tables": tables?,
        "disclosure": disclosure(published),
        "inputs": context.provenance.inputs.iter().map(input).collect::<Vec<Value>>(),
        "attribution": context.provenance.attributions(),
        "licences": licences(context),
        "caveats": context.caveats(findings),
        "program": { "name": "catchment", "version": context.provenance.version },
    });
    if let Some(members) = passport.as_object_mut() {
        if let Some(text) = notice(published, layer, context) {
            members.insert("notice".to_owned(), text.into());
        }
        if let Some(mark) = published.audience().mark() {
            members.insert("audience".to_owned(), mark.into());
        }
    }
    Ok(passport)
}

fn disclosure(published: &Published<Findings<Figure>>) -> Value {
    let policy = published.policy();
    json!({
        "profile": policy.name(),
        "threshold": policy.threshold(),
        "rounding": policy.rounding_base(),
        "audience": published.audience().word(),
        "reason": policy.reason(),
    })
}

fn input(input: &Input) -> Value {
    // The study file may name a file by its place on somebody's machine; that is nobody's business.
    let file = input.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut members = Map::new();
    members.insert("role".to_owned(), input.role.clone().into());
    members.insert("file".to_owned(), file.into());
    members.insert("personal".to_owned(), input.personal.into());
    if !input.personal {
        members.insert("blake3".to_owned(), input.blake3.clone().into());
    }
    let texts = [
        ("licence", input.licence.clone()),
        ("attribution", input.attribution.clone()),
        ("source", input.source.clone()),
        ("date", input.date.map(|date| date.to_string())),
        ("caveat", input.caveat.clone()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            members.insert(name.to_owned(), text.into());
        }
    }
    Value::Object(members)
}

fn table(table: &FindingsTable<Figure>, reason: &str) -> Result<Value, ExportError> {
    let mut rows = Vec::with_capacity(table.rows.len());
    for (number, row) in table.rows.iter().enumerate() {
        check_width(
            &table.id,
            &number.to_string(),
            row.len(),
            table.fields.len(),
        )?;
        let mut members = Map::new();
        for (field, figure) in table.fields.iter().zip(row) {
            members.insert(field.name.clone(), serde_json::to_value(Written(figure))?);
        }
        let hiding = Hiding::of_row(&table.fields, row);
        members.insert("suppressed".to_owned(), hiding.is_whole().into());
        members.insert("suppressed_reason".to_owned(), hiding.reason(reason).into());
        members.insert("suppressed_fields".to_owned(), hiding.names().into());
        rows.push(Value::Object(members));
    }
    Ok(json!({
        "id": table.id,
        "title": table.title,
        "description": table.description,
        "method": table.method,
        "fields": table.fields,
        "rows": rows,
    }))
}

fn headline(headline: &Headline<Figure>) -> Value {
    let suppressed = headline.value == Figure::Hidden || headline.n == Figure::Hidden;
    json!({
        "label": headline.label,
        "value": in_words(headline),
        "n": serde_json::to_value(Written(&headline.n)).unwrap_or_default(),
        "suppressed": suppressed,
    })
}

/// Writes a headline's figure with its unit: `5.21 km`.
fn in_words(headline: &Headline<Figure>) -> String {
    let number = match &headline.value {
        Figure::Hidden => return "hidden".to_owned(),
        Figure::Shown(Plain::Missing) => return "not known".to_owned(),
        Figure::Shown(Plain::Number(number)) => {
            format!("{:.*}", headline.decimals, rounded(*number, 6))
        }
        Figure::Shown(Plain::Integer(integer)) => integer.to_string(),
        Figure::Shown(Plain::Text(text)) => text.clone(),
        Figure::Shown(Plain::Flag(true)) => "yes".to_owned(),
        Figure::Shown(Plain::Flag(false)) => "no".to_owned(),
        Figure::Shown(Plain::Date(date)) => date.to_string(),
    };
    match headline.unit.as_str() {
        "" => number,
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

//! The `OpenAPI` 3.0 description of this very site: every collection has its own paths, with the names of its fields.
//!
//! It refers to nothing outside itself. `limit` stands under `components` with its maximum, where QGIS looks for it. Deliberately no
//! full schema of `GeoJSON`: the standard for that is elsewhere, and generators get on better with open objects.

use serde_json::{Map, Value, json};

use crate::ask::segment;
use crate::documents::{GEOJSON, JSON, OPENAPI};
use crate::filter::{DEFAULT_LIMIT, LARGEST_LIMIT};
use crate::site::{Collection, Site};

/// Describes the interface.
pub(crate) fn describe(site: &Site, base: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = common_schemas();
    paths.insert(
        "/".into(),
        get("landing", "The landing page", &["f"], JSON, "document"),
    );
    paths.insert(
        "/api".into(),
        get("api", "This description", &["f"], OPENAPI, "document"),
    );
    paths.insert(
        "/conformance".into(),
        get(
            "conformance",
            "The standards this server keeps to",
            &["f"],
            JSON,
            "conformance",
        ),
    );
    paths.insert(
        "/collections".into(),
        get("collections", "The layers", &["f"], JSON, "collections"),
    );
    for one in site.collections() {
        collection_paths(one, &mut paths);
        schemas.insert(
            format!("{}.feature", schema_name(one.id())),
            feature_schema(one),
        );
    }
    paths.insert(
        "/health".into(),
        get("health", "Whether the server is up", &[], JSON, "document"),
    );
    json!({
        "openapi": "3.0.3",
        "info": { "title": site.title(), "description": site.description(), "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": base }],
        "tags": [{ "name": "catchment", "description": "Layers that disclosure control has released to the public" }],
        "paths": paths,
        "components": { "parameters": parameters(), "schemas": schemas, "responses": { "problem": problem() } },
    })
}

fn collection_paths(one: &Collection, paths: &mut Map<String, Value>) {
    let (id, title) = (one.id(), one.title());
    let own = format!("/collections/{}", segment(id));
    let name = schema_name(id);
    let feature = format!("{name}.feature");
    let described = get(
        &format!("{name}.describe"),
        &format!("{title}: description"),
        &["f"],
        JSON,
        "collection",
    );
    let listed = get(
        &format!("{name}.items"),
        &format!("{title}: features"),
        &["limit", "offset", "bbox", "datetime", "f"],
        GEOJSON,
        "featureCollection",
    );
    let single = get(
        &format!("{name}.item"),
        &format!("{title}: one feature"),
        &["feature", "f"],
        GEOJSON,
        &feature,
    );
    let passport = get(
        &format!("{name}.passport"),
        &format!("{title}: method, inputs, and what was rounded or hidden"),
        &["f"],
        JSON,
        "document",
    );
    paths.insert(format!("{own}/items/{{feature}}"), single);
    paths.insert(format!("{own}/items"), listed);
    paths.insert(format!("{own}/passport"), passport);
    paths.insert(own, described);
}

/// Names what belongs to a collection by those characters that a name in `components` may have.
fn schema_name(id: &str) -> String {
    segment(id).replace(['%', '~'], "_")
}

fn get(operation: &str, summary: &str, parameters: &[&str], media: &str, schema: &str) -> Value {
    let named = |name: &&str| json!({ "$ref": format!("#/components/parameters/{name}") });
    let mut content =
        json!({ (media): { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
    if parameters.contains(&"f") {
        content["text/html"] = json!({ "schema": { "type": "string" } });
    }
    let refused = json!({ "$ref": "#/components/responses/problem" });
    json!({ "get": {
        "operationId": operation,
        "summary": summary,
        "tags": ["catchment"],
        "parameters": parameters.iter().map(named).collect::<Vec<_>>(),
        "responses": {
            "200": { "description": "What was asked for", "content": content },
            "304": { "description": "What the caller has is still good" },
            "400": refused,
            "404": refused,
            "default": refused,
        },
    } })
}

fn problem() -> Value {
    json!({
        "description": "What was wrong, in words",
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } },
            "text/html": { "schema": { "type": "string" } },
        },
    })
}

fn parameters() -> Value {
    let query = |name: &str, description: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "description": description, "style": "form", "explode": false, "schema": schema });
    json!({
        "limit": query(
            "limit",
            "How many features to send at most; a larger number counts as the maximum",
            json!({ "type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT }),
        ),
        "offset": query(
            "offset",
            "How many features to leave out at the beginning; the links to other pages have it",
            json!({ "type": "integer", "minimum": 0, "default": 0 }),
        ),
        "bbox": query(
            "bbox",
            "Only features that meet this box: west, south, east, north in degrees (WGS 84), or with heights after the first and \
             the second pair. West may be greater than east where the box crosses the antimeridian",
            json!({ "type": "array", "minItems": 4, "maxItems": 6, "items": { "type": "number" } }),
        ),
        "datetime": query(
            "datetime",
            "A date, an instant or an interval after RFC 3339. No feature has a time of its own, so that every feature matches",
            json!({ "type": "string" }),
        ),
        "f": query("f", "The format, instead of what the header Accept asks for: data for programs, or a page for people", json!({ "type": "string", "enum": ["json", "html"] })),
        "feature": {
            "name": "feature", "in": "path", "required": true, "description": "The id of a feature", "schema": { "type": "string" },
        },
    })
}

fn common_schemas() -> Map<String, Value> {
    let own = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let list = |items: &Value| json!({ "type": "array", "items": items });
    let object = |required: &[&str], properties: Value| json!({ "type": "object", "required": required, "properties": properties });
    let text = json!({ "type": "string" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let (texts, links, things) = (list(&text), list(&own("link")), list(&own("document")));
    let link = json!({ "href": text, "rel": text, "type": text, "title": text });
    let conformance = json!({ "conformsTo": texts, "links": links });
    let collection = json!({
        "id": text, "title": text, "description": text, "links": links, "extent": own("document"), "itemType": text, "crs": texts,
    });
    let collections = json!({ "links": links, "collections": list(&own("collection")) });
    let features = json!({
        "type": { "type": "string", "enum": ["FeatureCollection"] },
        "features": things, "links": links, "numberMatched": count, "numberReturned": count,
    });
    let problem =
        json!({ "type": text, "title": text, "status": count, "detail": text, "parameter": text });
    let schemas = [
        ("document", json!({ "type": "object" })),
        ("link", object(&["href", "rel"], link)),
        ("conformance", object(&["conformsTo"], conformance)),
        ("collection", object(&["id", "links"], collection)),
        (
            "collections",
            object(&["links", "collections"], collections),
        ),
        ("featureCollection", object(&["type", "features"], features)),
        ("problem", object(&["title", "status", "detail"], problem)),
    ];
    schemas
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect()
}

fn feature_schema(one: &Collection) -> Value {
    let field = |field: &catchment_core::findings::Field| {
        let unit = field
            .unit
            .as_deref()
            .map(|unit| format!(" ({unit})"))
            .unwrap_or_default();
        let about = json!({ "title": format!("{}{unit}", field.title), "description": field.description, "nullable": true });
        (field.name.clone(), about)
    };
    let mut properties: Map<String, Value> = one.fields().iter().map(field).collect();
    for (name, description) in [
        ("n", "How many the figures are of"),
        (
            "suppressed",
            "Whether its size or its main figure is hidden to protect people",
        ),
        ("suppressed_reason", "Why figures are hidden"),
        (
            "suppressed_fields",
            "Names of the properties that are hidden, joined by semicolons",
        ),
        ("method", "How the figures were worked out"),
        ("reference_date", "The day they are of"),
    ] {
        properties.insert(
            name.to_owned(),
            json!({ "description": description, "nullable": true }),
        );
    }
    json!({
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": { "type": "string", "enum": ["Feature"] },
            "id": { "type": "string" },
            "geometry": { "$ref": "#/components/schemas/document" },
            "properties": { "type": "object", "properties": properties },
            "links": { "type": "array", "items": { "$ref": "#/components/schemas/link" } },
        },
    })
}

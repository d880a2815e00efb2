//! The API's description as HTML.

use std::fmt::Write;

use serde_json::Value;

const HEAD: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API | Tradewind</title><style>
:root { color-scheme: light dark; --ink: light-dark(#13212a, #ece8dc); --paper: light-dark(#f7f5ef, #0d171c); --line: light-dark(#dcd8cb, #26353d); --sea: light-dark(#0d5060, #82c8cc); }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 400 1rem/1.6 Figtree, "Segoe UI", system-ui, sans-serif; }
h1, h2, h3 { font-family: Georgia, serif; font-weight: 400; } h2 { margin-block: 2.5rem .5rem; } h3 { margin-block: 1.5rem 0; } p { margin-block: .25rem; }
details { border-top: 1px solid var(--line); } summary { padding-block: .7rem; cursor: pointer; overflow-wrap: anywhere; }
code { font: .875rem/1.5 ui-monospace, monospace; } b.m { display: inline-block; min-width: 4.5rem; color: var(--sea); font: 600 .8125rem/1 ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; margin-block: .25rem 1rem; font-size: .9375rem; } td { padding: .35rem .75rem .35rem 0; vertical-align: top; min-width: 5.75rem; overflow-wrap: anywhere; border-top: 1px solid var(--line); }
a { color: var(--sea); }
</style></head><body><h1>The Tradewind API</h1><p>Everything stands below <code>/api/v1</code>, apart from the key set. The same as <a href="/api/v1/openapi.json">openapi.json</a>.</p>"#;

/// A page of a whole OpenAPI document.
pub fn render(document: &Value) -> String {
    let mut page = HEAD.to_owned();
    let mut tags: Vec<&str> = operations(document).filter_map(|(_, _, operation)| operation["tags"][0].as_str()).collect();
    tags.sort_unstable();
    tags.dedup();
    for tag in tags {
        let _ = write!(page, "<h2>{}</h2>", escape(tag));
        for (path, method, operation) in operations(document).filter(|(_, _, operation)| operation["tags"][0] == *tag) {
            operation_entry(&mut page, path, method, operation);
        }
    }
    page.push_str("<h2>Types</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        schema_entry(&mut page, name, schema);
    }
    page.push_str("</body></html>");
    page
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation)))
}

fn operation_entry(page: &mut String, path: &str, method: &str, operation: &Value) {
    let summary = operation["summary"].as_str().or(operation["description"].as_str()).unwrap_or_default();
    let _ = write!(
        page,
        "<details><summary><b class=\"m\">{}</b><code>{}</code><br>{}</summary><table>",
        escape(&method.to_uppercase()),
        escape(path),
        escape(summary)
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let place = parameter["in"].as_str().unwrap_or_default();
        let text = parameter["description"].as_str().unwrap_or_default();
        let _ = write!(page, "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>", escape(name), escape(place), escape(text));
    }
    if let Some(schema) = body_schema(&operation["requestBody"]) {
        let _ = write!(page, "<tr><td>body</td><td></td><td>{}</td></tr>", shape(schema));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let shape = body_schema(response).map(shape).unwrap_or_default();
        let text = response["description"].as_str().unwrap_or_default();
        let _ = write!(page, "<tr><td>{}</td><td>{shape}</td><td>{}</td></tr>", escape(status), escape(text));
    }
    page.push_str("</table></details>");
}

fn body_schema(body: &Value) -> Option<&Value> {
    Some(&body["content"].as_object()?.values().next()?["schema"])
}

/// A type with its fields, where the links to it lead.
fn schema_entry(page: &mut String, name: &str, schema: &Value) {
    let text = schema["description"].as_str().unwrap_or_default();
    let _ = write!(page, "<section id=\"{0}\"><h3><code>{0}</code></h3><p>{1}</p><table>", escape(name), escape(text));
    let Some(fields) = schema["properties"].as_object() else {
        let _ = write!(page, "<tr><td>{}</td></tr></table></section>", shape(schema));
        return;
    };
    let is_required = |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|required| required == name));
    let (required, optional): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| is_required(name));
    for (fields, note) in [(required, ""), (optional, " optional")] {
        for (field, schema) in fields {
            let text = schema["description"].as_str().unwrap_or_default();
            let _ =
                write!(page, "<tr><td><code>{}</code>{note}</td><td>{}</td><td>{}</td></tr>", escape(field), shape(schema), escape(text));
        }
    }
    page.push_str("</table></section>");
}

/// What a schema allows, in a few words of HTML.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return format!("<a href=\"#{0}\"><code>{0}</code></a>", escape(name));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| format!("<code>{}</code>", escape(&value.to_string()))).collect();
        return values.join(" or ");
    }
    for (keyword, joined) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if let Some(parts) = schema[keyword].as_array() {
            return parts.iter().map(shape).collect::<Vec<_>>().join(joined);
        }
    }
    let names: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let names = names.into_iter().map(|name| match name {
        "array" => format!("list of {}", shape(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => format!("names to {}", shape(&schema["additionalProperties"])),
        "object" if schema["properties"].is_object() => object_shape(schema),
        name => schema["format"].as_str().filter(|_| name != "null").map_or_else(|| name.to_owned(), |format| format!("{name}, {format}")),
    });
    names.collect::<Vec<_>>().join(" or ")
}

fn object_shape(schema: &Value) -> String {
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields: Vec<String> = fields.map(|(name, schema)| format!("<code>{}</code>: {}", escape(name), shape(schema))).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn every_route_stands_on_the_page_and_text_is_escaped() {
        let document = json!({"paths": {"/products": {"get": {"tags": ["catalogue"], "summary": "Lists <b>", "responses": {"200": {"description": "ok"}}}}}});
        let page = super::render(&document);
        assert!(page.contains("<code>/products</code>") && page.contains("Lists &lt;b&gt;"), "{page}");
    }

    #[test]
    fn a_type_shows_its_fields_and_what_they_may_be() {
        let document = json!({"components": {"schemas": {"Line": {"type": "object", "required": ["sku"], "properties": {
            "note": {"type": ["string", "null"], "description": "for us"},
            "sku": {"type": "string"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
            "state": {"enum": ["new", "old"]},
        }}}}});
        let page = super::render(&document);
        let fields = [
            "<td><code>sku</code></td><td>string</td><td></td>",
            "<td><code>note</code> optional</td><td>string or null</td><td>for us</td>",
            "<td><code>parts</code> optional</td><td>list of <a href=\"#Part\"><code>Part</code></a></td><td></td>",
            "<td><code>state</code> optional</td><td><code>&quot;new&quot;</code> or <code>&quot;old&quot;</code></td><td></td>",
        ];
        assert!(page.contains("<section id=\"Line\">"), "{page}");
        assert!(fields.iter().all(|field| page.contains(field)), "{page}");
        assert!(page.find("<code>sku") < page.find("<code>note"), "what must be there comes first: {page}");
    }
}

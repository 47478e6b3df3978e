//! The readable description of the API: one page made from the OpenAPI document, complete without the internet.

use askama::Template;
use serde_json::{Map, Value};

use crate::errors::PageResult;
use crate::pages::html;
use crate::shell::Shell;

/// The methods of a path in the order in which they are shown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

#[derive(Template)]
#[template(path = "pages/api.html")]
struct Page {
    shell: Shell,
    base: String,
    version: String,
    about: String,
    operations: Vec<Operation>,
    schemas: Vec<Schema>,
}

struct Operation {
    method: String,
    path: String,
    anchor: String,
    summary: String,
    about: String,
    scopes: Vec<String>,
    parameters: Vec<Line>,
    body: Option<Kind>,
    answers: Vec<Answer>,
    example: String,
}

struct Answer {
    status: String,
    about: String,
    kind: Option<Kind>,
}

struct Schema {
    name: String,
    about: String,
    /// Allowed words of an enumeration.
    words: Vec<String>,
    lines: Vec<Line>,
}

/// A parameter or field.
struct Line {
    name: String,
    place: String,
    kind: Kind,
    required: bool,
    about: String,
}

/// A type in words, and the schema it leads to.
struct Kind {
    text: String,
    schema: Option<String>,
}

/// The page of a document whose operations are reached under `base` (with protocol and host).
///
/// # Errors
/// `internal` if the template cannot be written.
pub fn page(shell: Shell, document: &Value, base: &str) -> PageResult {
    html(&made(shell, document, base))
}

fn made(shell: Shell, document: &Value, base: &str) -> Page {
    let mut operations = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for method in METHODS {
            if let Some(told) = item.get(method) {
                operations.push(operation(document, base, path, method, told));
            }
        }
    }
    let schemas = object(&document["components"]["schemas"]).map(|(name, told)| schema(document, name, told)).collect();
    Page {
        shell,
        base: base.to_owned(),
        version: text(&document["info"]["version"]),
        about: prose(&document["info"]["description"]),
        operations,
        schemas,
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("").to_owned()
}

/// A description for reading: names between ticks stand in quotation marks.
fn prose(value: &Value) -> String {
    let parts = value.as_str().unwrap_or("").split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("“{part}”") } else { part.to_owned() }).collect()
}

fn operation(document: &Value, base: &str, path: &str, method: &str, told: &Value) -> Operation {
    let parameters = array(&told["parameters"]).map(|p| Line {
        name: text(&p["name"]),
        place: text(&p["in"]),
        kind: kind(&p["schema"]),
        required: p["required"] == true,
        about: prose(&p["description"]),
    });
    let content = |value: &Value| object(&value["content"]).next().map(|(_, media)| media["schema"].clone());
    let body = content(&told["requestBody"]);
    let answers = object(&told["responses"]).map(|(status, answer)| Answer {
        status: status.clone(),
        about: prose(&answer["description"]),
        kind: content(answer).as_ref().map(kind),
    });
    let scopes = array(&told["security"]).flat_map(object).flat_map(|(_, scopes)| array(scopes)).map(text);
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        anchor: text(&told["operationId"]),
        summary: text(&told["summary"]),
        about: prose(&told["description"]),
        scopes: scopes.collect(),
        parameters: parameters.collect(),
        body: body.as_ref().map(kind),
        answers: answers.collect(),
        example: example(document, base, path, method, told, body.as_ref()),
    }
}

/// A command that can be tried: with the examples of the parameters and of the body.
fn example(document: &Value, base: &str, path: &str, method: &str, told: &Value, body: Option<&Value>) -> String {
    let mut address = path.to_owned();
    let mut query = Vec::new();
    let mut headers = String::new();
    for parameter in array(&told["parameters"]) {
        let (name, value) = (text(&parameter["name"]), &parameter["example"]);
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match parameter["in"].as_str() {
            Some("path") => address = address.replace(&format!("{{{name}}}"), &value),
            Some("query") if !parameter["example"].is_null() => {
                query.push(format!("{name}={}", crate::href::encode(&value)));
            }
            Some("header") if !parameter["example"].is_null() => {
                headers.push_str(&format!(" \\\n  -H '{name}: {value}'"))
            }
            _ => {}
        }
    }
    if !query.is_empty() {
        address = format!("{address}?{}", query.join("&"));
    }
    let mut command = format!("curl -H \"Authorization: Bearer $TOKEN\"{headers}");
    if let Some(name) = body.and_then(reference) {
        let sample = &document["components"]["schemas"][&name]["example"];
        let sample = serde_json::to_string_pretty(sample).unwrap_or_default();
        command.push_str(&format!(
            " \\\n  -X {} -H 'Content-Type: application/json' \\\n  -d '{sample}'",
            method.to_uppercase()
        ));
    }
    format!("{command} \\\n  '{base}{address}'")
}

fn schema(document: &Value, name: &str, told: &Value) -> Schema {
    let mut lines = Vec::new();
    for part in std::iter::once(told).chain(array(&told["allOf"])) {
        // A schema put together from others shows the fields of all.
        let whole = reference(part).map_or(part, |name| &document["components"]["schemas"][name]);
        let required: Vec<&str> = array(&whole["required"]).filter_map(Value::as_str).collect();
        lines.extend(object(&whole["properties"]).map(|(field, told)| Line {
            name: field.clone(),
            place: String::new(),
            kind: kind(told),
            required: required.contains(&field.as_str()),
            about: about(told),
        }));
    }
    Schema {
        name: name.to_owned(),
        about: prose(&told["description"]),
        words: array(&told["enum"]).map(text).collect(),
        lines,
    }
}

/// What is said of a field; of one that may be null it stands beside the type.
fn about(told: &Value) -> String {
    let own = std::iter::once(told).chain(array(&told["oneOf"]));
    own.map(|part| text(&part["description"])).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The schema a `$ref` names.
fn reference(told: &Value) -> Option<String> {
    let name = told["$ref"].as_str()?.rsplit('/').next()?;
    Some(name.to_owned())
}

fn kind(told: &Value) -> Kind {
    if let Some(name) = reference(told) {
        return Kind { text: name.clone(), schema: Some(name) };
    }
    let choices = [&told["oneOf"], &told["anyOf"], &told["allOf"]];
    if let Some(choices) = choices.into_iter().find(|c| c.is_array()) {
        let kinds: Vec<Kind> = array(choices).map(kind).collect();
        let words: Vec<&str> = kinds.iter().map(|k| k.text.as_str()).collect();
        let text = words.join(" | ");
        return Kind { text, schema: kinds.into_iter().find_map(|k| k.schema) };
    }
    let types: Vec<String> = match &told["type"] {
        Value::Array(all) => all.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let mut words = types.join(" | ");
    let mut schema = None;
    if types.iter().any(|t| t == "array") {
        let inner = kind(&told["items"]);
        words = words.replace("array", &format!("[{}]", inner.text));
        schema = inner.schema;
    }
    let facts = [
        ("format", ""),
        ("minLength", "≥ "),
        ("maxLength", "≤ "),
        ("minimum", "≥ "),
        ("maximum", "≤ "),
        ("default", "= "),
    ];
    for (fact, sign) in facts {
        match &told[fact] {
            Value::Null => {}
            Value::String(text) => words.push_str(&format!(", {sign}{text}")),
            value => words.push_str(&format!(", {sign}{value}")),
        }
    }
    Kind { text: words, schema }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use serde_json::json;

    fn rendered(lang: Lang) -> String {
        let words = crate::Words::build(crate::WORDS.iter().copied()).unwrap();
        let shell = Shell { nav: Vec::new(), ..crate::samples::shell(&words.in_lang(lang), 9) };
        let document = json!({
            "info": {"version": "1", "description": "About."},
            "paths": {"/things/{id}": {"post": {
                "operationId": "make_thing", "summary": "Make a <thing>", "security": [{"token": ["things:write"]}],
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 9}, "example": "7"},
                    {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Word"}, "example": "水电"}
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"201": {"description": "Made", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
            }}},
            "components": {"schemas": {
                "Word": {"type": "string", "enum": ["a", "b"]},
                "Thing": {"type": "object", "required": ["word"], "example": {"word": "a"}, "properties": {
                    "word": {"oneOf": [{"$ref": "#/components/schemas/Word", "description": "Which word."}, {"type": "null"}]},
                    "all": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
                }}
            }}
        });
        let page = made(shell, &document, "http://h/api/v1");
        page.render().unwrap()
    }

    #[test]
    fn operations_and_schemas_are_told_in_both_languages_with_a_command_to_try() {
        for lang in Lang::ALL {
            let text = rendered(lang);
            assert!(!text.contains('⟦'), "{text}");
            for part in [
                "id=\"make_thing\"",
                "<code>things:write</code>",
                "string, ≤ 9",
                "href=\"#schema-Word\">Word | null</a>",
                "Which word.",
                "href=\"#schema-Thing\">[Thing]</a>",
                "/things/7?q=%E6%B0%B4%E7%94%B5",
            ] {
                assert!(text.contains(part), "{part} is missing in {text}");
            }
            assert!(!text.contains("<thing>"), "what the document says is escaped");
        }
    }
}

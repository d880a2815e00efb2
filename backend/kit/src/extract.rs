//! Extractors that refuse all in the same way: 400 for what is not JSON at all, 415 for the wrong
//! content type, 413 for too much, 422 with the field named for everything else.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
};
use garde::Validate;
use http::{StatusCode, request::Parts};
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use tradewind_contract::{
    FieldError,
    limits::{BODY_DEPTH_MAX, BODY_MAX, PAGE_DEFAULT, PAGE_MAX, PARAMETER_MAX},
};

use crate::{Error, Refusal};

/// A JSON body that was checked for syntax, for unknown fields, and by the type's garde rules.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate,
    T::Context: Default,
{
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        require_json(&parts)?;
        let bytes = read_body(body).await?;
        Ok(Self(parse(&bytes)?))
    }
}

fn require_json(parts: &Parts) -> Result<(), Refusal> {
    let content_type = parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type_unsupported",
        "This content type is not understood",
        "Send the body as application/json.",
    ))
}

async fn read_body(body: Body) -> Result<axum::body::Bytes, Refusal> {
    to_bytes(body, BODY_MAX).await.map_err(|_| {
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large", "A body has at most 65,536 bytes.")
    })
}

/// Bytes to a checked value.
///
/// # Errors
/// 400 `json_malformed`, or 422 `validation_failed` with the fields.
pub fn parse<T>(bytes: &[u8]) -> Result<T, Refusal>
where
    T: DeserializeOwned + Validate,
    T::Context: Default,
{
    let document = parse_strict(bytes)?;
    let mut nul = Vec::new();
    find_nul(&document, String::new(), &mut nul);
    if !nul.is_empty() {
        return Err(Refusal::invalid(nul));
    }
    let value: T = serde_path_to_error::deserialize(&document).map_err(|error| shape_refusal(&error))?;
    value.validate().map_err(|report| {
        let errors = report.iter().map(|(path, error)| FieldError::new(pointer(&path.to_string()), "invalid", error.message())).collect();
        Refusal::invalid(errors)
    })?;
    Ok(value)
}

/// JSON as RFC 8259 wants it and serde_json does not insist on: UTF-8, no key twice, not too deep.
fn parse_strict(bytes: &[u8]) -> Result<Value, Refusal> {
    let malformed = |detail: String| Refusal::bad_request("json_malformed", "The body is not JSON", detail);
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("The bytes are not UTF-8.".into()))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict::deserialize(&mut deserializer).map_err(|error| malformed(format!("{error}.")))?;
    deserializer.end().map_err(|error| malformed(format!("{error}.")))?;
    Ok(value)
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Self { depth: 0 })
    }

    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth >= BODY_DEPTH_MAX {
            return Err(E::custom(format_args!("nested deeper than {BODY_DEPTH_MAX}")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(self.deeper()?)?;
            if fields.contains_key(&key) {
                return Err(serde::de::Error::custom(format_args!("the key {key:?} stands twice")));
            }
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

/// Postgres cannot store U+0000 in text, and nobody types it.
fn find_nul(value: &Value, path: String, found: &mut Vec<FieldError>) {
    match value {
        Value::String(text) if text.contains('\0') => {
            found.push(FieldError::new(path, "invalid", "The character U+0000 cannot be used here."));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_nul(item, format!("{path}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, item) in fields {
                find_nul(item, format!("{path}/{}", escape(key)), found);
            }
        }
        _ => {}
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// `shipping_address.postal_code` or `lines[2].sku` as a JSON pointer.
fn pointer(path: &str) -> String {
    let path = path.trim_start_matches('.');
    if path.is_empty() {
        return String::new();
    }
    format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/")).replace("//", "/")
}

/// serde's message with the field that it is about: for a missing or unknown one, the field's own path.
fn shape_refusal(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let message = error.inner().to_string();
    let parent = pointer(&error.path().to_string());
    let named = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    let (field, code, detail) = if let Some(name) = named("unknown field `") {
        // serde_path_to_error already counts the unknown key in where it knows it.
        let base = parent.strip_suffix(&format!("/{name}")).unwrap_or(&parent).to_owned();
        (format!("{base}/{}", escape(&name)), "unknown_field", "This field is not known here.".to_owned())
    } else if let Some(name) = named("missing field `") {
        (format!("{parent}/{name}"), "missing", "This is needed.".to_owned())
    } else {
        (parent, "invalid", format!("{message}."))
    };
    Refusal::invalid_field(field, code, detail)
}

/// Query parameters of a type that denies unknown ones; each at most once.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: TryFrom<QueryParameters, Error = Refusal>,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let parameters = QueryParameters::parse(parts.uri.query().unwrap_or_default())?;
        Ok(Self(T::try_from(parameters)?))
    }
}

/// The parameters of a query, each once; what is not taken by the end is refused by name.
#[derive(Debug, Default)]
pub struct QueryParameters(BTreeMap<String, String>);

impl QueryParameters {
    /// # Errors
    /// 422 naming the parameter that stands twice or is not clean text.
    pub fn parse(query: &str) -> Result<Self, Refusal> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // The name too: after `option.` it is a value, and Postgres would refuse it.
            if [&name, &value].into_iter().any(|text| text.contains(['\0', '\u{FFFD}'])) {
                return Err(Refusal::invalid_field(name, "invalid", "This is not clean UTF-8 text."));
            }
            if value.len() > PARAMETER_MAX {
                return Err(Refusal::invalid_field(name, "too_long", "A parameter has at most 500 bytes."));
            }
            if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(Refusal::invalid_field(name, "repeated", "This parameter stands twice."));
            }
        }
        Ok(Self(parameters))
    }

    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// The parameter parsed, or a 422 that names it.
    ///
    /// # Errors
    /// 422 with `expected` as the sentence.
    pub fn take_parsed<T>(&mut self, name: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(text) => parse(&text).map(Some).ok_or_else(|| Refusal::invalid_field(name, "invalid", expected)),
        }
    }

    /// `limit`, 1 to 100, 24 when absent.
    ///
    /// # Errors
    /// 422 for anything else.
    pub fn take_limit(&mut self) -> Result<u32, Refusal> {
        let limit =
            self.take_parsed("limit", "A whole number from 1 to 100.", |text| text.parse().ok().filter(|n| (1..=PAGE_MAX).contains(n)))?;
        Ok(limit.unwrap_or(PAGE_DEFAULT))
    }

    /// Every parameter whose name begins with `prefix`, without the prefix.
    pub fn take_prefixed(&mut self, prefix: &str) -> BTreeMap<String, String> {
        let names: Vec<String> = self.0.keys().filter(|name| name.starts_with(prefix)).cloned().collect();
        names.into_iter().filter_map(|name| self.0.remove(&name).map(|value| (name[prefix.len()..].to_owned(), value))).collect()
    }

    /// # Errors
    /// 422 naming each parameter that nobody took.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let errors =
            self.0.keys().map(|name| FieldError::new(name.clone(), "unknown_parameter", "This parameter is not known here.")).collect();
        Err(Refusal::invalid(errors))
    }
}

/// For routes that take no parameters at all.
#[derive(Debug, Clone, Copy)]
pub struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        QueryParameters::parse(parts.uri.query().unwrap_or_default())?.finish()?;
        Ok(Self)
    }
}

/// A path segment; one that cannot be an id answers like one that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        // Nothing has U+0000 in its name, and Postgres would not even look.
        if parts.uri.path().contains("%00") {
            return Err(Refusal::not_found().into());
        }
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await.map_err(|_| Refusal::not_found())?;
        Ok(Self(path.0))
    }
}

#[cfg(test)]
mod tests {
    use garde::Validate;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[garde(length(min = 1))]
        name: String,
    }

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[garde(range(min = 1, max = 99))]
        quantity: u32,
        #[garde(dive)]
        inner: Inner,
    }

    fn refused(body: &[u8]) -> Refusal {
        match parse::<Sample>(body) {
            Err(refusal) => refusal,
            Ok(sample) => panic!("{sample:?} was accepted"),
        }
    }

    #[test]
    fn good_json_is_read() {
        let sample: Sample = parse(br#"{"quantity": 3, "inner": {"name": "x"}}"#).unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!((sample.quantity, sample.inner.name.as_str()), (3, "x"));
    }

    #[test]
    fn what_is_not_json_is_a_400() {
        let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
        for body in [
            b"{".as_slice(),
            b"",
            b"\xff\xfe",
            br#"{"quantity":1,"quantity":2,"inner":{"name":"x"}}"#,
            br#"{"quantity":1,"inner":{"name":"\ud800"}}"#,
            br#"{"quantity":1,"inner":{"name":"x"}} x"#,
            deep.as_bytes(),
        ] {
            let refusal = refused(body);
            assert_eq!((refusal.status, refusal.code), (StatusCode::BAD_REQUEST, "json_malformed"), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn wrong_fields_are_a_422_that_names_them() {
        for (body, field) in [
            (r#"{"quantity":0,"inner":{"name":"x"}}"#, "/quantity"),
            (r#"{"quantity":-1,"inner":{"name":"x"}}"#, "/quantity"),
            (r#"{"quantity":2147483648,"inner":{"name":"x"}}"#, "/quantity"),
            (r#"{"quantity":1.5,"inner":{"name":"x"}}"#, "/quantity"),
            (r#"{"quantity":"1","inner":{"name":"x"}}"#, "/quantity"),
            (r#"{"quantity":1,"inner":{"name":"x"},"price":1}"#, "/price"),
            (r#"{"quantity":1,"inner":{"name":"x","role":"operator"}}"#, "/inner/role"),
            (r#"{"quantity":1,"inner":{}}"#, "/inner/name"),
            (r#"{"quantity":1,"inner":{"name":""}}"#, "/inner/name"),
            ("{\"quantity\":1,\"inner\":{\"name\":\"a\\u0000\"}}", "/inner/name"),
        ] {
            let refusal = refused(body.as_bytes());
            assert_eq!(refusal.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
            assert_eq!(refusal.errors.first().map(|e| e.field.as_str()), Some(field), "{body}: {:?}", refusal.errors);
        }
    }

    #[test]
    fn unknown_and_repeated_parameters_are_named() {
        let mut parameters = QueryParameters::parse("limit=3&user_id=1").unwrap_or_else(|r| panic!("{r:?}"));
        assert_eq!(parameters.take_limit().ok(), Some(3));
        let refusal = parameters.finish().err();
        assert_eq!(refusal.map(|r| r.errors[0].field.clone()), Some("user_id".to_owned()));
        for query in ["a=1&a=2", "a=%00", "%00=a", "option.%00=a", "a=%ff", "%ff=a"] {
            assert!(QueryParameters::parse(query).is_err(), "{query}");
        }
        for limit in ["0", "101", "-1", "x", "1.5", ""] {
            let mut parameters = QueryParameters::parse(&format!("limit={limit}")).unwrap_or_else(|r| panic!("{r:?}"));
            assert!(parameters.take_limit().is_err(), "{limit}");
        }
    }
}

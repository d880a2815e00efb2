//! Which routes the tests ask for, read from their sources: `Method::PUT, "/cart/items/.."`, `.get("/cart")` and the like, in a
//! test or in a helper that a test reaches by name. A method or a path that a test computes is not seen; ask for it plainly.

use std::collections::BTreeSet;

use super::Routes;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// A function of a test's sources.
struct Function<'a> {
    name: &'a str,
    is_test: bool,
    text: &'a str,
}

/// Those of `served` that are asked for.
pub fn among(served: &Routes, sources: &str) -> Routes {
    // The one character that looks like the beginning of a string.
    let sources = sources.replace("'\"'", "' '");
    let mut functions = functions(&sources);
    let mut asked = Routes::new();
    let mut reached: Vec<Function> = functions.extract_if(.., |function| function.is_test).collect();
    while let Some(function) = reached.pop() {
        let requests = requests(function.text).into_iter();
        asked.extend(requests.filter_map(|(method, path)| served_by(served, &method, path)));
        reached.extend(functions.extract_if(.., |helper| calls(function.text, helper.name)));
    }
    asked
}

fn functions(sources: &str) -> Vec<Function<'_>> {
    let starts: Vec<usize> = sources.match_indices("fn ").map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([sources.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| {
            let text = &sources[start + 3..end];
            let before = sources[..start].trim_end_matches(|c| c != ']' && c != '}' && c != ';');
            Function { name: text.split(|c: char| !is_word(c)).next().unwrap_or_default(), is_test: before.ends_with("test]"), text }
        })
        .collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn calls(text: &str, name: &str) -> bool {
    !name.is_empty() && text.match_indices(&format!("{name}(")).any(|(at, _)| at > 0 && !text[..at].ends_with(is_word))
}

/// Method and path of every request that stands in `text`.
fn requests(text: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, end)) = literal(text, at) {
        if let Some(path) = path(&text[start..end])
            && let Some(method) = method(&text[..start - 1])
        {
            found.push((method, path));
        }
        at = end + 1;
    }
    found
}

/// Where the next string begins and ends, without its quotes.
fn literal(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('"')? + 1;
    let mut escaped = false;
    let length = text[start..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    Some((start, start + length))
}

/// The path below the base, without a query: `http://{}/api/v1/cart?x` is `/cart`.
fn path(literal: &str) -> Option<&str> {
    let path = literal.split_once("/api/v1").map_or(literal, |(_, path)| path);
    let path = path.find("/.well-known").map_or(path, |at| &path[at..]);
    path.starts_with('/').then(|| path.split('?').next().unwrap_or_default())
}

/// The method of the innermost call or tuple around the end of `before` that has one.
fn method(before: &str) -> Option<String> {
    let mut rest = before;
    while let Some(open) = enclosing(rest) {
        let (head, inside) = (&rest[..open], &rest[open + 1..]);
        let called = head.rsplit(|c| !is_word(c)).next().unwrap_or_default();
        // The last one, and nothing that is in another tuple.
        let named = inside.rfind("Method::").map(|at| &inside[at + 8..]);
        let word = named.unwrap_or(called).split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_uppercase();
        if METHODS.contains(&word.as_str()) {
            return Some(word);
        }
        rest = head;
    }
    None
}

/// Where the innermost bracket is that is still open at the end; none once a statement or a block begins.
fn enclosing(text: &str) -> Option<usize> {
    let mut closed = 0;
    for (at, c) in text.char_indices().rev() {
        match c {
            ')' | ']' => closed += 1,
            '(' | '[' if closed == 0 => return Some(at),
            '(' | '[' => closed -= 1,
            ';' | '{' | '}' if closed == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The route that answers: one that is named in full before one with a parameter in that place.
fn served_by(served: &Routes, method: &str, path: &str) -> Option<(String, String)> {
    let exact = (method.to_owned(), path.to_owned());
    let fits = |template: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len()
            && wanted.iter().zip(given).all(|(wanted, given)| wanted.starts_with('{') && !given.is_empty() || *wanted == given)
    };
    if served.contains(&exact) {
        return Some(exact);
    }
    served.iter().find(|(other, template)| other == method && fits(template)).cloned()
}

#[test]
fn requests_are_found_however_they_are_written() {
    let served: Routes =
        [("GET", "/orders"), ("GET", "/orders/{id}"), ("PUT", "/cart/items/{sku}"), ("DELETE", "/cart"), ("POST", "/users")]
            .map(|(method, path)| (method.to_owned(), path.to_owned()))
            .into();
    let asks = |body: &str, method: &str, path: &str| {
        let source = format!("#[tokio::test]\nasync fn something() {{ {body} }}\nfn unused() {{ app.get(\"/orders\"); }}");
        let found = among(&served, &source);
        assert_eq!(found, BTreeSet::from([(method.to_owned(), path.to_owned())]), "{body}");
    };
    asks(r#"app.get("/orders?limit=1", &who).await;"#, "GET", "/orders");
    asks(r#"app.get(&format!("/orders/{}", order.id), &who).await;"#, "GET", "/orders/{id}");
    asks(r#"app.get_after("/orders", &who, &token).await;"#, "GET", "/orders");
    asks(r#"for (m, p) in [(Method::PUT, "/cart/items/X"), (Method::PATCH, "/cart")] { app.send(m, p); }"#, "PUT", "/cart/items/{sku}");
    asks(r#"shopper.send(Method::DELETE, "/cart", None, &[("a", "b")]).await;"#, "DELETE", "/cart");
    asks(r#"app.request(Method::POST, "/api/v1/users").json(&json!({"path": "/orders"}));"#, "POST", "/users");
    asks(
        r#"let path = "/cart"; app.put_item(&who, "X").await; } fn put_item(w: &W) { self.send(Method::PUT, &format!("/cart/items/{sku}"));"#,
        "PUT",
        "/cart/items/{sku}",
    );
}

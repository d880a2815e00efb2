//! Routes, OpenAPI and docs/API.md say the same, and a test asks for every route.

mod asked;

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use tradewind_contract::limits;
use utoipa::openapi::OpenApi;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The section of docs/API.md about the provider.
const PAYMENTS: &str = "Payments (the simulated provider)";

type Routes = BTreeSet<(String, String)>;

fn document() -> OpenApi {
    tradewind_order::openapi::document().merge_from(tradewind_user::openapi::openapi())
}

fn described() -> Result<Routes> {
    let document = serde_json::to_value(document())?;
    let paths = document["paths"].as_object().context("no paths")?;
    Ok(paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, _)| (method.to_uppercase(), path.clone())))
        .collect())
}

fn routes(table: &[(&str, &str)]) -> Routes {
    table.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
}

/// What the gateway routes; the payment provider is never reached through it.
fn served() -> Routes {
    let mut routes: Routes = [tradewind_order::routes::TABLE, tradewind_user::routes::TABLE].into_iter().flat_map(routes).collect();
    routes.insert(("GET".to_owned(), tradewind_contract::routes::user::JWKS.to_owned()));
    routes
}

/// The routes in the tables of those sections of docs/API.md whose heading fits: rows like "| `GET /products` | ...".
fn documented(section: impl Fn(&str) -> bool) -> Result<Routes> {
    let text = std::fs::read_to_string(format!("{ROOT}/docs/API.md"))?;
    let lines = text.split("\n## ").filter(|text| section(text.lines().next().unwrap_or_default())).flat_map(str::lines);
    let cells = lines.filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split('`');
        let (method, path) = cells.next()?.split_once(' ')?;
        Some((method.to_owned(), path.to_owned()))
    });
    Ok(cells.collect())
}

#[test]
fn routes_openapi_and_the_documentation_agree() -> Result<()> {
    assert_eq!(served(), described()?, "the route tables (left) and the OpenAPI document (right)");
    assert_eq!(served(), documented(|heading| heading != PAYMENTS)?, "the route tables (left) and docs/API.md (right)");
    Ok(())
}

#[test]
fn the_payment_providers_routes_and_the_documentation_agree() -> Result<()> {
    let documented = documented(|heading| heading == PAYMENTS)?;
    assert_eq!(routes(tradewind_payments::routes::TABLE), documented, "the route table (left) and docs/API.md (right)");
    Ok(())
}

#[test]
fn the_served_document_is_current() -> Result<()> {
    let path = format!("{ROOT}/docs/openapi.json");
    let current = document().to_pretty_json()? + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &current)?;
    }
    let committed = std::fs::read_to_string(&path)?;
    assert!(committed == current, "docs/openapi.json is out of date: UPDATE_OPENAPI=1 cargo test -p tradewind-tests --test contract");
    Ok(())
}

/// The gateway is configured by text, so that it cannot take the numbers from the contract itself.
#[test]
fn the_gateways_limits_are_the_contracts() -> Result<()> {
    let requests = [
        format!("large_client_header_buffers {} {}k;", limits::HEADERS_MAX / limits::HEADER_LINE_MAX, limits::HEADER_LINE_MAX / 1024),
        format!("client_max_body_size {}k;", limits::BODY_MAX / 1024),
    ];
    let rate = |name: &str, rate: limits::Rate| format!("{name}: ({}, {})", rate.per_second, rate.burst);
    let rates = [rate("address", limits::PER_ADDRESS), rate("guest_sessions", limits::GUEST_SESSIONS_PER_ADDRESS)];
    for (file, before, wanted) in [("infra/nginx/nginx.conf", "server {", requests), ("xtask/src/stack.rs", "const LOAD", rates)] {
        let text = std::fs::read_to_string(format!("{ROOT}/{file}"))?;
        let general = text.split(before).next().unwrap_or_default();
        for setting in wanted {
            assert!(general.contains(&setting), "{file} does not say {setting}");
        }
    }
    Ok(())
}

#[test]
fn every_route_is_asked_for_by_a_test() -> Result<()> {
    let mut sources = String::new();
    for directory in ["tests", "backend/order/tests", "backend/user/tests"] {
        read_sources(std::path::Path::new(&format!("{ROOT}/{directory}")), &mut sources)?;
    }
    let asked = asked::among(&served(), &sources);
    let missing: Vec<_> = served().difference(&asked).cloned().collect();
    assert!(missing.is_empty(), "no test asks for {missing:?}");
    Ok(())
}

/// Every Rust file below `directory`, but for this test's own, which ask for nothing.
fn read_sources(directory: &std::path::Path, sources: &mut String) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() && !path.ends_with("contract") && !path.ends_with("node_modules") {
            read_sources(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(path)?);
        }
    }
    Ok(())
}

//! What bad input gets, kind by kind, at the front door: the rows that are met by a whole shop only, or on every route.
//! How many wrong log-ins are too many is tested at the user service, for all tests here share one address.

mod ask;
mod bodies;
mod hostile;
mod identity;
mod protocol;
mod routes;

use anyhow::Result;
use reqwest::{Method, StatusCode};
use tradewind_tests::{Shopper, Stack};
use uuid::Uuid;

#[tokio::test]
async fn a_damaged_consistency_token_is_a_400_and_unknown_ones_are_ignored() -> Result<()> {
    let stack = Stack::under_test()?;
    let nobody = Shopper::nobody(&stack.gateway)?;
    let (status, problem) = nobody.refused(Method::GET, "/categories", None, &[("Consistency-Token", "orders-xyz")]).await?;
    assert_eq!((status, problem.code.as_str()), (StatusCode::BAD_REQUEST, "consistency_token_invalid"));
    // What is not ours, and what nobody has written yet.
    for token in ["users-xyz, nonsense", "orders-1.FFFFFFFFFFFFFFFF", "orders-ffffffff.0000000000000000"] {
        let answer = nobody.answer(Method::GET, "/categories", None, &[("Consistency-Token", token)]).await?;
        assert_eq!(answer.status(), StatusCode::OK, "{token}");
    }
    Ok(())
}

#[tokio::test]
async fn the_problem_carries_the_callers_trace() -> Result<()> {
    let stack = Stack::under_test()?;
    let nobody = Shopper::nobody(&stack.gateway)?;
    let trace_id = Uuid::new_v4().simple().to_string();
    let traceparent = format!("00-{trace_id}-00f067aa0ba902b7-01");
    for path in ["/orders", "/no-such-route", "/products/no-such-product"] {
        let (_, problem) = nobody.refused(Method::GET, path, None, &[("traceparent", &traceparent)]).await?;
        assert_eq!(problem.trace_id, trace_id, "{path}");
    }
    Ok(())
}

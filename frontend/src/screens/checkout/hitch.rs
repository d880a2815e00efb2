//! What can come between the button and the order, and what it asks of the shopper.

use tradewind_contract::{Money, orders::Totals, problem::UnavailableLine};

use crate::api::{ApiError, attempt::Verdict};

/// Why the order is not there yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Hitch {
    /// Some lines cannot be had as wanted; the shopper decides about them.
    OutOfStock(Vec<UnavailableLine>),
    /// The total is another one; the shopper is asked before anything is charged.
    PriceChanged { old: Option<Money>, totals: Totals },
    /// There is nothing in the basket: emptied elsewhere, or ordered already.
    CartEmpty,
    /// Nobody knows whether the order was made; absent error: the page was left before the answer.
    Unknown(Option<ApiError>),
    /// Refused for a reason that no field and no line stands for.
    Refused(ApiError),
}

/// Reads the answer to `POST /orders`, to which `expected` was sent along.
pub fn hitch(error: ApiError, expected: Option<Money>) -> Hitch {
    if Verdict::of(&error) == Verdict::Unknown {
        return Hitch::Unknown(Some(error));
    }
    let problem = error.problem();
    match (error.code(), problem) {
        ("out_of_stock", Some(problem)) if !problem.lines.is_empty() => Hitch::OutOfStock(problem.lines.clone()),
        ("price_changed", Some(problem)) => match problem.totals {
            Some(totals) => Hitch::PriceChanged { old: expected, totals },
            None => Hitch::Refused(error),
        },
        ("cart_empty", _) => Hitch::CartEmpty,
        _ => Hitch::Refused(error),
    }
}

#[cfg(test)]
mod tests {
    use tradewind_contract::Problem;

    use super::*;

    fn problem(status: u16, code: &str) -> Problem {
        Problem {
            kind: format!("/problems/{code}"),
            title: String::new(),
            status,
            detail: String::new(),
            instance: "/api/v1/orders".into(),
            code: code.into(),
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".into(),
            errors: Vec::new(),
            lines: Vec::new(),
            totals: None,
        }
    }

    fn totals(total: i64) -> Totals {
        let zero = Money::eur(0);
        Totals { subtotal: Money::eur(total), shipping: zero, tax: zero, total: Money::eur(total) }
    }

    #[test]
    fn a_shortage_names_its_lines() {
        let lines = vec![UnavailableLine { sku: "MALABAR-250".into(), requested: 4, available: 2 }];
        let refused = ApiError::Problem(Box::new(Problem { lines: lines.clone(), ..problem(409, "out_of_stock") }));
        assert_eq!(hitch(refused, None), Hitch::OutOfStock(lines));
    }

    #[test]
    fn a_changed_price_says_the_old_total_and_the_new_one() {
        let refused = ApiError::Problem(Box::new(Problem { totals: Some(totals(6_230)), ..problem(409, "price_changed") }));
        let expected = Some(Money::eur(6_080));
        assert_eq!(hitch(refused, expected), Hitch::PriceChanged { old: expected, totals: totals(6_230) });
    }

    #[test]
    fn an_empty_cart_is_told_apart() {
        assert_eq!(hitch(ApiError::Problem(Box::new(problem(409, "cart_empty"))), None), Hitch::CartEmpty);
    }

    #[test]
    fn an_answer_that_never_came_leaves_it_open() {
        for lost in [
            ApiError::TimedOut { trace_id: String::new() },
            ApiError::Offline { trace_id: String::new() },
            ApiError::Unreadable { status: 201, trace_id: String::new() },
            ApiError::Problem(Box::new(problem(503, "commit_unknown"))),
            ApiError::Problem(Box::new(problem(409, "idempotency_key_in_use"))),
        ] {
            assert_eq!(hitch(lost.clone(), None), Hitch::Unknown(Some(lost)));
        }
    }

    #[test]
    fn any_other_refusal_is_shown_as_the_service_said_it() {
        let refused = ApiError::Problem(Box::new(problem(422, "idempotency_key_reused")));
        assert_eq!(hitch(refused.clone(), None), Hitch::Refused(refused));
    }
}

//! What is looked for, and what can be done to an order; no IO.

use time::{Date, Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};
use tradewind_contract::{
    OrderNumber,
    operators::OrderAction,
    orders::{OrderStatus, ReturnState},
};
use tradewind_kit::{Refusal, Result, extract::QueryParameters};

use crate::{
    catalog::model::cursor_invalid,
    orders::{
        cancel_order::not_cancellable,
        model::OrderCursor,
        way::{self, Happening},
    },
};

/// Which orders, and which page of them.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub query: Option<String>,
    pub status: Option<OrderStatus>,
    pub placed_from: Option<OffsetDateTime>,
    /// Not itself.
    pub placed_until: Option<OffsetDateTime>,
    pub after: Option<OrderCursor>,
    pub limit: u32,
}

impl TryFrom<QueryParameters> for Search {
    type Error = Refusal;

    fn try_from(mut parameters: QueryParameters) -> Result<Self, Refusal> {
        let expected = "A day such as 2026-11-23, or a time such as 2026-11-23T08:15:00Z.";
        let query = parameters.take("query").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let search = Self {
            query,
            status: parameters.take_parsed("status", "A status of an order.", OrderStatus::parse)?,
            placed_from: parameters.take_parsed("placed_from", expected, |text| moment(text, Duration::ZERO))?,
            placed_until: parameters.take_parsed("placed_until", expected, |text| moment(text, Duration::DAY))?,
            after: parameters.take("cursor").map(|text| OrderCursor::decode(&text).ok_or_else(cursor_invalid)).transpose()?,
            limit: parameters.take_limit()?,
        };
        parameters.finish()?;
        Ok(search)
    }
}

/// A time, or a day in UTC and so much after its beginning. Postgres counts neither as far back nor as far on as `time` does.
fn moment(text: &str, after: Duration) -> Option<OffsetDateTime> {
    let day = |text| Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?.midnight().assume_utc().checked_add(after);
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok().or_else(|| day(text))?;
    (1..=9_999).contains(&moment.year()).then_some(moment)
}

impl Search {
    /// The number that is looked for, if it is one.
    pub fn number(&self) -> Option<OrderNumber> {
        self.query.as_deref().and_then(|query| OrderNumber::parse(query).ok())
    }

    /// What the address begins with, as a pattern for LIKE.
    pub fn email_pattern(&self) -> Option<String> {
        let mut pattern = String::new();
        for character in self.query.as_deref()?.to_lowercase().chars() {
            if matches!(character, '\\' | '%' | '_') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern.push('%');
        Some(pattern)
    }
}

/// Where an order stands, as far as it decides what can be done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub status: OrderStatus,
    /// The money is being taken: the parcel leaves, and nobody can stop it.
    pub is_leaving: bool,
    /// Of the return that is open, if one is.
    pub open_return: Option<ReturnState>,
}

impl Standing {
    /// What can be done now.
    pub fn actions(&self) -> Vec<OrderAction> {
        OrderAction::ALL.into_iter().filter(|action| self.allows(*action)).collect()
    }

    /// An action is possible when the one table of steps has a step for what it makes happen.
    pub fn allows(&self, action: OrderAction) -> bool {
        let may = |happening| way::step(self.status, happening).is_some();
        let undecided = self.open_return == Some(ReturnState::Requested);
        match action {
            OrderAction::Ship => may(Happening::Captured) && !self.is_leaving,
            OrderAction::Deliver => may(Happening::Arrived),
            OrderAction::Cancel => may(Happening::CancelAsked) && !self.is_leaving,
            OrderAction::Refund => may(Happening::ReturnAsked) || may(Happening::Refunded) && undecided,
            OrderAction::RejectReturn => may(Happening::ReturnRejected) && undecided,
        }
    }

    /// Why it is not.
    pub fn refuse(&self, action: OrderAction) -> Refusal {
        use OrderStatus::{Cancelled, Delivered, Paid, PaymentFailed, PaymentPending, Placed, Refunded, ReturnRequested, Shipped};
        let not_there = match self.status {
            Placed | PaymentPending | PaymentFailed => "It is not paid for.",
            Paid => "It has not left yet.",
            Shipped => "It is on its way.",
            Delivered => "It is there already.",
            ReturnRequested if self.open_return == Some(ReturnState::Accepted) => {
                "Its return is accepted, and the money is on its way back."
            }
            ReturnRequested => "It is on its way back.",
            Refunded => "It was sent back, and paid back.",
            Cancelled => "It is cancelled.",
        };
        match action {
            OrderAction::Ship if self.is_leaving => {
                Refusal::conflict("order_not_shippable", "This order cannot be shipped now", "It is leaving at this moment.")
            }
            OrderAction::Ship => Refusal::conflict("order_not_shippable", "This order cannot be shipped now", not_there),
            OrderAction::Deliver => Refusal::conflict("order_not_deliverable", "This order cannot be delivered now", not_there),
            OrderAction::Cancel => not_cancellable(self.status),
            OrderAction::Refund => Refusal::conflict("order_not_refundable", "This order cannot be paid back now", not_there),
            OrderAction::RejectReturn if self.status == Delivered => {
                Refusal::conflict("return_not_open", "There is no return to reject", "Nobody has asked to return it.")
            }
            OrderAction::RejectReturn => Refusal::conflict("return_not_open", "There is no return to reject", not_there),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_follows_from_the_table() {
        use OrderAction::{Cancel, Deliver, Refund, RejectReturn, Ship};
        let standing = |status, open_return| Standing { status, is_leaving: false, open_return };
        for (status, open_return, expected) in [
            (OrderStatus::Placed, None, &[Cancel][..]),
            (OrderStatus::PaymentPending, None, &[]),
            (OrderStatus::PaymentFailed, None, &[Cancel]),
            (OrderStatus::Paid, None, &[Ship, Cancel]),
            (OrderStatus::Shipped, None, &[Deliver]),
            (OrderStatus::Delivered, None, &[Refund]),
            (OrderStatus::ReturnRequested, Some(ReturnState::Requested), &[Refund, RejectReturn]),
            (OrderStatus::ReturnRequested, Some(ReturnState::Accepted), &[]),
            (OrderStatus::Refunded, None, &[]),
            (OrderStatus::Cancelled, None, &[]),
        ] {
            assert_eq!(standing(status, open_return).actions(), expected, "{status} {open_return:?}");
        }
        let leaving = Standing { status: OrderStatus::Paid, is_leaving: true, open_return: None };
        assert_eq!(leaving.actions(), []);
    }

    #[test]
    fn a_day_is_from_its_beginning_to_its_end() {
        let at = |text| OffsetDateTime::parse(text, &Rfc3339).ok();
        assert_eq!(moment("2026-11-23", Duration::ZERO), at("2026-11-23T00:00:00Z"));
        assert_eq!(moment("2026-11-23", Duration::DAY), at("2026-11-24T00:00:00Z"));
        assert_eq!(moment("2026-11-23T08:15:00+01:00", Duration::DAY), at("2026-11-23T07:15:00Z"));
        for wrong in ["", "yesterday", "2026-02-30", "23.11.2026", "-9999-01-01", "0000-01-01", "+12026-01-01", "9999-12-31"] {
            assert_eq!(moment(wrong, Duration::DAY), None, "{wrong}");
        }
    }

    #[test]
    fn what_like_would_take_for_a_pattern_is_text() {
        let search = Search { query: Some("A_b%\\c".to_owned()), ..Search::default() };
        assert_eq!(search.email_pattern().as_deref(), Some(r"a\_b\%\\c%"));
    }
}

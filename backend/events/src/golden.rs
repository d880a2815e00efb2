//! One golden JSON per event: what was once sent must stay readable, byte for byte.

use tradewind_contract::{Money, OrderId, OrderNumber, ProductId, ReturnId, SessionId, UserId, catalog::Availability};
use uuid::Uuid;

use crate::{order_placed::PlacedLine, order_returned::ReturnedLine, products_viewed::ProductViews, *};

fn id(last: u8) -> Uuid {
    Uuid::from_u128(0x0193_5b2a_7c00_7000_8000_0000_0000_0000 + u128::from(last))
}

/// Compares with `golden/<type>.v<version>.json`, and reads that file back.
fn holds<E: Event + PartialEq + std::fmt::Debug>(event: &E) {
    let path = format!("{}/golden/{}.v{}.json", env!("CARGO_MANIFEST_DIR"), E::TYPE, E::VERSION);
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let written = serde_json::to_string_pretty(event).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(written, golden.trim_end(), "{} no longer looks as it was sent", E::TYPE);
    let read: E = serde_json::from_str(&golden).unwrap_or_else(|e| panic!("{path}: {e}"));
    assert_eq!(&read, event);
}

#[test]
fn order_events_hold_their_golden_form() {
    let order_id = OrderId::from_uuid(id(1));
    holds(&OrderPlaced {
        order_id,
        number: OrderNumber::from_random(1_234_567_890),
        placed_by: UserId::from_uuid(id(2)),
        total: Money::eur(2_340),
        lines: vec![PlacedLine { sku: "TEA-1-100".into(), quantity: 1, unit_price: Money::eur(1_850) }],
    });
    holds(&OrderPaid { order_id, amount: Money::eur(2_340), attempt: 1 });
    holds(&OrderPaymentFailed { order_id, attempt: 1, reason: "card_declined".into() });
    holds(&OrderPaymentPending { order_id, attempt: 1 });
    holds(&OrderShipped { order_id });
    holds(&OrderDelivered { order_id });
    holds(&OrderCancelled { order_id, reason: "hold_ended".into() });
    holds(&OrderReturned {
        order_id,
        return_id: ReturnId::from_uuid(id(6)),
        amount: Money::eur(1_850),
        lines: vec![ReturnedLine { sku: "TEA-1-100".into(), quantity: 1 }],
    });
    holds(&OrderReturnRejected { order_id, return_id: ReturnId::from_uuid(id(6)) });
    holds(&OrderRefunded { order_id, return_id: ReturnId::from_uuid(id(6)), amount: Money::eur(1_850) });
}

#[test]
fn user_and_catalog_events_hold_their_golden_form() {
    holds(&UserRegistered { user_id: UserId::from_uuid(id(3)), was_guest: true });
    holds(&UserLoggedIn { user_id: UserId::from_uuid(id(3)), session_id: SessionId::from_uuid(id(4)) });
    holds(&ProductChanged { product_id: ProductId::from_uuid(id(5)), handle: "smoked-lapsang".into(), product_version: 2 });
    holds(&StockChanged {
        product_id: ProductId::from_uuid(id(5)),
        handle: "smoked-lapsang".into(),
        sku: "TEA-1-100".into(),
        availability: Availability::Low,
    });
}

#[test]
fn the_funnels_events_hold_their_golden_form() {
    holds(&CartStarted { cart_id: id(7) });
    holds(&CheckoutStarted { cart_id: id(7) });
    holds(&ProductsViewed { run_id: id(8), views: vec![ProductViews { handle: "smoked-lapsang".into(), count: 3 }] });
}

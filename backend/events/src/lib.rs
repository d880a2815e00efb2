//! Domain events: past tense, versioned, keyed by aggregate, one file each. Fields are added, never
//! given a new meaning; no personal data. docs/EVENTS.md lists them; golden files hold their JSON.

pub mod cart_started;
pub mod catalogue;
pub mod checkout_started;
pub mod envelope;
pub mod order_cancelled;
pub mod order_delivered;
pub mod order_paid;
pub mod order_payment_failed;
pub mod order_payment_pending;
pub mod order_placed;
pub mod order_refunded;
pub mod order_return_rejected;
pub mod order_returned;
pub mod order_shipped;
pub mod product_changed;
pub mod products_viewed;
pub mod stock_changed;
pub mod topics;
pub mod user_logged_in;
pub mod user_registered;

pub use cart_started::CartStarted;
pub use checkout_started::CheckoutStarted;
pub use envelope::{Envelope, Event};
pub use order_cancelled::OrderCancelled;
pub use order_delivered::OrderDelivered;
pub use order_paid::OrderPaid;
pub use order_payment_failed::OrderPaymentFailed;
pub use order_payment_pending::OrderPaymentPending;
pub use order_placed::OrderPlaced;
pub use order_refunded::OrderRefunded;
pub use order_return_rejected::OrderReturnRejected;
pub use order_returned::OrderReturned;
pub use order_shipped::OrderShipped;
pub use product_changed::ProductChanged;
pub use products_viewed::ProductsViewed;
pub use stock_changed::StockChanged;
pub use user_logged_in::UserLoggedIn;
pub use user_registered::UserRegistered;

#[cfg(test)]
mod golden;

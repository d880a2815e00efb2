//! How orders are paid for: attempts, and the ledger of what moved. The worker talks to the provider.

pub mod ledger;
pub mod pay_again;
pub mod queries;

//! Checks a quiet shop: `cargo run -p tradewind-tests --bin invariants`. Ends with 1 when one does not hold.

use tradewind_tests::{Stack, invariants};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for the terminal")]
async fn main() -> anyhow::Result<()> {
    let broken = invariants::check(&Stack::under_test()?).await?;
    for line in &broken {
        println!("{line}");
    }
    anyhow::ensure!(broken.is_empty(), "{} invariant(s) do not hold", broken.len());
    println!("all invariants hold");
    Ok(())
}

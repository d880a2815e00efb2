use axum::{Json, extract::State};
use http::StatusCode;
use tradewind_contract::{
    cart::{Cart, GuestClaim},
    users::Role,
};
use tradewind_kit::{
    Refusal, Result,
    auth::Account,
    database::transact,
    extract::{self, NoQuery},
    http::Written,
};

use super::queries;
use crate::state::AppState;

/// After logging in: what the guest had in the cart and ordered is the user's now, and the guest's token ends.
#[utoipa::path(
    post, path = "/guest-claims", tag = "cart", security(("bearer" = [])), request_body = GuestClaim,
    responses((status = 200, body = Cart), (status = 401, body = tradewind_contract::Problem), (status = 403, body = tradewind_contract::Problem), (status = 409, body = tradewind_contract::Problem)),
)]
pub async fn claim_guest(
    State(state): State<AppState>,
    Account(caller): Account,
    _: NoQuery,
    extract::Json(claim): extract::Json<GuestClaim>,
) -> Result<Written<Json<Cart>>> {
    state.count_write(&caller).await?;
    let invalid = || Refusal::invalid_field("/guest_access_token", "invalid", "This is not the access token of a guest.");
    // The signature proves it; a token that an earlier claim has ended may come again.
    let guest = state.verifier.verify_signature(&claim.guest_access_token).await.map_err(|_| invalid())?;
    if guest.role != Role::Guest {
        return Err(invalid().into());
    }
    let (cart, token) = transact(&state.database, async |db| {
        if queries::insert_claim(db, guest.user, caller.user).await? != caller.user {
            return Err(Refusal::conflict(
                "guest_already_claimed",
                "These goods are somebody else's",
                "Another account has claimed this guest.",
            )
            .into());
        }
        // Locks the user's cart, so that two claims do not lose each other's quantities.
        queries::touch_cart(db, caller.user).await?;
        queries::move_guest(db, guest.user, caller.user).await?;
        queries::select_cart(db, caller.user).await
    })
    .await?;
    if guest.user != caller.user
        && let Err(error) = state.verifier.revoke(guest.session).await
    {
        tracing::warn!(%error, "the guest's token ends only by its own time");
    }
    Ok(Written { status: StatusCode::OK, body: Json(cart), token })
}

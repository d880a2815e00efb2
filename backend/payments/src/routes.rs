//! Every method and path of the provider.

use crate::{authorizations, refunds, state::AppState};

tradewind_kit::route_table! { AppState;
    POST "/authorizations" => authorizations::authorize::authorize,
    GET "/authorizations" => authorizations::list_authorizations::list_authorizations,
    POST "/authorizations/{id}/capture" => authorizations::capture::capture,
    POST "/authorizations/{id}/void" => authorizations::void::void,
    POST "/refunds" => refunds::refund::refund,
}

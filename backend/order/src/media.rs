//! Pictures: pure functions of the address and of the drawing's version, so they need no files.

use axum::extract::RawQuery;
use http::{HeaderName, HeaderValue, header};
use tradewind_contract::media::VERSION;
use tradewind_kit::{Refusal, Result, extract::Path};
use tradewind_pictures::{Family, View};

/// The address names the drawing, which is this one.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// It names another drawing or none, such as an address from before a release or one written by hand: a better one may come.
const FOR_A_WHILE: HeaderValue = HeaderValue::from_static("public, max-age=300");

type Picture = ([(HeaderName, HeaderValue); 2], String);

fn svg(text: String, query: Option<&str>) -> Picture {
    let is_current = query.and_then(|query| query.strip_prefix("v=")) == Some(VERSION);
    let life = if is_current { FOR_EVER } else { FOR_A_WHILE };
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")), (header::CACHE_CONTROL, life)], text)
}

/// `/media/{family}/{handle}/{view}.svg`
pub async fn product_picture(Path((family, handle, file)): Path<(String, String, String)>, RawQuery(query): RawQuery) -> Result<Picture> {
    let view = file.strip_suffix(".svg").and_then(View::parse).ok_or_else(Refusal::not_found)?;
    let family_known = Family::parse(&family);
    let handle_fits = handle.len() <= 120 && handle.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if family_known.as_str() != family || !handle_fits {
        return Err(Refusal::not_found().into());
    }
    Ok(svg(tradewind_pictures::from_handle(family_known, &handle, view), query.as_deref()))
}

/// `/media/scenes/{name}.svg`: the still lifes of the home and log-in screens.
pub async fn scene_picture(Path(file): Path<String>, RawQuery(query): RawQuery) -> Result<Picture> {
    let name = file.strip_suffix(".svg").ok_or_else(Refusal::not_found)?;
    Ok(svg(scenes::by_name(name).ok_or_else(Refusal::not_found)?, query.as_deref()))
}

mod scenes;

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Everything that the shop shows: each product of the seed from every side, and the scenes.
    fn print_of_the_drawing() -> String {
        let mut hash = Sha256::new();
        let seeded = include_str!("../../pictures/tests/handles.txt").lines().filter_map(|line| line.split_once(' '));
        for (family, handle) in seeded {
            for view in View::ALL {
                hash.update(tradewind_pictures::from_handle(Family::parse(family), handle, view));
            }
        }
        for name in ["home", "login"] {
            hash.update(scenes::by_name(name).unwrap_or_default());
        }
        hash.finalize()[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn another_drawing_has_another_version() {
        let now = print_of_the_drawing();
        assert_eq!(VERSION, now, "the drawing has changed: VERSION in backend/contract/src/media.rs must be {now:?}");
    }
}

//! Pictures: pure functions of the address, so they are immutable and need no files.

use http::{HeaderName, HeaderValue, header};
use tradewind_kit::{Refusal, Result, extract::Path};
use tradewind_pictures::{Family, View};

type Picture = ([(HeaderName, HeaderValue); 2], String);

fn svg(text: String) -> Picture {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
    ];
    (headers, text)
}

/// `/media/{family}/{handle}/{view}.svg`
pub async fn product_picture(Path((family, handle, file)): Path<(String, String, String)>) -> Result<Picture> {
    let view = file.strip_suffix(".svg").and_then(View::parse).ok_or_else(Refusal::not_found)?;
    let family_known = Family::parse(&family);
    let handle_fits = handle.len() <= 120 && handle.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if family_known.as_str() != family || !handle_fits {
        return Err(Refusal::not_found().into());
    }
    Ok(svg(tradewind_pictures::from_handle(family_known, &handle, view)))
}

/// `/media/scenes/{name}.svg`: the still lifes of the home and log-in screens.
pub async fn scene_picture(Path(file): Path<String>) -> Result<Picture> {
    let name = file.strip_suffix(".svg").ok_or_else(Refusal::not_found)?;
    Ok(svg(scenes::by_name(name).ok_or_else(Refusal::not_found)?))
}

mod scenes;

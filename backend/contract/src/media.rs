//! Where pictures are. A picture is a function of its address and of the drawing's version, which is part of the address, so that
//! whoever holds one may keep it for ever and a better drawing still reaches them.

/// The version of the drawing. A test in `backend/order/src/media.rs` knows what it must be, and fails when the drawing has changed.
pub const VERSION: &str = "2a3d037f";

/// One of a product's four views, such as `/media/tea/smoked-lapsang/front.svg?v=..`.
pub fn product(family: &str, handle: &str, view: &str) -> String {
    format!("/media/{family}/{handle}/{view}.svg?v={VERSION}")
}

/// The still life of a screen: `home` or `login`.
pub fn scene(name: &str) -> String {
    format!("/media/scenes/{name}.svg?v={VERSION}")
}

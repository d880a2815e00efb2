//! The shop in the browser.

mod api;
mod app;
mod bridge;
mod cache;
mod components;
mod i18n;
mod navigation;
mod platform;
mod route;
mod screens;
mod session;
mod telemetry;

fn main() {
    telemetry::install();
    leptos::mount::mount_to_body(app::App);
    // The first-paint shell of index.html has done its work.
    if let Some(shell) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("shell")) {
        shell.remove();
    }
}

//! A status: a word first, a dot second (hollow for waiting), a colour third.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Plain,
    Waiting,
    Good,
    Bad,
}

/// A word with its dot.
#[component]
pub fn Status(#[prop(into)] word: String, mood: Mood) -> impl IntoView {
    let (class, style) = match mood {
        Mood::Plain => ("status", ""),
        Mood::Waiting => ("status wait", "color:var(--brass)"),
        Mood::Good => ("status", "color:var(--kelp)"),
        Mood::Bad => ("status", "color:var(--signal)"),
    };
    view! {
        <span class=class style=style>
            {word}
        </span>
    }
}

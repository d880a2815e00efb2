//! The icons: one stroke, 24 units, the colour of the text.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Menu,
    Search,
    Sun,
    Person,
    Basket,
    Arrow,
    Close,
    Filter,
    Minus,
    Plus,
    Boat,
    Info,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Menu => "M3.5 7.5h17M3.5 12h17M3.5 16.5h11",
            Self::Search => "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20.5 20.5",
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"
            }
            Self::Person => "M12 11.5a3.7 3.7 0 1 0 0-7.5 3.7 3.7 0 0 0 0 7.5ZM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
            Self::Basket => {
                "M3.5 9.5h17l-1.7 9.2a1.5 1.5 0 0 1-1.5 1.3H6.7a1.5 1.5 0 0 1-1.5-1.3ZM8 9.5 11 3.5M16 9.5l-3-6M9.5 13v3.5M14.5 13v3.5"
            }
            Self::Arrow => "M4 12h15.5M14 6.5 19.5 12 14 17.5",
            Self::Close => "M5.5 5.5l13 13M18.5 5.5l-13 13",
            Self::Filter => "M4 7h16M7 12h10M10 17h4",
            Self::Minus => "M6 12h12",
            Self::Plus => "M6 12h12M12 6v12",
            Self::Boat => "M3 17.5h18l-2.2 3.5H5.6ZM11.5 14.5V3l7 11.5ZM9.3 14.5V7l-4.8 7.5Z",
            Self::Info => "M12 11v5.5M12 7.6v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
        }
    }

    /// It points somewhere, so that it turns with the direction of the text.
    const fn turns(self) -> bool {
        matches!(self, Self::Arrow)
    }
}

/// An icon, always beside words or below an `aria-label`.
#[component]
pub fn Glyph(icon: Icon) -> impl IntoView {
    let class = if icon.turns() { "icon turns" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}

/// The shop's mark and name, a link home.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <a class="mark" href="/">
            <svg viewBox="0 0 38 25" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round">
                <path d="M1 17C9 17 14 6 22 6c4.500 0 7 2.600 7 5.400 0 2.500-1.900 4.100-4.100 4.100" />
                <path d="M1 22c11 0 15-1.400 22-1.400 5 0 7.500-.6 10-2.600M5 11.500C10 11.500 13 2 22 2c7.500 0 12 4.500 12 9.500" />
            </svg>
            {crate::i18n::t::SHOP}
        </a>
    }
}

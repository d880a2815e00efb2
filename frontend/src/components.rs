//! The parts that screens are made of.

pub mod card;
pub mod cards;
pub mod checkout_button;
pub mod crumbs;
pub mod drawer;
pub mod fields;
pub mod footer;
pub mod gauge;
pub mod goods;
pub mod header;
pub mod icon;
pub mod line;
pub mod picture;
pub mod price;
pub mod search;
pub mod skeleton;
pub mod stars;
pub mod state;
pub mod stepper;
pub mod theme;
pub mod toast;
pub mod totals;
pub mod unanswered;
pub mod voyage;
pub mod waiting;

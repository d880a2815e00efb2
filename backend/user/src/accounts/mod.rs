//! Who people are: registering, and one's own account.

pub mod change_password;
pub mod get_me;
pub mod model;
pub mod operator;
pub mod password;
pub mod queries;
pub mod register;
pub mod update_me;

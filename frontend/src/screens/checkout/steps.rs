//! The three steps of the checkout: which is open, which are folded, which may be opened.

/// In the order in which they are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    #[default]
    Contact,
    Delivery,
    Payment,
}

impl Step {
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The id of the step's heading, which is also where an error's link may lead.
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::Contact => "step-contact",
            Self::Delivery => "step-delivery",
            Self::Payment => "step-payment",
        }
    }

    const fn next(self) -> Option<Self> {
        match self {
            Self::Contact => Some(Self::Delivery),
            Self::Delivery => Some(Self::Payment),
            Self::Payment => None,
        }
    }

    /// The step in which the field is asked for; `None` for what the shopper cannot type.
    pub fn of_field(pointer: &str) -> Option<Self> {
        match pointer {
            "/email" => Some(Self::Contact),
            "/shipping_method" => Some(Self::Delivery),
            "/payment_token" => Some(Self::Payment),
            other => other.starts_with("/shipping_address").then_some(Self::Delivery),
        }
    }
}

/// How a step is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Folded to one line, with a way back to it.
    Done,
    Now,
    Later,
}

/// Where the shopper is. A step once finished stays finished while one before it is changed, so
/// that changing the email does not ask for the address again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Steps {
    open: Step,
    /// How far the shopper came: every step before this one was finished.
    reached: Step,
}

impl Steps {
    pub const fn open(self) -> Step {
        self.open
    }

    pub fn state(self, step: Step) -> StepState {
        if step == self.open {
            StepState::Now
        } else if step < self.reached || step < self.open {
            StepState::Done
        } else {
            StepState::Later
        }
    }

    /// The open step is valid: on to the first that is not finished yet.
    pub fn finish(self) -> Self {
        let next = self.open.next().unwrap_or(self.open);
        let reached = self.reached.max(next);
        Self { open: reached, reached }
    }

    /// Back to a finished step; one that was not reached yet stays closed.
    pub fn change(self, step: Step) -> Self {
        if self.state(step) == StepState::Done { Self { open: step, ..self } } else { self }
    }

    /// Opens the first step that has one of the refused fields. What the server refused was not
    /// finished, whatever the device thought, so the steps after it are asked for again.
    pub fn refuse<'a>(self, pointers: impl IntoIterator<Item = &'a str>) -> Self {
        match pointers.into_iter().filter_map(Step::of_field).min() {
            Some(step) if step <= self.reached => Self { open: step, reached: self.reached },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(steps: Steps) -> [StepState; 3] {
        [Step::Contact, Step::Delivery, Step::Payment].map(|step| steps.state(step))
    }

    #[test]
    fn one_step_after_the_other() {
        use StepState::{Done, Later, Now};
        let steps = Steps::default();
        assert_eq!(states(steps), [Now, Later, Later]);
        let steps = steps.finish();
        assert_eq!(states(steps), [Done, Now, Later]);
        let steps = steps.finish();
        assert_eq!(states(steps), [Done, Done, Now]);
        assert_eq!(steps.finish(), steps);
    }

    #[test]
    fn changing_a_finished_step_leads_back_to_where_one_was() {
        let steps = Steps::default().finish().finish().change(Step::Contact);
        assert_eq!(steps.open(), Step::Contact);
        assert_eq!(steps.state(Step::Delivery), StepState::Done);
        assert_eq!(steps.finish().open(), Step::Payment);
    }

    #[test]
    fn a_step_not_reached_cannot_be_opened() {
        let steps = Steps::default();
        assert_eq!(steps.change(Step::Payment), steps);
    }

    #[test]
    fn a_refused_field_opens_the_first_step_that_asks_for_one() {
        let steps = Steps::default().finish().finish();
        assert_eq!(steps.refuse(["/payment_token", "/shipping_address/postal_code"]).open(), Step::Delivery);
        assert_eq!(steps.refuse(["/email"]).open(), Step::Contact);
        assert_eq!(steps.refuse(["/expected_total"]), steps);
    }

    #[test]
    fn every_field_of_the_form_has_its_step() {
        for (pointer, step) in [
            ("/email", Step::Contact),
            ("/shipping_address", Step::Delivery),
            ("/shipping_address/phone", Step::Delivery),
            ("/shipping_method", Step::Delivery),
            ("/payment_token", Step::Payment),
        ] {
            assert_eq!(Step::of_field(pointer), Some(step), "{pointer}");
        }
    }
}

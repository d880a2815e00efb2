//! Rules for fields, the same in the browser and in the services. Each message is a sentence for the shopper.

use garde::Error;

use crate::limits::{EMAIL_LOCAL_MAX, EMAIL_MAX, PASSWORD_MAX, PASSWORD_MIN, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, POSTAL_CODE_MAX};

/// Countries that the shop ships to (ISO 3166-1 alpha-2), with the names shown in the form.
pub const COUNTRIES: [(&str, &str); 16] = [
    ("AT", "Austria"),
    ("BE", "Belgium"),
    ("CH", "Switzerland"),
    ("CZ", "Czechia"),
    ("DE", "Germany"),
    ("DK", "Denmark"),
    ("ES", "Spain"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("NL", "Netherlands"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("SE", "Sweden"),
];

pub fn country<C: ?Sized>(value: &str, _: &C) -> garde::Result {
    if COUNTRIES.iter().any(|(code, _)| *code == value) {
        return Ok(());
    }
    Err(Error::new("Choose a country that we deliver to."))
}

pub fn not_blank<C: ?Sized>(value: &str, _: &C) -> garde::Result {
    if value.trim().is_empty() {
        return Err(Error::new("This is needed."));
    }
    no_control(value, &())
}

/// One address of the form `local@domain.tld`; the confirmation mail is the real test.
pub fn email<C: ?Sized>(value: &str, _: &C) -> garde::Result {
    let invalid = || Error::new("An email address looks like name@example.com.");
    if value.len() > EMAIL_MAX || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(invalid());
    }
    let (local, domain) = value.rsplit_once('@').ok_or_else(invalid)?;
    let labels_fit = domain.split('.').all(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-') && !label.starts_with('-') && !label.ends_with('-')
    });
    if local.is_empty() || local.len() > EMAIL_LOCAL_MAX || local.contains('@') || !domain.contains('.') || !labels_fit {
        return Err(invalid());
    }
    Ok(())
}

pub fn password<C: ?Sized>(value: &str, _: &C) -> garde::Result {
    match value.chars().count() {
        0 => Err(Error::new("This is needed.")),
        1..=PASSWORD_MAX => Ok(()),
        _ => Err(Error::new("A password has at most 128 characters.")),
    }
}

pub fn new_password<C: ?Sized>(value: &str, context: &C) -> garde::Result {
    if value.chars().count() < PASSWORD_MIN {
        return Err(Error::new("A password has at least 12 characters. A short sentence will do."));
    }
    password(value, context)
}

/// A change that changes something.
pub fn other_than<C: ?Sized>(current: &str) -> impl FnOnce(&str, &C) -> garde::Result {
    move |value, _| if value == current { Err(Error::new("This is the password that you have already.")) } else { Ok(()) }
}

pub fn locale<C: ?Sized>(value: &Option<String>, _: &C) -> garde::Result {
    match value.as_deref() {
        None | Some("en" | "de" | "ar") => Ok(()),
        Some(_) => Err(Error::new("The shop speaks en, de and ar.")),
    }
}

pub fn phone<C: ?Sized>(value: &Option<String>, _: &C) -> garde::Result {
    let Some(value) = value.as_deref() else { return Ok(()) };
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let plain = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '/' | '(' | ')' | '.'));
    if plain && (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&digits) {
        return Ok(());
    }
    Err(Error::new("A phone number has 4 to 20 digits, such as +49 40 1234567."))
}

/// A postal code by the rules of its country; an unknown country is reported at its own field.
pub fn postal_code<C: ?Sized>(country: &str) -> impl FnOnce(&str, &C) -> garde::Result + use<C> {
    let rule = postal_rule(country);
    move |value, _| {
        let value = value.trim();
        if value.is_empty() {
            return Err(Error::new("This is needed."));
        }
        match rule {
            Some((fits, message)) if !fits(value) => Err(Error::new(message)),
            _ if value.chars().count() > POSTAL_CODE_MAX => Err(Error::new("A postcode has at most 12 characters.")),
            _ => no_control(value, &()),
        }
    }
}

type PostalRule = (fn(&str) -> bool, &'static str);

fn postal_rule(country: &str) -> Option<PostalRule> {
    fn digits(value: &str, count: usize) -> bool {
        value.len() == count && value.bytes().all(|b| b.is_ascii_digit())
    }
    Some(match country {
        "DE" => (|v| digits(v, 5), "German postcodes have five digits, such as 12045."),
        "FR" => (|v| digits(v, 5), "French postcodes have five digits, such as 75011."),
        "ES" => (|v| digits(v, 5), "Spanish postcodes have five digits, such as 28013."),
        "IT" => (|v| digits(v, 5), "Italian postcodes have five digits, such as 00184."),
        "FI" => (|v| digits(v, 5), "Finnish postcodes have five digits, such as 00100."),
        "AT" => (|v| digits(v, 4), "Austrian postcodes have four digits, such as 1070."),
        "BE" => (|v| digits(v, 4), "Belgian postcodes have four digits, such as 1000."),
        "CH" => (|v| digits(v, 4), "Swiss postcodes have four digits, such as 8004."),
        "DK" => (|v| digits(v, 4), "Danish postcodes have four digits, such as 2100."),
        "NL" => (
            |v| {
                let compact: String = v.chars().filter(|c| *c != ' ').collect();
                compact.len() == 6
                    && compact.bytes().take(4).all(|b| b.is_ascii_digit())
                    && compact.bytes().skip(4).all(|b| b.is_ascii_alphabetic())
            },
            "Dutch postcodes are four digits and two letters, such as 1012 AB.",
        ),
        "PL" => (|v| v.len() == 6 && v.as_bytes()[2] == b'-' && digits(&v.replace('-', ""), 5), "Polish postcodes look like 00-950."),
        "PT" => (|v| v.len() == 8 && v.as_bytes()[4] == b'-' && digits(&v.replace('-', ""), 7), "Portuguese postcodes look like 1100-148."),
        "SE" | "CZ" => (|v| digits(&v.replace(' ', ""), 5), "This postcode has five digits, such as 111 29."),
        _ => return None,
    })
}

pub fn no_control<C: ?Sized>(value: &str, _: &C) -> garde::Result {
    if value.chars().any(char::is_control) {
        return Err(Error::new("Line breaks and control characters cannot be used here."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use garde::Validate;

    use crate::{orders::Address, users::ChangePassword};

    fn address(country: &str, postal_code: &str) -> Address {
        Address {
            name: "Ada".into(),
            line1: "Kai 1".into(),
            postal_code: postal_code.into(),
            city: "Hamburg".into(),
            country: country.into(),
            ..Address::default()
        }
    }

    #[test]
    fn postcodes_follow_their_country() {
        for (country, good, bad) in [
            ("DE", "20457", "2045"),
            ("NL", "1012 AB", "1012"),
            ("PL", "00-950", "00950"),
            ("PT", "1100-148", "1100148"),
            ("SE", "111 29", "11A29"),
        ] {
            assert!(address(country, good).validate().is_ok(), "{country} {good}");
            assert!(address(country, bad).validate().is_err(), "{country} {bad}");
        }
        assert!(address("DE", "é2345").validate().is_err());
        assert!(address("PL", "é-abcd").validate().is_err());
    }

    #[test]
    fn emails_need_a_local_part_and_a_domain_with_a_dot() {
        for good in ["a@b.de", "first.last+tag@sub.example.com", "grüße@bücher.example"] {
            assert!(super::email(good, &()).is_ok(), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.de", "a@b..de", "a b@c.de", "a@-b.de", "a@b.de\r\nBcc: x@y.z"] {
            assert!(super::email(bad, &()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_new_password_is_long_enough_and_new() {
        let change = |current: &str, new: &str| ChangePassword { current: current.into(), new: new.into() }.validate();
        let longest = "x".repeat(128);
        for (current, new) in [("old", "twelve chars"), ("old", &longest), (&longest, "zwölf Zeichen")] {
            assert!(change(current, new).is_ok(), "{current} {new}");
        }
        let too_long = "x".repeat(129);
        for (current, new) in [
            ("", "twelve chars"),
            (&too_long, "twelve chars"),
            ("old", "eleven char"),
            ("old", &too_long),
            ("twelve chars", "twelve chars"),
        ] {
            assert!(change(current, new).is_err(), "{current} {new}");
        }
    }

    #[test]
    fn names_refuse_line_breaks() {
        assert!(super::not_blank("Ada\r\nX", &()).is_err());
        assert!(super::not_blank("  ", &()).is_err());
        let with = |line2: &str| Address { line2: Some(line2.into()), ..address("DE", "20457") };
        assert!(with("at the back").validate().is_ok());
        assert!(with("at the back\r\nX").validate().is_err(), "what may be left out is a line too");
    }
}

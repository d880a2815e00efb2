//! Fills `{{name}}` in the configuration files under `infra/`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

pub type Values = BTreeMap<String, String>;

/// Replaces every `{{name}}`.
///
/// # Errors
/// For a name that has no value, and for braces that are never closed: a typing error must not end
/// up in a running server's configuration.
pub fn render(template: &str, values: &Values) -> Result<String> {
    let mut output = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        output.push_str(&rest[..start]);
        let after = &rest[start + 2..];
        let Some(end) = after.find("}}") else {
            bail!("A placeholder is not closed: {}", first_line(&rest[start..]));
        };
        let name = &after[..end];
        // `{{...}}` stands in comments that explain what placeholders are.
        match values.get(name) {
            Some(value) => output.push_str(value),
            None if name == "..." => output.push_str("{...}"),
            None => bail!("There is no value for the placeholder \"{name}\"."),
        }
        rest = &after[end + 2..];
    }
    output.push_str(rest);
    Ok(output)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn placeholders_are_filled_and_single_braces_stay() {
        let text = render("location { proxy http://{{host}}:{{port.a}}; } {{host}}", &values(&[("host", "h"), ("port.a", "1")]));
        assert_eq!(text.expect("rendered"), "location { proxy http://h:1; } h");
    }

    #[test]
    fn a_value_is_not_rendered_again() {
        let text = render("{{a}}", &values(&[("a", "{{b}}")]));
        assert_eq!(text.expect("rendered"), "{{b}}");
    }

    #[test]
    fn unknown_and_unclosed_placeholders_are_errors() {
        assert!(render("{{missing}}", &Values::new()).is_err());
        assert!(render("a {{b", &Values::new()).is_err());
    }
}

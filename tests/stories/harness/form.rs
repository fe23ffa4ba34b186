//! Forms of the back channel, good but for one parameter.

/// The parameters of a form, in order.
pub(crate) type Form = Vec<(String, String)>;

/// `form` with `value` as its one `name`.
pub(crate) fn altered(form: Form, name: &str, value: &str) -> Form {
    let mut form = without(form, name);
    form.push((name.into(), value.into()));
    form
}

/// `form` without `name`.
pub(crate) fn without(mut form: Form, name: &str) -> Form {
    form.retain(|(known, _)| known != name);
    form
}

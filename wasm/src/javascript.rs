//! Values across the boundary to JavaScript, as JSON: one string is handed over instead of every property by itself, which
//! is quicker, and takes a tenth of the code.

use js_sys::{Array, JSON, JsString, Number, Reflect, Uint8Array};
use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::encoding::json;
use crate::reading::{Read, read};
use crate::{ErrorCode, PlaygroundError};

pub(crate) type Thrown<T> = Result<T, JsValue>;

/// What JavaScript hands over.
pub(crate) fn taken<T: Tsify + Read>(value: &Ts<T>) -> Thrown<T> {
    read(&text_of(&value.js_value()))
        .map_err(|misfit| thrown(PlaygroundError::with_detail(ErrorCode::BadInput, misfit)))
}

/// What JavaScript is given.
pub(crate) fn given<T: Tsify + Serialize>(value: &T) -> Thrown<Ts<T>> {
    parsed(value).map(Ts::new_unchecked)
}

pub(crate) fn list<T: Serialize>(values: &[T]) -> Thrown<Array> {
    parsed(values).map(JsCast::unchecked_into)
}

/// Gives a value a field with these very bytes, which its JSON leaves out.
pub(crate) fn set_bytes<T: Tsify>(value: &Ts<T>, field: &str, bytes: &[u8]) -> Thrown<()> {
    let bytes = Uint8Array::from(bytes);
    Reflect::set(&value.js_value(), &field.into(), &bytes).map(|_| ())
}

pub(crate) fn thrown(error: PlaygroundError) -> JsValue {
    parsed(&error).unwrap_or(JsValue::NULL)
}

/// A whole number as JavaScript has it.
pub(crate) fn number(value: f64) -> Thrown<u32> {
    match value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value) {
        true => Ok(value as u32),
        false => {
            // JavaScript can write any number already.
            let value = Number::from(value).to_string_with_radix(10);
            let value = value.map(String::from).unwrap_or_default();
            let error = PlaygroundError::with_detail(ErrorCode::OutOfRange, value);
            Err(thrown(error))
        }
    }
}

fn parsed(value: &(impl Serialize + ?Sized)) -> Thrown<JsValue> {
    match json(value) {
        Ok(text) => JSON::parse(&text),
        Err(_) => Err(thrown(ErrorCode::OutOfRange.into())),
    }
}

/// The value as JSON; empty for what has none. Half a character, which only JavaScript's strings can hold, becomes the sign
/// for one that is missing, as everywhere where JavaScript hands over text.
fn text_of(value: &JsValue) -> String {
    let text = JSON::stringify(value).map(JsString::into);
    let text = text.ok().and_then(|text: JsValue| text.as_string());
    let mut rest = text.as_deref().unwrap_or_default();
    let mut whole = String::new();
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        // JSON.stringify writes halves like this, and nothing else.
        let is_half = escape.starts_with("\\ud");
        let (escape, behind) = escape.split_at(if is_half { 6 } else { 2 });
        whole.push_str(if is_half { "\\ufffd" } else { escape });
        rest = behind;
    }
    whole + rest
}

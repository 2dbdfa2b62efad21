//! Reading JSON, held to what serde_json takes and refuses.

use std::fmt;

use chatting_time_core::json::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::properties::cases;

/// What serde_json makes of it, without fractions, negative numbers and what is nested more than 16 deep.
fn expected(bytes: &[u8]) -> Option<Value> {
    let Expected(value) = serde_json::from_slice(bytes).ok()?;
    (depth(&value) <= 16).then_some(value)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => {
            let depths = members.iter().map(|(_, value)| depth(value));
            1 + depths.max().unwrap_or(0)
        }
        _ => 0,
    }
}

struct Expected(Value);

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExpectedVisitor).map(Self)
    }
}

struct ExpectedVisitor;

impl<'de> Visitor<'de> for ExpectedVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of the protocol")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Expected(value)) = values.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some((key, Expected(value))) = members.next_entry()? {
            object.push((key, value));
        }
        Ok(Value::Object(object))
    }
}

/// Pieces of documents, such that a few of them are one now and then.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&[u8]> = vec![
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b" ",
        b"\t\r\n",
        b"null",
        b"true",
        b"false",
        b"nul",
        b"\"",
        b"\"a\"",
        b"\"a\":",
        b"\\",
        b"\\n",
        b"\\u",
        b"\\u00e9",
        b"\\ud83d",
        b"\\ude00",
        b"\\uD83D\\uDE00",
        b"0",
        b"1",
        b"00",
        b"-",
        b"-0",
        b".",
        b"e1",
        b"18446744073709551615",
        b"18446744073709551616",
        b"\x00",
        b"\x0b",
        b"\x1f",
        b"\x7f",
        b"\xc3",
        b"\xa9",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"[[[[[[[[",
        b"]]]]]]]]",
    ];
    vec(select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<u64>().prop_map(Value::Number),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(18, 64, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::Array),
            vec((any::<String>(), inner), 0..3).prop_map(Value::Object),
        ]
    })
}

proptest! {
    #![proptest_config(cases(4_096))]

    #[test]
    fn what_is_nearly_json_is_read_or_refused_as_by_serde_json(bytes in pieces()) {
        prop_assert_eq!(Value::parse(&bytes), expected(&bytes), "{}", bytes.escape_ascii());
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_document_with_one_byte_changed_is_read_or_refused_as_by_serde_json(
        value in values(),
        place in any::<Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = value.to_string().into_bytes();
        prop_assert_eq!(Value::parse(&bytes), expected(&bytes));
        let place = place.index(bytes.len());
        bytes[place] = byte;
        prop_assert_eq!(Value::parse(&bytes), expected(&bytes), "{}", bytes.escape_ascii());
    }
}

#[test]
fn every_short_document_is_read_or_refused_as_by_serde_json() {
    let alphabet = b"[]{}\":,\\/bfnrtu0159aAdD-+.eE \n\x00\x80";
    let mut documents: Vec<Vec<u8>> = vec![Vec::new()];
    for _ in 0..3 {
        let longer = documents.iter().flat_map(|start| {
            alphabet
                .iter()
                .map(|byte| [start.as_slice(), &[*byte]].concat())
        });
        documents = longer.collect();
        for document in &documents {
            let quoted = [b"\"", document.as_slice(), b"\""].concat();
            let listed = [b"[", document.as_slice(), b"]"].concat();
            for document in [document, &quoted, &listed] {
                let name = document.escape_ascii();
                assert_eq!(Value::parse(document), expected(document), "{name}");
            }
        }
    }
}

//! How values are written: as JSON for the page, and as the bytes that a fingerprint is taken of.
//!
//! What serde derives for a type is compiled once for each serializer, and what it comes to is a good part of what a
//! browser has to load. So one serializer writes both.

use std::fmt;

use chatting_time_core::json::{write_number, write_string};
use serde::ser::{self, Serialize, Serializer};

/// The largest whole number up to which JavaScript has all of them.
pub(crate) const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// A number is larger than JavaScript can tell from its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// The value as JSON. What is absent is left out, and so are bytes that are not escaped, which JSON does not have.
pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> Result<String, TooLarge> {
    let mut encoder = Encoder::new(true, Vec::new());
    let Ok(()) = value.serialize(&mut encoder);
    match (String::from_utf8(encoder.output), encoder.is_too_large) {
        (Ok(text), false) => Ok(text),
        _ => Err(TooLarge),
    }
}

/// Appends the value in the encoding of postcard, which is specified and the same on every platform.
pub(crate) fn compact(value: &impl Serialize, output: Vec<u8>) -> Vec<u8> {
    let mut encoder = Encoder::new(false, output);
    let Ok(()) = value.serialize(&mut encoder);
    encoder.output
}

struct Encoder {
    output: Vec<u8>,
    is_json: bool,
    /// Whether the latest value was none at all.
    is_absent: bool,
    is_too_large: bool,
}

impl Encoder {
    fn new(is_json: bool, output: Vec<u8>) -> Self {
        Self {
            output,
            is_json,
            is_absent: false,
            is_too_large: false,
        }
    }

    /// Writes what JSON puts between values.
    fn mark(&mut self, byte: u8) {
        if self.is_json {
            self.output.push(byte);
        }
    }

    fn word(&mut self, word: &str) {
        self.output.extend_from_slice(word.as_bytes());
    }

    fn number(&mut self, mut number: u64) {
        if self.is_json {
            self.is_too_large |= number > LARGEST_NUMBER;
            write_number(&mut self.output, number);
            return;
        }
        while number > 0x7f {
            self.output.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.output.push(number as u8);
    }

    fn text(&mut self, text: &str) {
        match self.is_json {
            true => write_string(&mut self.output, text),
            false => self.bytes(text.as_bytes()),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.output.extend_from_slice(bytes);
    }

    fn absent(&mut self) {
        match self.is_json {
            true => self.word("null"),
            false => self.output.push(0),
        }
        self.is_absent = true;
    }
}

/// No value of the playground fails to be encoded.
#[derive(Debug)]
enum Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: fmt::Display>(message: T) -> Self {
        unreachable!("{message}")
    }
}

/// What is of a kind that no type of the playground has.
macro_rules! foreign {
    ($($method:ident($type:ty)),*) => {
        $(fn $method(self, _: $type) -> Result<(), Never> {
            unreachable!("the playground has no such values")
        })*
    };
}

impl<'a> Serializer for &'a mut Encoder {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    foreign!(
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char)
    );

    fn is_human_readable(&self) -> bool {
        self.is_json
    }

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        match self.is_json {
            true => self.word(if value { "true" } else { "false" }),
            false => self.output.push(u8::from(value)),
        }
        Ok(())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Never> {
        self.serialize_u64(u64::from(value))
    }

    fn serialize_u32(self, value: u32) -> Result<(), Never> {
        self.serialize_u64(u64::from(value))
    }

    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        self.number(value);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        match self.is_json {
            true => self.absent(),
            false => self.bytes(value),
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.absent();
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        if !self.is_json {
            self.output.push(1);
        }
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        if self.is_json {
            self.word("null");
        }
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        number: u32,
        name: &'static str,
    ) -> Result<(), Never> {
        match self.is_json {
            true => self.text(name),
            false => self.number(u64::from(number)),
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Never> {
        unreachable!("the playground's enums have their tags inside")
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Members<'a>, Never> {
        Ok(Members::counted(self, length, *b"[]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'a>, Never> {
        Ok(Members::new(self, *b"[]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Never> {
        Ok(Members::new(self, *b"[]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Members<'a>, Never> {
        unreachable!("the playground's enums have their tags inside")
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Members<'a>, Never> {
        Ok(Members::counted(self, length, *b"{}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Never> {
        Ok(Members::new(self, *b"{}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Members<'a>, Never> {
        unreachable!("the playground's enums have their tags inside")
    }
}

/// What stands between brackets.
struct Members<'a> {
    encoder: &'a mut Encoder,
    is_first: bool,
    end: u8,
}

impl<'a> Members<'a> {
    fn new(encoder: &'a mut Encoder, [begin, end]: [u8; 2]) -> Self {
        encoder.mark(begin);
        Self {
            encoder,
            is_first: true,
            end,
        }
    }

    /// With how many there are in front, where brackets do not tell.
    fn counted(encoder: &'a mut Encoder, length: Option<usize>, brackets: [u8; 2]) -> Self {
        if !encoder.is_json {
            encoder.number(length.unwrap_or_default() as u64);
        }
        Self::new(encoder, brackets)
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.encoder.mark(b',');
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        value.serialize(&mut *self.encoder)?;
        self.encoder.is_absent = false;
        Ok(())
    }

    /// Begins a field. Returns what takes it away again, should it turn out to be absent.
    fn begin_field(&mut self, name: &str) -> (usize, bool) {
        let before = (self.encoder.output.len(), self.is_first);
        if self.encoder.is_json {
            self.separate();
            // The name of a field has nothing to be escaped.
            self.encoder.mark(b'"');
            self.encoder.word(name);
            self.encoder.mark(b'"');
            self.encoder.mark(b':');
        }
        before
    }

    fn end_field(&mut self, (length, is_first): (usize, bool)) {
        let is_absent = std::mem::take(&mut self.encoder.is_absent);
        if is_absent && self.encoder.is_json {
            self.encoder.output.truncate(length);
            self.is_first = is_first;
        }
    }

    fn finish(self) -> Result<(), Never> {
        self.encoder.mark(self.end);
        Ok(())
    }
}

impl ser::SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        let before = self.begin_field(name);
        value.serialize(&mut *self.encoder)?;
        self.end_field(before);
        Ok(())
    }

    fn end(self) -> Result<(), Never> {
        self.finish()
    }
}

impl ser::SerializeStructVariant for Members<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        ser::SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Result<(), Never> {
        self.finish()
    }
}

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        self.separate();
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.encoder.mark(b':');
        self.value(value)
    }

    fn end(self) -> Result<(), Never> {
        self.finish()
    }
}

/// Lists of all sorts are alike.
macro_rules! list {
    ($($trait:ident::$method:ident),*) => {
        $(impl ser::$trait for Members<'_> {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
                self.separate();
                self.value(value)
            }

            fn end(self) -> Result<(), Never> {
                self.finish()
            }
        })*
    };
}

list!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Administration, Bytes, Config, Direction, Input, Network, Observation, What};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn observations() -> Vec<Observation> {
        let whats = vec![
            What::ServerStopped,
            What::Advanced {
                milliseconds: u64::MAX,
            },
            What::Shown {
                client: 300,
                text: "é\n\u{1f600}".to_owned(),
            },
            What::Request {
                connection: 127,
                bytes: Bytes::from(&b"\xff\r\n"[..]),
                command: None,
            },
            What::Reply {
                connection: 128,
                bytes: Bytes::default(),
                code: Some("x".to_owned()),
            },
            What::ReplyRead {
                client: 0,
                connection: u32::MAX,
                bytes: Bytes::from(vec![b'a'; 200]),
                whole: true,
            },
            What::NetworkSet {
                client: 1,
                direction: Direction::ToClient,
                network: Network {
                    piece_bytes: Some(3),
                    ..Network::default()
                },
            },
            What::Administered {
                change: Box::new(Administration::RemoveUser {
                    username: "x".to_owned(),
                }),
                refusal: None,
            },
        ];
        let numbered = (0..).zip(whats);
        numbered
            .map(|(step, what)| Observation {
                step,
                time: u64::from(step) << 20,
                causes: (0..step * 40).collect(),
                what,
            })
            .collect()
    }

    #[test]
    fn what_is_compact_is_what_postcard_writes() {
        for observation in observations() {
            let expected = postcard::to_allocvec(&observation).unwrap();
            assert_eq!(compact(&observation, Vec::new()), expected);
        }
    }

    #[test]
    fn what_is_json_leaves_out_what_is_absent() {
        let config = Config {
            clients: vec!["é".to_owned(), String::new()],
            ..Config::default()
        };
        let input = Input::SetNetwork {
            client: 0,
            direction: Direction::ToServer,
            network: Network {
                join: Some(5),
                ..Network::default()
            },
        };
        let observation = Observation {
            step: 1,
            time: 2,
            causes: vec![3, 4],
            what: What::Request {
                connection: 0,
                bytes: Bytes::from(&b"\\\r\n"[..]),
                command: None,
            },
        };
        assert_eq!(
            json(&config).unwrap(),
            r#"{"clients":["\u00e9",""],"language":"id"}"#
        );
        assert_eq!(
            json(&input).unwrap(),
            r#"{"kind":"setNetwork","client":0,"direction":"toServer","network":{"latency":20,"jitter":0,"join":5,"stalled":false}}"#
        );
        assert_eq!(
            json(&observation).unwrap(),
            r#"{"step":1,"time":2,"causes":[3,4],"what":{"kind":"request","connection":0,"bytes":"\\\\\\r\\n"}}"#
        );
        assert_eq!(json(&[None, Some(1_u32)]).unwrap(), "[null,1]");
    }

    #[test]
    fn a_number_that_javascript_cannot_tell_from_its_neighbours_is_refused() {
        assert_eq!(json(&LARGEST_NUMBER).unwrap(), "9007199254740991");
        assert_eq!(json(&(LARGEST_NUMBER + 1)), Err(TooLarge));
    }
}

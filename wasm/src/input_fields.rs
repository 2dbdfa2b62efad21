//! How inputs are read.
//!
//! What serde derives for an enum with its tag inside goes by way of a value of any type, and is several times the code
//! of everything else that is read. So the fields of all kinds are read as one struct, and a kind takes its own. A field
//! that is no kind's, or not of this kind, is refused.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Administration, Bytes, Direction, Input, Network, Reader};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InputFields {
    kind: InputKind,
    name: Option<String>,
    client: Option<u32>,
    line: Option<String>,
    bytes: Option<BytesOrCount>,
    milliseconds: Option<u64>,
    connection: Option<u32>,
    direction: Option<Direction>,
    network: Option<Network>,
    reader: Option<Reader>,
    change: Option<Administration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum InputKind {
    AddClient,
    Connect,
    Enter,
    Type,
    EndSending,
    Close,
    Reset,
    Advance,
    Deliver,
    SetNetwork,
    LoseReply,
    SetReader,
    Administrate,
    RestartServer,
    StopServer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AdministrationFields {
    kind: AdministrationKind,
    username: String,
    name: Option<String>,
    country: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum AdministrationKind {
    AddUser,
    ChangePassword,
    RemoveUser,
}

/// What is wrong with the fields of a kind.
pub(crate) enum Misfit {
    Missing(&'static str),
    Superfluous,
}

/// What `bytes` says: those that are typed, or how many are delivered.
enum BytesOrCount {
    Bytes(Bytes),
    Count(u32),
}

impl TryFrom<InputFields> for Input {
    type Error = Misfit;

    fn try_from(mut fields: InputFields) -> Result<Self, Misfit> {
        let fields = &mut fields;
        let input = match fields.kind {
            InputKind::AddClient => Self::AddClient {
                name: required(&mut fields.name, "name")?,
            },
            InputKind::Connect => Self::Connect {
                client: fields.client()?,
            },
            InputKind::Enter => Self::Enter {
                client: fields.client()?,
                line: required(&mut fields.line, "line")?,
            },
            InputKind::Type => Self::Type {
                client: fields.client()?,
                bytes: match fields.bytes.take() {
                    Some(BytesOrCount::Bytes(bytes)) => bytes,
                    _ => return Err(Misfit::Missing("bytes")),
                },
            },
            InputKind::EndSending => Self::EndSending {
                client: fields.client()?,
            },
            InputKind::Close => Self::Close {
                client: fields.client()?,
            },
            InputKind::Reset => Self::Reset {
                client: fields.client()?,
            },
            InputKind::Advance => Self::Advance {
                milliseconds: required(&mut fields.milliseconds, "milliseconds")?,
            },
            InputKind::Deliver => Self::Deliver {
                connection: required(&mut fields.connection, "connection")?,
                direction: required(&mut fields.direction, "direction")?,
                bytes: match fields.bytes.take() {
                    Some(BytesOrCount::Count(count)) => count,
                    _ => return Err(Misfit::Missing("bytes")),
                },
            },
            InputKind::SetNetwork => Self::SetNetwork {
                client: fields.client()?,
                direction: required(&mut fields.direction, "direction")?,
                network: required(&mut fields.network, "network")?,
            },
            InputKind::LoseReply => Self::LoseReply {
                client: fields.client()?,
            },
            InputKind::SetReader => Self::SetReader {
                client: fields.client()?,
                reader: required(&mut fields.reader, "reader")?,
            },
            InputKind::Administrate => Self::Administrate {
                change: required(&mut fields.change, "change")?,
            },
            InputKind::RestartServer => Self::RestartServer,
            InputKind::StopServer => Self::StopServer,
        };
        match fields.are_taken() {
            true => Ok(input),
            false => Err(Misfit::Superfluous),
        }
    }
}

impl InputFields {
    fn client(&mut self) -> Result<u32, Misfit> {
        required(&mut self.client, "client")
    }

    fn are_taken(&self) -> bool {
        let texts = [&self.name, &self.line];
        texts.iter().all(|text| text.is_none())
            && self.client.is_none()
            && self.bytes.is_none()
            && self.milliseconds.is_none()
            && self.connection.is_none()
            && self.direction.is_none()
            && self.network.is_none()
            && self.reader.is_none()
            && self.change.is_none()
    }
}

impl TryFrom<AdministrationFields> for Administration {
    type Error = Misfit;

    fn try_from(mut fields: AdministrationFields) -> Result<Self, Misfit> {
        let username = fields.username;
        let change = match fields.kind {
            AdministrationKind::AddUser => Self::AddUser {
                username,
                name: required(&mut fields.name, "name")?,
                country: required(&mut fields.country, "country")?,
                password: required(&mut fields.password, "password")?,
            },
            AdministrationKind::ChangePassword => Self::ChangePassword {
                username,
                password: required(&mut fields.password, "password")?,
            },
            AdministrationKind::RemoveUser => Self::RemoveUser { username },
        };
        let rest = [&fields.name, &fields.country, &fields.password];
        match rest.iter().all(|text| text.is_none()) {
            true => Ok(change),
            false => Err(Misfit::Superfluous),
        }
    }
}

fn required<T>(field: &mut Option<T>, name: &'static str) -> Result<T, Misfit> {
    field.take().ok_or(Misfit::Missing(name))
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(formatter, "this kind needs `{name}`"),
            Self::Superfluous => formatter.write_str("a field that this kind does not have"),
        }
    }
}

impl<'de> Deserialize<'de> for BytesOrCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BytesOrCountVisitor)
    }
}

struct BytesOrCountVisitor;

impl Visitor<'_> for BytesOrCountVisitor {
    type Value = BytesOrCount;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("escaped text, or a number of bytes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<BytesOrCount, E> {
        let bytes = Bytes::parse(text).map_err(E::custom)?;
        Ok(BytesOrCount::Bytes(bytes))
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> Result<BytesOrCount, E> {
        let count = u32::try_from(count).map_err(E::custom)?;
        Ok(BytesOrCount::Count(count))
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> Result<BytesOrCount, E> {
        let count = u32::try_from(count).map_err(E::custom)?;
        Ok(BytesOrCount::Count(count))
    }
}

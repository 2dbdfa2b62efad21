//! The parameters of the commands that take a token, if anything (PROTOCOL.md, section "Number
//! of parameters").

use super::words;
use crate::reply::Refusal;
use crate::token::Token;

/// The parameters of `inbox`, `list` and `logout`: the token of the session that is meant, or
/// `None` for the one bound to the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalToken(pub(super) Option<Token>);

impl OptionalToken {
    /// Finds the token among the words. Other words do not count, but two tokens would leave open
    /// which session is meant.
    pub(super) fn parse(parameters: &str, usage: &'static str) -> Result<Self, Refusal> {
        let mut tokens = words(parameters).filter_map(Token::parse);
        let token = tokens.next();
        match tokens.next() {
            None => Ok(Self(token)),
            Some(_) => Err(Refusal::BadParameters { usage }),
        }
    }
}

//! What clients were told, and what must then be true.
//!
//! A message whose `send` was answered OK is handed over, those of one sender to one reader in order, and again only if
//! the server or the reader's connection died before the confirmation was durable. A reader's next reply leaves only
//! when the confirmation of the one before is durable, so **only what came in the last inbox reply may come again**.
//!
//! A client that breaks its connection while the reply to its `inbox` is under way loses that reply, as the protocol
//! says. What was sent to it in the same cycle is then not held against the server.
//!
//! What is remembered is what has been neither handed over nor settled, so it is as small as the mailboxes are.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::Value;

/// Letters of one to four bytes, for texts that show whether anybody cut or changed them.
const LETTERS: [char; 4] = ['x', 'é', '語', '😀'];

/// What was told to whom.
#[derive(Debug, Default)]
pub struct Ledger {
    streams: HashMap<Stream, Messages>,
    mailboxes: HashMap<usize, Mailbox>,
    /// How often the server had ended when it died last, so that replies may be repeated.
    latest_death: u64,
    /// How many of each.
    pub totals: Totals,
}

/// Numbers of messages.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Begun, whatever came of it.
    pub sent: u64,
    /// Answered OK.
    pub acknowledged: u64,
    /// Handed over for the first time.
    pub handed_over: u64,
    /// Handed over again.
    pub twice: u64,
    /// Acknowledged and never handed over.
    pub lost: u64,
    /// The same, of readers who broke the connection on which they came.
    pub lost_by_reader: u64,
}

/// The messages of one sender to one reader.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stream {
    /// Who sends.
    pub sender: usize,
    /// Who reads.
    pub reader: usize,
}

#[derive(Debug, Default)]
struct Messages {
    /// The number that the next message gets; none is used twice.
    next: u64,
    /// Those that were not handed over yet.
    waiting: BTreeMap<u64, Fate>,
    /// The latest that was handed over for the first time.
    latest: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It may have happened.
    Unanswered,
    /// The sender broke the connection before the answer, and whatever it sends next may overtake it.
    Abandoned,
    Acknowledged,
    /// It has not happened.
    Refused,
}

#[derive(Debug, Default)]
struct Mailbox {
    /// What came in the last reply.
    last: Vec<(usize, u64)>,
    /// How often the server had ended when the connection began on which it came.
    life: u64,
    /// The reader has broken the connection on which it came.
    is_broken: bool,
    /// In this cycle the reader broke a connection before a reply of `inbox` had come.
    loses: bool,
}

impl Ledger {
    /// A new message: its number, and the text that says which one it is.
    pub fn begin(&mut self, stream: Stream, letters: usize) -> (u64, String) {
        let messages = self.streams.entry(stream).or_default();
        let number = messages.next;
        messages.next += 1;
        messages.waiting.insert(number, Fate::Unanswered);
        self.totals.sent += 1;
        (number, text(stream, number, letters))
    }

    /// How many messages have not been handed over yet, as far as they may be.
    pub fn waiting(&self, stream: Stream) -> u64 {
        let messages = self.streams.get(&stream);
        messages.map_or(0, |messages| {
            let waiting = messages.waiting.values();
            waiting.filter(|fate| **fate == Fate::Acknowledged).count() as u64
        })
    }

    /// Its `send` was answered OK.
    pub fn acknowledge(&mut self, stream: Stream, number: u64) {
        self.totals.acknowledged += 1;
        self.set_fate(stream, number, Fate::Acknowledged);
    }

    /// It was refused, so that it has not happened.
    pub fn refuse(&mut self, stream: Stream, number: u64) {
        self.set_fate(stream, number, Fate::Refused);
    }

    /// Nobody knows whether it has happened, and whatever is sent next may overtake it.
    pub fn abandon(&mut self, stream: Stream, number: u64) {
        self.set_fate(stream, number, Fate::Abandoned);
    }

    /// The reader may have had it already: then it stays handed over.
    fn set_fate(&mut self, stream: Stream, number: u64, fate: Fate) {
        let messages = self.streams.entry(stream).or_default();
        if let Some(known) = messages.waiting.get_mut(&number) {
            *known = fate;
        }
    }

    /// The server died before what it had told last was durable, the last of so many ends.
    pub fn server_died(&mut self, ends: u64) {
        self.latest_death = ends;
    }

    /// The reader broke its connection, perhaps while a reply of `inbox` was under way.
    pub fn reader_broke(&mut self, reader: usize, is_reply_under_way: bool) {
        let mailbox = self.mailboxes.entry(reader).or_default();
        mailbox.is_broken = true;
        mailbox.loses |= is_reply_under_way;
    }

    /// Takes in a reply of `inbox` and says what is wrong with it, and whether there was anything in it. `life` is how often the
    /// server had ended when its connection began: the server that told it may be dead by now.
    pub fn hand_over(&mut self, reader: usize, life: u64, reply: &Value) -> Result<bool, String> {
        let messages = understand(reader, reply)?;
        let mailbox = self.mailboxes.entry(reader).or_default();
        let may_repeat = mailbox.is_broken || mailbox.life < self.latest_death;
        let before = std::mem::take(&mut mailbox.last);
        mailbox.life = life;
        mailbox.is_broken = false;
        mailbox.last.clone_from(&messages);
        let mut wrong = String::new();
        for (sender, number) in &messages {
            let (sender, number) = (*sender, *number);
            let stream = Stream { sender, reader };
            let known = self.streams.entry(stream).or_default();
            let fate = known.waiting.remove(&number);
            let problem = match fate {
                Some(Fate::Refused) => Some("was refused, and handed over"),
                Some(_) => {
                    self.totals.handed_over += 1;
                    let is_in_order = known.latest < Some(number);
                    match fate == Some(Fate::Abandoned) {
                        true => None,
                        false if is_in_order => {
                            known.latest = Some(number);
                            None
                        }
                        false => Some("came after a later one"),
                    }
                }
                None if number >= known.next => Some("was never sent"),
                None => {
                    self.totals.twice += 1;
                    let is_repeated = before.contains(&(sender, number));
                    match may_repeat && is_repeated {
                        true => None,
                        false => Some("came again without a cause"),
                    }
                }
            };
            if let Some(problem) = problem {
                let latest = known.latest;
                let _ = write!(
                    wrong,
                    "message {number} of user-{sender} to user-{reader} {problem} (the latest was {latest:?}); "
                );
            }
        }
        match wrong.is_empty() {
            true => Ok(!messages.is_empty()),
            false => Err(wrong),
        }
    }

    /// Everybody has left and all mailboxes are empty: says what was acknowledged and never came.
    pub fn settle(&mut self) -> Vec<String> {
        let mut lost = Vec::new();
        for (stream, messages) in &mut self.streams {
            let missing = messages
                .waiting
                .iter()
                .filter(|(_, fate)| **fate == Fate::Acknowledged);
            let missing: Vec<u64> = missing.map(|(number, _)| *number).collect();
            messages.waiting.clear();
            if missing.is_empty() {
                continue;
            }
            let mailbox = self.mailboxes.get(&stream.reader);
            if mailbox.is_some_and(|mailbox| mailbox.loses) {
                self.totals.lost_by_reader += missing.len() as u64;
                continue;
            }
            self.totals.lost += missing.len() as u64;
            lost.push(format!(
                "acknowledged to user-{} and not handed over to user-{}: {missing:?}",
                stream.sender, stream.reader
            ));
        }
        for mailbox in self.mailboxes.values_mut() {
            mailbox.loses = false;
        }
        lost.sort();
        lost
    }
}

/// What a message says: who sent it to whom, its number, and letters that follow from it.
fn text(stream: Stream, number: u64, letters: usize) -> String {
    let Stream { sender, reader } = stream;
    let mut text = format!("{sender} {reader} {number} {letters} ");
    let letter = LETTERS[number as usize % LETTERS.len()];
    text.extend(std::iter::repeat_n(letter, letters));
    text
}

/// The messages of a reply, each by its sender and its number.
fn understand(reader: usize, reply: &Value) -> Result<Vec<(usize, u64)>, String> {
    let by_sender = reply["messages"].as_object();
    let by_sender = by_sender.ok_or("an inbox reply without messages")?;
    let mut found = Vec::new();
    for (sender, messages) in by_sender {
        for message in messages.as_array().ok_or("a sender without messages")? {
            let whole = message["msg"].as_str().unwrap_or_default();
            let number = number(sender, reader, whole).filter(|_| {
                message["msg_from"] == *sender && message["msg_to"] == format!("user-{reader}")
            });
            let shown = || whole.chars().take(60).collect::<String>();
            let number = number.ok_or_else(|| {
                format!(
                    "user-{reader} got from {sender} what nobody sent: {}",
                    shown()
                )
            })?;
            found.push(number);
        }
    }
    Ok(found)
}

fn number(sender: &str, reader: usize, message: &str) -> Option<(usize, u64)> {
    let sender = sender.strip_prefix("user-")?.parse().ok()?;
    let came = message.strip_prefix(' ')?.strip_suffix("\r\n")?;
    let mut words = came.split(' ').skip(2);
    let number = words.next()?.parse().ok()?;
    let letters = words.next()?.parse().ok()?;
    (came == text(Stream { sender, reader }, number, letters)).then_some((sender, number))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STREAM: Stream = Stream {
        sender: 1,
        reader: 2,
    };

    #[test]
    fn what_is_handed_over_once_and_in_order_is_right() {
        let (mut ledger, texts) = with_messages(3);
        assert_eq!(ledger.hand_over(2, 0, &reply(&texts[..2])), Ok(true));
        assert_eq!(ledger.hand_over(2, 0, &reply(&texts[2..])), Ok(true));
        assert_eq!(ledger.hand_over(2, 0, &reply(&[])), Ok(false));
        assert!(ledger.settle().is_empty());
        assert_eq!(ledger.totals.handed_over, 3);
    }

    #[test]
    fn what_was_acknowledged_and_does_not_come_is_lost() {
        let (mut ledger, texts) = with_messages(3);
        ledger
            .hand_over(2, 0, &reply(&[texts[0].clone(), texts[2].clone()]))
            .unwrap();
        assert_eq!(ledger.settle().len(), 1);
        assert_eq!(ledger.totals.lost, 1);
    }

    #[test]
    fn who_breaks_a_connection_under_a_reply_may_lose_it() {
        let (mut ledger, _) = with_messages(3);
        ledger.reader_broke(2, true);
        assert!(ledger.settle().is_empty());
        assert_eq!(ledger.totals.lost_by_reader, 3);
    }

    #[test]
    fn what_comes_after_a_later_one_is_wrong() {
        let (mut ledger, texts) = with_messages(2);
        ledger.hand_over(2, 0, &reply(&texts[1..])).unwrap();
        assert!(ledger.hand_over(2, 0, &reply(&texts[..1])).is_err());
    }

    #[test]
    fn only_what_came_last_may_come_again_and_only_after_a_death() {
        let (mut ledger, texts) = with_messages(2);
        ledger.hand_over(2, 0, &reply(&texts[..1])).unwrap();
        assert!(ledger.hand_over(2, 0, &reply(&texts[..1])).is_err());
        ledger.server_died(1);
        assert_eq!(ledger.hand_over(2, 1, &reply(&texts)), Ok(true));
        ledger.hand_over(2, 1, &reply(&[])).unwrap();
        ledger.server_died(2);
        assert!(ledger.hand_over(2, 2, &reply(&texts[..1])).is_err());
    }

    #[test]
    fn what_a_dead_server_had_told_may_come_again_though_it_was_read_after_its_death() {
        let (mut ledger, texts) = with_messages(1);
        ledger.server_died(1);
        ledger.hand_over(2, 0, &reply(&texts)).unwrap();
        assert_eq!(ledger.hand_over(2, 1, &reply(&texts)), Ok(true));
        assert!(ledger.hand_over(2, 1, &reply(&texts)).is_err());
    }

    #[test]
    fn a_refused_message_and_one_that_nobody_sent_are_wrong() {
        let (mut ledger, _) = with_messages(0);
        let (number, refused) = ledger.begin(STREAM, 5);
        ledger.refuse(STREAM, number);
        assert!(ledger.hand_over(2, 0, &reply(&[refused])).is_err());
        assert!(
            ledger
                .hand_over(2, 0, &reply(&[text(STREAM, 1, 5)]))
                .is_err()
        );
        assert!(
            ledger
                .hand_over(2, 0, &reply(&["1 2 0 5 other".into()]))
                .is_err()
        );
    }

    fn with_messages(count: usize) -> (Ledger, Vec<String>) {
        let mut ledger = Ledger::default();
        let texts = (0..count).map(|_| {
            let (number, text) = ledger.begin(STREAM, 5);
            ledger.acknowledge(STREAM, number);
            text
        });
        let texts = texts.collect();
        (ledger, texts)
    }

    fn reply(texts: &[String]) -> Value {
        let messages = texts.iter().map(|text| {
            let msg = format!(" {text}\r\n");
            json!({"msg_from": "user-1", "msg_to": "user-2", "msg": msg})
        });
        let messages: Vec<Value> = messages.collect();
        match messages.is_empty() {
            true => json!({"messages": {}}),
            false => json!({"messages": {"user-1": messages}}),
        }
    }
}

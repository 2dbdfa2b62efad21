//! The refusals of the core and the table of clause 5.1.

use chatting_time_core::{Refusal, Reply};
use chatting_time_tests::protocol;

#[test]
fn every_refusal_is_written_as_the_protocol_lists_it() {
    let listed = protocol::refusals();
    assert_eq!(listed.len(), Refusal::ALL.len());
    for refusal in Refusal::ALL {
        let code = refusal.code();
        let (_, message) = listed
            .iter()
            .find(|row| row.0 == code)
            .unwrap_or_else(|| panic!("{code} is not listed"));
        let expected = match refusal {
            Refusal::TooManyAttempts { .. } => {
                let message = message.replace('N', "1");
                format!(
                    r#"{{"status": "ERROR", "message": "{message}", "code": "{code}", "retry_after": 1}}"#
                )
            }
            Refusal::BadParameters { .. } => {
                format!(
                    r#"{{"status": "ERROR", "message": "{message}", "code": "{code}", "usage": ""}}"#
                )
            }
            _ => format!(r#"{{"status": "ERROR", "message": "{message}", "code": "{code}"}}"#),
        };
        let mut written = Vec::new();
        Reply::Refused(*refusal).write(&mut written);
        assert_eq!(String::from_utf8(written).unwrap(), expected + "\r\n\r\n");
    }
}

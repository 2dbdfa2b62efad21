//! What must not be in the log.

use crate::client::{PASSWORD, code};
use crate::service::Service;

const TEXT: &str = "a-text-that-nobody-else-may-read";

#[test]
fn the_most_detailed_log_of_a_whole_run_holds_no_secret() {
    let flags = ["--log-filter", "trace", "--line-time", "100ms"];
    let mut service = Service::start(&["ani", "budi"], &flags);
    let mut secrets = vec![
        PASSWORD.to_owned(),
        "salah-sekali".to_owned(),
        TEXT.to_owned(),
    ];
    let mut ani = service.client();
    let token = ani.log_in("ani");
    assert_eq!(code(&ani.ask("auth budi salah-sekali")), "wrong_password");
    assert_eq!(
        code(&ani.ask(format!("auth budi {PASSWORD} {PASSWORD}"))),
        "bad_parameters"
    );
    assert_eq!(
        code(&ani.ask(format!("{TEXT} {PASSWORD}"))),
        "unknown_command"
    );
    assert_eq!(
        code(&ani.ask([TEXT.as_bytes(), b"\xff"].concat())),
        "not_utf8"
    );
    assert_eq!(code(&ani.ask(format!("send budi {TEXT}"))), "");
    assert_eq!(code(&ani.ask(format!("send {token} budi {TEXT}"))), "");
    assert_eq!(
        code(&ani.ask(format!("send {token} {TEXT} {TEXT}"))),
        "user_not_found"
    );
    let mut budi = service.client();
    secrets.push(budi.log_in("budi"));
    assert_eq!(code(&budi.ask(format!("list {token}"))), "");
    budi.send("inbox\r\n");
    drop(budi);
    ani.send(format!("send budi {TEXT}"));
    assert_eq!(code(&ani.reply()), "request_timeout");
    service.kill();
    service.start_again();
    let mut ani = service.client();
    assert_eq!(code(&ani.ask(format!("logout {token}"))), "");
    secrets.push(token);
    service.terminate();
    assert_eq!(service.exit_code(), Some(0));
    let printed = service.printed();
    assert!(
        printed.contains("connection accepted"),
        "the log is detailed: {printed}"
    );
    for secret in secrets {
        assert!(!printed.contains(&secret), "{secret} is in the log");
    }
}

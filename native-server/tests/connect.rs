//! The terminal client against scripted servers, through its command line.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;

use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
const WRONG_PASSWORD: &str = r#"{"status": "ERROR", "message": "Password yang Anda Masukkan Salah", "code": "wrong_password"}"#;
const BUSY: &str = r#"{"status": "ERROR", "message": "Server Sibuk", "code": "server_busy"}"#;
const EMPTY_INBOX: &str = r#"{"status": "OK", "messages": {}}"#;

/// A server for one connection, which `serve` holds.
fn server(serve: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || serve(listener.accept().unwrap().0));
    address
}

/// The server itself, with the documented accounts.
struct RealServer {
    process: Child,
    /// Its end of standard output stays open while it runs.
    _output: Lines<BufReader<ChildStdout>>,
    _data: TempDir,
    address: SocketAddr,
}

impl RealServer {
    fn start() -> Self {
        let data = TempDir::new().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_chatting-time"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--http",
                "off",
                "--admin-http",
                "off",
                "--data",
            ])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = output
            .find_map(|line| Some(line.unwrap().strip_prefix("listening on")?.trim().parse()))
            .unwrap();
        Self {
            process,
            _output: output,
            _data: data,
            address: address.unwrap(),
        }
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a piped run against `server` prints, with its one token replaced by TOKEN.
fn dialogue(server: &RealServer, typed: &str) -> String {
    let output = connect(server.address, &[], typed);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let screen = text(&output.stdout);
    let token = screen.split("Berhasil Masuk, token ").nth(1).unwrap();
    screen.replace(token.lines().next().unwrap(), "TOKEN")
}

/// A server that answers each line with the next of these replies and then closes. What it was
/// sent comes out of the channel when the conversation is over.
fn scripted(replies: impl IntoIterator<Item = String>) -> (SocketAddr, mpsc::Receiver<String>) {
    let replies: Vec<String> = replies.into_iter().collect();
    let (sender, requests) = mpsc::channel();
    let address = server(move |mut stream| {
        let mut heard = String::new();
        for reply in replies {
            heard += &request(&mut stream);
            stream.write_all(terminated(&reply).as_bytes()).unwrap();
        }
        drop(stream);
        // A test may not care what was asked.
        let _ = sender.send(heard);
    });
    (address, requests)
}

fn answering(replies: &[&str]) -> SocketAddr {
    scripted(replies.iter().map(|reply| (*reply).to_owned())).0
}

fn terminated(reply: &str) -> String {
    format!("{reply}\r\n\r\n")
}

/// The next line, or what came of it before the end.
fn request(stream: &mut TcpStream) -> String {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\n") && stream.read(&mut byte).is_ok_and(|length| length == 1) {
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

fn connect(server: SocketAddr, arguments: &[&str], input: &str) -> Output {
    connect_to(&server.to_string(), arguments, input.as_bytes())
}

fn connect_to(server: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut client = client(server, arguments).spawn().unwrap();
    // A client that does not want its input closes it early.
    let _ = client.stdin.take().unwrap().write_all(input);
    client.wait_with_output().unwrap()
}

fn client(server: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatting-time"));
    command.arg("connect").arg(server).args(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

/// The conversation ended with exit code 2 and one line on standard error that says `what`.
#[track_caller]
fn assert_failed(output: &Output, what: &str) {
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(complaint.starts_with("chatting-time: "), "{complaint}");
    assert!(complaint.contains(what), "{complaint}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
}

#[test]
fn a_piped_run_prints_exactly_the_documented_dialogue() {
    let server = RealServer::start();
    let typed = "\
auth messy surabaya
auth messi jakarta
auth messi surabaya
send line halo
send Lineker halo
";
    assert_eq!(
        dialogue(&server, typed),
        "\
Command :auth messy surabaya
Error, User Tidak Ditemukan
Command :auth messi jakarta
Error, Password yang Anda Masukkan Salah
Command :auth messi surabaya
Username messi Berhasil Masuk, token TOKEN
Command TOKEN:send line halo
send TOKEN line halo

Error, User Tidak Ditemukan
Command TOKEN:send Lineker halo
send TOKEN lineker halo

Pesan Dikirimkan ke lineker
"
    );
    let typed = "inbox\nauth lineker surabaya\ninbox\ninbox\n list\n logout\ninbox\n";
    assert_eq!(
        dialogue(&server, typed),
        r#"Command :inbox
Error, Session Tidak Ditemukan
Command :auth lineker surabaya
Username lineker Berhasil Masuk, token TOKEN
Command TOKEN:inbox
{"messi": [{"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": " halo \r\n"}]}
Command TOKEN:inbox
{}
Command TOKEN: list
List User yang Online : ["lineker", "messi"]
Command TOKEN: logout
"User lineker berhasil Keluar"
Command :inbox
Error, Session Tidak Ditemukan
"#
    );
}

#[test]
fn piped_lines_are_echoed_after_their_prompts() {
    let authenticated = format!(r#"{{"status": "OK", "tokenid": "{TOKEN}"}}"#);
    let sent = r#"{"status": "OK", "message": "Message Sent"}"#.to_owned();
    let left = r#"{"status": "OK", "message": "User messi berhasil Keluar"}"#.to_owned();
    let (address, requests) = scripted([WRONG_PASSWORD.to_owned(), authenticated, sent, left]);
    let typed = "auth messi jakarta\nauth messi surabaya\r\n\nsend Lineker halo\n logout";
    let output = connect(address, &[], typed);
    let expected = format!(
        "\
Command :auth messi jakarta
Error, Password yang Anda Masukkan Salah
Command :auth messi surabaya
Username messi Berhasil Masuk, token {TOKEN}
Command {TOKEN}:
Command {TOKEN}:send Lineker halo
send {TOKEN} lineker halo

Pesan Dikirimkan ke lineker
Command {TOKEN}: logout
\"User messi berhasil Keluar\"
"
    );
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        requests.recv().unwrap(),
        format!(
            "auth messi jakarta\r\nauth messi surabaya\r\nsend {TOKEN} lineker halo \r\nlogout {TOKEN}\r\n"
        )
    );
}

#[test]
fn commands_print_their_answers_only() {
    let address = answering(&[EMPTY_INBOX, r#"{"status": "OK", "user": []}"#]);
    let output = connect(address, &["-c", "inbox", "-c", "list"], "");
    assert_eq!(text(&output.stdout), "{}\nList User yang Online : []\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn one_refused_command_makes_the_exit_code_1_and_those_after_it_still_run() {
    let address = answering(&[WRONG_PASSWORD, EMPTY_INBOX]);
    let output = connect(address, &["-c", "auth messi x", "-c", "inbox"], "");
    assert_eq!(
        text(&output.stdout),
        "Error, Password yang Anda Masukkan Salah\n{}\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn answers_come_in_english_when_asked_for() {
    let address = answering(&[WRONG_PASSWORD]);
    let output = connect(address, &["--lang", "en", "-c", "auth messi x"], "");
    assert_eq!(text(&output.stdout), "Error, the password is wrong\n");
}

#[test]
fn a_reply_in_pieces_of_one_byte_is_one_reply() {
    let address = server(|mut stream| {
        stream.set_nodelay(true).unwrap();
        request(&mut stream);
        for byte in terminated(EMPTY_INBOX).as_bytes() {
            stream.write_all(&[*byte]).unwrap();
        }
    });
    let output = connect(address, &["-c", "inbox"], "");
    assert_eq!(text(&output.stdout), "{}\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_large_inbox_is_taken_whole() {
    let text_of_1_mib = "\\u00e9".repeat(512 << 10);
    let messages = format!(r#"{{"a": [{{"msg": "{text_of_1_mib}"}}]}}"#);
    let (address, _requests) = scripted([format!(r#"{{"status": "OK", "messages": {messages}}}"#)]);
    let output = connect(address, &["-c", "inbox"], "");
    assert!(text(&output.stdout) == format!("{messages}\n"));
}

#[test]
fn control_characters_of_a_server_do_not_reach_the_terminal() {
    let address = answering(&[
        r#"{"status": "ERROR", "message": "\u001b[2J\u009b\u202e"}"#,
        r#"{"status": "OK", "messages": {"a": "\u001b]0;x\u0007"}}"#,
    ]);
    let output = connect(address, &[], "\u{1b}[31m\ninbox\n");
    assert_eq!(
        text(&output.stdout),
        "\
Command :\\u001b[31m
Error, \\u001b[2J\\u009b\\u202e
Command :inbox
{\"a\": \"\\u001b]0;x\\u0007\"}
"
    );
}

#[test]
fn a_server_that_goes_away_ends_the_conversation() {
    let address = answering(&[EMPTY_INBOX]);
    let output = connect(address, &[], "inbox\ninbox\ninbox\n");
    assert_eq!(text(&output.stdout), "Command :inbox\n{}\nCommand :inbox\n");
    assert_failed(
        &output,
        "menutup sambungan, mungkin karena dihentikan; perintah terakhir mungkin sudah dijalankan, mungkin belum; coba",
    );
}

#[test]
fn a_server_that_goes_away_in_the_middle_of_a_reply_ends_the_conversation() {
    let address = server(|mut stream| {
        request(&mut stream);
        stream.write_all(b"{\"status\": \"OK\"").unwrap();
    });
    let output = connect(address, &["--lang", "en", "-c", "inbox"], "");
    assert_failed(
        &output,
        "closed the connection, as one that is stopped does; the last command may have been carried out or not; connect",
    );
}

#[test]
fn a_server_that_only_stops_sending_has_gone_as_well() {
    let address = server(|mut stream| {
        stream.shutdown(Shutdown::Write).unwrap();
        request(&mut stream);
    });
    assert_failed(&connect(address, &["-c", "inbox"], ""), "menutup sambungan");
}

#[test]
fn a_server_that_is_not_there_is_named_with_what_to_do() {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&any.into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let output = connect(address, &["-c", "inbox"], "");
    assert_failed(&output, &address.to_string());
    assert!(text(&output.stderr).contains("chatting-time serve"));
}

#[test]
fn a_name_without_an_address_is_said_to_be_unknown() {
    let output = connect_to("no-such-host.invalid:8889", &["--lang", "en"], b"");
    assert_failed(&output, "cannot find the server no-such-host.invalid:8889");
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let (done, is_done) = mpsc::channel::<()>();
    let address = server(move |stream| {
        // Holds the connection until the client has ended.
        let _ = is_done.recv();
        drop(stream);
    });
    let output = connect(address, &["--timeout", "1", "-c", "inbox"], "");
    drop(done);
    assert_failed(&output, "1 detik");
}

#[test]
fn a_server_of_another_protocol_is_recognised_at_its_first_byte() {
    let (done, is_done) = mpsc::channel::<()>();
    let address = server(move |mut stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").unwrap();
        let _ = is_done.recv();
    });
    let output = connect(address, &["-c", "inbox"], "");
    drop(done);
    assert_failed(&output, "tidak memakai protocol Chatting Time");
}

#[test]
fn a_reply_that_is_none_of_the_protocol_ends_the_conversation() {
    for reply in [r#"{"status": "OK"}"#, "{]", r#"{"a": 1}"#] {
        let output = connect(answering(&[reply]), &[], "inbox\ninbox\n");
        assert_failed(&output, "Tidak Sesuai Protocol");
        assert_eq!(text(&output.stdout), "Command :inbox\n");
    }
}

#[test]
fn a_server_that_turns_a_connection_away_is_heard() {
    let address = server(|mut stream| {
        stream.write_all(terminated(BUSY).as_bytes()).unwrap();
        request(&mut stream);
    });
    let output = connect(address, &[], "inbox\ninbox\n");
    let expected = "Command :inbox\nError, Server Sibuk\nCommand :inbox\n";
    assert_eq!(text(&output.stdout), expected);
    assert_failed(&output, "menutup sambungan");
}

#[test]
fn nobody_reading_the_output_ends_the_conversation_quietly() {
    let address = server(|mut stream| {
        while !request(&mut stream).is_empty() {
            let reply = terminated(EMPTY_INBOX);
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    });
    let mut client = client(&address.to_string(), &[]).spawn().unwrap();
    drop(client.stdout.take());
    let _ = client.stdin.take().unwrap().write_all(b"inbox\ninbox\n");
    let output = client.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn output_that_cannot_be_written_is_told() {
    let address = answering(&[EMPTY_INBOX]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut client = client(&address.to_string(), &["-c", "inbox"]);
    let output = client.stdout(full.unwrap()).output().unwrap();
    assert_failed(&output, "keluaran tidak dapat ditulis");
}

#[test]
fn input_that_is_not_utf8_is_named_by_its_line_and_not_sent() {
    let (address, requests) = scripted([EMPTY_INBOX.to_owned(), EMPTY_INBOX.to_owned()]);
    let output = connect_to(&address.to_string(), &[], b"inbox\nsend a \xff\ninbox\n");
    assert_failed(&output, "baris 2");
    assert_eq!(text(&output.stdout), "Command :inbox\n{}\n");
    assert_eq!(requests.recv().unwrap(), "inbox\r\n");
}

#[test]
fn a_wrong_command_line_is_refused_with_exit_code_2() {
    for arguments in [["--lang", "fr"], ["--timeout", "0"], ["--timeout", "soon"]] {
        let output = connect_to("127.0.0.1:8889", &arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
    for server in ["a b", "127.0.0.1:65536", ":1"] {
        let output = connect_to(server, &[], b"");
        assert_eq!(output.status.code(), Some(2), "{server}");
    }
}

/// What a person at a terminal does and sees; the terminal is made by `script`.
#[cfg(target_os = "linux")]
mod at_a_terminal {
    use super::*;
    use std::process::{ChildStdin, ExitStatus};

    struct Terminal {
        process: Child,
        keyboard: ChildStdin,
        screen: ChildStdout,
    }

    impl Terminal {
        fn open(server: SocketAddr) -> Self {
            let client = env!("CARGO_BIN_EXE_chatting-time");
            let mut process = Command::new("script")
                .args(["--quiet", "--return", "--command"])
                .args([&format!("'{client}' connect {server}"), "/dev/null"])
                .env("TERM", "xterm")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            Self {
                keyboard: process.stdin.take().unwrap(),
                screen: process.stdout.take().unwrap(),
                process,
            }
        }

        fn press(&mut self, keys: &str) {
            self.keyboard.write_all(keys.as_bytes()).unwrap();
        }

        /// Waits until this is to be seen.
        fn wait_for(&mut self, what: &str) {
            let mut seen = Vec::new();
            let mut byte = [0];
            while !seen.ends_with(what.as_bytes()) {
                let shown = String::from_utf8_lossy(&seen);
                assert_eq!(self.screen.read(&mut byte).unwrap(), 1, "{shown}");
                seen.push(byte[0]);
            }
        }

        fn wait_for_end(mut self) -> (ExitStatus, String) {
            let mut rest = String::new();
            self.screen.read_to_string(&mut rest).unwrap();
            (self.process.wait().unwrap(), rest)
        }
    }

    #[test]
    fn a_server_that_goes_away_is_noticed_while_somebody_types() {
        let (close, closing) = mpsc::channel::<()>();
        let address = server(move |stream| {
            let _ = closing.recv();
            drop(stream);
        });
        let mut terminal = Terminal::open(address);
        terminal.wait_for("Command :");
        terminal.press("half a li");
        terminal.wait_for("half a li");
        drop(close);
        let (status, rest) = terminal.wait_for_end();
        assert_eq!(status.code(), Some(2), "{rest}");
        assert!(
            rest.contains("menutup sambungan, mungkin karena dihentikan; coba sambungkan lagi"),
            "{rest}"
        );
    }

    #[test]
    fn lines_are_recalled_except_those_with_a_password() {
        const ARROW_UP: &str = "\u{1b}[A";
        let (address, requests) = scripted([
            EMPTY_INBOX.to_owned(),
            WRONG_PASSWORD.to_owned(),
            EMPTY_INBOX.to_owned(),
        ]);
        let mut terminal = Terminal::open(address);
        terminal.wait_for("Command :");
        terminal.press("inbox\r");
        terminal.wait_for("{}");
        terminal.press("auth messi jakarta\r");
        terminal.wait_for("Error,");
        terminal.press(&format!("{ARROW_UP}\r"));
        let expected = "inbox\r\nauth messi jakarta\r\ninbox\r\n";
        assert_eq!(requests.recv().unwrap(), expected);
    }

    #[test]
    fn ctrl_c_drops_a_line_and_ctrl_d_leaves() {
        const CTRL_C: &str = "\u{3}";
        const CTRL_D: &str = "\u{4}";
        let (address, requests) = scripted([EMPTY_INBOX.to_owned(), EMPTY_INBOX.to_owned()]);
        let mut terminal = Terminal::open(address);
        terminal.wait_for("Command :");
        terminal.press("never sent");
        terminal.wait_for("never sent");
        terminal.press(CTRL_C);
        terminal.wait_for("Command :");
        terminal.press("inbox\r");
        terminal.wait_for("{}");
        terminal.wait_for("Command :");
        terminal.press(CTRL_D);
        let (status, rest) = terminal.wait_for_end();
        assert_eq!(status.code(), Some(0), "{rest}");
        assert_eq!(requests.recv().unwrap(), "inbox\r\n");
    }

    #[test]
    fn pasted_lines_run_one_after_the_other() {
        let (address, requests) = scripted([EMPTY_INBOX, EMPTY_INBOX].map(str::to_owned));
        let mut terminal = Terminal::open(address);
        terminal.wait_for("Command :");
        terminal.press("inbox\rinbox\r");
        assert_eq!(requests.recv().unwrap(), "inbox\r\ninbox\r\n");
    }
}

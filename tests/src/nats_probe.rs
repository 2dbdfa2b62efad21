//! Asks a server of NATS in the plain text that it speaks: whether streams can be made, and for what no client here does.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long one may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
const NAME: &str = "probe";
/// What is answered to, which no stream takes in.
const ANSWERS: &str = "answers-to-the-probe";

/// Makes a stream with so many replicas and removes it again.
pub(crate) fn make_and_remove_stream(server: SocketAddr, replicas: usize) -> io::Result<()> {
    let (mut stream, mut answers) = connect(server)?;
    let wanted = format!(
        r#"{{"name":"{NAME}","subjects":["{NAME}.>"],"num_replicas":{replicas},"storage":"memory"}}"#
    );
    let subject = |verb: &str| format!("$JS.API.STREAM.{verb}.{NAME}");
    ask(&mut stream, &mut answers, &subject("CREATE"), &wanted)?;
    ask(&mut stream, &mut answers, &subject("DELETE"), "")
}

/// Publishes something, and returns when JetStream has taken it or done what it says.
pub(crate) fn publish(server: SocketAddr, subject: &str, body: &str) -> io::Result<()> {
    let (mut stream, mut answers) = connect(server)?;
    ask(&mut stream, &mut answers, subject, body)
}

fn connect(server: SocketAddr) -> io::Result<(TcpStream, BufReader<TcpStream>)> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let answers = BufReader::new(stream.try_clone()?);
    write!(
        stream,
        "CONNECT {{\"verbose\":false}}\r\nSUB {ANSWERS} 1\r\n"
    )?;
    Ok((stream, answers))
}

fn ask(
    stream: &mut TcpStream,
    answers: &mut BufReader<TcpStream>,
    subject: &str,
    body: &str,
) -> io::Result<()> {
    let length = body.len();
    write!(stream, "PUB {subject} {ANSWERS} {length}\r\n{body}\r\n")?;
    let mut line = String::new();
    // What comes besides is about the connection.
    while !line.starts_with("MSG ") {
        line.clear();
        if answers.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.starts_with("-ERR") {
            return Err(io::Error::other(line));
        }
    }
    let length = line.split_whitespace().last();
    let length: usize = length
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| io::Error::other(line.clone()))?;
    let mut answer = vec![0; length + 2];
    answers.read_exact(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    match answer.contains("\"error\"") {
        true => Err(io::Error::other(answer.into_owned())),
        false => Ok(()),
    }
}

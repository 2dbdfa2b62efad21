//! The command `chatting-time`.
use clap::Parser;
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    s: chatting_time::settings::SettingsArguments,
}
fn main() -> std::process::ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let c = Cli::parse();
    match chatting_time::settings::load(&c.s) {
        Ok(l) => chatting_time::serve::run(&l.settings),
        Err(e) => {
            eprintln!("{e}");
            std::process::ExitCode::FAILURE
        }
    }
}

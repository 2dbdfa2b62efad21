//! Fills in the examples of `docs/protokol.md` from the vectors.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use chatting_time_tests::documentation::{DOCUMENT, render};

fn main() -> ExitCode {
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{DOCUMENT}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(DOCUMENT);
    let document = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let rendered = render(&document).map_err(|error| error.to_string())?;
    fs::write(&path, rendered).map_err(|error| error.to_string())
}

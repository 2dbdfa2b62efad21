//! Fills in the examples of `docs/protokol.md` from the vectors. With `--check` it changes
//! nothing and fails when the file is not up to date.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use chatting_time_tests::documentation::{DOCUMENT, render};

fn main() -> ExitCode {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("generate-documentation: unknown argument {other}; there is only --check");
            return ExitCode::from(2);
        }
    };
    match generate(check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{DOCUMENT}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn generate(check: bool) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(DOCUMENT);
    let document = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let rendered = render(&document).map_err(|error| error.to_string())?;
    match rendered == document {
        true => Ok(()),
        false if check => Err("its examples are not up to date; run `cargo xtask docs`".into()),
        false => fs::write(&path, rendered).map_err(|error| error.to_string()),
    }
}

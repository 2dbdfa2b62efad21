//! The server of Chatting Time beside what people would pick instead: the same load, in turn, in one run.
//!
//! `cargo xtask bench side-by-side` installs the others, runs this and writes `docs/benchmarks/side-by-side.md`.

mod contender;
mod contenders;
mod row;
mod run;
mod summary;

use std::error::Error;
use std::path::PathBuf;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let output = PathBuf::from(arguments.next().ok_or("where to write the report?")?);
    let only: Vec<String> = arguments.collect();
    let results = run::all(&only)?;
    summary::write(&results, &output)?;
    Ok(())
}

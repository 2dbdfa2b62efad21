//! `chatting-time backup`, `restore`, `export` and `import`: what a data folder holds, as one file, and back; the latter two also
//! for what is kept in NATS.

mod backup;
mod contents;
mod export;
mod export_source;
mod import;
mod import_into_cluster;
mod importer;
mod input;
mod interruption;
mod lines;
mod new_file;
mod new_folder;
mod output;
mod progress;
mod record;
mod restore;
mod source;

pub use backup::BackupArguments;
pub use export::ExportArguments;
pub use import::ImportArguments;
pub use restore::RestoreArguments;

use std::process::ExitCode;

use crate::cli;
use crate::screen::complain;
use crate::settings::{self, DataArguments, Settings, StoreAddress};
use crate::user::Failure;

/// One of these commands.
pub(crate) trait DataCommand {
    /// Where the data folder is.
    fn data(&self) -> &DataArguments;

    /// Does it, and tells what was done.
    fn carry_out(&self, settings: &Settings) -> Result<(), Failure>;
}

/// For commands that read or write the files of a journal.
pub(crate) fn check_is_folder(settings: &Settings) -> Result<(), Failure> {
    match &settings.store {
        StoreAddress::Data => Ok(()),
        store => Err(Failure(format!(
            "this is for data folders only, and not for {store}; `export` and `import` are for both"
        ))),
    }
}

/// Does what the command line says.
pub(crate) fn run(command: &impl DataCommand) -> ExitCode {
    let settings = match settings::load(&command.data().into()) {
        Ok(loaded) => loaded.settings,
        Err(error) => return cli::refuse(&error),
    };
    match command.carry_out(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(problem)) => {
            complain(problem);
            ExitCode::FAILURE
        }
    }
}

//! The playground's engine: several people, the network between them and one server, in memory.
//!
//! Everything that happens is a function of a seed, a [`Config`] and a list of [`Input`]s: the clock is virtual, tokens
//! and jitter come from the seed, and the server is [`chatting_time_core`], the same that the native server hosts. The
//! same inputs give the same [`Observation`]s natively and in a browser.

#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod bounds;
mod bytes;
mod eavesdropping;
mod encoding;
mod error;
mod history;
mod input;
mod javascript;
mod moment;
mod observation;
pub mod playground;
mod reading;
mod real_dialogue;
mod real_terminal;
mod scenario;
mod simulation;

pub use bytes::{BadEscape, Bytes};
pub use eavesdropping::{
    Leak, LeakKind, Overheard, OverheardLeaks, OverheardPassages, Passage, PassagePart,
};
pub use error::{ErrorCode, PlaygroundError};
pub use history::{
    BranchView, Exchange, History, ObservationDetail, TraceFilter, TraceRow, TraceRows, TraceView,
};
pub use input::{Administration, Direction, Input, Network, Reader};
pub use moment::{
    Change, ClientView, ConnectionState, ConnectionView, DialogueKind, DialogueLine, InFlight,
    MailboxView, MessageView, Moment, ServerView, SessionView, UserView,
};
pub use observation::{Endpoint, Observation, What};
pub use playground::Playground;
pub use real_dialogue::{
    Answered, AnsweredKind, Entered, Outgoing, RealDialogue, ShownPart, TooLong,
};
pub use real_terminal::RealTerminal;
pub use scenario::{Account, Branch, Config, Scenario};
pub use simulation::Simulation;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

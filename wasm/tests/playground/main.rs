//! The simulation, its history and its face, and the terminal for a real server: natively, and the same tests in a browser.

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod bounds;
mod bytes;
mod clients;
#[cfg(target_arch = "wasm32")]
mod face;
mod history;
mod network;
mod patience;
mod real_dialogue;
mod scenarios;
mod scene;
mod server;
mod shown;
mod trace;
mod vectors;

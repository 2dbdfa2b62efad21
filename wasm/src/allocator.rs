//! The memory of a browser's tab: an allocator with an eighth of the code of the one that comes with the standard library.
//! It takes memory where the last lay, so that what was free there and what is new can be one block.

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

#![no_main]
#![allow(
    missing_docs,
    reason = "it is one function, which the library documents"
)]

libfuzzer_sys::fuzz_target!(|input: &[u8]| chatting_time_fuzz::events(input));
